"""Python's JWT libraries against the live JWKS: PyJWT, python-jose and joserfc."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import pytest
import requests

from .conftest import StartedServer
from .support import App, Server, claims_of, create_app

jwt = pytest.importorskip("jwt", reason="PyJWT is not installed")


@pytest.fixture
def tokens(app: App) -> dict[str, Any]:
    """The tokens of one sign-in."""
    app.add_user("vera")
    return app.sign_in("vera")


def jwks_of(app: App) -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(app.jwks_url, timeout=15).json()
    return answer


def header_of(token: str) -> dict[str, Any]:
    header = token.split(".")[0]
    fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    return fields


def with_claim(token: str, name: str, value: str) -> str:
    """The token with one claim changed, under the old signature."""
    header, _, signature = token.split(".")
    claims = json.dumps({**claims_of(token), name: value}).encode()
    return ".".join([header, base64.urlsafe_b64encode(claims).rstrip(b"=").decode(), signature])


def test_headers_and_keys(app: App, tokens: dict[str, Any]) -> None:
    """Headers hold `kid` and `alg` alone; ID and access token have different keys, and both are published."""
    id_header, access_header = header_of(tokens["IdToken"]), header_of(tokens["AccessToken"])
    assert set(id_header) == set(access_header) == {"kid", "alg"}
    assert id_header["alg"] == access_header["alg"] == "RS256"
    keys = jwks_of(app)["keys"]
    assert len(keys) == 2
    assert {key["kid"] for key in keys} == {id_header["kid"], access_header["kid"]}
    for key in keys:
        assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
        assert (key["alg"], key["e"], key["kty"], key["use"]) == ("RS256", "AQAB", "RSA", "sig")


def test_keys_belong_to_the_pool(cognito_server: Server, app: App) -> None:
    """Another pool has other keys, and an unknown pool has none."""
    other = create_app(cognito_server)
    assert not {key["kid"] for key in jwks_of(app)["keys"]} & {key["kid"] for key in jwks_of(other)["keys"]}
    unknown = requests.get(f"{app.endpoint}/{app.region}_000000000/.well-known/jwks.json", timeout=15)
    assert unknown.status_code != 200


def test_discovery(app: App) -> None:
    """The discovery document names the issuer by which it was found, and the address of the keys."""
    document = requests.get(f"{app.local_issuer}/.well-known/openid-configuration", timeout=15).json()
    assert document["issuer"] == app.local_issuer
    assert document["jwks_uri"] == app.jwks_url
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]


def test_claims(app: App, tokens: dict[str, Any]) -> None:
    """Both tokens agree on the user and the sign-in, last an hour and have ids of their own."""
    identity, access = claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"])
    for name in ("sub", "iss", "auth_time", "iat", "exp", "origin_jti", "event_id"):
        assert identity[name] == access[name], name
    assert access["exp"] - access["iat"] == 3600
    assert identity["jti"] != access["jti"]
    for identifier in (access["sub"], access["jti"], access["origin_jti"], access["event_id"], identity["jti"]):
        assert str(UUID(identifier)) == identifier
    assert identity["email_verified"] is True
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert "aud" not in access
    assert "client_id" not in identity


def test_pyjwt(app: App, tokens: dict[str, Any]) -> None:
    """PyJWT's PyJWKClient fetches the key by its id; forged, foreign and mixed-up tokens are refused."""
    keys = jwt.PyJWKClient(app.jwks_url)
    common: dict[str, Any] = {"algorithms": ["RS256"], "issuer": app.local_issuer}

    def key_of(token: str) -> Any:
        return keys.get_signing_key_from_jwt(token)

    id_token, access_token = tokens["IdToken"], tokens["AccessToken"]
    identity = jwt.decode(id_token, key_of(id_token), audience=app.client_id, **common)
    access = jwt.decode(access_token, key_of(access_token), **common)
    assert (identity["token_use"], access["token_use"]) == ("id", "access")

    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(id_token, key_of(id_token), audience="another-client", **common)
    with pytest.raises(jwt.InvalidIssuerError):
        jwt.decode(access_token, key_of(access_token), algorithms=["RS256"], issuer=app.aws_issuer)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(with_claim(access_token, "username", "eve"), key_of(access_token), **common)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(access_token, key_of(id_token), **common)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_jose(app: App, tokens: dict[str, Any]) -> None:
    """python-jose takes the key set as it was served."""
    jose_jwt = pytest.importorskip("jose.jwt", reason="python-jose is not installed")
    keys = jwks_of(app)
    common: dict[str, Any] = {"algorithms": ["RS256"], "issuer": app.local_issuer}
    identity = jose_jwt.decode(tokens["IdToken"], keys, audience=app.client_id, **common)
    access = jose_jwt.decode(tokens["AccessToken"], keys, **common)
    assert identity["cognito:username"] == access["username"] == "vera"
    with pytest.raises(jose_jwt.JWTError):
        jose_jwt.decode(with_claim(tokens["AccessToken"], "username", "eve"), keys, **common)


def test_joserfc(app: App, tokens: dict[str, Any]) -> None:
    """joserfc takes the key set as it was served, and its claims registry accepts the claims."""
    joserfc_jwt = pytest.importorskip("joserfc.jwt", reason="joserfc is not installed")
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys: Any = KeySet.import_key_set(jwks_of(app))  # type: ignore[arg-type]
    identity = joserfc_jwt.decode(tokens["IdToken"], keys, algorithms=["RS256"])
    registry = joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": app.local_issuer}, aud={"essential": True, "value": app.client_id}
    )
    registry.validate(identity.claims)
    with pytest.raises(JoseError):
        joserfc_jwt.decode(with_claim(tokens["AccessToken"], "username", "eve"), keys, algorithms=["RS256"])


def test_issuer_of_aws(aws_issuer_server: StartedServer) -> None:
    """A server with the issuer of AWS serves its keys at its own address all the same."""
    app = create_app(aws_issuer_server)
    app.add_user("vera")
    tokens = app.sign_in("vera")
    assert app.aws_issuer == f"https://cognito-idp.{app.region}.amazonaws.com/{app.pool_id}"
    for token, audience in ((tokens["IdToken"], app.client_id), (tokens["AccessToken"], None)):
        key = jwt.PyJWKClient(app.jwks_url).get_signing_key_from_jwt(token)
        claims = jwt.decode(token, key, algorithms=["RS256"], issuer=app.aws_issuer, audience=audience)
        assert claims["iss"] == app.aws_issuer
