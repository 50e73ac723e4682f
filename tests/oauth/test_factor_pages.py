"""The pages of challenges: codes, authenticator apps, the choice between them, passkeys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
import segno

from cognito_emulator.conformance.authenticator import Authenticator
from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, Idp, claims, confirmed_user, sign_in
from tests.factors import (
    CHOICE,
    EMAIL_FACTOR,
    SES,
    SMS,
    SMS_FACTOR,
    TOTP_FACTOR,
    code_at,
    last_code,
    register_totp,
    wrong_code,
)
from tests.oauth.browser import Page
from tests.oauth.conftest import CALLBACK, HOST, Relying
from tests.oauth.test_pages import error_of, path

Rely = Callable[..., Relying]
RELYING_PARTY = urlsplit(HOST).netloc


def mfa(idp: Idp, app: Relying, mode: str = "ON", **factors: Any) -> None:
    idp.set_user_pool_mfa_config(UserPoolId=app.app.pool_id, MfaConfiguration=mode, **(factors or TOTP_FACTOR))


def choosing(rely: Rely, *factors: str) -> Relying:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    client = {"ExplicitAuthFlows": CHOICE}
    return rely(version=2, client=client, Policies=policies, EmailConfiguration=SES, AutoVerifiedAttributes=["email"])


def choices(page: Page) -> list[str]:
    return re.findall(r'name="answer" value="([A-Z_]+)"', page.html)


def options(page: Page) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]*)"', page.html)
    assert found is not None
    parsed: dict[str, Any] = json.loads(unescape(found[1]))
    return parsed


# ── second factors ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
def test_set_up_of_an_authenticator_app_and_sign_in_with_it(
    rely: Rely, idp: Idp, emulator: Emulator, version: int
) -> None:
    app = rely(version=version)
    mfa(idp, app)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert path(page) == "/mfa"
    secret = re.findall(r'class="secret">([A-Z2-7]+)<', page.html)[0]
    assert 'src="data:image/svg+xml' in page.html
    page = browser.submit(page, 0, authentication_code=wrong_code(secret, emulator))
    assert error_of(page) == "Code mismatch and fail enable Software Token MFA"
    assert re.findall(r'class="secret">([A-Z2-7]+)<', page.html)[0] == secret
    done = browser.submit(page, 0, authentication_code=code_at(secret, emulator), device_name="Phone")
    assert done.location.startswith(f"{CALLBACK}?code=")
    emulator.clock.advance(seconds=30)

    browser = app.browser()
    page = app.sign_in(browser, user)
    assert "Enter the code from your authenticator app." in page.text
    page = browser.submit(page, 0, authentication_code=wrong_code(secret, emulator))
    assert error_of(page) == "Invalid code received for user"
    done = browser.submit(page, 0, authentication_code=code_at(secret, emulator))
    assert done.location.startswith(f"{CALLBACK}?code=")


def test_the_qr_code_is_that_of_the_secret(rely: Rely, idp: Idp) -> None:
    app = rely(PoolName="Acme Inc.")
    mfa(idp, app)
    user = confirmed_user(idp, app.app)
    page = app.sign_in(app.browser(), user)
    image = unescape(re.findall(r'class="qr" src="([^"]+)"', page.html)[0])
    secret = re.findall(r'class="secret">([A-Z2-7]+)<', page.html)[0]
    uri = f"otpauth://totp/Acme%20Inc.%3Aalice?secret={secret}&issuer=Acme+Inc."
    assert image == segno.make(uri, micro=False).svg_data_uri(scale=4, border=2)


@pytest.mark.parametrize("version", [1, 2])
def test_set_up_of_text_messages(rely: Rely, idp: Idp, emulator: Emulator, version: int) -> None:
    app = rely(version=version, **SMS)
    mfa(idp, app, **SMS_FACTOR)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert path(page) == "/mfa"
    page = browser.submit(page, "cognitoMfaSetup_SMS_MFA", phone_number="12")
    assert error_of(page) == "Invalid phone number format."
    page = browser.submit(page, "cognitoMfaSetup_SMS_MFA", phone_number="+4915112345678")
    assert "We sent a code to +*********5678." in page.text
    page = browser.submit(page, 0, authentication_code="000000")
    assert error_of(page) == "Invalid code or auth state for the user."
    done = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    identity = claims(app.exchange(done.query["code"]).json["id_token"])
    assert (identity["phone_number"], identity["phone_number_verified"]) == ("+4915112345678", True)
    assert idp.admin_get_user(**user.key)["PreferredMfaSetting"] == "SMS_MFA"


def test_set_up_of_whatever_the_pool_has(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = rely(version=2, EmailConfiguration=SES, **SMS)
    mfa(idp, app, **TOTP_FACTOR, **EMAIL_FACTOR, **SMS_FACTOR)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert [form.name for form in page.forms] == [
        "cognitoMfaSetupForm",
        "cognitoMfaSetup_EMAIL_OTP",
        "cognitoMfaSetup_SMS_MFA",
    ]
    page = browser.submit(page, "cognitoMfaSetup_EMAIL_OTP", email="ada@example.com")
    done = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    assert done.location.startswith(f"{CALLBACK}?code=")
    assert idp.admin_get_user(**user.key)["UserMFASettingList"] == ["EMAIL_OTP"]


def test_a_code_by_text_message(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = rely(**SMS)
    mfa(idp, app, SmsMfaConfiguration=SMS_FACTOR["SmsMfaConfiguration"])
    user = confirmed_user(idp, app.app, phone_number="+4915112345678", phone_number_verified="true")
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert "We sent a code to +*********5678." in page.text
    page = browser.submit(page, 0, authentication_code="000000")
    assert "code" in error_of(page).lower()
    done = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    assert claims(app.exchange(done.query["code"]).json["access_token"])["username"] == "alice"


def test_a_choice_of_second_factors(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = rely(version=2, EmailConfiguration=SES)
    mfa(idp, app, "OPTIONAL", **TOTP_FACTOR, **EMAIL_FACTOR)
    user = confirmed_user(idp, app.app, email="alice@example.com", email_verified="true")
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"], prefer=False)
    idp.admin_set_user_mfa_preference(
        **user.key, SoftwareTokenMfaSettings={"Enabled": True}, EmailMfaSettings={"Enabled": True}
    )
    browser = app.browser()
    page = app.sign_in(browser, user)
    assert choices(page) == ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
    page = browser.submit(page, 0, answer="EMAIL_OTP")
    assert "a***@e***" in page.text
    done = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    assert done.location.startswith(CALLBACK)
    browser = app.browser()
    page = browser.submit(app.sign_in(browser, user), 0, answer="SOFTWARE_TOKEN_MFA")
    done = browser.submit(page, 0, authentication_code=code_at(secret, emulator))
    assert done.location.startswith(CALLBACK)


def test_a_choice_that_was_not_offered(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = choosing(rely, "EMAIL_OTP")
    user = confirmed_user(idp, app.app, email="alice@example.com", email_verified="true")
    browser = app.browser()
    page = browser.submit(app.authorize(browser, follow=True), "cognitoSignInForm", username=user.username)
    page = browser.submit(page, 0, answer="WEB_AUTHN")
    assert path(page) == "/mfa"
    assert error_of(page)


# ── first factors ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_choice_of_first_factors(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    app = choosing(rely, "EMAIL_OTP")
    user = confirmed_user(idp, app.app, email="alice@example.com", email_verified="true")
    browser = app.browser()
    page = browser.submit(app.authorize(browser, follow=True), "cognitoSignInForm", username="alice")
    assert choices(page) == ["PASSWORD", "EMAIL_OTP"]
    password = browser.submit(page, 0, answer="PASSWORD")
    wrong = browser.submit(password, "cognitoSignInForm", password="wrong")
    assert error_of(wrong) == "Incorrect username or password."
    assert browser.submit(wrong, "cognitoSignInForm", password=PASSWORD).location.startswith(CALLBACK)

    browser = app.browser()
    page = browser.submit(app.authorize(browser, follow=True), "cognitoSignInForm", username="alice")
    page = browser.submit(page, 0, answer="EMAIL_OTP")
    done = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    assert done.location.startswith(CALLBACK)


# ── passkeys ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_passkey_is_added_and_used(rely: Rely, idp: Idp) -> None:
    app = choosing(rely, "WEB_AUTHN")
    user = confirmed_user(idp, app.app)
    browser, authenticator = app.browser(), Authenticator()
    page = browser.get(f"/passkeys/add?{app.query()}", follow=True)
    assert path(page) == "/login"
    page = browser.submit(page, "cognitoSignInForm", username="alice")
    if choices(page):
        page = browser.submit(page, 0, answer="PASSWORD")
    page = browser.submit(page, "cognitoSignInForm", username="alice", password=user.password)
    assert path(page) == "/passkeys/add"
    assert options(page)["rp"] == {"id": RELYING_PARTY, "name": RELYING_PARTY}
    bad = browser.submit(page, "cognitoPasskeyForm", credential="{}")
    assert error_of(bad) != ""
    authenticator.origin = HOST
    credential = authenticator.create(options(bad))
    done = browser.submit(bad, "cognitoPasskeyForm", credential=json.dumps(credential))
    assert done.location.startswith(f"{CALLBACK}?code="), done.html

    browser = app.browser()
    page = browser.submit(app.authorize(browser, follow=True), "cognitoSignInForm", username="alice")
    assert "WEB_AUTHN" in choices(page)
    page = browser.submit(page, 0, answer="WEB_AUTHN")
    assert '<script src="/static/passkeys.js" defer></script>' in page.html
    wrong = browser.submit(page, "cognitoPasskeyForm", credential="{}")
    assert error_of(wrong) == "Incorrect username or password."
    signed = authenticator.get(options(wrong))
    done = browser.submit(wrong, "cognitoPasskeyForm", credential=json.dumps(signed))
    assert done.location.startswith(f"{CALLBACK}?code="), done.html


def test_a_passkey_is_offered_after_sign_up_and_may_be_skipped(rely: Rely, emulator: Emulator) -> None:
    app = choosing(rely, "WEB_AUTHN")
    browser = app.browser()
    page = browser.get(f"/signup?{app.query()}")
    given = {"requiredAttributes[email]": "new@example.com"}
    page = browser.submit(page, 0, username="new", password=PASSWORD, **given)
    page = browser.submit(page, "confirm", code=emulator.messages.find(username="new")[-1].code)
    assert path(page) == "/passkeys/add"
    assert browser.submit(page, "cognitoSkipPasskeyForm", button="skip").location.startswith(f"{CALLBACK}?code=")


def test_a_client_that_never_goes_on_with_a_session_adds_passkeys_all_the_same(rely: Rely, idp: Idp) -> None:
    app = choosing(rely, "WEB_AUTHN")
    pool_id, client_id = app.app.pool_id, app.app.client_id
    idp.set_user_pool_session_configuration(
        UserPoolId=pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    idp.set_user_pool_client_session_configuration(
        UserPoolId=pool_id, ClientId=client_id, SSOSession={"MaxValidityMinutes": 0}
    )
    user, browser = confirmed_user(idp, app.app), app.browser()
    page = browser.get(f"/passkeys/add?{app.query()}", follow=True)
    page = browser.submit(page, "cognitoSignInForm", username="alice")
    page = browser.submit(page, 0, answer="PASSWORD")
    page = browser.submit(page, 0, username="alice", password=user.password)
    assert path(page) == "/passkeys/add"
    assert browser.submit(page, "cognitoSkipPasskeyForm", button="skip").location.startswith(f"{CALLBACK}?code=")
    assert "/login" in app.authorize(browser).location


def test_passkeys_are_not_for_classic_pages(app: Relying) -> None:
    assert app.browser().get(f"/passkeys/add?{app.query()}").query["error"] == "invalid_request"


def test_passkeys_where_the_pool_has_none(rely: Rely, idp: Idp) -> None:
    app = rely(version=2)
    user = confirmed_user(idp, app.app)
    browser = app.browser()
    app.code(browser, user)
    page = browser.get(f"/passkeys/add?{app.query()}", follow=True)
    assert (path(page), page.status) == ("/error", 400)


def test_the_script_of_the_passkey_pages(app: Relying) -> None:
    page = app.browser().get("/static/passkeys.js")
    assert page.headers["content-type"] == "text/javascript;charset=UTF-8"
    assert "navigator.credentials" in page.html
    assert app.browser().get("/static/other.js").status == 404
    assert app.browser().get("/static/..").status == 404


def test_a_user_without_session_cannot_post_a_passkey(rely: Rely) -> None:
    app = choosing(rely, "WEB_AUTHN")
    browser = app.browser()
    page = browser.get(f"/login?{app.query()}")
    answer = browser.post(f"/passkeys/add?{app.query()}", {"_csrf": page.forms[0].fields["_csrf"], "credential": "{}"})
    assert urlsplit(answer.location).path == "/login"
