"""The work of import jobs, in a thread of its own for each: row by row, each row a transaction.

A job says which process works on it, and how far it is. One that nobody works on any more, since its process ended, is
gone on with by the first process that is asked for it.

Sources: reference user-pools.md §7 (states, completion texts, lines of the log); recordings
aws-cli-examples/cli-example-list-user-import-jobs/1, …/cli-example-stop-user-import-job/1.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.outside import log_groups
from cognito_emulator.outside.aws_clients import EmulatedAws
from cognito_emulator.randomness import Randomness
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, registration
from cognito_emulator.user_pools.import_records import IMPORT_FILES, IMPORT_JOBS, ImportFile, ImportJob
from cognito_emulator.user_pools.imports import rows
from cognito_emulator.user_pools.records import POOLS, Pool, User

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

logger = logging.getLogger(__name__)
DONE = "Import Job Completed Successfully."
STOPPED = "The Import Job was stopped by the developer."
TOO_MANY = "Too many users have failed or been skipped during the import."
EXPIRED = "The user import job has expired."
# These texts were not seen on AWS.
WRONG_FILE = "The csv file is not valid UTF-8 text of at most 100 MB."
WRONG_HEADER = "The header of the csv file does not have the columns of the user pool."
TOO_MANY_ROWS = "The csv file has more than 500000 users."
INTERNAL = "The Import Job failed because of an internal error."
LARGEST_FILE = 100 * 1024 * 1024
STARTABLE_SECONDS = 24 * 3600.0
# Counts are written once for so many rows at least.
_BATCH = 100
# A process that was not seen for so many seconds does not work on a job any more.
_GONE_SECONDS = 60.0


class _Stopped(Exception):
    """The job is not to go on: it was stopped, or is gone."""


class _Left(Exception):
    """The job is not to go on here: this process ends, or another one took it over."""


def as_of(job: ImportJob, now: float) -> ImportJob:
    """A job as it is now: one that was not started in a day has expired."""
    end = job.created + STARTABLE_SECONDS
    if job.status != "Created" or now < end:
        return job
    return replace(job, status="Expired", completed=end, message=EXPIRED)


def refuse_while_active(reader: Reader, pool: Pool) -> None:
    """Refuse a change of a pool into which users are imported at the moment."""
    if reader.find(IMPORT_JOBS, "active in pool", pool.id) is not None:
        raise errors.import_in_progress()


class ImportWorker:
    """The import jobs that this process works on."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._name = Randomness().uuid()

    def claimed(self, job: ImportJob) -> ImportJob:
        """A job as one that this process works on."""
        return replace(job, worker=self._name, seen=self._emulator.clock.unmoved())

    def go_on(self, call: Call, job: ImportJob) -> None:
        """Work on a job whose process ended, if it is one."""
        if not self._is_left(job):
            return

        def step(tx: Transaction) -> ImportJob | None:
            current = tx.get(IMPORT_JOBS, job.pool_id, job.id)
            if current is None or not self._is_left(current):
                return None
            mine = self.claimed(current)
            tx.put(IMPORT_JOBS, mine)
            return mine

        mine = call.transact(step)
        pool = call.reader.get(POOLS, job.pool_id)
        if mine is not None and pool is not None:
            self.begin(call, pool, mine)

    def _is_left(self, job: ImportJob) -> bool:
        return job.is_active and abs(self._emulator.clock.unmoved() - job.seen) > _GONE_SECONDS

    def begin(self, call: Call, pool: Pool, job: ImportJob) -> None:
        """Work on a job that was started by a call."""
        context = contextvars.copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._work, call, pool, job), name=f"cognito-emulator-{job.id}", daemon=True
        )
        self._threads = [*(other for other in self._threads if other.is_alive()), thread]
        thread.start()

    def wait(self) -> None:
        """Until every job is over and its log is written."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """Leave the jobs where they are."""
        self._closed.set()
        for thread in self._threads:
            thread.join(5)

    def _work(self, call: Call, pool: Pool, job: ImportJob) -> None:
        lines: list[str] = []
        try:
            try:
                message = self._import(call, pool, job, lines)
            except _Stopped:
                message = STOPPED
            except _Left:
                return
            except Exception:
                if self._closed.is_set():
                    return
                logger.exception("import job %s failed", job.id)
                message = INTERNAL
                self._finish(job, [0, 0, 0], message)
            lines.append(f"[{'SUCCEEDED' if message == DONE else 'FAILED'}] {message}")
            self._log(pool, job, lines)
        except Exception:
            if not self._closed.is_set():
                logger.exception("the log of import job %s could not be written", job.id)

    def _import(self, call: Call, pool: Pool, job: ImportJob, lines: list[str]) -> str:
        """Import all rows; returns the completion message. Lines of the log go to `lines`."""
        file = self._open(job)
        if file.text is None or file.size > LARGEST_FILE:
            return self._finish(job, [0, 0, 0], WRONG_FILE)
        columns, listed = rows.read(file.text)
        if not rows.fits(pool, columns, job.hashing):
            return self._finish(job, [0, 0, 0], WRONG_HEADER)
        if len(listed) > rows.MOST_ROWS:
            return self._finish(job, [0, 0, 0], TOO_MANY_ROWS)
        counts = [job.imported, job.skipped, job.failed]
        try:
            for done, row in enumerate(listed[sum(counts) :], 1):
                at, line = self._import_row(call, pool, job, columns, row, counts)
                counts[at] += 1
                lines.append(line)
                if done % _BATCH == 0:
                    self._count(job, counts)
        except _Stopped:
            self._count(job, counts)
            raise
        except _Left:
            self._count(job, counts, seen=0.0)
            raise
        imported, skipped, failed = counts
        return self._finish(job, counts, TOO_MANY if skipped + failed > imported else DONE)

    def _mine(self, tx: Transaction, job: ImportJob) -> ImportJob:
        """The job as it is now. Raises `_Stopped` if it is not to go on, and `_Left` if somebody else works on it."""
        current = tx.get(IMPORT_JOBS, job.pool_id, job.id)
        if current is None or not current.is_active or tx.get(POOLS, job.pool_id) is None:
            raise _Stopped
        if current.worker != self._name:
            raise _Left
        return current

    def _open(self, job: ImportJob) -> ImportFile:
        def step(tx: Transaction) -> ImportFile:
            current = self._mine(tx, job)
            file = tx.get(IMPORT_FILES, job.pool_id, job.id)
            if file is None:
                raise _Stopped
            tx.put(IMPORT_JOBS, self.claimed(replace(current, status="InProgress")))
            return file

        return self._emulator.store.transact(step)

    def _import_row(
        self, call: Call, pool: Pool, job: ImportJob, columns: list[str], row: rows.Row, counts: list[int]
    ) -> tuple[int, str]:
        """Import one row; which of the counts it belongs to, and its line of the log."""
        if self._closed.is_set():
            raise _Left
        try:
            user = rows.user_of(replace(call, now=self._emulator.clock.now()), pool, columns, row, job.hashing)
            self._insert(pool, job, user, counts)
        except AwsError as failure:
            if failure.type == "UsernameExistsException":
                return 1, f"[SKIPPED] Line Number {row.number} - The user already exists."
            return 2, f"[FAILED] Line Number {row.number} - {(failure.message or '').strip()}"
        return 0, f"[SUCCEEDED] Line Number {row.number} - The import succeeded."

    def _insert(self, pool: Pool, job: ImportJob, user: User, counts: list[int]) -> None:
        imported, skipped, failed = counts

        def step(tx: Transaction) -> None:
            current = self._mine(tx, job)
            counted = replace(current, imported=imported + 1, skipped=skipped, failed=failed)
            tx.put(IMPORT_JOBS, self.claimed(counted))
            registration.claim_aliases(tx, pool, user, user.created, force=False, taken_error=errors.alias_exists)
            registration.insert(tx, pool, user, errors.user_already_exists())

        self._emulator.store.transact(step)

    def _count(self, job: ImportJob, counts: list[int], **changes: object) -> None:
        imported, skipped, failed = counts

        def step(tx: Transaction) -> None:
            current = tx.get(IMPORT_JOBS, job.pool_id, job.id)
            if current is not None and current.worker == self._name:
                counted = self.claimed(replace(current, imported=imported, skipped=skipped, failed=failed))
                tx.put(IMPORT_JOBS, replace(counted, **changes) if current.is_active else counted)  # type: ignore[arg-type]

        self._emulator.store.transact(step)

    def _finish(self, job: ImportJob, counts: list[int], message: str) -> str:
        status = "Succeeded" if message == DONE else "Failed"
        self._count(job, counts, status=status, completed=self._emulator.clock.now(), message=message)
        return message

    def _log(self, pool: Pool, job: ImportJob, lines: list[str]) -> None:
        if self._closed.is_set():
            return
        client = self._emulator.part(EmulatedAws).client("logs", pool.region, pool.account)
        if client is None:
            return
        # The other service does not share a clock that a test moved.
        moment = self._emulator.clock.unmoved()
        log_groups.write(client, f"/aws/cognito/userpools/{pool.id}/{pool.name}", job.id, moment, lines)
