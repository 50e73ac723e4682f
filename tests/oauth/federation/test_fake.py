"""`--fake-idp`: sign-in with any social or OpenID Connect provider without one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp, as_dict, claims, pool
from tests.conftest import START
from tests.oauth.conftest import CALLBACK, Relying, relying

SOCIAL = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "email"}
DETAILS = {
    "Google": SOCIAL,
    "Facebook": SOCIAL,
    "LoginWithAmazon": SOCIAL,
    "SignInWithApple": {
        "client_id": "an-id",
        "team_id": "t",
        "key_id": "k",
        "private_key": "not a key",
        "authorize_scopes": "email",
    },
    "OIDC": {**SOCIAL, "attributes_request_method": "GET", "oidc_issuer": "http://127.0.0.1:9"},
}


@pytest.fixture
def emulator(key_supply: KeySupply) -> Iterator[Emulator]:
    emulator = Emulator(
        clock=Clock(START), key_supply=key_supply, seed=1, check_responses=True, issuer="aws", fake_idp=True
    )
    yield emulator
    emulator.close()


def app(idp: Idp, emulator: Emulator, kind: str = "Google") -> Relying:
    pool_id = pool(idp)
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName=kind if kind != "OIDC" else "Corp",
        ProviderType=kind,
        ProviderDetails=DETAILS[kind],
        AttributeMapping={"email": "email", "email_verified": "email_verified", "name": "name"},
    )
    names = [kind if kind != "OIDC" else "Corp"]
    return relying(idp, emulator, client={"SupportedIdentityProviders": names}, pool_id=pool_id)


@pytest.mark.parametrize("kind", sorted(DETAILS))
@pytest.mark.parametrize("host", ["https://acme.auth.us-east-1.amazoncognito.com", "http://localhost:9229"])
def test_a_developer_picks_somebody(idp: Idp, emulator: Emulator, kind: str, host: str) -> None:
    here = app(idp, emulator, kind)
    name = kind if kind != "OIDC" else "Corp"
    browser = here.browser()
    browser.host = host
    page = here.authorize(browser, follow=True, identity_provider=name)
    assert page.title == f"Sign in with {name} (fake)"
    back = browser.submit(page, "person")
    assert back.location.startswith(f"{CALLBACK}?code=")
    found = claims(here.exchange(back.query["code"]).json["id_token"])
    assert found["cognito:username"] == f"{name}_10001"
    assert (found["email"], found["email_verified"], found["name"]) == ("ann@example.com", True, "Ann Archer")


def test_a_developer_types_somebody(idp: Idp, emulator: Emulator) -> None:
    here = app(idp, emulator)
    browser = here.browser()
    page = here.authorize(browser, follow=True, identity_provider="Google")
    browser.submit(page, "somebody", subject="77", email="x@example.com", claims='{"name": "X."}')
    user = idp.admin_get_user(UserPoolId=here.app.pool_id, Username="Google_77")
    shown = as_dict(user["UserAttributes"])
    assert (shown["email"], shown["name"], user["UserStatus"]) == ("x@example.com", "X.", "EXTERNAL_PROVIDER")


def test_a_developer_changes_their_mind(idp: Idp, emulator: Emulator) -> None:
    here = app(idp, emulator)
    browser = here.browser()
    page = here.authorize(browser, follow=True, identity_provider="Google")
    back = browser.submit(page, "somebody", button="cancel")
    assert (back.query["error"], back.query["state"]) == ("access_denied", "xyz")


def test_a_made_up_code_or_state_is_refused(idp: Idp, emulator: Emulator) -> None:
    here = app(idp, emulator)
    browser = here.browser()
    asked = here.authorize(browser, identity_provider="Google")
    page = browser.get(f"/oauth2/idpresponse?code=made-up&state={asked.query['state']}")
    assert page.query["error_description"] == "Google Error - 400 invalid_grant"
    assert urlsplit(browser.get("/fake-idp?state=made-up").location).path == "/error"


def test_there_is_no_such_page_without_the_option(idp: Idp, emulator: Emulator) -> None:
    here = app(idp, emulator)
    emulator.config = emulator.config.with_(fake_idp=False)
    assert here.browser().get("/fake-idp?state=x").status == 404
