"""Requests at the same time: one login has one identity, and one update of a record wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from tests.identity_pools.builders import DEVELOPER, World, identity_pool
from tests.sync.builders import Guest, guest, put
from tests.wire import Clients

AT_ONCE = 8


def race(ask: Callable[[int], Any]) -> tuple[list[Any], Counter[str]]:
    """The answers of eight calls at the same time, and how many were refused with which error."""

    def one(number: int) -> Any:
        try:
            return ask(number)
        except ClientError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(one, range(AT_ONCE)))
    errors = Counter(error.response["Error"]["Code"] for error in found if isinstance(error, ClientError))
    return [answer for answer in found if not isinstance(answer, ClientError)], errors


def test_a_login_has_one_identity(idp: Any, identity: Any, made: World) -> None:
    logins = made.logins(idp)
    answers, errors = race(lambda _: identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"])
    assert (len(set(answers)), errors) == (1, Counter())
    listed = identity.list_identities(IdentityPoolId=made.pool_id, MaxResults=10)["Identities"]
    assert [one["IdentityId"] for one in listed] == answers[:1]


def test_guests_who_sign_in_as_one_user_become_one(idp: Any, identity: Any, made: World) -> None:
    logins = made.logins(idp)
    guests = [identity.get_id(IdentityPoolId=made.pool_id)["IdentityId"] for _ in range(AT_ONCE)]
    answers, errors = race(
        lambda number: identity.get_credentials_for_identity(IdentityId=guests[number], Logins=logins)["IdentityId"]
    )
    assert (len(set(answers)), errors) == (1, Counter())
    left = identity.list_identities(IdentityPoolId=made.pool_id, MaxResults=20, HideDisabled=True)["Identities"]
    assert [one["IdentityId"] for one in left] == answers[:1]


def test_a_user_of_the_backend_has_one_identity(identity: Any) -> None:
    pool_id = identity_pool(identity, DeveloperProviderName=DEVELOPER)
    guests = [identity.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(AT_ONCE)]
    answers, errors = race(
        lambda number: identity.get_open_id_token_for_developer_identity(
            IdentityPoolId=pool_id, IdentityId=guests[number], Logins={DEVELOPER: "alice"}
        )["IdentityId"]
    )
    assert len(answers) == 1
    assert errors == {"DeveloperUserAlreadyRegisteredException": AT_ONCE - 1}


def test_one_update_of_a_record_wins(clients: Clients, identity: Any) -> None:
    me: Guest = guest(clients, identity)
    answers, errors = race(lambda number: me.write(put("color", str(number))))
    ((winner,),) = answers
    assert errors == {"ResourceConflictException": AT_ONCE - 1}
    assert me.values() == {"color": winner["Value"]}
    assert me.listed()["DatasetSyncCount"] == 1
