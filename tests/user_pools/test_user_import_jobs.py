"""User import jobs, from the header of the file to the users and the log."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from cognito_emulator import mock_cognito
from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools.imports.worker import ImportWorker
from tests import builders
from tests.builders import SMS, Idp, as_dict, refused
from tests.factors import choice_app, choose, last_code, respond
from tests.wire import Answer, Clients, send

ROLE = "arn:aws:iam::123456789012:role/import-logs"
KMS = {"x-amz-server-side-encryption": "aws:kms"}
STANDARD = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
]
LAST = ["cognito:mfa_enabled", "cognito:username"]
VERIFIED = {"email": "a@example.com", "email_verified": "TRUE"}


def pool(idp: Idp, **settings: Any) -> str:
    return builders.pool(idp, **{"AutoVerifiedAttributes": ["email"], **settings})


def job(idp: Idp, pool_id: str, **settings: str) -> dict[str, Any]:
    wanted = {"JobName": "job", "CloudWatchLogsRoleArn": ROLE, **settings}
    made: dict[str, Any] = idp.create_user_import_job(UserPoolId=pool_id, **wanted)["UserImportJob"]
    return made


def csv(idp: Idp, pool_id: str, *users: dict[str, str]) -> str:
    """A file for the pool; users have no MFA unless they say so."""
    columns = idp.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
    rows = [{"cognito:mfa_enabled": "FALSE", **user} for user in users]
    lines = [columns, *([row.get(column, "").replace(",", "\\,") for column in columns] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


def put(emulator: Emulator, url: str, file: str | bytes, method: str = "PUT", **headers: str) -> Answer:
    parts = urlsplit(url)
    return send(emulator, method, f"{parts.path}?{parts.query}", file, {**KMS, **headers})


def imported(idp: Idp, emulator: Emulator, pool_id: str, file: str | bytes) -> dict[str, Any]:
    """The job that imported a file, when it is over."""
    made = job(idp, pool_id)
    assert put(emulator, made["PreSignedUrl"], file).status == 200
    idp.start_user_import_job(UserPoolId=pool_id, JobId=made["JobId"])
    return over(idp, pool_id, made["JobId"])


def over(idp: Idp, pool_id: str, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        shown: dict[str, Any] = idp.describe_user_import_job(UserPoolId=pool_id, JobId=job_id)["UserImportJob"]
        if shown["Status"] not in ("Pending", "InProgress"):
            return shown
        time.sleep(0.01)
    raise AssertionError("the job is not over")


def counts(shown: dict[str, Any]) -> tuple[int, int, int]:
    return shown["ImportedUsers"], shown["SkippedUsers"], shown["FailedUsers"]


@pytest.fixture
def idle(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are started, but nobody works on them yet."""
    monkeypatch.setattr(ImportWorker, "begin", lambda *args: None)


def test_the_header_has_every_attribute_of_the_pool(idp: Idp) -> None:
    plain = pool(idp)
    assert idp.get_csv_header(UserPoolId=plain)["CSVHeader"] == [*STANDARD, *LAST]
    custom = pool(idp, Schema=[{"Name": "team", "AttributeDataType": "String"}])
    answer = idp.get_csv_header(UserPoolId=custom)
    assert (answer["UserPoolId"], answer["CSVHeader"]) == (custom, [*STANDARD, "custom:team", *LAST])


def test_a_new_job(idp: Idp) -> None:
    pool_id = pool(idp)
    made = job(idp, pool_id)
    shown = idp.describe_user_import_job(UserPoolId=pool_id, JobId=made["JobId"])["UserImportJob"]
    assert made == shown
    assert made["JobId"].startswith("import-")
    assert (made["Status"], counts(made), made["CloudWatchLogsRoleArn"]) == ("Created", (0, 0, 0), ROLE)
    assert "X-Amz-Expires=899" in made["PreSignedUrl"]
    assert {"StartDate", "CompletionDate", "CompletionMessage"}.isdisjoint(made)


def test_users_of_a_file_choose_a_password(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["email"], Schema=[{"Name": "team", "AttributeDataType": "String"}])
    user = {"cognito:username": "alice", "name": "Doe, Alice", "custom:team": "red", "birthdate": "02/28/1990"}
    shown = imported(idp, emulator, app.pool_id, csv(idp, app.pool_id, {**user, **VERIFIED}))
    assert (shown["Status"], counts(shown)) == ("Succeeded", (1, 0, 0))
    assert shown["CompletionMessage"] == "Import Job Completed Successfully."
    assert shown["StartDate"] <= shown["CompletionDate"]
    found = idp.admin_get_user(UserPoolId=app.pool_id, Username="alice")
    assert found["UserStatus"] == "RESET_REQUIRED"
    values = as_dict(found["UserAttributes"])
    assert (values["name"], values["custom:team"], values["email_verified"]) == ("Doe, Alice", "red", "true")
    assert emulator.messages.find(user_pool_id=app.pool_id) == []

    alice = builders.User(app, "alice")
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        builders.begin(idp, alice)
    idp.forgot_password(ClientId=app.client_id, Username="alice")
    code = emulator.messages.wait(username="alice").code
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="alice", ConfirmationCode=code, Password=alice.password
    )
    assert builders.sign_in(idp, alice)["AccessToken"]


def test_users_who_sign_in_with_codes_need_no_password(idp: Idp, emulator: Emulator) -> None:
    app = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email", "phone_number"], **SMS)
    phone = {"phone_number": "+12065551212", "phone_number_verified": "TRUE"}
    users = [{"cognito:username": "alice", **VERIFIED}, {"cognito:username": "bob", **phone}]
    assert counts(imported(idp, emulator, app.pool_id, csv(idp, app.pool_id, *users))) == (2, 0, 0)
    found = {user["Username"]: user["UserStatus"] for user in idp.list_users(UserPoolId=app.pool_id)["Users"]}
    assert found == {"alice": "CONFIRMED", "bob": "RESET_REQUIRED"}
    alice = builders.User(app, "alice")
    challenge = choose(idp, alice, PREFERRED_CHALLENGE="EMAIL_OTP")
    answer = respond(idp, alice, challenge, EMAIL_OTP_CODE=last_code(emulator, alice))
    assert answer["AuthenticationResult"]["AccessToken"]


def test_only_line_feeds_end_a_row(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp)
    name = "one\u2028two\x85three\x0bfour"
    file = csv(idp, pool_id, {"cognito:username": "alice", "name": name, **VERIFIED})
    assert counts(imported(idp, emulator, pool_id, file.replace("\n", "\r\n"))) == (1, 0, 0)
    (user,) = idp.list_users(UserPoolId=pool_id)["Users"]
    assert as_dict(user["Attributes"])["name"] == name


def test_users_that_exist_are_skipped_and_bad_rows_fail(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp)
    idp.admin_create_user(UserPoolId=pool_id, Username="alice", MessageAction="SUPPRESS")
    names = ("alice", "bob", "carol", "dave")
    users = [{"cognito:username": name, **VERIFIED} for name in names]
    file = csv(idp, pool_id, *users, {"cognito:username": "eve", "email": "e@example.com"})
    shown = imported(idp, emulator, pool_id, file)
    assert (shown["Status"], counts(shown)) == ("Succeeded", (3, 1, 1))
    assert idp.admin_get_user(UserPoolId=pool_id, Username="alice")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    again = imported(idp, emulator, pool_id, file)
    assert (again["Status"], counts(again)) == ("Failed", (0, 4, 1))
    assert again["CompletionMessage"] == "Too many users have failed or been skipped during the import."


@pytest.mark.parametrize(
    "row",
    [
        {"cognito:username": ""},
        {"email_verified": "yes"},
        {"email_verified": "FALSE"},
        {"email": ""},
        {"cognito:mfa_enabled": ""},
        {"cognito:mfa_enabled": "TRUE"},
        {"birthdate": "1990-02-28"},
        {"email": "not an address"},
        {"updated_at": "yesterday"},
        {"name": "x" * 16_001},
    ],
    ids=lambda row: next(iter(row)),
)
def test_a_row_that_does_not_fit_fails(idp: Idp, emulator: Emulator, row: dict[str, str]) -> None:
    pool_id = pool(idp)
    file = csv(idp, pool_id, {"cognito:username": "alice", **VERIFIED, **row})
    assert counts(imported(idp, emulator, pool_id, file)) == (0, 0, 1)
    assert idp.list_users(UserPoolId=pool_id)["Users"] == []


def test_names_of_users_that_sign_in_with_an_address(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp, UsernameAttributes=["email"])
    user = {"cognito:username": "a@example.com", "email_verified": "true"}
    assert counts(imported(idp, emulator, pool_id, csv(idp, pool_id, user))) == (1, 0, 0)
    assert counts(imported(idp, emulator, pool_id, csv(idp, pool_id, user))) == (0, 1, 0)
    found = idp.admin_get_user(UserPoolId=pool_id, Username="a@example.com")
    assert found["Username"] == as_dict(found["UserAttributes"])["sub"]


def test_the_mfa_column_turns_text_messages_on(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp, MfaConfiguration="OPTIONAL", AutoVerifiedAttributes=["phone_number"], **SMS)
    phone = {"phone_number": "+12065550100", "phone_number_verified": "true", "cognito:mfa_enabled": "true"}
    without = {**phone, "cognito:mfa_enabled": "false", "cognito:username": "bob"}
    file = csv(idp, pool_id, {"cognito:username": "alice", **phone}, without)
    assert counts(imported(idp, emulator, pool_id, file)) == (2, 0, 0)
    alice, bob = (idp.admin_get_user(UserPoolId=pool_id, Username=name) for name in ("alice", "bob"))
    assert (alice["UserMFASettingList"], alice["PreferredMfaSetting"]) == (["SMS_MFA"], "SMS_MFA")
    assert "UserMFASettingList" not in bob


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (b"\xff\xfe", "The csv file is not valid UTF-8 text of at most 100 MB."),
        (b"", "The header of the csv file does not have the columns of the user pool."),
        (b"cognito:username,email\n", "The header of the csv file does not have the columns of the user pool."),
    ],
)
def test_a_file_that_is_none_fails_the_job(idp: Idp, emulator: Emulator, file: bytes, text: str) -> None:
    shown = imported(idp, emulator, pool(idp), file)
    assert (shown["Status"], shown["CompletionMessage"]) == ("Failed", text)


def test_columns_come_in_any_order(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp)
    lines = csv(idp, pool_id, {"cognito:username": "alice", **VERIFIED}).splitlines()
    file = "\n".join(",".join(reversed(line.split(","))) for line in lines)
    assert counts(imported(idp, emulator, pool_id, file)) == (1, 0, 0)


def test_the_address_takes_only_what_it_was_signed_for(idp: Idp, emulator: Emulator, clock: Clock) -> None:
    made = job(idp, pool(idp))
    url = made["PreSignedUrl"]
    for refusal in (
        put(emulator, url, "x", **{"x-amz-server-side-encryption": "AES256"}),
        put(emulator, url, "x", method="POST"),
        put(emulator, url[:-1] + ("0" if url[-1] != "0" else "1"), "x"),
        put(emulator, url.replace("X-Amz-Expires=899", "X-Amz-Expires=999"), "x"),
    ):
        assert refusal.status == 403
        assert b"<Code>SignatureDoesNotMatch</Code>" in refusal.body
    unknown = put(emulator, url.replace(made["JobId"], "import-0000000000"), "x")
    assert (unknown.status, b"<Message>Access Denied</Message>" in unknown.body) == (403, True)
    with refused("PreconditionNotMetException", f"No csv file was uploaded for {made['JobId']}"):
        idp.start_user_import_job(UserPoolId=made["UserPoolId"], JobId=made["JobId"])
    clock.advance(899)
    accepted = put(emulator, url, "x")
    assert (accepted.status, accepted.headers["x-amz-server-side-encryption"]) == (200, "aws:kms")
    clock.advance(1)
    late = put(emulator, url, "x")
    assert (late.status, b"<Message>Request has expired</Message>" in late.body) == (403, True)


@pytest.mark.usefixtures("idle")
def test_a_job_is_stopped(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp)
    made = job(idp, pool_id)
    named = {"UserPoolId": pool_id, "JobId": made["JobId"]}
    text = f"User import job {made['JobId']} cannot be stopped. Current status is Created"
    with refused("PreconditionNotMetException", text):
        idp.stop_user_import_job(**named)
    put(emulator, made["PreSignedUrl"], csv(idp, pool_id))
    assert idp.start_user_import_job(**named)["UserImportJob"]["Status"] == "Pending"
    stopped = idp.stop_user_import_job(**named)["UserImportJob"]
    message = "The Import Job was stopped by the developer."
    assert (stopped["Status"], stopped["CompletionMessage"]) == ("Stopped", message)
    assert stopped["CompletionDate"] >= stopped["StartDate"]
    with refused(
        "PreconditionNotMetException", f"User import job {made['JobId']} cannot be started. Current status is Stopped"
    ):
        idp.start_user_import_job(**named)


def test_a_job_that_is_stopped_imports_no_more(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp)
    made = job(idp, pool_id)
    named = {"UserPoolId": pool_id, "JobId": made["JobId"]}
    users = [{"cognito:username": f"user{number}", **VERIFIED} for number in range(5_000)]
    put(emulator, made["PreSignedUrl"], csv(idp, pool_id, *users))
    idp.start_user_import_job(**named)
    assert idp.stop_user_import_job(**named)["UserImportJob"]["Status"] == "Stopped"
    emulator.part(ImportWorker).wait()
    there = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["EstimatedNumberOfUsers"]
    shown = idp.describe_user_import_job(**named)["UserImportJob"]
    assert shown["Status"] == "Stopped"
    assert shown["ImportedUsers"] == there < 5_000


@pytest.mark.usefixtures("idle")
def test_one_job_is_active_and_its_pool_does_not_change(idp: Idp, emulator: Emulator, clients: Clients) -> None:
    pool_id, other = pool(idp), pool(idp)
    jobs = [job(idp, pool_id), job(idp, other)]
    for made in jobs:
        put(emulator, made["PreSignedUrl"], csv(idp, pool_id))
    idp.start_user_import_job(UserPoolId=pool_id, JobId=jobs[0]["JobId"])
    with refused("PreconditionNotMetException", "Another user import job is active in the account."):
        idp.start_user_import_job(UserPoolId=other, JobId=jobs[1]["JobId"])
    in_progress = ("UserImportInProgressException", "A user import job is in progress for the user pool.")
    with refused(*in_progress):
        idp.update_user_pool(UserPoolId=pool_id)
    with refused(*in_progress):
        idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[{"Name": "x", "AttributeDataType": "String"}])
    with refused(*in_progress):
        idp.delete_user_pool(UserPoolId=pool_id)
    idp.update_user_pool(UserPoolId=other)
    idp.stop_user_import_job(UserPoolId=pool_id, JobId=jobs[0]["JobId"])
    idp.delete_user_pool(UserPoolId=pool_id)


def test_a_pool_without_verified_attributes_imports_nobody(idp: Idp, emulator: Emulator) -> None:
    pool_id = builders.pool(idp)
    made = job(idp, pool_id)
    put(emulator, made["PreSignedUrl"], csv(idp, pool_id))
    text = "The user pool must have at least one auto verified attribute to import users."
    with refused("PreconditionNotMetException", text):
        idp.start_user_import_job(UserPoolId=pool_id, JobId=made["JobId"])


def test_a_job_expires_after_a_day(idp: Idp, emulator: Emulator, clock: Clock) -> None:
    pool_id = pool(idp)
    made = job(idp, pool_id)
    put(emulator, made["PreSignedUrl"], csv(idp, pool_id))
    clock.advance(hours=24)
    shown = idp.list_user_import_jobs(UserPoolId=pool_id, MaxResults=1)["UserImportJobs"][0]
    assert (shown["Status"], shown["CompletionMessage"]) == ("Expired", "The user import job has expired.")
    with refused(
        "PreconditionNotMetException", f"User import job {made['JobId']} cannot be started. Current status is Expired"
    ):
        idp.start_user_import_job(UserPoolId=pool_id, JobId=made["JobId"])


def test_jobs_are_listed_newest_first(idp: Idp, clock: Clock) -> None:
    pool_id = pool(idp)
    assert idp.list_user_import_jobs(UserPoolId=pool_id, MaxResults=60)["UserImportJobs"] == []
    made = []
    for _ in range(3):
        made.append(job(idp, pool_id)["JobId"])
        clock.advance(1)
    first = idp.list_user_import_jobs(UserPoolId=pool_id, MaxResults=2)
    second = idp.list_user_import_jobs(UserPoolId=pool_id, MaxResults=2, PaginationToken=first["PaginationToken"])
    listed = [shown["JobId"] for page in (first, second) for shown in page["UserImportJobs"]]
    assert listed == made[::-1]
    assert "PaginationToken" not in second


def test_what_is_not_there(idp: Idp) -> None:
    pool_id, other = pool(idp), pool(idp)
    made = job(idp, other)["JobId"]
    for operation in (idp.describe_user_import_job, idp.start_user_import_job, idp.stop_user_import_job):
        with refused("ResourceNotFoundException", f"Import job {made} does not exist."):
            operation(UserPoolId=pool_id, JobId=made)
    with refused("ResourceNotFoundException", "User pool us-east-1_nothing does not exist."):
        idp.get_csv_header(UserPoolId="us-east-1_nothing")


def test_results_are_logged_in_cloudwatch(monkeypatch: pytest.MonkeyPatch) -> None:
    moto = pytest.importorskip("moto")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws(), mock_cognito(check_responses=True) as emulator:
        idp = boto3.client("cognito-idp", region_name="us-east-1")
        pool_id = pool(idp, PoolName="people")
        users = [{"cognito:username": "alice", **VERIFIED}, {"cognito:username": "bob"}]
        file = csv(idp, pool_id, *users, {"cognito:username": "alice", **VERIFIED})
        shown = imported(idp, emulator, pool_id, file)
        assert counts(shown) == (1, 1, 1)
        emulator.part(ImportWorker).wait()
        logs = boto3.client("logs", region_name="us-east-1")
        group = f"/aws/cognito/userpools/{pool_id}/people"
        events = logs.get_log_events(logGroupName=group, logStreamName=shown["JobId"])["events"]
        assert [event["message"] for event in events] == [
            "[SUCCEEDED] Line Number 2 - The import succeeded.",
            "[FAILED] Line Number 3 - The User Record does not set any of the auto verified attributes to verified. "
            "(Example: email_verified to true).",
            "[SKIPPED] Line Number 4 - The user already exists.",
            "[FAILED] Too many users have failed or been skipped during the import.",
        ]
