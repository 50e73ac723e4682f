"""The pages, classic and managed login: what each shows, where each form leads, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, Idp, User, claims, confirmed_user, invited_user, unconfirmed_user
from tests.oauth.browser import Browser, Page
from tests.oauth.conftest import CALLBACK, HOST, Relying

Rely = Callable[..., Relying]
VERIFYING = {"AutoVerifiedAttributes": ["email"]}
SCRIPT = "\"'><script>alert(1)</script>"
NEW_PASSWORD = "Brand-New-Horse-7"


def last_code(emulator: Emulator, username: str | None = None) -> str:
    return emulator.messages.find(username=username)[-1].code


def path(page: Page) -> str:
    return urlsplit(page.url).path


def error_of(page: Page) -> str:
    """The message in the error element, which is there twice on classic pages."""
    found = re.findall(r'role="alert">([^<]*)<', page.html)
    assert found, page.text
    return found[0].replace("&#39;", "'")


# ── every page ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("where", ["/login", "/signup", "/forgotPassword", "/error"])
def test_headers_of_pages(rely: Rely, version: int, where: str) -> None:
    app = rely(version=version)
    page = app.browser().get(f"{where}?{app.query()}")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-amz-cognito-request-id"]
    assert page.headers["content-type"] == "text/html;charset=UTF-8"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"\son\w+=|\sstyle=", page.html)
    assert "<script>" not in page.html


def test_cookies_are_for_this_domain_and_https_only(app: Relying, alice: User) -> None:
    page = app.sign_in(app.browser(), alice)
    line = next(line for line in page.set_cookies if line.startswith("cognito="))
    domain = f"Domain={urlsplit(HOST).netloc}"
    assert line.split("; ")[1:] == ["Path=/", domain, "Max-Age=3600", "Secure", "HttpOnly", "SameSite=Lax"]


def test_the_session_of_a_custom_domain_is_for_the_domains_below_too(app: Relying, alice: User, idp: Idp) -> None:
    certificate = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
    domain = "login.acme.example"
    idp.create_user_pool_domain(Domain=domain, UserPoolId=app.app.pool_id, CustomDomainConfig=certificate)
    app.host = f"https://{domain}"
    browser = app.browser()
    lines = app.sign_in(browser, alice).set_cookies
    lines += browser.get(f"/logout?client_id={app.app.client_id}&logout_uri=https://app.example.com/bye").set_cookies
    sessions = [line for line in lines if line.startswith("cognito=")]
    assert [f"Domain={domain}" in line.split("; ") for line in sessions] == [True, True]
    assert not any("Domain" in line for line in lines if line not in sessions)


@pytest.mark.parametrize(
    "where", ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword", "/mfa"]
)
def test_a_form_from_elsewhere_is_refused(app: Relying, alice: User, where: str) -> None:
    browser = app.browser()
    browser.get(f"/login?{app.query()}")
    form = {"username": "alice", "password": PASSWORD}
    for csrf in ({}, {"_csrf": ""}, {"_csrf": "made-up"}):
        page = browser.post(f"{where}?{app.query()}", {**form, **csrf})
        assert page.query["error"] == "invalid_request"
    fresh = app.browser().post(f"{where}?{app.query()}", {**form, "_csrf": ""})
    assert fresh.query["error"] == "invalid_request"


@pytest.mark.parametrize("where", ["/login", "/signup", "/forgotPassword"])
def test_pages_check_their_url_as_authorize_does(app: Relying, where: str) -> None:
    browser = app.browser()
    assert browser.get(f"{where}?{app.query(redirect_uri='https://evil.example.com')}").query["error"] == (
        "redirect_mismatch"
    )
    assert browser.get(f"{where}?{app.query(client_id='nobody')}").query["error"] == "Client does not exist"
    assert browser.get(where).query["error"] == "Required String parameter 'client_id' is not present"
    assert browser.get(f"{where}?{app.query(scope='nonsense')}").location == (
        f"{CALLBACK}?state=xyz&error=invalid_scope"
    )


def test_the_error_page(app: Relying) -> None:
    page = app.browser().get("/error?error=redirect_mismatch&client_id=x")
    assert page.status == 400
    assert "An error was encountered with the requested page." in page.text
    assert "redirect_mismatch" in page.text


@pytest.mark.parametrize("version", [1, 2])
def test_script_in_every_field_is_text(rely: Rely, idp: Idp, version: int) -> None:
    app = rely(version=version, **VERIFYING)
    browser = app.browser()
    pages = [
        browser.get(f"/error?error={SCRIPT}"),
        browser.get(f"/login?{app.query(login_hint=SCRIPT, state=SCRIPT, nonce=SCRIPT, lang=SCRIPT)}"),
    ]
    pages.append(browser.submit(pages[1], "cognitoSignInForm", username=SCRIPT, password=SCRIPT))
    page = browser.get(f"/signup?{app.query(state=SCRIPT)}")
    pages.append(
        browser.submit(
            page, "cognitoSignUpForm", username=SCRIPT, password="x", **{"requiredAttributes[email]": SCRIPT}
        )
    )
    page = browser.get(f"/forgotPassword?{app.query()}")
    pages.append(browser.submit(page, "cognitoForgotPasswordForm", username=SCRIPT))
    for shown in pages:
        assert shown.body
        assert "<script>alert" not in shown.html
    assert escape(SCRIPT) in pages[0].html.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


# ── classic sign-in ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_classic_form_is_the_one_that_tests_know(app: Relying) -> None:
    page = app.authorize(app.browser(), follow=True)
    assert len([form for form in page.forms if form.name == "cognitoSignInForm"]) == 2
    for form in page.forms:
        assert form.action == f"/login?{app.query()}"
        assert form.method == "POST"
        assert set(form.fields) == {"_csrf", "cognitoAsfData", "username", "password"}
        assert form.buttons == {"signInSubmitButton": "Sign in"}
    assert page.html.count('id="signInFormUsername"') == page.html.count('id="signInFormPassword"') == 2
    assert 'class="card background-customizable modal-content modal-content-desktop visible-lg"' in page.html
    assert page.links["Forgot your password?"] == f"/forgotPassword?{app.query()}"
    assert page.links["Sign up"] == f"/signup?{app.query()}"


def test_a_script_posts_the_classic_form(app: Relying, alice: User) -> None:
    """As clients without a browser do it: the token of the page, the cookie, and an empty fingerprint."""
    browser = app.browser()
    page = browser.get(f"/login?{app.query()}")
    token = re.search(r'name="_csrf" value="([^"]+)"', page.html)
    assert token is not None
    assert browser.cookies[urlsplit(HOST).netloc]["XSRF-TOKEN"] == token[1]
    form = {"_csrf": token[1], "username": "alice", "password": alice.password, "cognitoAsfData": ""}
    assert browser.post(f"/login?{app.query()}", form).location.startswith(f"{CALLBACK}?code=")
    wrong = browser.post(f"/login?{app.query()}", {**form, "password": "wrong"})
    assert wrong.status == 302
    assert wrong.location == f"{HOST}/login?{app.query()}"


def test_a_wrong_password(app: Relying, alice: User) -> None:
    browser = app.browser()
    page = app.sign_in(browser, alice, password="wrong")
    assert path(page) == "/login"
    assert error_of(page) == "Incorrect username or password."
    assert page.html.count('id="loginErrorMessage"') == 2
    assert page.forms[0].fields["username"] == "alice"
    assert "Incorrect" not in browser.get(page.url).text
    assert browser.submit(page, 0, password=alice.password).location.startswith(CALLBACK)


def test_an_unknown_user(rely: Rely) -> None:
    app = rely()
    unknown = User(app.app, "nobody")
    assert error_of(app.sign_in(app.browser(), unknown)) == "User does not exist."
    hiding = rely(domain="hiding", client={"PreventUserExistenceErrors": "ENABLED"})
    hiding.host = "https://hiding.auth.us-east-1.amazoncognito.com"
    assert error_of(hiding.sign_in(hiding.browser(), User(hiding.app, "nobody"))) == "Incorrect username or password."


def test_a_disabled_user(app: Relying, alice: User, idp: Idp) -> None:
    idp.admin_disable_user(**alice.key)
    assert error_of(app.sign_in(app.browser(), alice)) == "User is disabled."


def test_the_client_need_not_allow_the_flow_to_the_api(rely: Rely, idp: Idp) -> None:
    app = rely(client={"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "GenerateSecret": True})
    user = confirmed_user(idp, app.app)
    assert app.tokens(user)["access_token"]


def test_the_name_may_be_an_alias(rely: Rely, idp: Idp) -> None:
    app = rely(UsernameAttributes=["email"])
    idp.admin_create_user(UserPoolId=app.app.pool_id, Username="a@example.com", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=app.app.pool_id, Username="a@example.com", Password=PASSWORD, Permanent=True)
    page = app.authorize(app.browser(), follow=True)
    assert "Email" in page.text
    assert app.tokens(User(app.app, "a@example.com"))["access_token"]


def test_login_hint_fills_the_name(app: Relying) -> None:
    page = app.authorize(app.browser(), follow=True, login_hint="alice@example.com")
    assert page.forms[0].fields["username"] == "alice@example.com"


# ── new password, MFA ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
def test_a_new_password_is_required(rely: Rely, idp: Idp, version: int) -> None:
    app = rely(version=version, Schema=[{"Name": "given_name", "Required": True}])
    user = invited_user(idp, app.app)
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert path(page) == "/changePassword"
    page = browser.submit(page, 0, new_password="short", confirm_password="other")
    assert error_of(page) == "The two passwords are not the same."
    given = {"requiredAttributes[given_name]": "Alice"}
    page = browser.submit(page, 0, new_password="short", confirm_password="short", **given)
    assert error_of(page) == "Password does not conform to policy: Password not long enough"
    done = browser.submit(page, 0, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD, **given)
    tokens = app.exchange(done.query["code"]).json
    assert claims(tokens["id_token"])["given_name"] == "Alice"
    assert app.tokens(User(app.app, "alice", NEW_PASSWORD))["access_token"]


def test_a_step_that_takes_too_long(rely: Rely, idp: Idp, clock: Clock) -> None:
    app = rely()
    user = invited_user(idp, app.app)
    browser = app.browser()
    page = app.sign_in(browser, user)
    clock.advance(minutes=4)
    late = browser.submit(page, 0, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert path(late) == "/login"
    assert error_of(late) == "Invalid session for the user, session is expired."
    page = app.sign_in(browser, user)
    clock.advance(minutes=5)
    late = browser.submit(page, 0, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert (path(late), late.status) == ("/error", 400)
    assert "Something went wrong" in late.text


def test_the_api_cannot_go_on_with_a_sign_in_of_the_pages(app: Relying, idp: Idp) -> None:
    user = invited_user(idp, app.app)
    browser = app.browser()
    app.sign_in(browser, user)
    reader = app.emulator.store.reader
    from cognito_emulator.user_pools.domain_records import PAGE_STATES

    handle = reader.page(PAGE_STATES, "pool", (app.app.pool_id,)).records[0].data["session"]
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        idp.respond_to_auth_challenge(
            ClientId=app.app.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=handle,
            ChallengeResponses={"USERNAME": user.username, "NEW_PASSWORD": NEW_PASSWORD},
        )


def test_a_challenge_page_without_a_sign_in(app: Relying) -> None:
    for where in ("/mfa", "/changePassword"):
        page = app.browser().get(f"{where}?{app.query()}")
        assert page.query["error"] == "Something went wrong"


def test_another_tab_does_not_see_the_step(app: Relying, idp: Idp) -> None:
    user = invited_user(idp, app.app)
    browser = app.browser()
    app.sign_in(browser, user)
    assert browser.get(f"/changePassword?{app.query(state='other')}").query["error"] == "Something went wrong"


# ── sign-up ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
def test_sign_up_confirm_and_be_signed_in(rely: Rely, idp: Idp, emulator: Emulator, version: int) -> None:
    app = rely(version=version, **VERIFYING)
    browser = app.browser()
    page = app.authorize(browser, follow=True)
    page = browser.get(page.links["Sign up"])
    given = {"requiredAttributes[email]": "new@example.com"}
    page = browser.submit(page, "cognitoSignUpForm", username="new", password="weak", **given)
    assert error_of(page) == "Password did not conform with policy: Password not long enough"
    assert page.form("cognitoSignUpForm").fields["username"] == "new"
    page = browser.submit(page, "cognitoSignUpForm", username="new", password=PASSWORD, **given)
    assert path(page) == "/confirm"
    assert "n***@e***" in page.text
    page = browser.submit(page, "confirm", code="000000")
    assert error_of(page) == "Invalid verification code provided, please try again."
    old = last_code(emulator, "new")
    page = browser.submit(page, "resend", button="resend")
    assert "We sent you a new code." in page.text
    assert last_code(emulator, "new") != old
    done = browser.submit(page, "confirm", code=last_code(emulator, "new"))
    tokens = app.exchange(done.query["code"]).json
    assert claims(tokens["id_token"])["email_verified"] is True
    user = idp.admin_get_user(UserPoolId=app.app.pool_id, Username="new")
    assert user["UserStatus"] == "CONFIRMED"


def test_required_attributes_are_asked_for(rely: Rely) -> None:
    app = rely(Schema=[{"Name": "given_name", "Required": True}, {"Name": "birthdate", "Required": True}])
    page = app.browser().get(f"/signup?{app.query()}")
    assert {"requiredAttributes[given_name]", "requiredAttributes[birthdate]"} <= set(page.forms[0].fields)


def test_an_existing_user_signs_up(app: Relying, alice: User) -> None:
    browser = app.browser()
    page = browser.get(f"/signup?{app.query()}")
    page = browser.submit(page, 0, username="alice", password=PASSWORD)
    assert error_of(page) == "User already exists"


def test_an_unconfirmed_user_signs_in_and_confirms(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = rely(**VERIFYING)
    user = unconfirmed_user(idp, app.app, "bob", email="bob@example.com")
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert path(page) == "/confirm"
    page = browser.submit(page, "confirm", code=last_code(emulator, "bob"))
    assert path(page) == "/login"
    assert "Your account is confirmed" in page.text
    assert browser.submit(page, 0, username="bob", password=PASSWORD).location.startswith(CALLBACK)


def test_where_administrators_confirm_the_page_shows_an_error(rely: Rely, idp: Idp) -> None:
    app = rely()
    browser = app.browser()
    page = browser.submit(browser.get(f"/signup?{app.query()}"), 0, username="new", password=PASSWORD)
    assert error_of(page) == "User is not confirmed."
    user = idp.admin_get_user(UserPoolId=app.app.pool_id, Username="new")
    assert user["UserStatus"] == "UNCONFIRMED"


def test_no_sign_up_where_only_administrators_create_users(rely: Rely) -> None:
    app = rely(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    page = app.authorize(app.browser(), follow=True)
    assert "Sign up" not in page.links
    assert app.browser().get(f"/signup?{app.query()}").query["error"] == "invalid_request"


def test_confirmation_pages_are_only_reached_from_their_forms(app: Relying) -> None:
    assert path(app.browser().get(f"/confirm?{app.query()}", follow=True)) == "/login"
    assert path(app.browser().get(f"/resendcode?{app.query()}", follow=True)) == "/login"
    assert path(app.browser().get(f"/confirmforgotPassword?{app.query()}", follow=True)) == "/forgotPassword"


# ── confirmation by link ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("mode", "base"), [("aws", HOST), ("local", "http://cognito.test:9229")])
def test_a_link_confirms(key_supply: object, mode: str, base: str) -> None:
    from cognito_emulator.clock import Clock
    from tests.wire import Clients

    clients = Clients()
    clients.emulator = emulator = Emulator(issuer=mode, check_responses=True, log_format="off", clock=Clock())
    idp = clients()
    from tests.oauth.conftest import relying

    app = relying(
        idp,
        emulator,
        VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"},
        **VERIFYING,
    )
    unconfirmed_user(idp, app.app, "bob", email="bob@example.com")
    message = emulator.messages.find(username="bob")[-1]
    assert message.subject == "Your verification link"
    link = re.search(r'<a href="([^"]+)">Verify Email</a>', message.body)
    assert link is not None
    expected = f"/confirmUser?client_id={app.app.client_id}&user_name=bob&confirmation_code={message.code}"
    assert urlsplit(link[1]).path + "?" + urlsplit(link[1]).query == expected
    if mode == "aws":
        assert link[1] == HOST + expected
    page = Browser(emulator, base).get(expected)
    assert page.status == 200
    assert "Your registration has been confirmed!" in page.text
    assert idp.admin_get_user(UserPoolId=app.app.pool_id, Username="bob")["UserStatus"] == "CONFIRMED"
    again = Browser(emulator, base).get(expected)
    assert again.status == 400
    assert error_of(again) == "User cannot be confirmed. Current status is CONFIRMED"
    emulator.close()


def test_sign_up_in_a_pool_that_confirms_by_link(rely: Rely, emulator: Emulator) -> None:
    app = rely(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"}, **VERIFYING)
    browser = app.browser()
    given = {"requiredAttributes[email]": "new@example.com"}
    page = browser.submit(browser.get(f"/signup?{app.query()}"), 0, username="new", password=PASSWORD, **given)
    assert "We sent you a message with a link." in page.text


@pytest.mark.parametrize("missing", ["user_name", "confirmation_code"])
def test_an_incomplete_link(app: Relying, missing: str) -> None:
    query = {"client_id": app.app.client_id, "user_name": "bob", "confirmation_code": "1"}
    del query[missing]
    page = app.browser().get("/confirmUser?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert page.query["error"] == f"Required String parameter '{missing}' is not present"


# ── forgotten passwords ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
def test_a_forgotten_password(rely: Rely, idp: Idp, emulator: Emulator, version: int) -> None:
    app = rely(version=version, **VERIFYING)
    user = confirmed_user(idp, app.app, "alice", email="alice@example.com", email_verified="true")
    browser = app.browser()
    page = browser.get(f"/forgotPassword?{app.query()}")
    page = browser.submit(page, "cognitoForgotPasswordForm", username="alice")
    assert path(page) == "/confirmforgotPassword"
    assert "a***@e***" in page.text
    code = last_code(emulator, "alice")
    page = browser.submit(page, 0, code=code, password=NEW_PASSWORD, confirm_password="other")
    assert error_of(page) == "The two passwords are not the same."
    page = browser.submit(page, 0, code="000000", password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert error_of(page) == "Invalid verification code provided, please try again."
    page = browser.submit(page, 0, code=code, password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert path(page) == "/login"
    assert "Your password has been changed." in page.text
    done = app.sign_in(browser, user, password=NEW_PASSWORD)
    assert done.location.startswith(CALLBACK)


def test_a_user_who_has_to_reset_the_password(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = rely(**VERIFYING)
    user = confirmed_user(idp, app.app, "alice", email="alice@example.com", email_verified="true")
    idp.admin_reset_user_password(**user.key)
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert path(page) == "/confirmforgotPassword"
    code = last_code(emulator, "alice")
    page = browser.submit(page, 0, code=code, password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert path(page) == "/login"


def test_a_password_that_nobody_can_recover(app: Relying, idp: Idp) -> None:
    confirmed_user(idp, app.app, "bob")
    browser = app.browser()
    page = browser.submit(browser.get(f"/forgotPassword?{app.query()}"), 0, username="bob")
    assert error_of(page) == (
        "Cannot reset password for the user as there is no registered/verified email or phone_number"
    )


# ── managed login ────────────────────────────────────────────────────────────────────────────────────────────


def test_managed_login_goes_step_by_step(rely: Rely, idp: Idp) -> None:
    app = rely(version=2)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    page = app.authorize(browser, follow=True)
    form = page.form("cognitoSignInForm")
    assert len(page.forms) == 1
    assert "password" not in form.fields
    page = browser.submit(page, "cognitoSignInForm", username="alice")
    assert set(page.form("cognitoSignInForm").fields) >= {"username", "password"}
    assert '<button class="button" type="submit">Continue</button>' in page.html
    wrong = browser.submit(page, "cognitoSignInForm", password="wrong")
    assert error_of(wrong) == "Incorrect username or password."
    back = browser.submit(wrong, "cognitoSignInForm", button="back")
    assert "password" not in back.form("cognitoSignInForm").fields
    page = browser.submit(back, "cognitoSignInForm", username="alice")
    assert browser.submit(page, "cognitoSignInForm", password=user.password).location.startswith(CALLBACK)


def test_a_client_without_branding_has_no_pages(rely: Rely, idp: Idp) -> None:
    app = rely(version=2, branded=False)
    for where in ("/login", "/signup", "/forgotPassword"):
        page = app.browser().get(f"{where}?{app.query()}")
        assert page.status == 403
        assert "Login pages unavailable" in page.text
        assert "Please contact an administrator." in page.text
    idp.create_managed_login_branding(
        UserPoolId=app.app.pool_id, ClientId=app.app.client_id, UseCognitoProvidedValues=True
    )
    assert app.browser().get(f"/login?{app.query()}").status == 200


def test_a_new_version_of_the_pages_signs_browsers_out(app: Relying, alice: User, idp: Idp) -> None:
    browser = app.browser()
    app.code(browser, alice)
    idp.update_user_pool_domain(Domain="acme", UserPoolId=app.app.pool_id, ManagedLoginVersion=2)
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("en", "Sign in"),
        ("de", "Anmelden"),
        ("fr", "Se connecter"),
        ("es", "Iniciar sesión"),
        ("pt-BR", "Entrar"),
        ("ja", "サインイン"),
        ("id", "Masuk"),
        ("it", "Accedi"),
        ("ko", "로그인"),
        ("zh-CN", "登录"),
        ("zh-TW", "登入"),
    ],
)
def test_languages(rely: Rely, code: str, title: str) -> None:
    app = rely(version=2)
    browser = app.browser()
    page = app.authorize(browser, follow=True, lang=code)
    assert page.title == title
    assert f'<html lang="{code}"' in page.html
    assert page.headers["content-language"] == code
    again = browser.get(f"/login?{app.query()}")
    assert again.title == title


def test_a_language_that_there_is_not(rely: Rely) -> None:
    app = rely(version=2)
    assert app.authorize(app.browser(), follow=True, lang="xx/../../en").title == "Sign in"


def test_errors_of_the_pool_are_translated(rely: Rely) -> None:
    app = rely(version=2)
    page = app.sign_in(app.browser(), User(app.app, "nobody"), lang="de")
    assert error_of(page) == "Dieser Benutzer existiert nicht."


def test_classic_pages_speak_english(app: Relying) -> None:
    assert app.authorize(app.browser(), follow=True, lang="de").title == "Sign in"


def test_every_language_has_every_text() -> None:
    from cognito_emulator.oauth.pages import languages

    english = languages.english()
    for code in languages.codes():
        language = languages.language(code)
        assert set(language.texts) == set(english.texts), code
        for key, text in english.texts.items():
            assert re.findall(r"\{\w+\}", language.texts[key]) == re.findall(r"\{\w+\}", text), (code, key)
        if code != "en":
            assert set(language.errors) == set(languages.language("de").errors), code


def test_terms_are_linked_when_both_documents_exist(rely: Rely, idp: Idp) -> None:
    app = rely(version=2)
    whose = {"UserPoolId": app.app.pool_id, "ClientId": app.app.client_id}
    links = {"cognito:default": "https://example.com/terms", "cognito:german": "https://example.com/agb"}
    idp.create_terms(**whose, TermsName="terms-of-use", TermsSource="LINK", Enforcement="NONE", Links=links)
    page = app.browser().get(f"/signup?{app.query()}")
    assert "Terms of use" not in page.links
    privacy = {"cognito:default": "https://example.com/privacy"}
    idp.create_terms(**whose, TermsName="privacy-policy", TermsSource="LINK", Enforcement="NONE", Links=privacy)
    page = app.browser().get(f"/signup?{app.query()}")
    assert page.links["Terms of use"] == "https://example.com/terms"
    assert page.links["Privacy policy"] == "https://example.com/privacy"
    assert "By signing up, you agree to our Terms of use and Privacy policy ." in page.text
    german = app.browser().get(f"/signup?{app.query(lang='de')}")
    assert "https://example.com/agb" in german.links.values()


def test_attributes_of_the_user_are_not_shown_to_others(app: Relying, alice: User) -> None:
    """The recovery page tells where the code went, but not the address."""
    browser = app.browser()
    page = browser.submit(browser.get(f"/forgotPassword?{app.query()}"), 0, username="alice")
    assert "alice@example.com" not in page.html
