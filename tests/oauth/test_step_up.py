"""`acr_values` and `max_age` at a pool's domain: what is asked for again, what tokens say, who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, SMS, Idp, User, app_client, claims, confirmed_user, sign_in
from tests.factors import CHOICE, EMAIL_FACTOR, SES, SMS_FACTOR, TOTP_FACTOR, code_at, last_code, register_totp
from tests.oauth.browser import Browser, Page
from tests.oauth.conftest import CALLBACK, Relying
from tests.oauth.test_factor_pages import choices
from tests.oauth.test_pages import error_of, path

Rely = Callable[..., Relying]
LOA = {level: f"urn:cognito:loa:{level}" for level in (1, 2, 3, 4)}
ADDRESSES = {"email": "alice@example.com", "email_verified": "true", "phone_number": "+12065550100"}


@pytest.fixture(params=[1, 2], ids=["classic", "managed"])
def strong(request: pytest.FixtureRequest, rely: Rely, idp: Idp) -> Relying:
    """An app at a domain whose pool has second factors; both kinds of pages."""
    return with_factors(rely, idp, request.param)


@pytest.fixture
def managed(rely: Rely, idp: Idp) -> Relying:
    """An app whose users may begin with a code."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    return with_factors(rely, idp, 2, client={"ExplicitAuthFlows": CHOICE}, Policies=policies)


def with_factors(rely: Rely, idp: Idp, version: int, **settings: Any) -> Relying:
    app = rely(version=version, EmailConfiguration=SES, **SMS, **settings)
    factors = {**TOTP_FACTOR, **SMS_FACTOR, **EMAIL_FACTOR}
    idp.set_user_pool_mfa_config(UserPoolId=app.app.pool_id, MfaConfiguration="OPTIONAL", **factors)
    return app


def user_of(idp: Idp, app: Relying) -> User:
    return confirmed_user(idp, app.app, "alice", **ADDRESSES)


def totp(idp: Idp, emulator: Emulator, user: User) -> str:
    """An authenticator app that the user has not turned on for every sign-in."""
    return register_totp(idp, emulator, sign_in(idp, user)["AccessToken"], prefer=False)


def level(app: Relying, page: Page) -> tuple[str | None, list[str] | None]:
    """What both tokens say of the level, for the code on the way back to the app."""
    assert page.location.startswith(f"{CALLBACK}?code="), page.location
    answer = app.exchange(page.query["code"]).json
    said = [claims(answer[name]) for name in ("id_token", "access_token")]
    assert [said[0].get(name) for name in ("acr", "amr")] == [said[1].get(name) for name in ("acr", "amr")]
    return said[0].get("acr"), said[0].get("amr")


# ── a sign-in from scratch ───────────────────────────────────────────────────────────────────────────────────


def test_a_password_is_level_1(strong: Relying, idp: Idp) -> None:
    page = strong.sign_in(strong.browser(), user_of(idp, strong), acr_values=LOA[1])
    assert level(strong, page) == (LOA[1], ["pwd"])


def test_an_app_that_asks_for_no_level_is_told_none(strong: Relying, idp: Idp) -> None:
    page = strong.sign_in(strong.browser(), user_of(idp, strong), max_age="60")
    assert level(strong, page) == (None, None)


def test_level_4_takes_an_authenticator_app(strong: Relying, idp: Idp, emulator: Emulator) -> None:
    user = user_of(idp, strong)
    secret = totp(idp, emulator, user)
    browser = strong.browser()
    page = strong.sign_in(browser, user, acr_values=f"{LOA[4]} {LOA[1]}")
    assert "Enter the code from your authenticator app." in page.text
    page = browser.submit(page, 0, authentication_code=code_at(secret, emulator))
    assert level(strong, page) == (LOA[4], ["pwd", "otp", "mfa"])


def test_the_implicit_grant_says_it_too(strong: Relying, idp: Idp) -> None:
    page = strong.sign_in(strong.browser(), user_of(idp, strong), acr_values=LOA[1], response_type="token")
    said = [claims(page.fragment[name]) for name in ("id_token", "access_token")]
    assert [(one["acr"], one["amr"]) for one in said] == [(LOA[1], ["pwd"])] * 2


def test_a_user_who_cannot_reach_the_level(strong: Relying, idp: Idp) -> None:
    browser = strong.browser()
    page = strong.sign_in(browser, user_of(idp, strong), acr_values=LOA[4])
    assert path(page) == "/login"
    assert error_of(page) == "User has no factors configured to satisfy any of the requested ACR values."
    assert "/login" in strong.authorize(browser).location


def test_a_code_is_level_2(managed: Relying, idp: Idp, emulator: Emulator) -> None:
    user = user_of(idp, managed)
    browser = managed.browser()
    page = managed.authorize(browser, follow=True, acr_values=LOA[2])
    page = browser.submit(page, "cognitoSignInForm", username=user.username)
    assert choices(page) == ["EMAIL_OTP"]
    page = browser.submit(page, 0, answer="EMAIL_OTP")
    page = browser.submit(page, 0, authentication_code=last_code(emulator, user))
    assert level(managed, page) == (LOA[2], ["email_otp"])


def test_refreshed_tokens_keep_the_level(strong: Relying, idp: Idp) -> None:
    tokens = strong.tokens(user_of(idp, strong), acr_values=LOA[1])
    fresh = strong.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json
    assert claims(fresh["id_token"])["acr"] == LOA[1]


# ── a browser that is signed in ──────────────────────────────────────────────────────────────────────────────


def signed_in(app: Relying, user: User, **changes: str | None) -> Browser:
    browser = app.browser()
    assert "code" in app.sign_in(browser, user, **changes).query
    return browser


def test_a_session_that_is_good_enough(strong: Relying, idp: Idp) -> None:
    browser = signed_in(strong, user_of(idp, strong))
    assert level(strong, strong.authorize(browser, acr_values=LOA[1])) == (LOA[1], ["pwd"])
    reachable = strong.authorize(browser, acr_values=f"{LOA[4]} urn:unknown {LOA[1]}")
    assert level(strong, reachable) == (LOA[1], ["pwd"])


def test_only_what_is_missing_is_asked_for(strong: Relying, idp: Idp, emulator: Emulator, clock: Clock) -> None:
    user = user_of(idp, strong)
    secret = totp(idp, emulator, user)
    browser = signed_in(strong, user)
    clock.advance(minutes=5)
    page = strong.authorize(browser, follow=True, acr_values=LOA[4])
    assert path(page) == "/mfa"
    assert "Enter the code from your authenticator app." in page.text
    page = browser.submit(page, 0, authentication_code=code_at(secret, emulator))
    answer = strong.exchange(page.query["code"]).json
    said = claims(answer["id_token"])
    assert (said["acr"], said["amr"]) == (LOA[4], ["pwd", "otp", "mfa"])
    assert said["auth_time"] == int(clock.now())
    assert level(strong, strong.authorize(browser, acr_values=LOA[3])) == (LOA[4], ["pwd", "otp", "mfa"])


def test_a_choice_of_what_is_missing(managed: Relying, idp: Idp, emulator: Emulator) -> None:
    user = user_of(idp, managed)
    browser = signed_in_by_code(managed, user, emulator)
    page = managed.authorize(browser, follow=True, acr_values=LOA[3])
    assert choices(page) == ["PASSWORD"]
    page = browser.submit(page, 0, answer="PASSWORD")
    page = browser.submit(page, 0, password=PASSWORD)
    assert level(managed, page) == (LOA[3], ["email_otp", "pwd", "mfa"])


def signed_in_by_code(app: Relying, user: User, emulator: Emulator) -> Browser:
    browser = app.browser()
    page = app.authorize(browser, follow=True)
    page = browser.submit(page, "cognitoSignInForm", username=user.username)
    page = browser.submit(page, 0, answer="EMAIL_OTP")
    assert "code" in browser.submit(page, 0, authentication_code=last_code(emulator, user)).query
    return browser


def test_nobody_is_asked_with_prompt_none(managed: Relying, idp: Idp, emulator: Emulator, clock: Clock) -> None:
    user = user_of(idp, managed)
    totp(idp, emulator, user)
    browser = signed_in_by_code(managed, user, emulator)
    assert managed.authorize(browser, prompt="none", acr_values=LOA[4]).query["error"] == "login_required"
    assert "code" in managed.authorize(browser, prompt="none", acr_values=LOA[2], max_age="0").query
    clock.advance(seconds=1)
    assert managed.authorize(browser, prompt="none", max_age="0").query["error"] == "login_required"


def test_a_session_that_is_too_old_counts_for_nothing(
    strong: Relying, idp: Idp, emulator: Emulator, clock: Clock
) -> None:
    user = user_of(idp, strong)
    totp(idp, emulator, user)
    browser = signed_in(strong, user)
    clock.advance(seconds=60)
    for enough in ("60", "0060", "9" * 5000):
        assert "code" in strong.authorize(browser, max_age=enough).query
    page = strong.authorize(browser, follow=True, max_age="59", acr_values=LOA[4])
    assert path(page) == "/login"
    assert user.username not in page.text
    again = strong.sign_in(browser, user, max_age="59")
    said = claims(strong.exchange(again.query["code"]).json["id_token"])
    assert said["auth_time"] == int(clock.now())


def test_going_on_as_the_user_of_another_client(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    first = with_factors(rely, idp, 1)
    second = rely(domain=None, pool_id=first.app.pool_id)
    user = user_of(idp, first)
    secret = totp(idp, emulator, user)
    browser = signed_in(first, user)
    page = second.authorize(browser, follow=True, acr_values=LOA[4])
    form = next(form for form in page.forms if "use_session" in form.buttons or "use_session" in form.fields)
    page = browser.submit(page, page.forms.index(form), **{"use_session": "1"})
    assert path(page) == "/mfa"
    page = browser.submit(page, 0, authentication_code=code_at(secret, emulator))
    assert level(second, page) == (LOA[4], ["pwd", "otp", "mfa"])


# ── bad parameters ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("parameters", [{"acr_values": "urn:unknown"}, {"max_age": "-1"}, {"max_age": "soon"}])
@pytest.mark.parametrize("endpoint", ["/oauth2/authorize", "/login"])
def test_bad_parameters_go_back_to_the_app(app: Relying, endpoint: str, parameters: dict[str, str]) -> None:
    page = app.browser().get(f"{endpoint}?{app.query(**parameters)}")
    assert page.query["error"] == "invalid_request"
    assert page.location.startswith(CALLBACK)


def test_a_lower_tier_ignores_levels(rely: Rely, idp: Idp) -> None:
    """Source: developer guide, "Feature plan requirements"."""
    app = rely(UserPoolTier="LITE")
    user = confirmed_user(idp, app.app, "alice")
    for asked in (LOA[4], "urn:unknown"):
        assert level(app, app.sign_in(app.browser(), user, acr_values=asked)) == (None, None)


# ── the history ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("response_type", ["code", "token"])
def test_tokens_name_the_sign_in_of_the_history(rely: Rely, idp: Idp, response_type: str) -> None:
    app = rely(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    user = confirmed_user(idp, app.app, "alice")
    browser = app.browser()
    page = app.sign_in(browser, user, response_type=response_type)
    (event,) = idp.admin_list_user_auth_events(**user.key)["AuthEvents"]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")
    silent = app.authorize(browser, response_type=response_type)
    for back in (page, silent):
        found = back.fragment if response_type == "token" else app.exchange(back.query["code"]).json
        assert claims(found["id_token"])["event_id"] == event["EventId"]
    assert len(idp.admin_list_user_auth_events(**user.key)["AuthEvents"]) == 1


def test_the_sign_in_after_a_sign_up_is_in_the_history_too(rely: Rely, idp: Idp, emulator: Emulator) -> None:
    plus = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
    app = rely(AutoVerifiedAttributes=["email"], **plus)
    browser = app.browser()
    page = browser.get(f"/signup?{app.query()}")
    given = {"requiredAttributes[email]": "new@example.com"}
    page = browser.submit(page, 0, username="new", password=PASSWORD, **given)
    page = browser.submit(page, "confirm", code=emulator.messages.find(username="new")[-1].code)
    token = claims(app.exchange(page.query["code"]).json["id_token"])
    events = idp.admin_list_user_auth_events(UserPoolId=app.app.pool_id, Username="new")["AuthEvents"]
    assert [(one["EventType"], one["EventResponse"]) for one in events] == [("SignIn", "Pass"), ("SignUp", "Pass")]
    assert token["event_id"] == events[0]["EventId"]


def test_an_api_client_of_the_pool_steps_up_from_tokens_of_the_domain(
    strong: Relying, idp: Idp, emulator: Emulator
) -> None:
    user = user_of(idp, strong)
    secret = totp(idp, emulator, user)
    idp.update_user_pool_client(
        UserPoolId=strong.app.pool_id,
        ClientId=strong.app.client_id,
        ExplicitAuthFlows=CHOICE,
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "aws.cognito.signin.user.admin"],
        SupportedIdentityProviders=["COGNITO"],
    )
    token = strong.tokens(user, acr_values=LOA[1])["access_token"]
    asked = {"USERNAME": user.username, "TARGET_ACR_VALUES": LOA[4], "ACCESS_TOKEN": token}
    posed = idp.initiate_auth(ClientId=strong.app.client_id, AuthFlow="USER_AUTH", AuthParameters=asked)
    answer = idp.respond_to_auth_challenge(
        ClientId=strong.app.client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=posed["Session"],
        ChallengeResponses={"USERNAME": user.username, "SOFTWARE_TOKEN_MFA_CODE": code_at(secret, emulator)},
    )
    assert claims(answer["AuthenticationResult"]["AccessToken"])["acr"] == LOA[4]
    other = app_client(idp, strong.app.pool_id, ExplicitAuthFlows=CHOICE)
    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Invalid Access Token"):
        idp.initiate_auth(ClientId=other, AuthFlow="USER_AUTH", AuthParameters=asked)
