"""Import jobs whose process ends: the next process that is asked for one goes on with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools.imports.worker import ImportWorker
from tests.builders import Idp
from tests.conftest import START
from tests.user_pools.test_user_import_jobs import VERIFIED, counts, csv, job, over, pool, put
from tests.wire import Clients

USERS = [{"cognito:username": f"user{number}", **VERIFIED} for number in range(8)]
# The sixth row is no user: it counts, too, and is not tried again as another one.
ROWS = [*USERS[:5], {"cognito:username": "nobody"}, *USERS[5:]]


@contextmanager
def another(emulator: Emulator, clients: Clients, later: float) -> Iterator[Idp]:
    """A client of another process on the same store, so many seconds later."""
    clock = Clock(START + later)
    other = Emulator(clock=clock, store=emulator.store, check_responses=True, issuer="aws", log_format="off")
    clients.emulator = other
    yield clients()
    other.part(ImportWorker).wait()
    other.close()


def started(idp: Idp, emulator: Emulator) -> dict[str, Any]:
    pool_id = pool(idp)
    made = job(idp, pool_id)
    assert put(emulator, made["PreSignedUrl"], csv(idp, pool_id, *ROWS)).status == 200
    named = {"UserPoolId": pool_id, "JobId": made["JobId"]}
    idp.start_user_import_job(**named)
    return named


def check(idp: Idp, named: dict[str, Any]) -> None:
    """All was imported, and nothing twice."""
    assert counts(over(idp, named["UserPoolId"], named["JobId"])) == (8, 0, 1)
    there = [user["Username"] for user in idp.list_users(UserPoolId=named["UserPoolId"])["Users"]]
    assert there == sorted(user["cognito:username"] for user in USERS)


def test_a_process_that_was_killed(
    idp: Idp, emulator: Emulator, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ImportWorker, "begin", lambda *args: None)
        named = started(idp, emulator)
    with another(emulator, clients, later=61) as other:
        check(other, named)


def test_a_process_that_ended_in_the_middle(
    idp: Idp, emulator: Emulator, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it leaves, so the next one does not wait; here it is the same second."""
    import_row = ImportWorker._import_row
    with monkeypatch.context() as patch:

        def end_after_seven(worker: Any, *args: Any) -> Any:
            if args[-2].number > 7:
                worker._closed.set()
            return import_row(worker, *args)

        patch.setattr(ImportWorker, "_import_row", end_after_seven)
        named = started(idp, emulator)
        emulator.part(ImportWorker).wait()
    with another(emulator, clients, later=0) as other:
        [shown] = other.list_user_import_jobs(UserPoolId=named["UserPoolId"], MaxResults=1)["UserImportJobs"]
        assert shown["Status"] == "InProgress"
        check(other, named)


def test_a_process_that_is_at_work_is_left_alone(
    idp: Idp, emulator: Emulator, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(ImportWorker, "begin", lambda worker, *args: begun.append(worker))
    named = started(idp, emulator)
    emulator.clock.advance(days=2)  # a test's time: the process's own stands still
    idp.describe_user_import_job(**named)
    idp.list_user_import_jobs(UserPoolId=named["UserPoolId"], MaxResults=1)
    assert len(begun) == 1
