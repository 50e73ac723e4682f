"""Sessions of browsers that are signed in at a pool's domain, in pools that track sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emulator.clock import Clock
from tests.builders import Idp, User, confirmed_user, refused
from tests.conftest import START
from tests.oauth.conftest import SIGNED_OUT, Relying, oauth_client


def track(idp: Idp, app: Relying, minutes: int | None = None) -> None:
    pool_id, client_id = app.app.pool_id, app.app.client_id
    idp.set_user_pool_session_configuration(
        UserPoolId=pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    if minutes is not None:
        idp.set_user_pool_client_session_configuration(
            UserPoolId=pool_id, ClientId=client_id, SSOSession={"MaxValidityMinutes": minutes}
        )


def sessions(idp: Idp, user: User) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"SSO": [], "TOKEN": []}
    for session in idp.admin_list_user_sessions(**user.key)["Sessions"]:
        found[session["SessionType"]].append(session)
    return found


def test_tokens_name_the_browser_session_they_came_through(idp: Idp, app: Relying, alice: User, clock: Clock) -> None:
    track(idp, app)
    browser = app.browser()
    code = app.code(browser, alice)
    clock.advance(minutes=2)
    app.exchange(code)
    found = sessions(idp, alice)
    (sso,), (token,) = found["SSO"], found["TOKEN"]
    assert token["OriginSessionId"] == sso["SessionId"]
    assert "OriginSessionId" not in sso
    assert sso["CreateDate"].timestamp() == START
    assert sso["LastActiveDate"].timestamp() == START + 120


def test_a_refresh_is_activity_of_both(idp: Idp, app: Relying, alice: User, clock: Clock) -> None:
    track(idp, app)
    tokens = app.tokens(alice)
    clock.advance(hours=1)
    app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id=app.app.client_id)
    found = sessions(idp, alice)
    active = [session["LastActiveDate"].timestamp() for kind in ("SSO", "TOKEN") for session in found[kind]]
    assert active == [START + 3600, START + 3600]


def test_a_revoked_browser_session_signs_nobody_in(idp: Idp, app: Relying, alice: User) -> None:
    track(idp, app)
    browser = app.browser()
    tokens = app.exchange(app.code(browser, alice)).json
    assert "code" in app.authorize(browser).query
    (sso,) = sessions(idp, alice)["SSO"]
    idp.admin_revoke_user_session(**alice.key, SessionId=sso["SessionId"])
    assert "/login" in app.authorize(browser).location
    assert sessions(idp, alice)["SSO"] == []
    assert idp.get_user(AccessToken=tokens["access_token"])["Username"] == alice.username


def test_linked_revocation_goes_both_ways(idp: Idp, app: Relying, alice: User) -> None:
    track(idp, app)
    for kind in ("SSO", "TOKEN"):
        browser = app.browser()
        tokens = app.exchange(app.code(browser, alice)).json
        (session,) = sessions(idp, alice)[kind]
        idp.admin_revoke_user_session(**alice.key, SessionId=session["SessionId"], RevokeAssociatedSessions="LINKED")
        assert sessions(idp, alice) == {"SSO": [], "TOKEN": []}
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            idp.get_user(AccessToken=tokens["access_token"])
        assert "/login" in app.authorize(browser).location


def test_signing_out_of_the_browser_ends_its_session_and_no_other(idp: Idp, app: Relying, alice: User) -> None:
    track(idp, app)
    browser = app.browser()
    app.exchange(app.code(browser, alice))
    browser.get(f"/logout?client_id={app.app.client_id}&logout_uri={SIGNED_OUT}")
    found = sessions(idp, alice)
    assert (len(found["SSO"]), len(found["TOKEN"])) == (0, 1)


def test_each_client_says_how_long_it_goes_on_with_a_session(idp: Idp, app: Relying, alice: User, clock: Clock) -> None:
    track(idp, app, minutes=180)
    browser = app.browser()
    app.code(browser, alice)
    clock.advance(minutes=179)
    assert "code" in app.authorize(browser).query
    clock.advance(minutes=1)
    assert "/login" in app.authorize(browser).location
    assert len(sessions(idp, alice)["SSO"]) == 1


def test_a_client_that_never_goes_on_leaves_the_session_to_others(idp: Idp, rely: Callable[..., Relying]) -> None:
    app = rely(version=2)
    alice = confirmed_user(idp, app.app, "alice")
    track(idp, app, minutes=0)
    other = oauth_client(idp, app.app.pool_id)
    browser = app.browser()
    app.code(browser, alice)
    assert "/login" in app.authorize(browser).location
    assert "code" in app.authorize(browser, client_id=other.client_id, prompt="none").query


def test_apps_of_the_pool_share_the_session_silently(idp: Idp, app: Relying, alice: User) -> None:
    """Source: `SessionTypeType` in botocore's model."""
    other = oauth_client(idp, app.app.pool_id)
    stranger = oauth_client(idp, app.app.pool_id, SupportedIdentityProviders=[])
    before = app.browser()
    app.code(before, alice)
    assert "/login" in app.authorize(before, client_id=other.client_id).location
    track(idp, app)
    browser = app.browser()
    app.exchange(app.code(browser, alice))
    code = app.authorize(browser, client_id=other.client_id).query["code"]
    tokens = Relying(idp, app.emulator, other).exchange(code).json
    (sso,) = sessions(idp, alice)["SSO"]
    token = {one["ClientId"]: one for one in sessions(idp, alice)["TOKEN"]}[other.client_id]
    assert token["OriginSessionId"] == sso["SessionId"]
    assert "access_token" in tokens
    assert "code" not in app.authorize(browser, client_id=stranger.client_id).query


def test_without_tracking_a_browser_is_signed_in_for_an_hour(idp: Idp, app: Relying, alice: User, clock: Clock) -> None:
    browser = app.browser()
    app.code(browser, alice)
    assert sessions(idp, alice) == {"SSO": [], "TOKEN": []}
    clock.advance(minutes=59)
    assert "code" in app.authorize(browser).query
    clock.advance(minutes=1)
    assert "/login" in app.authorize(browser).location


def test_signing_in_again_goes_on_with_the_session(idp: Idp, rely: Callable[..., Relying], clock: Clock) -> None:
    """Source: `LastActiveDate` in botocore's model ("the most recent authentication")."""
    app = rely(version=2)
    alice = confirmed_user(idp, app.app, "alice")
    track(idp, app, minutes=10)
    browser = app.browser()
    first = app.exchange(app.code(browser, alice)).json
    (before,) = sessions(idp, alice)["SSO"]
    cookie = dict(browser.cookies["acme.auth.us-east-1.amazoncognito.com"])
    clock.advance(minutes=11)
    app.exchange(app.code(browser, alice))
    (after,) = sessions(idp, alice)["SSO"]
    assert (after["SessionId"], after["CreateDate"]) == (before["SessionId"], before["CreateDate"])
    assert after["LastActiveDate"].timestamp() == START + 660
    assert {one["OriginSessionId"] for one in sessions(idp, alice)["TOKEN"]} == {before["SessionId"]}
    clock.advance(minutes=9)
    assert "code" in app.authorize(browser).query
    browser.cookies["acme.auth.us-east-1.amazoncognito.com"] = cookie
    assert "/login" in app.authorize(browser).location
    idp.admin_revoke_user_session(**alice.key, SessionId=before["SessionId"], RevokeAssociatedSessions="LINKED")
    assert sessions(idp, alice) == {"SSO": [], "TOKEN": []}
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=first["access_token"])


def test_somebody_else_in_the_same_browser_has_a_session_of_their_own(idp: Idp, app: Relying, alice: User) -> None:
    bob = confirmed_user(idp, app.app, "bob")
    track(idp, app, minutes=0)
    browser = app.browser()
    tokens = app.exchange(app.code(browser, alice)).json
    app.code(browser, bob)
    assert (len(sessions(idp, alice)["SSO"]), len(sessions(idp, bob)["SSO"])) == (0, 1)
    assert idp.get_user(AccessToken=tokens["access_token"])["Username"] == "alice"


def test_a_code_ends_with_its_session(idp: Idp, app: Relying, alice: User) -> None:
    track(idp, app)
    code = app.code(app.browser(), alice)
    (sso,) = sessions(idp, alice)["SSO"]
    idp.admin_revoke_user_session(**alice.key, SessionId=sso["SessionId"])
    answer = app.exchange(code)
    assert (answer.status, answer.json) == (400, {"error": "invalid_grant"})
    assert sessions(idp, alice)["TOKEN"] == []
