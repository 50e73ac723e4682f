"""Provisioned limits."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests import builders
from tests.builders import Idp, refused
from tests.wire import Clients


def definition(category: str = "UserAuthentication", **attributes: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category, **attributes}}


def limit(idp: Idp, category: str = "UserAuthentication") -> tuple[int, int]:
    """The provisioned and the free value."""
    shown = idp.get_provisioned_limit(LimitDefinition=definition(category))["Limit"]
    assert shown["LimitDefinition"] == definition(category)
    return shown["ProvisionedLimitValue"], shown["FreeLimitValue"]


def test_an_account_begins_with_the_free_limit(idp: Idp) -> None:
    assert limit(idp) == (120, 120)
    assert limit(idp, "UserCreation") == (50, 50)


def test_a_limit_is_set_for_one_category_account_and_region(idp: Idp, clients: Clients) -> None:
    updated = idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=200)["Limit"]
    assert updated == {"LimitDefinition": definition(), "ProvisionedLimitValue": 200, "FreeLimitValue": 120}
    assert limit(idp) == (200, 120)
    assert limit(idp, "UserRead") == (120, 120)
    assert limit(clients(region="eu-west-1")) == (120, 120)
    assert limit(clients(access_key="999999999999")) == (120, 120)
    idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=120)
    assert limit(idp) == (120, 120)


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (119, "InvalidParameterException", "RequestedLimitValue must not be less than the default limit of 120."),
        (
            1201,
            "ServiceQuotaExceededException",
            "RequestedLimitValue must not be greater than the account-level maximum limit of 1200.",
        ),
    ],
)
def test_a_limit_has_bounds(idp: Idp, value: int, type: str, text: str) -> None:
    with refused(type, text):
        idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=value)
    assert limit(idp) == (120, 120)


def test_a_limit_is_named_by_its_category(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "Limit for the API category Nothing does not exist."):
        idp.get_provisioned_limit(LimitDefinition=definition("Nothing"))
    text = "Attributes of the limit class API_CATEGORY must have exactly the key Category."
    with refused("InvalidParameterException", text):
        idp.get_provisioned_limit(LimitDefinition=definition(More="x"))


def set_limit(idp: Idp, category: str, value: int) -> None:
    idp.update_provisioned_limit(LimitDefinition=definition(category), RequestedLimitValue=value)


def test_only_adjustable_categories_are_set(idp: Idp) -> None:
    with refused("InvalidParameterException", "The limit of the API category UserUpdate is not adjustable."):
        set_limit(idp, "UserUpdate", 30)
    assert limit(idp, "UserUpdate") == (25, 25)
    assert limit(idp, "LimitManagement") == (1, 1)


def test_managed_login_fixes_the_limits_of_sign_in(idp: Idp, clients: Clients) -> None:
    idp.create_user_pool_domain(UserPoolId=builders.pool(idp), Domain="classic")
    set_limit(idp, "UserAuthentication", 130)
    idp.create_user_pool_domain(UserPoolId=builders.pool(idp), Domain="managed", ManagedLoginVersion=2)
    for category in ("UserAuthentication", "UserFederation"):
        text = f"The limit of the API category {category} cannot be adjusted for user pools with managed login."
        with refused("InvalidParameterException", text):
            set_limit(idp, category, 140)
    set_limit(idp, "UserRead", 130)
    set_limit(clients(region="eu-west-1"), "UserAuthentication", 140)


# ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

EXCEEDED = ("TooManyRequestsException", "Rate exceeded")


def read(idp: Idp, user: builders.User, times: int) -> None:
    for _ in range(times):
        idp.admin_get_user(**user.key)


def test_nothing_is_limited_before_a_limit_is_set(idp: Idp) -> None:
    user = builders.confirmed_user(idp, builders.app(idp))
    read(idp, user, 130)


def test_a_category_that_was_set_is_limited(idp: Idp, clock: Clock) -> None:
    user = builders.confirmed_user(idp, builders.app(idp))
    set_limit(idp, "UserRead", 121)
    tokens = builders.sign_in(idp, user)
    read(idp, user, 120)
    idp.get_user(AccessToken=tokens["AccessToken"])
    with refused(*EXCEEDED):
        idp.get_user(AccessToken=tokens["AccessToken"])
    with refused(*EXCEEDED):
        read(idp, user, 1)
    idp.list_users(UserPoolId=user.app.pool_id)
    clock.advance(seconds=0.5)
    read(idp, user, 60)
    with refused(*EXCEEDED):
        read(idp, user, 1)
    clock.advance(hours=1)
    read(idp, user, 121)
    with refused(*EXCEEDED):
        read(idp, user, 1)


def test_limits_are_those_of_the_account_and_region_of_the_pool(idp: Idp, clients: Clients) -> None:
    set_limit(idp, "UserCreation", 50)
    there = clients(region="eu-west-1")
    here, elsewhere = builders.app(idp), builders.app(there)
    for number in range(50):
        idp.sign_up(ClientId=here.client_id, Username=f"user{number}", Password=builders.PASSWORD)
    with refused(*EXCEEDED):
        idp.sign_up(ClientId=here.client_id, Username="another", Password=builders.PASSWORD)
    with refused(*EXCEEDED):
        idp.admin_create_user(UserPoolId=here.pool_id, Username="another")
    there.sign_up(ClientId=elsewhere.client_id, Username="another", Password=builders.PASSWORD)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_get_user(UserPoolId=here.pool_id, Username="another")


def test_answers_to_challenges_have_three_times_the_rate(idp: Idp) -> None:
    user = builders.confirmed_user(idp, builders.app(idp))
    set_limit(idp, "UserAuthentication", 120)
    wrong = {
        "ClientId": user.app.client_id,
        "ChallengeName": "SMS_MFA",
        "Session": "x" * 20,
        "ChallengeResponses": {"USERNAME": user.username, "SMS_MFA_CODE": "000000"},
    }
    for _ in range(3 * 120 + 120):
        with refused("NotAuthorizedException", "Invalid session for the user."):
            idp.respond_to_auth_challenge(**wrong)
    with refused(*EXCEEDED):
        idp.respond_to_auth_challenge(**wrong)
    with refused(*EXCEEDED):
        builders.sign_in(idp, user)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        idp.respond_to_auth_challenge(
            **{
                **wrong,
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "ChallengeResponses": {"USERNAME": user.username, "NEW_PASSWORD": builders.PASSWORD},
            }
        )
