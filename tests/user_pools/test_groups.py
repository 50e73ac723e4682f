"""Groups and their members. Source: reference user-pools.md §2.7, §4, §6."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests import builders
from tests.builders import Idp, refused

NOW = datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=timezone.utc)
ROLE = "arn:aws:iam::123456789012:role/"


@pytest.fixture
def pool(idp: Idp) -> str:
    return builders.pool(idp)


def group(idp: Idp, pool: str, name: str = "admins", **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = idp.create_group(UserPoolId=pool, GroupName=name, **settings)["Group"]
    return created


def user(idp: Idp, pool: str, name: str = "alice", *groups: str) -> None:
    idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    for joined in groups:
        idp.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=joined)


def members(idp: Idp, pool: str, name: str) -> list[str]:
    return [member["Username"] for member in idp.list_users_in_group(UserPoolId=pool, GroupName=name)["Users"]]


def groups_of(idp: Idp, pool: str, name: str) -> list[str]:
    listed = idp.admin_list_groups_for_user(UserPoolId=pool, Username=name)
    return [found["GroupName"] for found in listed["Groups"]]


def test_a_plain_group(idp: Idp, pool: str) -> None:
    created = group(idp, pool)
    assert created == {"GroupName": "admins", "UserPoolId": pool, "CreationDate": NOW, "LastModifiedDate": NOW}
    assert idp.get_group(UserPoolId=pool, GroupName="admins")["Group"] == created
    assert idp.list_groups(UserPoolId=pool)["Groups"] == [created]


def test_a_group_with_everything(idp: Idp, pool: str) -> None:
    given: dict[str, Any] = {"Description": "those who may", "RoleArn": ROLE + "admin", "Precedence": 0}
    created = group(idp, pool, **given)
    assert {name: created[name] for name in given} == given


@pytest.mark.parametrize("name", ["admins", "Admins", "ADMINS"])
def test_names_that_differ_in_case_only_are_the_same(idp: Idp, pool: str, name: str) -> None:
    group(idp, pool)
    with refused("GroupExistsException", "A group with the name already exists."):
        group(idp, pool, name)


def test_the_same_name_in_another_pool(idp: Idp, pool: str) -> None:
    group(idp, pool)
    assert group(idp, builders.pool(idp))["GroupName"] == "admins"


def test_update_changes_what_is_given(idp: Idp, pool: str, clock: Clock) -> None:
    group(idp, pool, Description="old", RoleArn=ROLE + "a", Precedence=7)
    clock.advance(60)
    updated = idp.update_group(UserPoolId=pool, GroupName="admins", Description="new", Precedence=2)["Group"]
    assert (updated["Description"], updated["RoleArn"], updated["Precedence"]) == ("new", ROLE + "a", 2)
    assert (updated["LastModifiedDate"] - updated["CreationDate"]).total_seconds() == 60
    assert idp.get_group(UserPoolId=pool, GroupName="admins")["Group"] == updated


def test_unknown_groups(idp: Idp, pool: str) -> None:
    user(idp, pool)
    key = {"UserPoolId": pool, "GroupName": "nobody"}
    for operation in (idp.get_group, idp.update_group, idp.delete_group, idp.list_users_in_group):
        with refused("ResourceNotFoundException", "Group not found."):
            operation(**key)
    for operation in (idp.admin_add_user_to_group, idp.admin_remove_user_from_group):
        with refused("ResourceNotFoundException", "Group not found."):
            operation(Username="alice", **key)


def test_unknown_users(idp: Idp, pool: str) -> None:
    group(idp, pool)
    for operation in (idp.admin_add_user_to_group, idp.admin_remove_user_from_group):
        with refused("UserNotFoundException", "User does not exist."):
            operation(UserPoolId=pool, GroupName="admins", Username="nobody")
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_list_groups_for_user(UserPoolId=pool, Username="nobody")


def test_unknown_pool(idp: Idp) -> None:
    for operation, more in (
        (idp.create_group, {"GroupName": "g"}),
        (idp.list_groups, {}),
        (idp.get_group, {"GroupName": "g"}),
        (idp.admin_list_groups_for_user, {"Username": "u"}),
    ):
        with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
            operation(UserPoolId="us-east-1_unknown", **more)


def test_members_come_and_go(idp: Idp, pool: str) -> None:
    group(idp, pool)
    group(idp, pool, "readers")
    user(idp, pool, "alice", "admins", "readers")
    user(idp, pool, "bob", "readers")
    assert (members(idp, pool, "admins"), members(idp, pool, "readers")) == (["alice"], ["alice", "bob"])
    assert sorted(groups_of(idp, pool, "alice")) == ["admins", "readers"]
    idp.admin_remove_user_from_group(UserPoolId=pool, Username="alice", GroupName="readers")
    assert members(idp, pool, "readers") == ["bob"]
    assert groups_of(idp, pool, "alice") == ["admins"]


def test_joining_twice_and_leaving_twice_are_let_pass(idp: Idp, pool: str) -> None:
    group(idp, pool)
    user(idp, pool, "alice", "admins", "admins")
    assert members(idp, pool, "admins") == ["alice"]
    for _ in range(2):
        idp.admin_remove_user_from_group(UserPoolId=pool, Username="alice", GroupName="admins")
    assert members(idp, pool, "admins") == []


def test_a_deleted_group_takes_its_memberships_along(idp: Idp, pool: str) -> None:
    group(idp, pool)
    user(idp, pool, "alice", "admins")
    idp.delete_group(UserPoolId=pool, GroupName="admins")
    assert groups_of(idp, pool, "alice") == []
    group(idp, pool)
    assert members(idp, pool, "admins") == []


def test_a_deleted_user_leaves_the_groups(idp: Idp, pool: str) -> None:
    group(idp, pool)
    user(idp, pool, "alice", "admins")
    idp.admin_delete_user(UserPoolId=pool, Username="alice")
    assert members(idp, pool, "admins") == []
    user(idp, pool, "alice")
    assert groups_of(idp, pool, "alice") == []


def test_lists_have_pages(idp: Idp, pool: str) -> None:
    names = [f"group-{number}" for number in range(5)]
    for name in names:
        group(idp, pool, name)
    user(idp, pool, "alice", *names)
    for operation, key in (
        (idp.list_groups, {"UserPoolId": pool}),
        (idp.admin_list_groups_for_user, {"UserPoolId": pool, "Username": "alice"}),
    ):
        first = operation(**key, Limit=3)
        second = operation(**key, Limit=3, NextToken=first["NextToken"])
        assert [found["GroupName"] for found in first["Groups"] + second["Groups"]] == names
        assert "NextToken" not in second
        assert len(operation(**key, Limit=0)["Groups"]) == 5


def test_members_have_pages(idp: Idp, pool: str) -> None:
    group(idp, pool)
    names = [f"user-{number}" for number in range(5)]
    for name in names:
        user(idp, pool, name, "admins")
    key = {"UserPoolId": pool, "GroupName": "admins"}
    first = idp.list_users_in_group(**key, Limit=2)
    idp.admin_remove_user_from_group(UserPoolId=pool, GroupName="admins", Username="user-1")
    rest = idp.list_users_in_group(**key, NextToken=first["NextToken"])
    assert [member["Username"] for member in first["Users"] + rest["Users"]] == names


def test_a_hundred_groups_and_no_more(idp: Idp, pool: str) -> None:
    for number in range(101):
        group(idp, pool, f"g{number}")
    user(idp, pool, "alice", *(f"g{number}" for number in range(100)))
    with refused("InvalidParameterException", "Maximum number of groups exceeded for the user."):
        idp.admin_add_user_to_group(UserPoolId=pool, Username="alice", GroupName="g100")


# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────


def claims_with(idp: Idp, *groups: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Claims of the access and ID token of a user in such groups."""
    someone = builders.confirmed_user(idp, builders.app(idp))
    for settings in groups:
        group(idp, someone.app.pool_id, **settings)
        idp.admin_add_user_to_group(GroupName=settings["name"], **someone.key)
    tokens = builders.sign_in(idp, someone)
    return builders.claims(tokens["AccessToken"]), builders.claims(tokens["IdToken"])


def roles(id_claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in id_claims.items() if name in ("cognito:roles", "cognito:preferred_role")}


def test_no_groups_no_claims(idp: Idp) -> None:
    for claims in claims_with(idp):
        assert not [name for name in claims if name in ("cognito:groups", "cognito:roles", "cognito:preferred_role")]


def test_groups_are_listed_by_precedence_and_then_by_name(idp: Idp) -> None:
    access, identity = claims_with(
        idp,
        {"name": "z"},
        {"name": "a"},
        {"name": "low", "Precedence": 10},
        {"name": "high", "Precedence": 0},
    )
    assert access["cognito:groups"] == identity["cognito:groups"] == ["high", "low", "a", "z"]


def test_the_preferred_role_is_that_of_the_lowest_precedence(idp: Idp) -> None:
    access, identity = claims_with(
        idp,
        {"name": "second", "Precedence": 2, "RoleArn": ROLE + "second"},
        {"name": "first", "Precedence": 1, "RoleArn": ROLE + "first"},
        {"name": "none"},
    )
    assert roles(identity) == {
        "cognito:roles": [ROLE + "first", ROLE + "second"],
        "cognito:preferred_role": ROLE + "first",
    }
    assert roles(access) == {}


def test_two_roles_of_the_same_precedence_leave_no_preferred_one(idp: Idp) -> None:
    _, identity = claims_with(
        idp,
        {"name": "a", "Precedence": 1, "RoleArn": ROLE + "a"},
        {"name": "b", "Precedence": 1, "RoleArn": ROLE + "b"},
    )
    assert roles(identity) == {"cognito:roles": [ROLE + "a", ROLE + "b"]}


def test_the_same_role_twice_is_preferred(idp: Idp) -> None:
    _, identity = claims_with(
        idp,
        {"name": "a", "Precedence": 1, "RoleArn": ROLE + "same"},
        {"name": "b", "Precedence": 1, "RoleArn": ROLE + "same"},
    )
    assert roles(identity) == {"cognito:roles": [ROLE + "same"], "cognito:preferred_role": ROLE + "same"}


def test_no_precedence_comes_last(idp: Idp) -> None:
    _, identity = claims_with(idp, {"name": "only", "RoleArn": ROLE + "only"})
    assert roles(identity) == {"cognito:roles": [ROLE + "only"], "cognito:preferred_role": ROLE + "only"}
    _, identity = claims_with(
        idp,
        {"name": "unranked", "RoleArn": ROLE + "unranked"},
        {"name": "ranked", "Precedence": 100, "RoleArn": ROLE + "ranked"},
    )
    assert identity["cognito:preferred_role"] == ROLE + "ranked"


def test_names_of_roles_are_checked_by_the_model(idp: Idp, pool: str) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException, match="'roleArn' failed to satisfy constraint"):
        group(idp, pool, RoleArn="not-an-arn-but-long-enough")
