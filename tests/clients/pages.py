"""Sites with pages, and people who look at each page: with axe, and (if asked to) with a camera.

With COGNITO_EMULATOR_SCREENSHOTS=<folder> each page is also photographed, on a desktop and a phone, light and dark.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from .support import PASSWORD, Server, control, idp_client

REGION = "eu-west-1"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/no-reply@example.com",
}


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
        listed = [{"Name": key, "Value": value} for key, value in given.items() if value]
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
    client = idp.create_user_pool_client(UserPoolId=pool, **client_settings(callback))["UserPoolClient"]["ClientId"]
    if version == 2:
        idp.create_managed_login_branding(UserPoolId=pool, ClientId=client, **style)
    port = urlsplit(server.endpoint_url).port
    return Site(server.endpoint_url, idp, pool, client, f"http://{prefix}.auth.{REGION}.localhost:{port}", callback)


DYNAMIC = {"Settings": {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}}

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
# The narrowest screen that pages have to fit on (WCAG 2, success criterion 1.4.10).
NARROW = {"width": 320, "height": 640}

# What people see, and the template that it is made of.
PAGES = {
    "add-passkey": "passkey",
    "authenticator": "code",
    "choose-account": "sign_in",
    "choose-factor": "choose",
    "choose-first-factor": "choose",
    "choose-provider": "sign_in",
    "code-by-email": "code",
    "confirm": "confirm",
    "confirm-error": "confirm",
    "confirm-resent": "confirm",
    "corporate-address": "sign_in",
    "corporate-address-of-nobody": "sign_in",
    "error": "error",
    "fake-provider": "fake_idp",
    "forgot": "forgot_password",
    "link-confirmed": "link_result",
    "link-refused": "link_result",
    "link-sent": "sign_in",
    "new-password": "new_password",
    "only-providers": "sign_in",
    "passkey": "passkey",
    "passkey-failed": "passkey",
    "password": "sign_in",
    "password-chosen": "password",
    "password-changed": "sign_in",
    "reset": "reset_password",
    "set-up": "set_up",
    "set-up-addresses": "set_up",
    "sign-in": "sign_in",
    "sign-up": "sign_up",
    "sign-up-refused": "sign_up",
    "styled-sign-up": "sign_up",
    "terms": "sign_up",
    "text-message": "code",
    "unavailable": "unavailable",
    "wrong-password": "sign_in",
}


def looks() -> list[tuple[str, str]]:
    """Screens on which pages are looked at. No colour depends on the size, so two of the four show everything."""
    crossed = [("desktop", "dark"), ("phone", "light")] if _pictures() else []
    return [("desktop", "light"), ("phone", "dark"), *crossed]


def _pictures() -> str | None:
    return os.environ.get("COGNITO_EMULATOR_SCREENSHOTS")


class Visitor:
    """Somebody with a browser. `home` is the size of the screen that they use; they look at pages on all of them."""

    def __init__(self, browser: Any, home: str, axe: str, callback: str) -> None:
        self._home = SIZES[home]
        # Colours would fade into each other while they are looked at.
        self.context = browser.new_context(viewport=self._home, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.refused: list[str] = []
        self.page.on("console", lambda message: self._note(message))
        self.page.on("dialog", lambda dialog: self._note_dialog(dialog))
        self._axe = axe
        self._callback = callback

    def _note(self, message: Any) -> None:
        if "Content Security Policy" in message.text or message.type == "error":
            self.refused.append(message.text)

    def _note_dialog(self, dialog: Any) -> None:
        self.refused.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def see(self, name: str, tag: str) -> None:
        """Check the page that is shown, as each screen shows it. `tag` tells pictures of one page apart."""
        assert name in PAGES, f"pages.PAGES does not know which template {name} is made of"
        # Evaluated by the debugger, which the page's policy does not stop.
        self.page.evaluate(self._axe)
        for size, scheme in looks():
            self.page.set_viewport_size(SIZES[size])
            self.page.emulate_media(color_scheme=scheme)
            self._look(f"{tag}-{name}-{size}-{scheme}")
        self.page.set_viewport_size(NARROW)
        self._fits(f"{tag}-{name}-narrow")
        self.page.set_viewport_size(self._home)

    def _look(self, what: str) -> None:
        folder = _pictures()
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{what}.png", full_page=True)
        found = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            ".map(v => `${v.id}: ${v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')}`)"
        )
        assert found == [], what
        self._fits(what)

    def _fits(self, what: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{what} scrolls sideways"
        cut = self.page.evaluate(
            "[...document.querySelectorAll('.button, h1, p, label')]"
            ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)"
        )
        assert cut == [], f"{what}: text does not fit"

    def forgive(self, status: str) -> None:
        """The browser reports the status of an error page as an error; it is one that was wanted."""
        self.refused = [line for line in self.refused if f"status of {status}" not in line]

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f'input[name="{name}"]:visible').fill(value)

    def send(self) -> None:
        """Press the button of the form, as Enter in its last field does."""
        self.page.locator(".button:not(.second):not(.provider):visible[type=submit]").first.click()
        self.page.wait_for_load_state()

    def back_at_the_app(self) -> str:
        self.page.wait_for_url(f"{self._callback}**")
        query = parse_qs(urlsplit(self.page.url).query)
        assert query["state"] == ["s-1"]
        self.context.clear_cookies()
        return query["code"][0]


def sign_in(site: Site, visitor: Visitor, user: str, version: int, password: str = PASSWORD) -> None:
    """From the app to what comes after the password."""
    visitor.page.goto(site.url())
    visitor.fill(username=user)
    if version == 2:
        visitor.send()
    visitor.fill(password=password)
    visitor.send()


def make_other_client(site: Site) -> str:
    """Another client of the site's pool, for which a user who is signed in is known."""
    client = site.idp.create_user_pool_client(UserPoolId=site.pool_id, **client_settings(site.callback))
    client_id = str(client["UserPoolClient"]["ClientId"])
    site.idp.create_managed_login_branding(UserPoolId=site.pool_id, ClientId=client_id, **DYNAMIC)
    return client_id


def client_settings(callback: str, *providers: str) -> dict[str, Any]:
    """A public client of the pages."""
    return {
        "ClientName": "web",
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "CallbackURLs": [callback],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "SupportedIdentityProviders": list(providers or ("COGNITO",)),
    }
