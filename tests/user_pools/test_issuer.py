"""Issuers and their documents. Source: interface.md; oauth-and-hosted-ui.md §10."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import PASSWORD, Idp, app, claims, confirmed_user, header, refresh
from tests.builders import sign_in as sign_in_of
from tests.conftest import START
from tests.wire import SIGNED, call, send

Maker = Callable[[str], Emulator]


@pytest.fixture
def with_issuer(key_supply: KeySupply) -> Iterator[Maker]:
    """Emulators in an issuer mode."""
    made = []

    def make(issuer: str) -> Emulator:
        emulator = Emulator(clock=Clock(START), key_supply=key_supply, seed=1, check_responses=True, issuer=issuer)
        made.append(emulator)
        return emulator

    yield make
    for emulator in made:
        emulator.close()


def sign_in(emulator: Emulator, base_url: str, region: str = "us-east-1", **settings: Any) -> tuple[str, str]:
    """A pool and an access token of it, asked for at a host."""
    signed = {name: value.replace("us-east-1", region) for name, value in SIGNED.items()}

    def ask(operation: str, headers: dict[str, str] = signed, **body: Any) -> Any:
        answer = call(emulator, operation, body, headers=headers, base_url=base_url)
        return json.loads(answer.body or b"{}")

    pool_id = ask("CreateUserPool", PoolName="p", **settings)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = ask("CreateUserPoolClient", UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=flows)["UserPoolClient"]
    ask("AdminCreateUser", UserPoolId=pool_id, Username="alice", MessageAction="SUPPRESS")
    ask("AdminSetUserPassword", UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
    tokens = ask(
        "InitiateAuth",
        headers={},
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    return pool_id, tokens["AuthenticationResult"]["AccessToken"]


def discovered(emulator: Emulator, base_url: str, pool_id: str) -> dict[str, Any]:
    answer = send(emulator, "GET", f"/{pool_id}/.well-known/openid-configuration", base_url=base_url)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    document: dict[str, Any] = answer.json
    return document


@pytest.mark.parametrize("base_url", ["http://localhost:9229", "http://127.0.0.1:40123", "https://cognito:9229"])
def test_a_local_issuer_is_where_the_client_called(with_issuer: Maker, base_url: str) -> None:
    emulator = with_issuer("local")
    pool_id, token = sign_in(emulator, base_url)
    assert claims(token)["iss"] == f"{base_url}/{pool_id}"
    document = discovered(emulator, base_url, pool_id)
    assert document["issuer"] == f"{base_url}/{pool_id}"
    assert document["jwks_uri"] == f"{base_url}/{pool_id}/.well-known/jwks.json"


def test_one_host_accepts_what_another_issued(with_issuer: Maker) -> None:
    emulator = with_issuer("local")
    _, token = sign_in(emulator, "http://localhost:9229")
    elsewhere = call(emulator, "GetUser", {"AccessToken": token}, headers={}, base_url="http://cognito:9229")
    assert elsewhere.json["Username"] == "alice"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "https://cognito-idp.us-east-1.amazonaws.com"),
        ("eu-central-1", "https://cognito-idp.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://cognito-idp.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_an_issuer_exactly_like_that_of_aws(with_issuer: Maker, region: str, host: str) -> None:
    emulator = with_issuer("aws")
    pool_id, token = sign_in(emulator, "http://localhost:9229", region)
    assert claims(token)["iss"] == f"{host}/{pool_id}"
    assert discovered(emulator, "http://localhost:9229", pool_id)["issuer"] == f"{host}/{pool_id}"


@pytest.mark.parametrize("issuer", ["https://id.example.com/base", "https://id.example.com/base/"])
def test_a_fixed_issuer(with_issuer: Maker, issuer: str) -> None:
    emulator = with_issuer(issuer)
    pool_id, token = sign_in(emulator, "http://localhost:9229")
    expected = f"https://id.example.com/base/{pool_id}"
    assert claims(token)["iss"] == expected
    assert discovered(emulator, "http://localhost:9229", pool_id)["issuer"] == expected


def test_a_fixed_issuer_with_a_path_is_served_there(with_issuer: Maker) -> None:
    """And where a proxy has cut the path off."""
    base = "http://localhost:9229/some/base"
    emulator = with_issuer(base)
    pool_id, token = sign_in(emulator, "http://localhost:9229")
    assert claims(token)["iss"] == f"{base}/{pool_id}"
    document = send(emulator, "GET", f"/some/base/{pool_id}/.well-known/openid-configuration").json
    assert document == discovered(emulator, "http://localhost:9229", pool_id)
    assert document["jwks_uri"] == f"{base}/{pool_id}/.well-known/jwks.json"
    keys = send(emulator, "GET", f"/some/base/{pool_id}/.well-known/jwks.json").json["keys"]
    assert header(token)["kid"] in [key["kid"] for key in keys]
    assert send(emulator, "GET", f"/some/{pool_id}/.well-known/jwks.json").status == 404


def test_the_discovery_document(with_issuer: Maker) -> None:
    """The field set of a pool without a domain."""
    emulator = with_issuer("aws")
    pool_id, _ = sign_in(emulator, "http://localhost:9229")
    document = discovered(emulator, "http://localhost:9229", pool_id)
    assert set(document) >= {
        *("authorization_endpoint", "id_token_signing_alg_values_supported", "issuer", "jwks_uri"),
        *("response_types_supported", "scopes_supported", "subject_types_supported", "token_endpoint"),
        *("token_endpoint_auth_methods_supported", "userinfo_endpoint"),
    }
    assert document["response_types_supported"] == ["code", "token"]
    assert document["scopes_supported"] == ["openid", "email", "phone", "profile"]
    assert document["subject_types_supported"] == ["public"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert document["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]


@pytest.mark.parametrize("name", ["openid-configuration", "jwks.json"])
def test_documents_of_an_unknown_pool(emulator: Emulator, name: str) -> None:
    answer = send(emulator, "GET", f"/us-east-1_unknown/.well-known/{name}")
    assert answer.status == 400
    assert answer.json == {"message": "User pool us-east-1_unknown does not exist."}


def test_browsers_may_read_the_documents(with_issuer: Maker) -> None:
    emulator = with_issuer("aws")
    pool_id, _ = sign_in(emulator, "http://localhost:9229")
    answer = send(emulator, "GET", f"/{pool_id}/.well-known/jwks.json", headers={"origin": "http://x"})
    assert answer.headers["access-control-allow-origin"] == "*"


# ── IssuerConfiguration ──────────────────────────────────────────────────────────────────────────────────────

UPDATED = {"IssuerConfiguration": {"Type": "UPDATED"}}


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "https://issuer-cognito-idp.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_updated_issuer(with_issuer: Maker, region: str, host: str) -> None:
    """Source: `IssuerType` in botocore's model."""
    emulator = with_issuer("aws")
    pool_id, token = sign_in(emulator, "http://localhost:9229", region, **UPDATED)
    assert claims(token)["iss"] == f"{host}/{pool_id}"
    for base_url in ("http://localhost:9229", host):
        document = discovered(emulator, base_url, pool_id)
        assert document["issuer"] == f"{host}/{pool_id}"
        assert document["jwks_uri"] == f"{host}/{pool_id}/.well-known/jwks.json"
    original = host.replace("issuer-", "")
    assert discovered(emulator, original, pool_id)["issuer"] == f"{original}/{pool_id}"
    keys = [send(emulator, "GET", f"/{pool_id}/.well-known/jwks.json", base_url=at).json for at in (host, original)]
    assert keys[0] == keys[1]


def test_the_updated_issuer_where_the_emulator_is_called_as_aws(with_issuer: Maker) -> None:
    emulator = with_issuer("local")
    pool_id, token = sign_in(emulator, "https://cognito-idp.us-east-1.amazonaws.com", **UPDATED)
    assert claims(token)["iss"] == f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{pool_id}"


@pytest.mark.parametrize(
    ("issuer", "expected"), [("local", "http://localhost:9229"), ("https://id.test", "https://id.test")]
)
def test_issuers_of_the_emulators_own_stay(with_issuer: Maker, issuer: str, expected: str) -> None:
    emulator = with_issuer(issuer)
    pool_id, token = sign_in(emulator, "http://localhost:9229", **UPDATED)
    assert claims(token)["iss"] == f"{expected}/{pool_id}"


def test_tokens_outlive_a_change_of_the_issuer(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp))
    before = sign_in_of(idp, user)
    idp.update_user_pool(UserPoolId=user.app.pool_id, **UPDATED)
    assert idp.describe_user_pool(UserPoolId=user.app.pool_id)["UserPool"]["IssuerConfiguration"] == {"Type": "UPDATED"}
    after = refresh(idp, user.app, before["RefreshToken"])
    hosts = [claims(tokens["AccessToken"])["iss"].split("/")[2].split(".")[0] for tokens in (before, after)]
    assert hosts == ["cognito-idp", "issuer-cognito-idp"]
    for tokens in (before, after):
        assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == user.username
