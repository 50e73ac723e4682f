"""Buttons of providers, and the page that stands in for them (`--fake-idp`), in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cognito_emulator.http.live import LiveServer
from cognito_emulator.randomness import KeySupply
from tests.oauth.federation.saml_idp import Idp

from .pages import DYNAMIC, Site, Visitor, client_settings, make_site
from .support import claims_of

SCRIPT = "\"'><script>alert(1)</script><img/src=x/onerror=alert(1)>"
_SOCIAL = {"client_id": "any", "client_secret": "any", "authorize_scopes": "openid email"}
PROVIDERS = {
    "Google": ("Google", _SOCIAL),
    "Facebook": ("Facebook", {**_SOCIAL, "authorize_scopes": "email"}),
    "LoginWithAmazon": ("LoginWithAmazon", {**_SOCIAL, "authorize_scopes": "profile"}),
    "SignInWithApple": (
        "SignInWithApple",
        {"client_id": "any", "team_id": "t", "key_id": "k", "private_key": "any", "authorize_scopes": "email"},
    ),
    "Corp-with-a-name-of-32-characters": (
        "OIDC",
        {**_SOCIAL, "attributes_request_method": "GET", "oidc_issuer": "http://127.0.0.1:9"},
    ),
}
SEARCHING = {
    "Settings": {
        "categories": {
            "auth": {"federation": {"interfaceStyle": "DOMAIN_INPUT"}},
            **DYNAMIC["Settings"]["categories"],
        }
    }
}
BOTH = pytest.mark.parametrize("version", [1, 2])


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer(region="eu-west-1", fake_idp=True) as server:
        yield server


def make_providers(server: LiveServer, callback: str, version: int, *names: str, local: bool = True) -> Site:
    site = make_site(server, callback, version, style=DYNAMIC)
    wanted = names or tuple(name[:32] for name in PROVIDERS)
    for name, (kind, details) in PROVIDERS.items():
        if name[:32] in wanted:
            site.idp.create_identity_provider(
                UserPoolId=site.pool_id,
                ProviderName=name[:32],
                ProviderType=kind,
                ProviderDetails=details,
                AttributeMapping={"email": "email", "given_name": "given_name"},
            )
    supported = [*wanted, "COGNITO"] if local else wanted
    settings = client_settings(callback, *supported)
    site.idp.update_user_pool_client(UserPoolId=site.pool_id, ClientId=site.client_id, **settings)
    return site


@BOTH
def test_a_choice_of_providers(server: LiveServer, visitor: Visitor, callback: str, version: int) -> None:
    site = make_providers(server, callback, version)
    page, tag = visitor.page, f"v{version}"
    page.goto(site.url())
    visitor.see("choose-provider", tag)
    page.get_by_role("button", name="Google").locator("visible=true").click()
    visitor.see("fake-provider", tag)
    page.get_by_role("button", name="Bob Baker").click()
    code = visitor.back_at_the_app()
    assert claims_of(tokens(site, code)["id_token"])["email"] == "bob@example.com"


@BOTH
def test_nothing_but_providers(server: LiveServer, visitor: Visitor, callback: str, version: int) -> None:
    site = make_providers(server, callback, version, "Google", "Facebook", local=False)
    visitor.page.goto(site.url())
    visitor.see("only-providers", f"v{version}")


@BOTH
def test_an_address_in_place_of_buttons(
    server: LiveServer, visitor: Visitor, callback: str, version: int, key_supply: KeySupply
) -> None:
    key = key_supply.take()
    site = make_site(server, callback, version, style=SEARCHING)
    for name in ("Acme", "Beta"):
        site.idp.create_identity_provider(
            UserPoolId=site.pool_id,
            ProviderName=name,
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": Idp(key).metadata},
            IdpIdentifiers=[f"{name.lower()}.example"],
        )
    key_supply.recycle([key])
    settings = client_settings(callback, "COGNITO", "Acme", "Beta")
    site.idp.update_user_pool_client(UserPoolId=site.pool_id, ClientId=site.client_id, **settings)
    page, tag = visitor.page, f"v{version}"
    page.goto(site.url())
    visitor.see("corporate-address", tag)
    visitor.fill(corporate_id="ann@nowhere.example")
    page.locator("form[name=cognitoIdpSearchForm] button:visible").click()
    visitor.see("corporate-address-of-nobody", tag)


def test_script_from_a_provider(server: LiveServer, visitor: Visitor, callback: str) -> None:
    """Who somebody is at a provider is text here: on the sign-in page that knows them, and in the tokens."""
    site = make_providers(server, callback, 2, "Google")
    page = visitor.page
    page.goto(site.url(identity_provider="Google"))
    visitor.fill(
        subject="<script>alert(1)</script>", given_name=SCRIPT, family_name=SCRIPT, claims='{"a": "</script>"}'
    )
    visitor.send()
    page.wait_for_url(f"{callback}**")
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    claims = claims_of(tokens(site, code)["id_token"])
    assert claims["cognito:username"] == "Google_<script>alert(1)</script>"
    assert claims["identities"][0]["userId"] == "<script>alert(1)</script>"


def test_somebody_who_changes_their_mind(server: LiveServer, visitor: Visitor, callback: str) -> None:
    site = make_providers(server, callback, 2, "Google")
    page = visitor.page
    page.goto(site.url(identity_provider="Google"))
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_url(f"{callback}**")
    assert parse_qs(urlsplit(page.url).query)["error"] == ["access_denied"]


def tokens(site: Site, code: str) -> dict[str, Any]:
    """The answer of the token endpoint, to the app's server."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": site.client_id,
        "redirect_uri": site.callback,
    }
    answer: dict[str, Any] = requests.post(f"{site.endpoint}/oauth2/token", form, timeout=30).json()
    return answer
