"""Forged answers of OpenID Connect providers, and states that were mixed up: refused, and nothing stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cognito_emulator.emulator import Emulator
from tests.builders import Idp, claims, everything_in
from tests.oauth.browser import Page
from tests.oauth.conftest import CALLBACK, HOST, oauth_client
from tests.oauth.federation.conftest import Federation, federation
from tests.oauth.federation.provider import Provider

STATES = frozenset({"federation_states"})
Forge = Callable[[Federation, dict[str, Any]], "str | None"]


def hmac_token(claims_: dict[str, Any], key: bytes, algorithm: str = "HS256") -> str:
    """A token that is signed by hand: libraries refuse such keys."""

    def encoded(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    header = json.dumps({"alg": algorithm, "kid": "1", "typ": "JWT"}).encode()
    body = f"{encoded(header)}.{encoded(json.dumps(claims_).encode())}"
    return f"{body}.{encoded(hmac.digest(key, body.encode(), hashlib.sha256))}"


def send(corp: Federation, forge: Forge) -> Page:
    """Come back with the ID token that `forge` makes; nothing but the state, which is spent, may have changed."""
    asked = corp.leave()
    corp.says(asked)
    token = forge(corp, corp.provider.claims)
    corp.provider.claims, corp.provider.more_tokens = {}, {} if token is None else {"id_token": token}
    before = everything_in(corp.app.emulator, but=STATES)
    page = corp.come_back(asked)
    assert everything_in(corp.app.emulator, but=STATES) == before
    return page


def refused_as(page: Page, description: str) -> None:
    assert page.location.startswith(CALLBACK)
    assert (page.query["error"], page.query["error_description"]) == ("invalid_request", description)
    assert "code" not in page.query
    assert page.query["state"] == "xyz"


def public_pem(corp: Federation, said: dict[str, Any]) -> str:
    key = corp.provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hmac_token(said, key)


def modulus(corp: Federation, said: dict[str, Any]) -> str:
    return hmac_token(said, corp.provider._jwk()["n"].encode())


def empty_key(corp: Federation, said: dict[str, Any]) -> str:
    return hmac_token(said, b"")


def unsigned(corp: Federation, said: dict[str, Any]) -> str:
    return jwt.encode(said, None, algorithm="none")


def own_key_in_the_header(corp: Federation, said: dict[str, Any]) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    return jwt.encode(said, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": "1"})


def another_kid(corp: Federation, said: dict[str, Any]) -> str:
    return jwt.encode(said, corp.provider.key, algorithm="RS256", headers={"kid": "2"})


@pytest.mark.parametrize("forge", [public_pem, modulus, empty_key, unsigned, own_key_in_the_header, another_kid])
@pytest.mark.parametrize("secret", ["a-secret", None])
def test_a_signature_is_the_providers_own(
    idp: Idp, emulator: Emulator, provider: Provider, forge: Forge, secret: str | None
) -> None:
    """With and without a secret that the provider shares with us."""
    corp = federation(idp, emulator, provider)
    details = {name: value for name, value in provider.details.items() if name != "client_secret" or secret}
    idp.update_identity_provider(UserPoolId=corp.pool_id, ProviderName="Corp", ProviderDetails=details)
    refused_as(send(corp, forge), "Bad id_token signature")


def test_a_shared_secret_signs_too(corp: Federation) -> None:
    asked = corp.leave()
    corp.says(asked)
    corp.provider.more_tokens = {"id_token": hmac_token(corp.provider.claims, b"a-secret")}
    corp.provider.claims = {}
    assert "code" in corp.come_back(asked).query


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "a.b.c.d.e"])
def test_what_is_no_token(corp: Federation, token: str | None) -> None:
    refused_as(send(corp, lambda *_: token), "Bad id_token is missing" if token is None else "Bad id_token signature")


@pytest.mark.parametrize("wrong", [{"azp": "another"}, {"aud": ["an-id", "another"], "azp": "another"}])
def test_a_token_for_another_party(corp: Federation, wrong: dict[str, Any]) -> None:
    refused_as(corp.sign_in(**wrong), "Bad id_token azp")
    assert corp.app.idp.list_users(UserPoolId=corp.pool_id)["Users"] == []


def test_the_state_of_another_browser_or_sign_in(corp: Federation) -> None:
    """Somebody else's state and code do not sign a browser in."""
    mine, theirs = Federation(corp.app, corp.provider), Federation(corp.app, corp.provider)
    asked, other = mine.leave(), theirs.leave()
    mine.says(asked)
    before = everything_in(corp.app.emulator)
    for state in (other["state"], asked["state"][:-1] + "x", ""):
        page = mine.come_back(asked, state=state)
        assert page.location.startswith(f"{HOST}/error?"), page.location
        assert page.query["error"] == "invalid_request"
    assert everything_in(corp.app.emulator) == before
    assert "code" in mine.come_back(asked).query
    assert mine.come_back(asked).query["error"] == "invalid_request"  # spent


def test_an_answer_without_code_or_with_two(corp: Federation) -> None:
    asked = corp.leave()
    page = corp.browser.get(f"/oauth2/idpresponse?state={asked['state']}")
    assert page.query == {"error": "invalid_request", "state": "xyz"}


def test_a_client_that_no_longer_supports_the_provider(corp: Federation, idp: Idp) -> None:
    """What was allowed when the browser left may not be when it comes back."""
    asked = corp.leave()
    corp.says(asked)
    shown = idp.describe_user_pool_client(UserPoolId=corp.pool_id, ClientId=corp.app.app.client_id)["UserPoolClient"]
    kept = {
        name: shown[name]
        for name in ("CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient")
    }
    idp.update_user_pool_client(
        UserPoolId=corp.pool_id, ClientId=corp.app.app.client_id, SupportedIdentityProviders=["COGNITO"], **kept
    )
    page = corp.come_back(asked)
    assert page.query["error"] == "Login option is not available. Please try another one"
    assert idp.list_users(UserPoolId=corp.pool_id)["Users"] == []


def test_a_session_of_a_provider_is_no_use_to_clients_without_it(corp: Federation, idp: Idp) -> None:
    """Single sign-on does not let people in whom the client would not send to that provider."""
    idp.update_user_pool_domain(Domain="acme", UserPoolId=corp.pool_id, ManagedLoginVersion=2)
    without = oauth_client(idp, corp.pool_id, SupportedIdentityProviders=["COGNITO"])
    with_it = oauth_client(idp, corp.pool_id, SupportedIdentityProviders=["COGNITO", "Corp"])
    assert "code" in corp.sign_in().query
    silent = corp.app.authorize(corp.browser, client_id=with_it.client_id, prompt="none")
    assert "code" in silent.query
    before = everything_in(corp.app.emulator)
    page = corp.app.authorize(corp.browser, client_id=without.client_id, prompt="none")
    assert page.query == {"state": "xyz", "error": "login_required"}
    assert everything_in(corp.app.emulator) == before


# ── what is asked of the provider ────────────────────────────────────────────────────────────────────────────


def test_no_pkce_towards_providers(corp: Federation) -> None:
    """AWS documents none: the secret stands for the client, the state for the browser."""
    asked = corp.leave(code_challenge="c" * 43, code_challenge_method="S256")
    assert set(asked) == {"client_id", "redirect_uri", "scope", "response_type", "state", "nonce"}


@pytest.mark.parametrize(
    ("prompt", "forwarded"),
    [("login", "login"), ("select_account consent", "select_account consent"), (None, None)],
)
def test_prompts_are_forwarded_by_managed_login(
    idp: Idp, corp: Federation, prompt: str | None, forwarded: str | None
) -> None:
    assert "prompt" not in corp.leave(prompt="login")  # the classic pages ignore it
    idp.update_user_pool_domain(Domain="acme", UserPoolId=corp.pool_id, ManagedLoginVersion=2)
    idp.create_managed_login_branding(
        UserPoolId=corp.pool_id, ClientId=corp.app.app.client_id, UseCognitoProvidedValues=True
    )
    asked = corp.leave(prompt=prompt, login_hint="ann@example.com")
    assert (asked.get("prompt"), asked["login_hint"]) == (forwarded, "ann@example.com")
    page = corp.app.authorize(corp.app.browser(), identity_provider="Corp", prompt="none")
    assert page.query == {"state": "xyz", "error": "login_required"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_user_info_is_asked_as_the_details_say(idp: Idp, emulator: Emulator, provider: Provider, method: str) -> None:
    corp = federation(idp, emulator, provider)
    details = {**provider.details, "attributes_request_method": method, "attributes_url_add_attributes": "true"}
    updated = idp.update_identity_provider(UserPoolId=corp.pool_id, ProviderName="Corp", ProviderDetails=details)
    assert updated["IdentityProvider"]["ProviderDetails"]["attributes_url_add_attributes"] == "false"
    provider.info = {"sub": "10158", "email": "info@example.com"}
    assert claims(corp.tokens()["id_token"])["email"] == "info@example.com"
    asked = provider.to("/userinfo")
    assert (asked.method, asked.query, asked.form) == (method, {}, {})
    assert asked.headers["authorization"] == "Bearer their-token"


def test_addresses_that_are_given_count_more_than_discovery(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    corp = federation(idp, emulator, provider)
    details = {**provider.details, "authorize_url": f"{provider.url}/elsewhere"}
    updated = idp.update_identity_provider(UserPoolId=corp.pool_id, ProviderName="Corp", ProviderDetails=details)
    shown = updated["IdentityProvider"]["ProviderDetails"]
    assert shown["authorize_url"] == f"{provider.url}/elsewhere"
    assert shown["token_url"] == f"{provider.url}/token"
    page = corp.app.authorize(corp.browser, identity_provider="Corp")
    assert page.location.startswith(f"{provider.url}/elsewhere?")


def test_tokens_of_the_provider_can_be_attributes(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    schema = [
        {"Name": name, "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {}}
        for name in ("access", "identity")
    ]
    mapping = {"custom:access": "access_token", "custom:identity": "id_token"}
    corp = federation(
        idp,
        emulator,
        provider,
        mapping,
        client={key: ["custom:access", "custom:identity"] for key in ("WriteAttributes", "ReadAttributes")},
        Schema=schema,
    )
    corp.app.parameters = {"scope": "openid"}
    found = claims(corp.tokens()["id_token"])
    assert found["custom:access"] == "their-token"
    assert claims(found["custom:identity"])["sub"] == "10158"
    provider.more_tokens = {"access_token": "x" * 2049}
    corp.browser = corp.app.browser()
    page = corp.sign_in()
    assert page.query["error"] == "invalid_request"
    long = "The value of the attribute custom:access must have a length less than or equal to 2048 characters"
    assert page.query["error_description"] == long
    shown = idp.admin_get_user(UserPoolId=corp.pool_id, Username="Corp_10158")["UserAttributes"]
    assert {"Name": "custom:access", "Value": "their-token"} in shown
