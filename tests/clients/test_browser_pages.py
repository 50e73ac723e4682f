"""The pages of a user pool domain in a real browser: every page, checked with axe, from a live server.

With COGNITO_EMULATOR_SCREENSHOTS=<folder> each page is also photographed, on a desktop and a phone, light and dark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from .support import PASSWORD, NodeClients, Server, control, idp_client, totp
from .web import APP, serving

REGION = "eu-west-1"
NEW_PASSWORD = "Another-horse-8"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/no-reply@example.com",
}
LOOKS = {
    "desktop-light": ({"width": 1280, "height": 800}, "light"),
    "phone-dark": ({"width": 390, "height": 844}, "dark"),
}
MORE_LOOKS = {
    "desktop-dark": ({"width": 1280, "height": 800}, "dark"),
    "phone-light": ({"width": 390, "height": 844}, "light"),
}


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    """The URL of the app, on a free port."""
    with serving(lambda request: APP) as url:
        yield f"{url}/callback"


@dataclass
class Site:
    """A pool with a domain on the live server, and the app that people sign in to."""

    endpoint: str
    idp: Any
    pool_id: str
    client_id: str
    host: str
    callback: str
    extra: dict[str, str] = field(default_factory=dict)

    def url(self, path: str = "/oauth2/authorize", **query: str) -> str:
        given = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.callback,
            "state": "s-1",
            "scope": "openid email",
            **self.extra,
            **query,
        }
        return f"{self.host}{path}?{urlencode(given)}"

    def user(self, name: str, password: str = PASSWORD, *, permanent: bool = True, **attributes: str) -> str:
        given = {"email": f"{name}@example.com", "email_verified": "true", **attributes}
        listed = [{"Name": key, "Value": value} for key, value in given.items()]
        self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=name, UserAttributes=listed, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=name, Password=password, Permanent=permanent)
        return name

    def code(self, username: str) -> str:
        """The code in the newest message to a user."""
        found = control(self.endpoint, "messages", userPoolId=self.pool_id, username=username, wait="5")["messages"]
        return str(found[-1]["code"])


def make_site(server: Server, callback: str, version: int, **settings: Any) -> Site:
    idp = idp_client(server.endpoint_url, REGION)
    factors = settings.pop("factors", [])
    style = settings.pop("style", {"UseCognitoProvidedValues": True})
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    pool = idp.create_user_pool(
        PoolName="Acme",
        AutoVerifiedAttributes=["email"],
        Policies=policies,
        EmailConfiguration=SES,
        SmsConfiguration=SMS,
        **settings,
    )["UserPool"]["Id"]
    prefix = f"acme-{pool.split('_')[1].lower()}"
    idp.create_user_pool_domain(Domain=prefix, UserPoolId=pool, ManagedLoginVersion=version)
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        CallbackURLs=[callback],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    if version == 2:
        idp.create_managed_login_branding(UserPoolId=pool, ClientId=client, **style)
    port = urlsplit(server.endpoint_url).port
    return Site(server.endpoint_url, idp, pool, client, f"http://{prefix}.auth.{REGION}.localhost:{port}", callback)


@pytest.fixture(scope="session")
def axe(node_clients: NodeClients) -> str:
    """The source of axe-core."""
    return (node_clients.scripts.parent / "node_modules" / "axe-core" / "axe.min.js").read_text()


class Visitor:
    """Somebody with a browser, who looks at each page: with axe, and (if asked to) with a camera."""

    def __init__(self, browser: Any, look: str, axe: str, callback: str) -> None:
        size, scheme = {**LOOKS, **MORE_LOOKS}[look]
        self.look = look
        self.context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=False)
        self.page = self.context.new_page()
        self.refused: list[str] = []
        self.page.on("console", lambda message: self._note(message))
        self._axe = axe
        self._callback = callback

    def _note(self, message: Any) -> None:
        if "Content Security Policy" in message.text or message.type == "error":
            self.refused.append(message.text)

    def see(self, name: str) -> None:
        """Check the page that is shown."""
        folder = os.environ.get("COGNITO_EMULATOR_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.look}.png", full_page=True)
        # Evaluated by the debugger, which the page's policy does not stop.
        self.page.evaluate(self._axe)
        found = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            ".map(v => `${v.id}: ${v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')}`)"
        )
        assert found == [], f"{name} {self.look}"
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{name} {self.look} scrolls sideways"

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f'input[name="{name}"]:visible').fill(value)

    def send(self) -> None:
        """Press the button of the form, as Enter in its last field does."""
        self.page.locator(".button:not(.second):visible[type=submit]").first.click()
        self.page.wait_for_load_state()

    def back_at_the_app(self) -> str:
        self.page.wait_for_url(f"{self._callback}**")
        query = parse_qs(urlsplit(self.page.url).query)
        assert query["state"] == ["s-1"]
        self.context.clear_cookies()
        return query["code"][0]


def looks() -> list[str]:
    return list({**LOOKS, **MORE_LOOKS} if os.environ.get("COGNITO_EMULATOR_SCREENSHOTS") else LOOKS)


@pytest.fixture(params=looks())
def visitor(request: pytest.FixtureRequest, chromium: Any, axe: str, callback: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, request.param, axe, callback)
    yield visitor
    visitor.context.close()
    assert visitor.refused == []


DYNAMIC = {"Settings": {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}}


@pytest.mark.parametrize("version", [1, 2])
def test_sign_up_sign_in_and_recovery(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    page, tag = visitor.page, f"v{version}"
    page.goto(site.url())
    visitor.see(f"{tag}-sign-in")
    page.get_by_role("link", name="Sign up").locator("visible=true").click()
    visitor.see(f"{tag}-sign-up")
    visitor.fill(username="new", password=PASSWORD, **{"requiredAttributes[email]": "new@example.com"})
    visitor.send()
    visitor.see(f"{tag}-confirm")
    visitor.fill(code="000000")
    visitor.send()
    visitor.see(f"{tag}-confirm-error")
    visitor.fill(code=site.code("new"))
    visitor.send()
    assert visitor.back_at_the_app()

    page.goto(site.url())
    visitor.fill(username="new")
    if version == 2:
        visitor.send()
        visitor.see(f"{tag}-password")
    visitor.fill(password="wrong")
    visitor.send()
    visitor.see(f"{tag}-wrong-password")
    page.get_by_role("link", name="Forgot your password?").locator("visible=true").click()
    visitor.see(f"{tag}-forgot")
    visitor.fill(username="new")
    visitor.send()
    visitor.see(f"{tag}-reset")
    visitor.fill(code=site.code("new"), password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    visitor.send()
    visitor.see(f"{tag}-password-changed")
    if version == 2:
        visitor.fill(username="new")
        visitor.send()
    else:
        visitor.fill(username="new")
    visitor.fill(password=NEW_PASSWORD)
    visitor.send()
    assert visitor.back_at_the_app()


@pytest.mark.parametrize("version", [1, 2])
def test_new_password_and_second_factors(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    site.idp.set_user_pool_mfa_config(
        UserPoolId=site.pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={"SmsConfiguration": SMS},
    )
    user = site.user("bob", "Temporary-1!", permanent=False)
    page, tag = visitor.page, f"v{version}"

    def begin(password: str) -> None:
        page.goto(site.url())
        visitor.fill(username=user)
        if version == 2:
            visitor.send()
        visitor.fill(password=password)
        visitor.send()

    begin("Temporary-1!")
    visitor.see(f"{tag}-new-password")
    visitor.fill(new_password=PASSWORD, confirm_password=PASSWORD)
    visitor.send()
    page.get_by_text("Enter the key by hand").locator("visible=true").click()
    visitor.see(f"{tag}-set-up")
    secret = page.locator(".secret:visible").inner_text()
    visitor.fill(authentication_code=totp(secret))
    visitor.send()
    assert visitor.back_at_the_app()
    begin(PASSWORD)
    visitor.see(f"{tag}-authenticator")
    site.idp.admin_update_user_attributes(
        UserPoolId=site.pool_id,
        Username=user,
        UserAttributes=[
            {"Name": "phone_number", "Value": "+4915112345678"},
            {"Name": "phone_number_verified", "Value": "true"},
        ],
    )
    site.idp.admin_set_user_mfa_preference(
        UserPoolId=site.pool_id,
        Username=user,
        SMSMfaSettings={"Enabled": True},
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False},
    )
    begin(PASSWORD)
    visitor.see(f"{tag}-choose-factor")
    page.get_by_role("button", name="text message").locator("visible=true").click()
    visitor.see(f"{tag}-text-message")
    visitor.fill(authentication_code=site.code(user))
    visitor.send()
    assert visitor.back_at_the_app()


def test_passkeys(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    site = make_site(cognito_server, callback, 2, factors=["WEB_AUTHN", "EMAIL_OTP"], style=DYNAMIC)
    host = urlsplit(site.host).hostname
    site.idp.set_user_pool_mfa_config(UserPoolId=site.pool_id, WebAuthnConfiguration={"RelyingPartyId": host})
    user, page = site.user("carol"), visitor.page
    session = visitor.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.goto(site.url("/passkeys/add"))
    visitor.fill(username=user)
    visitor.send()
    visitor.see("v2-choose-first-factor")
    page.get_by_role("button", name="password").click()
    visitor.fill(password=PASSWORD)
    visitor.send()
    visitor.see("v2-add-passkey")
    visitor.send()
    assert visitor.back_at_the_app()
    page.goto(site.url())
    visitor.fill(username=user)
    visitor.send()
    page.get_by_role("button", name="passkey").click()
    visitor.see("v2-passkey")
    visitor.send()
    assert visitor.back_at_the_app()


@pytest.mark.parametrize("version", [1, 2])
def test_other_pages(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    user, page, tag = site.user("dave"), visitor.page, f"v{version}"
    other = make_other_client(site)
    page.goto(site.url())
    visitor.fill(username=user)
    if version == 2:
        visitor.send()
    visitor.fill(password=PASSWORD)
    visitor.send()
    page.wait_for_url(f"{site.callback}**")
    page.goto(site.url(client_id=other))
    visitor.see(f"{tag}-choose-account")
    page.get_by_role("button", name="Sign in as dave").locator("visible=true").click()
    assert visitor.back_at_the_app()
    visitor.refused.clear()
    page.goto(site.url(redirect_uri="https://evil.example.com/"))
    assert re.search("redirect_mismatch", page.content())
    visitor.see(f"{tag}-error")
    visitor.refused.clear()  # the browser reports the status 400 of the page


def make_other_client(site: Site) -> str:
    client = site.idp.create_user_pool_client(
        UserPoolId=site.pool_id,
        ClientName="other",
        CallbackURLs=[site.callback],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    site.idp.create_managed_login_branding(UserPoolId=site.pool_id, ClientId=client, Settings=DYNAMIC["Settings"])
    return str(client)


def test_a_style_and_languages(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    settings = {
        "categories": {"global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}},
        "components": {
            "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "7a1fa2ff", "textColor": "ffffffff"}}},
            "form": {"borderRadius": 24, "logo": {"enabled": True}},
        },
        "componentClasses": {"buttons": {"borderRadius": 24}},
    }
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40"><rect width="160" height="40" rx="20" '
        b'fill="#7a1fa2"/><text x="80" y="27" font-size="20" text-anchor="middle" fill="#fff">Acme</text></svg>'
    )
    assets = [
        {"Category": category, "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": logo}
        for category in ("FORM_LOGO", "PAGE_HEADER_LOGO")
    ]
    site = make_site(cognito_server, callback, 2, style={"Settings": settings, "Assets": assets})
    for code in ("en", "de", "fr", "es", "pt-BR", "ja"):
        visitor.page.goto(site.url("/signup", lang=code))
        visitor.see(f"styled-sign-up-{code}")
