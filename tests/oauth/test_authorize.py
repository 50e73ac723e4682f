"""`/oauth2/authorize`: the way to the sign-in page and back, and everything that is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from cognito_emulator.clock import Clock
from tests.builders import Idp, User, claims, confirmed_user, pool
from tests.oauth.browser import parameters
from tests.oauth.conftest import CALLBACK, HOST, VERIFIER, Relying, challenge_of, oauth_client

Rely = Callable[..., Relying]


def test_redirects_to_the_sign_in_page_with_the_same_query(app: Relying) -> None:
    page = app.authorize(app.browser(), extra="kept")
    assert page.status == 302
    assert page.location == f"{HOST}/login?{app.query(extra='kept')}"
    assert page.body == b""


def test_scripts_post_the_form_with_the_token_of_this_answer(app: Relying, alice: User) -> None:
    browser = app.browser()
    page = app.authorize(browser)
    (line,) = page.set_cookies
    found = re.fullmatch(r"XSRF-TOKEN=([0-9a-f-]{36}); Path=/; Secure; HttpOnly; SameSite=Lax", line)
    assert found is not None
    form = {"_csrf": found[1], "username": "alice", "password": alice.password}
    assert browser.post(page.location, form).location.startswith(f"{CALLBACK}?code=")


def test_the_code_comes_back_with_the_state(app: Relying, alice: User) -> None:
    page = app.sign_in(app.browser(), alice)
    assert page.status == 302
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", page.query["code"])
    assert list(page.query) == ["code", "state"]
    assert page.query["state"] == "xyz"


def test_no_state_comes_back_where_none_was_sent(app: Relying, alice: User) -> None:
    assert list(app.sign_in(app.browser(), alice, state=None).query) == ["code"]


def test_a_callback_with_a_query_keeps_it(rely: Rely, idp: Idp) -> None:
    uri = "https://app.example.com/cb?tenant=1"
    app = rely(client={"CallbackURLs": [uri]})
    user = confirmed_user(idp, app.app)
    assert app.sign_in(app.browser(), user, redirect_uri=uri).location.startswith(f"{uri}&code=")


def test_implicit_grant_answers_in_the_fragment(app: Relying, alice: User) -> None:
    page = app.sign_in(app.browser(), alice, response_type="token", scope="openid email", nonce="n-1")
    assert list(page.fragment) == ["id_token", "access_token", "expires_in", "token_type", "state"]
    assert page.fragment["token_type"] == "Bearer"
    assert page.fragment["expires_in"] == "3600"
    assert claims(page.fragment["id_token"])["nonce"] == "n-1"
    assert not urlsplit(page.location).query


def test_implicit_grant_without_openid_has_no_id_token(app: Relying, alice: User) -> None:
    page = app.sign_in(app.browser(), alice, response_type="token", scope="aws.cognito.signin.user.admin")
    assert list(page.fragment) == ["access_token", "expires_in", "token_type", "state"]


def test_the_only_callback_may_be_left_out(app: Relying, alice: User) -> None:
    assert app.sign_in(app.browser(), alice, redirect_uri=None).location.startswith(f"{CALLBACK}?code=")


def test_one_of_several_callbacks_has_to_be_named(rely: Rely) -> None:
    app = rely(client={"CallbackURLs": [CALLBACK, "https://app.example.com/other"]})
    page = app.authorize(app.browser(), redirect_uri=None)
    assert page.query["error"] == "Required String parameter 'redirect_uri' is not present"
    assert urlsplit(page.location).path == "/error"


def test_the_default_callback_stands_in_for_a_missing_one(rely: Rely, idp: Idp) -> None:
    other = "https://app.example.com/other"
    app = rely(client={"CallbackURLs": [CALLBACK, other], "DefaultRedirectURI": other})
    user = confirmed_user(idp, app.app)
    assert app.sign_in(app.browser(), user, redirect_uri=None).location.startswith(f"{other}?code=")


def test_a_client_with_several_providers_has_no_default(rely: Rely, idp: Idp) -> None:
    pool_id = pool(idp)
    details = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "email"}
    idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=details
    )
    urls = [CALLBACK, "https://app.example.com/other"]
    providers = {"SupportedIdentityProviders": ["COGNITO", "Google"]}
    app = rely(pool_id=pool_id, client={"CallbackURLs": urls, "DefaultRedirectURI": CALLBACK, **providers})
    page = app.authorize(app.browser(), redirect_uri=None)
    assert page.query["error"] == "Required String parameter 'redirect_uri' is not present"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example.com/callback",
        f"{CALLBACK}/",
        f"{CALLBACK}/../evil",
        f"{CALLBACK}?x=1",
        CALLBACK.replace("https", "http"),
        "https://app.example.com@evil.example.com/callback",
        "//evil.example.com",
        "javascript:alert(1)",
    ],
)
def test_an_unregistered_callback_never_gets_anything(app: Relying, uri: str) -> None:
    page = app.authorize(app.browser(), redirect_uri=uri)
    assert page.location == f"{HOST}/error?error=redirect_mismatch&client_id={app.app.client_id}"


def test_unknown_client(app: Relying) -> None:
    page = app.authorize(app.browser(), client_id="unknown")
    assert page.location == f"{HOST}/error?error=Client+does+not+exist&client_id=unknown"


@pytest.mark.parametrize("client_id", [None, ""])
def test_no_client(app: Relying, client_id: str | None) -> None:
    page = app.authorize(app.browser(), client_id=client_id)
    assert page.location == f"{HOST}/error?error=Required+parameters+missing"


def test_client_of_another_pool(app: Relying, rely: Rely) -> None:
    other = rely(domain="other")
    page = app.authorize(app.browser(), client_id=other.app.client_id)
    assert page.query == {"error": "Client does not exist", "client_id": other.app.client_id}


def test_unknown_client_counts_before_a_wrong_callback(app: Relying) -> None:
    page = app.authorize(app.browser(), client_id="unknown", redirect_uri="https://evil.example.com")
    assert page.query["error"] == "Client does not exist"


def test_client_that_is_not_enabled_for_oauth(rely: Rely) -> None:
    app = rely(client={"AllowedOAuthFlowsUserPoolClient": False})
    page = app.authorize(app.browser())
    assert page.location == (
        f"{CALLBACK}?error_description=Client+is+not+enabled+for+OAuth2.0+flows+&state=xyz&error=invalid_request"
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"response_type": "code token"}, "invalid_request"),
        ({"code_challenge": challenge_of(VERIFIER)}, "invalid_request"),
        ({"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_errors_that_the_app_hears(app: Relying, changes: dict[str, str | None], error: str) -> None:
    page = app.authorize(app.browser(), **changes)
    assert page.location == f"{CALLBACK}?state=xyz&error={error}"


@pytest.mark.parametrize("scope", ["openid nonsense", "openid api/read", "email"])
def test_scopes_that_the_client_may_not_have(app: Relying, scope: str) -> None:
    page = app.authorize(app.browser(), scope=scope)
    assert page.location == f"{CALLBACK}?state=xyz&error=invalid_scope"


@pytest.mark.parametrize("resource", ["http://api.example.com", "http://localhosts", "api", "urn:api"])
def test_resources_are_addresses(rely: Rely, resource: str) -> None:
    app = rely(version=2)
    page = app.authorize(app.browser(), resource=resource)
    assert page.location == f"{CALLBACK}?state=xyz&error=invalid_request"


def test_errors_of_the_implicit_grant_are_in_the_fragment(app: Relying) -> None:
    page = app.authorize(app.browser(), response_type="token", scope="nonsense")
    assert page.location == f"{CALLBACK}#state=xyz&error=invalid_scope"


def test_a_flow_that_the_client_may_not_use(rely: Rely) -> None:
    app = rely(client={"AllowedOAuthFlows": ["code"]})
    page = app.authorize(app.browser(), response_type="token")
    assert page.location == f"{CALLBACK}#state=xyz&error=unauthorized_client"


@pytest.mark.parametrize("query", ["state=a&state=b", "client_id=x", "state=%7B%22a%22%3A1%7D"])
def test_malformed_requests_do_not_reach_the_app(app: Relying, query: str) -> None:
    page = app.browser().get(f"/oauth2/authorize?{app.query(state=None)}&{query}")
    assert page.location == f"{HOST}/error?error=invalid_request&client_id={app.app.client_id}"


def test_state_cannot_smuggle_in_a_header_or_another_parameter(app: Relying, alice: User) -> None:
    state = "a\r\nSet-Cookie: x=1&code=evil#<script>"
    page = app.sign_in(app.browser(), alice, state=state)
    assert page.query["state"] == state
    assert "evil" not in parameters(page.location)["code"][0]
    assert not [line for line in page.set_cookies if line.startswith("x=1")]


# ── the session cookie ───────────────────────────────────────────────────────────────────────────────────────


def test_a_signed_in_browser_gets_the_next_code_without_a_page(app: Relying, alice: User) -> None:
    browser = app.browser()
    first = app.code(browser, alice)
    page = app.authorize(browser)
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert page.query["code"] != first


def test_the_session_lasts_an_hour_from_the_sign_in_however_it_is_used(app: Relying, alice: User, clock: Clock) -> None:
    browser = app.browser()
    app.code(browser, alice)
    clock.advance(minutes=59)
    assert app.authorize(browser).location.startswith(CALLBACK)
    clock.advance(minutes=2)
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


def test_tokens_of_a_silent_sign_in_have_the_time_of_the_real_one(app: Relying, alice: User, clock: Clock) -> None:
    browser = app.browser()
    app.code(browser, alice)
    began = int(clock.now())
    clock.advance(minutes=30)
    tokens = app.exchange(app.authorize(browser, scope="openid").query["code"]).json
    assert claims(tokens["id_token"])["auth_time"] == began
    assert claims(tokens["id_token"])["iat"] == began + 1800


def test_another_client_is_asked_but_offered_the_session(rely: Rely, idp: Idp, app: Relying, alice: User) -> None:
    browser = app.browser()
    app.code(browser, alice)
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id))
    page = other.authorize(browser, follow=True)
    assert "Sign in as alice" in page.text
    done = browser.submit(page, "cognitoContinueForm", button="use_session")
    assert done.location.startswith(f"{CALLBACK}?code=")


def test_prompt_none_uses_the_session_of_another_client(rely: Rely, idp: Idp) -> None:
    app = rely(version=2)
    user = confirmed_user(idp, app.app)
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id))
    browser = app.browser()
    assert other.authorize(browser, prompt="none").location == f"{CALLBACK}?state=xyz&error=login_required"
    app.code(browser, user)
    assert other.authorize(browser, prompt="none").location.startswith(f"{CALLBACK}?code=")


def test_prompt_login_asks_again(rely: Rely, idp: Idp) -> None:
    app = rely(version=2)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    app.code(browser, user)
    page = app.authorize(browser, prompt="login", follow=True)
    assert page.url.startswith(f"{HOST}/login?")
    assert "Sign in as" not in page.text


def test_the_classic_pages_ignore_prompt(app: Relying) -> None:
    assert app.authorize(app.browser(), prompt="none").location.startswith(f"{HOST}/login?")


@pytest.mark.parametrize("prompt", ["none login", "whatever"])
def test_prompts_that_make_no_sense(rely: Rely, prompt: str) -> None:
    app = rely(version=2)
    assert app.authorize(app.browser(), prompt=prompt).location == f"{CALLBACK}?state=xyz&error=invalid_request"


def test_a_session_ends_with_its_user(app: Relying, alice: User, idp: Idp) -> None:
    browser = app.browser()
    app.code(browser, alice)
    idp.admin_disable_user(**alice.key)
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


def test_global_sign_out_leaves_the_session(app: Relying, alice: User, idp: Idp) -> None:
    browser = app.browser()
    app.code(browser, alice)
    idp.admin_user_global_sign_out(**alice.key)
    assert app.authorize(browser).location.startswith(CALLBACK)


def test_somebody_elses_cookie_value_does_not_work(app: Relying, alice: User) -> None:
    browser = app.browser()
    browser.cookies[HOST.removeprefix("https://")] = {"cognito": "made-up"}
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


@pytest.mark.parametrize("where", ["/oauth2/authorize", "/login"])
def test_unknown_provider(app: Relying, alice: User, where: str) -> None:
    browser = app.browser()
    page = browser.get(f"{where}?{app.query(identity_provider='Nobody')}")
    message = "errorMessage=Login+option+is+not+available.+Please+try+another+one"
    assert page.location == f"{HOST}/login?{app.query(identity_provider='Nobody')}&{message}"
    page = browser.get(page.location)
    assert page.status == 401
    assert "Login option is not available. Please try another one" in page.text
    done = browser.submit(page, "cognitoSignInForm", username="alice", password=alice.password)
    assert done.location.startswith(f"{CALLBACK}?code=")


def test_the_sign_in_page_says_nothing_that_others_put_into_its_address(app: Relying) -> None:
    page = app.browser().get(f"/login?{app.query(errorMessage='Call 555 for help')}")
    assert page.status == 200
    assert "Call 555" not in page.text


def test_a_client_without_providers_has_no_sign_in(rely: Rely) -> None:
    app = rely(client={"SupportedIdentityProviders": []})
    page = app.authorize(app.browser(), follow=True)
    assert page.status == 400
    assert "Login option is not available. Please try another one" in page.text
