"""Tracked sessions: lists, revocation, limits, configuration."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests.builders import App, Idp, User, app, app_client, claims, confirmed_user, pool, refresh, refused, sign_in
from tests.conftest import START
from tests.user_pools.user_agents import CHROME, EDGE, FIREFOX, IPHONE, SAFARI, seen_as

GONE = ("ResourceNotFoundException", "Session does not exist.")
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")


def tracked(idp: Idp, most: int = 20, client: dict[str, Any] | None = None) -> User:
    """A user of a pool that tracks sessions."""
    made = app(idp, client)
    track(idp, made.pool_id, most)
    return confirmed_user(idp, made)


def track(idp: Idp, pool_id: str, most: int = 20, tracking: str = "ENABLED") -> None:
    idp.set_user_pool_session_configuration(
        UserPoolId=pool_id, UserSessionTracking=tracking, TokenSession={"MaxPerUser": most}
    )


def listed(idp: Idp, user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = idp.admin_list_user_sessions(**user.key)["Sessions"]
    return found


def mine(idp: Idp, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = idp.list_user_sessions(AccessToken=tokens["AccessToken"])["Sessions"]
    return found


def current(idp: Idp, tokens: dict[str, Any]) -> str:
    return next(str(session["SessionId"]) for session in mine(idp, tokens) if session["IsCurrentSession"])


def works(idp: Idp, user: User, tokens: dict[str, Any]) -> bool:
    """Whether the access token of a sign-in is good, and so is its refresh token."""
    try:
        idp.get_user(AccessToken=tokens["AccessToken"])
    except idp.exceptions.NotAuthorizedException:
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            refresh(idp, user.app, tokens["RefreshToken"])
        return False
    refresh(idp, user.app, tokens["RefreshToken"])
    return True


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sign_in_leaves_a_token_session(idp: Idp) -> None:
    user = tracked(idp)
    with seen_as(idp, CHROME):
        sign_in(idp, user)
    (session,) = listed(idp, user)
    assert re.fullmatch(r"tkn[a-z0-9]{25}", session.pop("SessionId"))
    assert [session.pop(name).timestamp() for name in ("CreateDate", "LastActiveDate")] == [START, START]
    assert session == {
        "SessionType": "TOKEN",
        "ClientId": user.app.client_id,
        "DeviceType": "Chrome 125 / macOS 10.15",
        "LastIPAddress": "127.0.0.1",
        "LastLocation": {"Country": "unknown"},
        "IsCurrentSession": False,
    }


def test_users_see_which_session_is_the_one_they_ask_with(idp: Idp, clock: Clock) -> None:
    user = tracked(idp)
    first = sign_in(idp, user)
    clock.advance(minutes=1)
    second = sign_in(idp, user)
    assert [session["IsCurrentSession"] for session in mine(idp, first)] == [False, True]
    assert [session["IsCurrentSession"] for session in mine(idp, second)] == [True, False]
    assert [session["IsCurrentSession"] for session in listed(idp, user)] == [False, False]


def test_sessions_of_all_clients_are_listed(idp: Idp) -> None:
    user = tracked(idp)
    other = User(App(user.app.pool_id, app_client(idp, user.app.pool_id)), user.username)
    sign_in(idp, user)
    sign_in(idp, other)
    assert {session["ClientId"] for session in listed(idp, user)} == {user.app.client_id, other.app.client_id}


def test_a_refresh_is_activity_and_a_new_sign_in_is_a_new_session(idp: Idp, clock: Clock) -> None:
    user = tracked(idp)
    with seen_as(idp, FIREFOX):
        tokens = sign_in(idp, user)
    clock.advance(hours=2)
    with seen_as(idp, IPHONE):
        refresh(idp, user.app, tokens["RefreshToken"])
    (session,) = listed(idp, user)
    assert session["CreateDate"].timestamp() == START
    assert session["LastActiveDate"].timestamp() == START + 7200
    assert session["DeviceType"] == "Safari 17 / iOS 17.5"


def test_a_rotated_token_stays_in_its_session(idp: Idp, clock: Clock) -> None:
    rotation = {
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    }
    user = tracked(idp, client=rotation)
    tokens = sign_in(idp, user)
    before = current(idp, tokens)
    clock.advance(minutes=5)
    again = idp.get_tokens_from_refresh_token(ClientId=user.app.client_id, RefreshToken=tokens["RefreshToken"])
    assert current(idp, again["AuthenticationResult"]) == before
    assert listed(idp, user)[0]["LastActiveDate"].timestamp() == START + 300


@pytest.mark.parametrize("how", ["revoke_token", "global", "disabled", "expired", "client_deleted"])
def test_sessions_that_are_over_are_not_listed(idp: Idp, clock: Clock, how: str) -> None:
    user = tracked(idp)
    tokens = sign_in(idp, user)
    if how == "revoke_token":
        idp.revoke_token(ClientId=user.app.client_id, Token=tokens["RefreshToken"])
    elif how == "global":
        idp.global_sign_out(AccessToken=tokens["AccessToken"])
    elif how == "disabled":
        idp.admin_disable_user(**user.key)
    elif how == "client_deleted":
        idp.delete_user_pool_client(UserPoolId=user.app.pool_id, ClientId=user.app.client_id)
    else:
        clock.advance(days=31)
    assert listed(idp, user) == []


def test_a_pool_tracks_nothing_until_it_is_told_to(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp))
    before = sign_in(idp, user)
    assert listed(idp, user) == mine(idp, before) == []
    track(idp, user.app.pool_id)
    assert listed(idp, user) == []
    after = sign_in(idp, user)
    assert len(mine(idp, before)) == 1
    assert claims(before["AccessToken"]).keys() == claims(after["AccessToken"]).keys()


def test_turning_tracking_off_hides_what_was_recorded(idp: Idp) -> None:
    user = tracked(idp)
    tokens = sign_in(idp, user)
    session = current(idp, tokens)
    track(idp, user.app.pool_id, tracking="DISABLED")
    assert listed(idp, user) == []
    with refused(*GONE):
        idp.admin_revoke_user_session(**user.key, SessionId=session)
    assert works(idp, user, tokens)
    track(idp, user.app.pool_id)
    assert [found["SessionId"] for found in listed(idp, user)] == [session]


def test_one_page_holds_all_sessions_so_that_no_token_is_right(idp: Idp) -> None:
    user = tracked(idp, 100)
    for _ in range(61):
        sign_in(idp, user)
    answer = idp.admin_list_user_sessions(**user.key)
    assert len(answer["Sessions"]) == 61
    assert "NextToken" not in answer
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.admin_list_user_sessions(**user.key, NextToken="x")


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome 125 / macOS 10.15"),
        (FIREFOX, "Firefox 126 / Windows 10"),
        (EDGE, "Edge 125 / Windows 10"),
        (SAFARI, "Safari 17 / macOS 10.15"),
        (IPHONE, "Safari 17 / iOS 17.5"),
        ("MyApp/3.2 (Android 14)", "MyApp 3 / Android 14"),
        ("aws-sdk-js/3.600.0 ua/2.1 os/linux#5.10 lang/js", "aws-sdk-js 3 / Linux 5.10"),
        ("", "unknown"),
    ],
)
def test_the_device_is_read_from_the_user_agent(idp: Idp, agent: str, device: str) -> None:
    user = tracked(idp)
    with seen_as(idp, agent):
        sign_in(idp, user)
    assert [session["DeviceType"] for session in listed(idp, user)] == [device]


def test_a_back_end_tells_the_address_and_the_device_of_its_user(idp: Idp) -> None:
    user = tracked(idp)
    idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        ContextData={
            "IpAddress": "192.0.2.42",
            "ServerName": "shop.example",
            "ServerPath": "/sign-in",
            "HttpHeaders": [{"headerName": "User-Agent", "headerValue": FIREFOX}],
        },
    )
    (session,) = listed(idp, user)
    assert (session["LastIPAddress"], session["DeviceType"]) == ("192.0.2.42", "Firefox 126 / Windows 10")


def test_a_device_has_no_more_than_1024_characters(idp: Idp) -> None:
    user = tracked(idp)
    payload = json.dumps({"contextData": {"DeviceName": "x" * 2000}})
    data = base64.b64encode(json.dumps({"payload": payload}).encode()).decode()
    idp.initiate_auth(
        ClientId=user.app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        UserContextData={"EncodedData": data},
    )
    assert [session["DeviceType"] for session in listed(idp, user)] == ["x" * 1024]


# ── the limit ────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_the_limit_the_session_used_least_recently_makes_room(idp: Idp, clock: Clock) -> None:
    user = tracked(idp, 2)
    first = sign_in(idp, user)
    clock.advance(minutes=1)
    second = sign_in(idp, user)
    clock.advance(minutes=1)
    refresh(idp, user.app, first["RefreshToken"])
    clock.advance(minutes=1)
    third = sign_in(idp, user)
    assert [works(idp, user, tokens) for tokens in (first, second, third)] == [True, False, True]
    with refused(*REVOKED):
        idp.get_user(AccessToken=second["AccessToken"])
    assert len(listed(idp, user)) == 2


def test_a_lower_limit_counts_from_the_next_sign_in(idp: Idp, clock: Clock) -> None:
    user = tracked(idp, 3)
    for _ in range(3):
        sign_in(idp, user)
        clock.advance(minutes=1)
    track(idp, user.app.pool_id, 1)
    assert len(listed(idp, user)) == 3
    last = sign_in(idp, user)
    assert [session["SessionId"] for session in listed(idp, user)] == [current(idp, last)]


def test_a_refused_sign_in_evicts_nobody(idp: Idp) -> None:
    user = tracked(idp, 1)
    tokens = sign_in(idp, user)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in(idp, user, PASSWORD="Wrong-Horse-1")
    assert works(idp, user, tokens)


def test_sessions_that_are_over_take_no_room(idp: Idp) -> None:
    user = tracked(idp, 2)
    first, second = sign_in(idp, user), sign_in(idp, user)
    idp.revoke_token(ClientId=user.app.client_id, Token=second["RefreshToken"])
    sign_in(idp, user)
    assert works(idp, user, first)


# ── revocation ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_ends_another_session(idp: Idp) -> None:
    user = tracked(idp)
    here, there = sign_in(idp, user), sign_in(idp, user)
    target = current(idp, there)
    idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=target)
    assert [works(idp, user, tokens) for tokens in (here, there)] == [True, False]
    assert [session["SessionId"] for session in mine(idp, here)] == [current(idp, here)]
    with refused(*GONE):
        idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=target)


def test_tokens_from_refreshes_end_with_their_session(idp: Idp) -> None:
    user = tracked(idp)
    here, there = sign_in(idp, user), sign_in(idp, user)
    fresh = refresh(idp, user.app, there["RefreshToken"])
    idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=current(idp, fresh))
    with refused(*REVOKED):
        idp.get_user(AccessToken=fresh["AccessToken"])


def test_nobody_ends_the_session_they_ask_with(idp: Idp) -> None:
    user = tracked(idp)
    tokens = sign_in(idp, user)
    with refused("InvalidParameterException", "The current session cannot be revoked."):
        idp.revoke_user_session(AccessToken=tokens["AccessToken"], SessionId=current(idp, tokens))
    assert works(idp, user, tokens)


def test_an_administrator_ends_any_session_of_the_user_named(idp: Idp) -> None:
    user = tracked(idp)
    bob = confirmed_user(idp, user.app, "bob")
    tokens = sign_in(idp, user)
    target = current(idp, tokens)
    with refused(*GONE):
        idp.admin_revoke_user_session(**bob.key, SessionId=target)
    assert works(idp, user, tokens)
    idp.admin_revoke_user_session(**user.key, SessionId=target, RevokeAssociatedSessions="LINKED")
    assert not works(idp, user, tokens)


def test_another_users_session_is_unknown(idp: Idp) -> None:
    user = tracked(idp)
    tokens = sign_in(idp, user)
    bob = sign_in(idp, confirmed_user(idp, user.app, "bob"))
    with refused(*GONE):
        idp.revoke_user_session(AccessToken=tokens["AccessToken"], SessionId=current(idp, bob))


def test_the_sessions_of_a_deleted_user_are_gone(idp: Idp) -> None:
    user = tracked(idp)
    sign_in(idp, user)
    idp.admin_delete_user(**user.key)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_list_user_sessions(**user.key)
    assert listed(idp, confirmed_user(idp, user.app)) == []


def test_a_session_id_has_a_form(idp: Idp) -> None:
    user = tracked(idp)
    with refused(
        "InvalidParameterException",
        "1 validation error detected: Value 'TKN0000000000000000000000000' at 'sessionId' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: ^(tkn|sso)[a-z0-9]{25}$",
    ):
        idp.admin_revoke_user_session(**user.key, SessionId="TKN" + "0" * 25)


# ── configuration ────────────────────────────────────────────────────────────────────────────────────────────


def test_configuration_of_a_pool(idp: Idp) -> None:
    pool_id = pool(idp)
    found = idp.get_user_pool_session_configuration(UserPoolId=pool_id)
    del found["ResponseMetadata"]
    assert found == {"UserPoolId": pool_id, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
    settings = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 7}}
    answer = idp.set_user_pool_session_configuration(UserPoolId=pool_id, **settings)
    again = idp.get_user_pool_session_configuration(UserPoolId=pool_id)
    for shown in (answer, again):
        del shown["ResponseMetadata"]
        assert shown == {"UserPoolId": pool_id, **settings}


def test_configuration_of_a_client_sleeps_while_tracking_is_off(idp: Idp) -> None:
    user = tracked(idp)
    which = {"UserPoolId": user.app.pool_id, "ClientId": user.app.client_id}
    assert idp.get_user_pool_client_session_configuration(**which)["SSOSession"] == {"MaxValidityMinutes": 60}
    answer = idp.set_user_pool_client_session_configuration(**which, SSOSession={"MaxValidityMinutes": 43200})
    del answer["ResponseMetadata"]
    assert answer == {**which, "SSOSession": {"MaxValidityMinutes": 43200}}
    track(idp, user.app.pool_id, tracking="DISABLED")
    with refused("InvalidParameterException", "User session tracking is not enabled for this user pool."):
        idp.set_user_pool_client_session_configuration(**which, SSOSession={"MaxValidityMinutes": 1})
    track(idp, user.app.pool_id)
    assert idp.get_user_pool_client_session_configuration(**which)["SSOSession"] == {"MaxValidityMinutes": 43200}


def test_tracking_needs_a_tier_above_lite(idp: Idp) -> None:
    made = app(idp, UserPoolTier="LITE")
    needs = "The following features need to be disabled for the LITE pricing tier configured: User Session Tracking"
    with refused("FeatureUnavailableInTierException", needs):
        track(idp, made.pool_id)
    with refused("FeatureUnavailableInTierException", needs):
        idp.set_user_pool_client_session_configuration(
            UserPoolId=made.pool_id, ClientId=made.client_id, SSOSession={"MaxValidityMinutes": 1}
        )
    idp.update_user_pool(UserPoolId=made.pool_id, UserPoolTier="PLUS")
    track(idp, made.pool_id)
    with refused("FeatureUnavailableInTierException", needs):
        idp.update_user_pool(UserPoolId=made.pool_id, UserPoolTier="LITE")
    track(idp, made.pool_id, tracking="DISABLED")
    idp.update_user_pool(UserPoolId=made.pool_id, UserPoolTier="LITE")


def test_configuration_of_what_is_not_there(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool us-east-1_nothing00 does not exist."):
        idp.get_user_pool_session_configuration(UserPoolId="us-east-1_nothing00")
    with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
        idp.get_user_pool_client_session_configuration(UserPoolId=pool(idp), ClientId="nobody")


def test_choice_based_sign_in_needs_a_tier_above_lite(idp: Idp) -> None:
    made = app(idp, UserPoolTier="LITE")
    needs = "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In"
    with refused("FeatureUnavailableInTierException", needs):
        app_client(idp, made.pool_id, ExplicitAuthFlows=["ALLOW_USER_AUTH"])
