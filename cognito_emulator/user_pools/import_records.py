"""The records of user import jobs and of the files that were uploaded for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.store.interface import Index, Table
from cognito_emulator.user_pools.records import milliseconds

ACTIVE = ("Pending", "InProgress")


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A job that imports users from a file. `url` is where the file goes, `hashing` is how the passwords in the
    file are hashed, if they are. `worker` is the process that works on it, and `seen` the system's time when it last
    did.
    """

    pool_id: str
    id: str
    region: str
    account: str
    name: str
    role_arn: str
    url: str
    created: float
    status: str = "Created"
    started: float | None = None
    completed: float | None = None
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    message: str | None = None
    hashing: str | None = None
    worker: str = ""
    seen: float = 0.0

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE


@dataclass(frozen=True, slots=True)
class ImportFile:
    """What was uploaded for a job. `text` is None for what is no UTF-8."""

    pool_id: str
    job_id: str
    size: int
    text: str | None


IMPORT_JOBS = Table(
    "import_jobs",
    ImportJob,
    lambda job: (job.pool_id, job.id),
    (
        Index("created", lambda job: (job.pool_id, milliseconds(job.created), job.id)),
        Index("active", lambda job: (job.account, job.region) if job.is_active else None),
        Index("active in pool", lambda job: (job.pool_id,) if job.is_active else None),
    ),
)
IMPORT_FILES = Table("import_files", ImportFile, lambda file: (file.pool_id, file.job_id))

TABLES: tuple[Table[Any], ...] = (IMPORT_JOBS, IMPORT_FILES)
