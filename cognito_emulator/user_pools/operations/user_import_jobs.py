"""User import jobs: users from a CSV file."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, paging, repository
from cognito_emulator.user_pools.import_records import IMPORT_FILES, IMPORT_JOBS, ImportJob
from cognito_emulator.user_pools.imports import rows, upload, worker
from cognito_emulator.user_pools.imports.worker import ImportWorker
from cognito_emulator.user_pools.service import operation

JOBS_PER_POOL = 1_000


@operation
def get_csv_header(call: Call, params: Params) -> Answer:
    """The columns of the file that a pool imports users from.

    Source: API reference, GetCSVHeader; recording aws-cli-examples/cli-example-get-csv-header/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"UserPoolId": pool.id, "CSVHeader": rows.header(pool)}


@operation
def create_user_import_job(call: Call, params: Params) -> Answer:
    """Make a job, with an address for its file. Source: API reference, CreateUserImportJob."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    job_id = f"import-{call.emulator.randomness.text(10, ALPHANUMERIC)}"
    job = ImportJob(
        pool_id=pool.id,
        id=job_id,
        region=pool.region,
        account=pool.account,
        name=params["JobName"],
        role_arn=params["CloudWatchLogsRoleArn"],
        url=upload.address(call, pool, job_id),
        created=call.now,
        hashing=params.get("PasswordHashingAlgorithm"),
    )

    def step(tx: Transaction) -> None:
        repository.pool_of_caller(call, pool.id, tx)
        if tx.count(IMPORT_JOBS, None, (pool.id,)) >= JOBS_PER_POOL:
            raise errors.too_many_import_jobs()
        tx.insert(IMPORT_JOBS, job)

    call.transact(step)
    return {"UserImportJob": _shown(job)}


@operation
def describe_user_import_job(call: Call, params: Params) -> Answer:
    """Show a job and how far it is. Source: API reference, DescribeUserImportJob."""
    job = _job(call, params, call.reader)
    call.emulator.part(ImportWorker).go_on(call, job)
    return {"UserImportJob": _shown(job)}


@operation
def list_user_import_jobs(call: Call, params: Params) -> Answer:
    """The jobs of a pool, newest first.

    Source: API reference, ListUserImportJobs; recording aws-cli-examples/cli-example-list-user-import-jobs/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    jobs, token = paging.page(
        call,
        params,
        IMPORT_JOBS,
        "created",
        (pool.id,),
        size="MaxResults",
        token="PaginationToken",
        reverse=True,
    )
    for job in jobs:
        call.emulator.part(ImportWorker).go_on(call, job)
    return {"UserImportJobs": [_shown(worker.as_of(job, call.now)) for job in jobs], **token}


@operation
def start_user_import_job(call: Call, params: Params) -> Answer:
    """Begin to import the users of the file that was uploaded; the work goes on in the background.

    Source: API reference, StartUserImportJob; recording aws-cli-examples/cli-example-start-user-import-job/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    importing = call.emulator.part(ImportWorker)

    def step(tx: Transaction) -> ImportJob:
        job = _job(call, params, tx)
        if job.status != "Created":
            raise errors.import_job_not_startable(job.id, job.status)
        if not pool.auto_verified:
            raise errors.no_auto_verified_attribute()
        if tx.get(IMPORT_FILES, job.pool_id, job.id) is None:
            raise errors.no_csv_file(job.id)
        if tx.find(IMPORT_JOBS, "active", job.account, job.region) is not None:
            raise errors.another_import_job_is_active()
        started = importing.claimed(replace(job, status="Pending", started=call.now))
        tx.put(IMPORT_JOBS, started)
        return started

    job = call.transact(step)
    importing.begin(call, pool, job)
    return {"UserImportJob": _shown(job)}


@operation
def stop_user_import_job(call: Call, params: Params) -> Answer:
    """End a job that was started; users that it imported stay.

    Source: API reference, StopUserImportJob; recording aws-cli-examples/cli-example-stop-user-import-job/1.
    """

    def step(tx: Transaction) -> ImportJob:
        job = _job(call, params, tx)
        if not job.is_active:
            raise errors.import_job_not_stoppable(job.id, job.status)
        stopped = replace(job, status="Stopped", completed=call.now, message=worker.STOPPED)
        tx.put(IMPORT_JOBS, stopped)
        return stopped

    return {"UserImportJob": _shown(call.transact(step))}


def _job(call: Call, params: Params, reader: Reader) -> ImportJob:
    pool = repository.pool_of_caller(call, params["UserPoolId"], reader)
    job = reader.get(IMPORT_JOBS, pool.id, params["JobId"])
    if job is None:
        raise errors.import_job_does_not_exist(params["JobId"])
    return worker.as_of(job, call.now)


def _shown(job: ImportJob) -> Answer:
    shown = {
        "JobName": job.name,
        "JobId": job.id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": job.url,
        "CreationDate": Timestamp(job.created),
        "Status": job.status,
        "CloudWatchLogsRoleArn": job.role_arn,
        "ImportedUsers": job.imported,
        "SkippedUsers": job.skipped,
        "FailedUsers": job.failed,
    }
    optional = {
        "StartDate": Timestamp(job.started) if job.started is not None else None,
        "CompletionDate": Timestamp(job.completed) if job.completed is not None else None,
        "CompletionMessage": job.message,
        "PasswordHashingAlgorithm": job.hashing,
    }
    return {**shown, **{name: value for name, value in optional.items() if value is not None}}
