"""ListUsers: filters, attributes, pages. Source: reference user-pools.md §6."""

from __future__ import annotations

import functools
import operator
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests import builders
from tests.builders import App, Idp, attributes, refused


@pytest.fixture
def app(idp: Idp) -> App:
    """A pool with four users."""
    app = builders.app(idp, Schema=[{"Name": "x", "AttributeDataType": "String"}])
    people: dict[str, dict[str, str]] = {
        "alice": {
            "email": "Alice@example.com",
            "phone_number": "+12065550001",
            "name": "Alice Adams",
            "given_name": "Alice",
            "family_name": "Adams",
            "preferred_username": "al",
            "custom__x": "1",
        },
        "Albert": {"email": "albert@example.com", "phone_number": "+12065550002", "family_name": "Adamson"},
        "bob": {"email": "bob@elsewhere.example", "name": 'Bob "the" \\ Builder'},
    }
    for name, given in people.items():
        builders.confirmed_user(idp, app, name, **given)
    builders.unconfirmed_user(idp, app, "carol", email="carol@example.com")
    idp.admin_disable_user(UserPoolId=app.pool_id, Username="bob")
    return app


def names(idp: Idp, app: App, filter: str | None = None, **settings: Any) -> list[str]:
    given = {} if filter is None else {"Filter": filter}
    return [user["Username"] for user in idp.list_users(UserPoolId=app.pool_id, **given, **settings)["Users"]]


def test_each_user_is_shown_whole(idp: Idp, app: App) -> None:
    found = {user["Username"]: user for user in idp.list_users(UserPoolId=app.pool_id)["Users"]}
    assert set(found) == {"alice", "Albert", "bob", "carol"}
    bob = found["bob"]
    assert set(bob) == {"Username", "Attributes", "Enabled", "UserStatus", "UserCreateDate", "UserLastModifiedDate"}
    assert (bob["Enabled"], bob["UserStatus"]) == (False, "CONFIRMED")
    assert bob["Attributes"][0]["Name"] == "sub"
    assert builders.as_dict(bob["Attributes"])["email"] == "bob@elsewhere.example"


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("", ["Albert", "alice", "bob", "carol"]),
        ("  ", ["Albert", "alice", "bob", "carol"]),
        ('username = "alice"', ["alice"]),
        ('username="alice"', ["alice"]),
        ('  username   =   "alice"  ', ["alice"]),
        ('username = "ALICE"', []),
        ('username = "ali"', []),
        ('username ^= "al"', ["alice"]),
        ('username ^= "Al"', ["Albert"]),
        ('username ^= ""', ["Albert", "alice", "bob", "carol"]),
        ('email = "alice@example.com"', ["alice"]),
        ('email = "ALICE@EXAMPLE.COM"', ["alice"]),
        ('email = "alice@example"', []),
        ('email ^= "al"', ["Albert", "alice"]),
        ('email ^= "nobody"', []),
        ('phone_number = "+12065550001"', ["alice"]),
        ('phone_number ^= "+1206555"', ["alice", "Albert"]),
        ('name = "alice adams"', ["alice"]),
        ('name ^= "bob \\"the\\""', ["bob"]),
        ('name = "Bob \\"the\\" \\\\ Builder"', ["bob"]),
        ('given_name = "Alice"', ["alice"]),
        ('family_name ^= "adams"', ["alice", "Albert"]),
        ('preferred_username = "al"', ["alice"]),
        ('cognito:user_status = "UNCONFIRMED"', ["carol"]),
        ('cognito:user_status = "unconfirmed"', ["carol"]),
        ('cognito:user_status ^= "UNC"', ["carol"]),
        ('cognito:user_status = "CONFIRMED"', ["Albert", "alice", "bob"]),
        ('status = "Disabled"', ["bob"]),
        ('status = "disabled"', ["bob"]),
        ('status = "Enabled"', ["Albert", "alice", "carol"]),
        ('status ^= "Dis"', ["bob"]),
    ],
)
def test_filters(idp: Idp, app: App, filter: str, expected: list[str]) -> None:
    assert names(idp, app, filter) == expected


def test_a_filter_for_the_sub(idp: Idp, app: App) -> None:
    user = idp.list_users(UserPoolId=app.pool_id, Filter='username = "alice"')["Users"][0]
    sub = builders.as_dict(user["Attributes"])["sub"]
    assert names(idp, app, f'sub = "{sub}"') == ["alice"]
    assert names(idp, app, f'sub ^= "{sub[:8]}"') == ["alice"]
    assert names(idp, app, f'sub = "{sub.upper()}"') == []


@pytest.mark.parametrize(
    "filter",
    [
        "foo",
        "email",
        "email = alice",
        'email = "alice',
        'email == "alice"',
        'email ~ "alice"',
        'email != "alice"',
        'email = "a" and name = "b"',
        'email = "a"b"',
        '= "a"',
        "email = 'alice'",
    ],
)
def test_filters_that_cannot_be_read(idp: Idp, app: App, filter: str) -> None:
    """Recording github-issue-logs/filter-syntax/1."""
    with refused("InvalidParameterException", "Error while parsing filter."):
        names(idp, app, filter, AttributesToGet=["custom:attr1"])


@pytest.mark.parametrize("attribute", ["custom:x", "nickname", "email_verified", "EMAIL", "nonsense"])
def test_attributes_that_cannot_be_searched(idp: Idp, app: App, attribute: str) -> None:
    with refused("InvalidParameterException", f"Invalid search attribute: {attribute}"):
        names(idp, app, f'{attribute} = "1"')


def test_a_changed_attribute_is_found_by_its_new_value(idp: Idp, app: App) -> None:
    idp.admin_update_user_attributes(
        UserPoolId=app.pool_id, Username="alice", UserAttributes=attributes(email="new@example.com", name="")
    )
    assert names(idp, app, 'email = "alice@example.com"') == []
    assert names(idp, app, 'email = "new@example.com"') == ["alice"]
    assert names(idp, app, 'name ^= "A"') == []
    idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="carol")
    assert names(idp, app, 'cognito:user_status = "UNCONFIRMED"') == []


def test_case_counts_where_the_pool_says_so(idp: Idp) -> None:
    app = builders.app(idp, UsernameConfiguration={"CaseSensitive": False})
    builders.confirmed_user(idp, app, "Alice")
    assert names(idp, app, 'username = "ALICE"') == ["alice"]
    assert names(idp, app, 'username ^= "AL"') == ["alice"]


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_attributes_to_get(idp: Idp, app: App) -> None:
    users = idp.list_users(UserPoolId=app.pool_id, AttributesToGet=["email", "custom:x", "nickname"])["Users"]
    found = {user["Username"]: set(builders.as_dict(user["Attributes"])) for user in users}
    assert found == {"alice": {"email", "custom:x"}, "Albert": {"email"}, "bob": {"email"}, "carol": {"email"}}


def test_users_without_the_attribute_have_an_empty_list(idp: Idp, app: App) -> None:
    users = idp.list_users(UserPoolId=app.pool_id, AttributesToGet=["preferred_username"])["Users"]
    assert [user["Attributes"] for user in users if user["Username"] == "bob"] == [[]]


def test_attributes_that_the_pool_lacks(idp: Idp, app: App) -> None:
    with refused("InvalidParameterException", "One or more requested attributes do not exist in user pool."):
        names(idp, app, AttributesToGet=["custom:none"])


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def crowd(idp: Idp, number: int) -> App:
    app = builders.app(idp)
    for index in range(number):
        idp.admin_create_user(
            UserPoolId=app.pool_id,
            Username=f"user-{index:02}",
            UserAttributes=attributes(email=f"user-{index:02}@example.com"),
            MessageAction="SUPPRESS",
        )
    return app


def walk(idp: Idp, app: App, **settings: Any) -> list[list[str]]:
    pages, token = [], None
    while True:
        more: dict[str, Any] = {"PaginationToken": token} if token else {}
        page = idp.list_users(UserPoolId=app.pool_id, **settings, **more)
        pages.append([user["Username"] for user in page["Users"]])
        following = page.get("PaginationToken")
        assert following is None or following != token
        token = following
        if token is None:
            return pages


@pytest.mark.parametrize("filter", ["", 'email ^= "user"', 'status = "Enabled"', 'username ^= "user-"'])
def test_pages(idp: Idp, filter: str) -> None:
    pages = walk(idp, crowd(idp, 7), Limit=3, Filter=filter)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert functools.reduce(operator.iadd, pages, []) == [f"user-{index:02}" for index in range(7)]


@pytest.mark.parametrize(("settings", "size"), [({}, 60), ({"Limit": 0}, 60), ({"Limit": 60}, 60), ({"Limit": 1}, 1)])
def test_the_size_of_a_page(idp: Idp, settings: dict[str, Any], size: int) -> None:
    assert len(names(idp, crowd(idp, 61), **settings)) == size


def test_no_token_after_the_last_page(idp: Idp) -> None:
    app = crowd(idp, 2)
    assert "PaginationToken" not in idp.list_users(UserPoolId=app.pool_id, Limit=2)


def test_writes_between_two_pages(idp: Idp) -> None:
    app = crowd(idp, 6)
    first = idp.list_users(UserPoolId=app.pool_id, Limit=3)
    assert [user["Username"] for user in first["Users"]] == ["user-00", "user-01", "user-02"]
    for gone in ("user-00", "user-02", "user-04"):
        idp.admin_delete_user(UserPoolId=app.pool_id, Username=gone)
    for new in ("user-00", "user-035"):
        idp.admin_create_user(UserPoolId=app.pool_id, Username=new)
    assert names(idp, app, PaginationToken=first["PaginationToken"]) == ["user-03", "user-035", "user-05"]


def test_a_token_belongs_to_its_query(idp: Idp, clock: Clock) -> None:
    app = crowd(idp, 3)
    token = idp.list_users(UserPoolId=app.pool_id, Limit=1)["PaginationToken"]
    for settings in ({"Filter": 'email ^= "u"'}, {"UserPoolId": builders.pool(idp)}):
        with refused("InvalidParameterException", "Invalid pagination token."):
            idp.list_users(**{"UserPoolId": app.pool_id, "PaginationToken": token, **settings})
    clock.advance(hours=1, seconds=1)
    with refused("InvalidParameterException", "Invalid pagination token."):
        names(idp, app, PaginationToken=token)


def test_an_unknown_pool(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
        idp.list_users(UserPoolId="us-east-1_unknown")
