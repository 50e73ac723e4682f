"""A pool with a domain and an app, and ways through its pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import ALL_FLOWS, App, Idp, User, confirmed_user, pool
from tests.oauth.browser import Browser, Page

CALLBACK = "https://app.example.com/callback"
SIGNED_OUT = "https://app.example.com/bye"
PREFIX = "acme"
HOST = f"https://{PREFIX}.auth.us-east-1.amazoncognito.com"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-of-rfc-7636"


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(app: App) -> str:
    return "Basic " + base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode()


@dataclass
class Relying:
    """An app that lets people sign in at a pool's domain."""

    idp: Idp
    emulator: Emulator
    app: App
    host: str = HOST
    parameters: dict[str, str] = field(default_factory=dict)

    def browser(self) -> Browser:
        return Browser(self.emulator, self.host)

    def query(self, **changes: str | None) -> str:
        given: dict[str, str | None] = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "state": "xyz",
            **self.parameters,
            **changes,
        }
        return urlencode({name: value for name, value in given.items() if value is not None})

    def authorize(self, browser: Browser, *, follow: bool = False, **changes: str | None) -> Page:
        return browser.get(f"/oauth2/authorize?{self.query(**changes)}", follow=follow)

    def sign_in(self, browser: Browser, user: User, password: str | None = None, **changes: str | None) -> Page:
        """From the authorize endpoint through the sign-in page; the answer to the form."""
        page = self.authorize(browser, follow=True, **changes)
        assert page.status == 200, page.location
        form = "cognitoSignInForm"
        if "password" not in page.form(form).fields:
            page = browser.submit(page, form, username=user.username)
        return browser.submit(page, form, username=user.username, password=password or user.password)

    def code(self, browser: Browser, user: User, **changes: str | None) -> str:
        """A fresh authorization code."""
        return self.sign_in(browser, user, **changes).query["code"]

    def token(self, **form: str) -> Page:
        """A request to the token endpoint, with the client's credentials unless others are given."""
        headers = {}
        if "Authorization" in form:
            headers["Authorization"] = form.pop("Authorization")
        elif self.app.secret is not None:
            headers["Authorization"] = basic(self.app)
        else:
            form.setdefault("client_id", self.app.client_id)
        return self.browser().post("/oauth2/token", form, **headers)

    def exchange(self, code: str, **form: str) -> Page:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **form)

    def tokens(self, user: User, **changes: str | None) -> dict[str, Any]:
        """The tokens of a sign-in."""
        answer = self.exchange(self.code(self.browser(), user, **changes))
        assert answer.status == 200, answer.html
        found: dict[str, Any] = answer.json
        return found


def relying(
    idp: Idp,
    emulator: Emulator,
    *,
    client: dict[str, Any] | None = None,
    version: int = 1,
    branded: bool = True,
    domain: str | None = PREFIX,
    pool_id: str | None = None,
    **settings: Any,
) -> Relying:
    """A pool with a domain and a client that may do everything but client credentials."""
    pool_id = pool_id or pool(idp, **settings)
    if domain is not None:
        idp.create_user_pool_domain(Domain=domain, UserPoolId=pool_id, ManagedLoginVersion=version)
    app = oauth_client(idp, pool_id, **(client or {}))
    if version == 2 and branded:
        idp.create_managed_login_branding(UserPoolId=pool_id, ClientId=app.client_id, UseCognitoProvidedValues=True)
    return Relying(idp, emulator, app)


def oauth_client(idp: Idp, pool_id: str, **settings: Any) -> App:
    wanted = {
        "ClientName": "app",
        "ExplicitAuthFlows": ALL_FLOWS,
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": [SIGNED_OUT],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "SupportedIdentityProviders": ["COGNITO"],
        **settings,
    }
    created = idp.create_user_pool_client(UserPoolId=pool_id, **wanted)["UserPoolClient"]
    return App(pool_id, created["ClientId"], created.get("ClientSecret"))


@pytest.fixture
def rely(idp: Idp, emulator: Emulator) -> Callable[..., Relying]:
    """`rely(...)`: a pool with a domain and a client."""

    def make(**settings: Any) -> Relying:
        return relying(idp, emulator, **settings)

    return make


@pytest.fixture
def app(rely: Callable[..., Relying]) -> Relying:
    """An app at a classic domain."""
    return rely()


@pytest.fixture
def alice(app: Relying, idp: Idp) -> User:
    return confirmed_user(idp, app.app, "alice", email="alice@example.com", email_verified="true", name="Alice A.")
