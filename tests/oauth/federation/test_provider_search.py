"""One field for an e-mail address in place of the providers' buttons: its domain picks the provider."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import Idp as Cognito
from tests.builders import everything_in, pool
from tests.oauth.browser import Page
from tests.oauth.conftest import Relying, relying
from tests.oauth.federation.saml_idp import SSO, Idp
from tests.oauth.federation.test_saml import theirs

__all__ = ["theirs"]  # fixture
FORM = "cognitoIdpSearchForm"
SEARCHING = {"categories": {"auth": {"federation": {"interfaceStyle": "DOMAIN_INPUT"}}}}


def world(
    idp: Cognito,
    emulator: Emulator,
    theirs: Idp,
    identifiers: dict[str, list[str]],
    *,
    version: int = 1,
    settings: dict[str, Any] | None = None,
    supported: list[str] | None = None,
) -> Relying:
    """A pool with SAML providers of these names and identifiers."""
    pool_id = pool(idp)
    for name, known in identifiers.items():
        idp.create_identity_provider(
            UserPoolId=pool_id,
            ProviderName=name,
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": theirs.metadata.replace(SSO, f"{SSO}/{name}")},
            IdpIdentifiers=known,
        )
    client = {"SupportedIdentityProviders": supported or ["COGNITO", *identifiers]}
    app = relying(idp, emulator, client=client, pool_id=pool_id, version=version, branded=settings is None)
    if settings is not None:
        idp.create_managed_login_branding(UserPoolId=pool_id, ClientId=app.app.client_id, Settings=settings)
    return app


def names(page: Page) -> list[str]:
    return [value for form in page.forms for name, value in form.buttons.items() if name == "identity_provider"]


TWO = {"Acme": ["acme.example"], "Beta": ["beta.example", "b.example"]}


@pytest.mark.parametrize("address", ["ann@beta.example", "ann@b.example", "B.Example", " ann@BETA.example "])
def test_the_domain_of_an_address_picks_the_provider(
    idp: Cognito, emulator: Emulator, theirs: Idp, address: str
) -> None:
    app = world(idp, emulator, theirs, TWO)
    browser = app.browser()
    page = app.authorize(browser, follow=True)
    assert names(page) == []
    assert page.form(FORM).fields["corporate_id"] == ""
    assert browser.submit(page, FORM, corporate_id=address).location.startswith(f"{SSO}/Beta?SAMLRequest=")


@pytest.mark.parametrize("address", ["ann@nowhere.example", "ann", "@", "", "ann@acme.example@"])
def test_an_address_of_nobody(idp: Cognito, emulator: Emulator, theirs: Idp, address: str) -> None:
    app = world(idp, emulator, theirs, TWO)
    browser = app.browser()
    page = browser.submit(app.authorize(browser, follow=True), FORM, corporate_id=address)
    assert page.status == 200
    assert "No identity provider found." in page.text


def test_a_provider_that_the_client_does_not_support(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    three = {**TWO, "Gamma": ["gamma.example"]}
    app = world(idp, emulator, theirs, three, supported=["Acme", "Beta"])
    browser = app.browser()
    shown = app.authorize(browser, follow=True)
    before = everything_in(emulator, but=frozenset({"page_states"}))
    page = browser.submit(shown, FORM, corporate_id="ann@gamma.example")
    assert "No identity provider found." in page.text
    assert everything_in(emulator, but=frozenset({"page_states"})) == before
    page = app.authorize(browser, idp_identifier="gamma.example")
    assert page.query["errorMessage"] == "Login option is not available. Please try another one"


@pytest.mark.parametrize(
    "identifiers", [{"Acme": ["acme.example"]}, {"Acme": ["acme.example"], "Beta": []}], ids=["one", "mixed"]
)
def test_otherwise_each_provider_has_a_button(
    idp: Cognito, emulator: Emulator, theirs: Idp, identifiers: dict[str, list[str]]
) -> None:
    app = world(idp, emulator, theirs, identifiers)
    page = app.authorize(app.browser(), follow=True)
    assert set(names(page)) == set(identifiers)
    assert FORM not in [form.name for form in page.forms]


def test_in_managed_login_a_style_decides(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    app = world(idp, emulator, theirs, TWO, version=2, settings=SEARCHING)
    browser = app.browser()
    page = app.authorize(browser, follow=True, lang="de")
    assert names(page) == []
    assert "Mit der E-Mail-Adresse Ihrer Firma anmelden" in page.text
    refused = browser.submit(page, FORM, corporate_id="x")
    assert "Zu dieser Adresse gibt es keinen Identitätsanbieter." in refused.text
    assert browser.submit(refused, FORM, corporate_id="a@acme.example").location.startswith(f"{SSO}/Acme?")


def test_managed_login_has_buttons_otherwise(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    app = world(idp, emulator, theirs, TWO, version=2)
    assert names(app.authorize(app.browser(), follow=True)) == ["Acme", "Beta"]
