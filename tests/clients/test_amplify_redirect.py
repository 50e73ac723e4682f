"""Amplify 6 `signInWithRedirect` in headless Chromium: local users, a social provider, refusals, signing out.

Amplify writes `https://` before the domain itself, so the server has a certificate here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cognito_emulator.http.live import LiveServer
from tests.tls import Certificate, certificate_in

from .support import PASSWORD, NodeClients
from .web import Answer, Request, serving

REGION = "eu-west-1"
SCOPES = ["openid", "email", "profile", "aws.cognito.signin.user.admin"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def server(certificate: Certificate) -> Iterator[LiveServer]:
    """A live server that speaks https, with the stand-in for social providers."""
    with LiveServer(host="localhost", region=REGION, fake_idp=True, **certificate.options) as server:
        yield server


@pytest.fixture(scope="module")
def bundle(node_clients: NodeClients) -> str:
    """The app's script."""
    script: str = node_clients.run("bundle.mjs", {"flow": "bundle", "entry": "amplify_page.mjs"})["script"]
    return script


@dataclass
class AmplifyApp:
    """The app in a browser of its own, and the pool that its users are in."""

    url: str
    idp: Any
    pool_id: str
    client_id: str
    page: Any

    def open(self) -> None:
        self.page.goto(self.url)

    def leave(self, **input: Any) -> None:
        """Press the app's button for signing in."""
        self.page.evaluate("input => app.leave(input)", input)

    def back(self, event: str) -> list[dict[str, Any]]:
        """Wait until the app has heard of that event; all that it heard."""
        self.page.wait_for_url(f"{self.url}**")
        self.page.wait_for_function("event => globalThis.app?.events.some(each => each.event === event)", arg=event)
        heard: list[dict[str, Any]] = self.page.evaluate("app.events")
        return heard

    def session(self, **options: Any) -> Any:
        return self.page.evaluate("options => app.session(options)", options)

    def sign_in_at_the_domain(self) -> None:
        """Fill in the sign-in page."""
        self.page.wait_for_url("**/login?**")
        self.page.locator("input[name=username]:visible").fill("jane")
        self.page.locator("input[name=password]:visible").fill(PASSWORD)
        self.page.locator("input[name=signInSubmitButton]:visible").click()

    def sign_out(self) -> dict[str, list[str]]:
        """Press the app's button for signing out, and wait until the browser is back; what the domain was asked."""
        with (
            self.page.expect_request(lambda request: urlsplit(request.url).path == "/logout") as left,
            self.page.expect_navigation(url=self.url),
        ):
            self.page.evaluate("app.leaveForGood()")
        self.page.wait_for_function("globalThis.app")
        return parse_qs(urlsplit(left.value.url).query)

    def storage(self) -> list[str]:
        """What Amplify keeps, without its prefix."""
        keys: list[str] = self.page.evaluate("Object.keys(localStorage)")
        prefix = f"CognitoIdentityServiceProvider.{self.client_id}."
        return sorted(key.removeprefix(prefix) for key in keys if key.startswith(prefix))


@pytest.fixture
def open_app(server: LiveServer, certificate: Certificate, bundle: str, chromium: Any) -> Iterator[Callable[..., Any]]:
    """`open_app(response_type, own_host)`: the app, on a free port, open in a browser."""
    settings: dict[str, Any] = {}
    context = chromium.new_context(ignore_https_errors=True)

    def answer(request: Request) -> Answer:
        if request.path == "/app.js":
            return Answer(bundle, "text/javascript")
        given = json.dumps(settings)
        return Answer(
            f"<!doctype html><title>App</title><script>settings = {given}</script><script src=/app.js></script>"
        )

    with serving(answer) as url:

        def make(response_type: str = "code", own_host: bool = True) -> AmplifyApp:
            idp = server.client(verify=certificate.certificate)
            pool, client, domain = make_pool(idp, f"{url}/", response_type)
            port = urlsplit(server.endpoint_url).port
            oauth = {
                "domain": f"{domain}.auth.{REGION}.localhost:{port}" if own_host else f"localhost:{port}",
                "scopes": SCOPES,
                "redirectSignIn": [f"{url}/"],
                "redirectSignOut": [f"{url}/"],
                "responseType": response_type,
            }
            settings.update(
                userPoolId=pool,
                userPoolClientId=client,
                userPoolEndpoint=f"https://localhost:{port}",
                loginWith={"oauth": oauth},
            )
            app = AmplifyApp(f"{url}/", idp, pool, client, context.new_page())
            app.open()
            return app

        yield make
        context.close()


def make_pool(idp: Any, url: str, response_type: str) -> tuple[str, str, str]:
    """A pool with a domain, Google, and the user jane; its id, the client's id, and the domain's prefix."""
    pool = idp.create_user_pool(PoolName="amplify")["UserPool"]["Id"]
    domain = f"amplify-{pool.split('_')[1].lower()}"
    idp.create_user_pool_domain(Domain=domain, UserPoolId=pool)
    idp.create_identity_provider(
        UserPoolId=pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "any", "client_secret": "any", "authorize_scopes": "openid email profile"},
        AttributeMapping={"email": "email", "name": "name"},
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        CallbackURLs=[url],
        LogoutURLs=[url],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code" if response_type == "code" else "implicit"],
        AllowedOAuthScopes=SCOPES,
        SupportedIdentityProviders=["COGNITO", "Google"],
    )["UserPoolClient"]["ClientId"]
    attributes = [{"Name": "email", "Value": "jane@example.com"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=pool, Username="jane", UserAttributes=attributes, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="jane", Password=PASSWORD, Permanent=True)
    return pool, client, domain


def test_a_local_user(open_app: Callable[..., AmplifyApp]) -> None:
    app = open_app()
    app.leave(customState="page=a&b=ü", options={"loginHint": "jane", "lang": "de", "nonce": "n-1"})
    app.page.wait_for_url("**/login?**")
    assert app.page.locator("input[name=username]:visible").input_value() == "jane"
    app.sign_in_at_the_domain()
    heard = app.back("signedIn")
    assert [each["event"] for each in heard] == ["customOAuthState", "signInWithRedirect", "signedIn"]
    assert heard[0]["data"] == "page=a&b=ü"
    assert app.page.url == app.url  # the code is gone from the address
    assert {"jane.idToken", "jane.accessToken", "jane.refreshToken", "LastAuthUser"} <= set(app.storage())

    session = app.session()
    assert session["id"]["email"] == "jane@example.com"
    assert session["id"]["nonce"] == "n-1"
    assert set(session["access"]["scope"].split()) == set(SCOPES)
    assert app.page.evaluate("app.getCurrentUser()")["username"] == "jane"
    assert app.page.evaluate("app.fetchUserAttributes()")["email"] == "jane@example.com"
    refreshed = app.session(forceRefresh=True)
    assert refreshed["accessToken"] != session["accessToken"]
    assert refreshed["id"]["nonce"] == "n-1"


def test_signing_out_ends_the_session_at_the_domain(open_app: Callable[..., AmplifyApp]) -> None:
    app = open_app()
    app.leave()
    app.sign_in_at_the_domain()
    app.back("signedIn")
    refresh_token = app.page.evaluate(
        f"localStorage['CognitoIdentityServiceProvider.{app.client_id}.jane.refreshToken']"
    )
    assert app.sign_out() == {"client_id": [app.client_id], "logout_uri": [app.url]}
    assert app.session() is None
    assert not [key for key in app.storage() if key.endswith("Token")]
    with pytest.raises(app.idp.exceptions.NotAuthorizedException, match="Refresh Token has been revoked"):
        app.idp.initiate_auth(
            ClientId=app.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh_token}
        )
    app.leave()
    app.page.wait_for_url("**/login?**")  # and not straight back


def test_a_user_of_google(open_app: Callable[..., AmplifyApp]) -> None:
    app = open_app()
    app.leave(provider="Google", customState="from google")
    app.page.get_by_role("button", name="Ann Archer").click()
    heard = app.back("signedIn")
    assert heard[0] == {"event": "customOAuthState", "data": "from google"}
    session = app.session()
    assert session["id"]["cognito:username"] == "Google_10001"
    assert session["id"]["email"] == "ann@example.com"
    assert [each["providerName"] for each in session["id"]["identities"]] == ["Google"]
    assert session["access"]["cognito:groups"] == [f"{app.pool_id}_Google"]
    user = app.idp.admin_get_user(UserPoolId=app.pool_id, Username="Google_10001")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"
    app.sign_out()
    assert app.session() is None


def test_who_changes_their_mind_at_google_comes_back_with_an_error(open_app: Callable[..., AmplifyApp]) -> None:
    app = open_app()
    app.leave(provider="Google")
    app.page.get_by_role("button", name="Cancel").click()
    heard = app.back("signInWithRedirect_failure")
    assert [each["event"] for each in heard] == ["signInWithRedirect_failure"]
    assert app.session() is None


def test_the_implicit_grant_at_the_plain_endpoint(open_app: Callable[..., AmplifyApp]) -> None:
    app = open_app("token", own_host=False)
    app.leave()
    app.sign_in_at_the_domain()
    assert [each["event"] for each in app.back("signedIn")] == ["signInWithRedirect", "signedIn"]
    assert app.session()["access"]["username"] == "jane"
    assert "jane.refreshToken" not in app.storage()
