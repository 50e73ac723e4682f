"""Log delivery: its configuration, and entries that arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cognito_emulator import mock_cognito
from cognito_emulator.emulator import Emulator
from cognito_emulator.outside.errands import Errands
from cognito_emulator.user_pools import log_delivery, records
from tests import builders
from tests.builders import Idp, refused

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/cognito"
BUCKET = "arn:aws:s3:::user-activity"
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/user-activity"
TO_GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}}
TO_BUCKET = {"S3Configuration": {"BucketArn": BUCKET}}
TO_STREAM = {"FirehoseConfiguration": {"StreamArn": STREAM}}
INVALID = "InvalidParameterException"
UNVERIFIED = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/nobody@example.com",
}


def notifications(**destination: Any) -> dict[str, Any]:
    return {"EventSource": "userNotification", "LogLevel": "ERROR", **(destination or TO_GROUP)}


def activity(**destination: Any) -> dict[str, Any]:
    return {"EventSource": "userAuthEvents", "LogLevel": "INFO", **(destination or TO_BUCKET)}


def configured(idp: Idp, pool_id: str) -> list[dict[str, Any]]:
    shown = idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]
    assert shown["UserPoolId"] == pool_id
    found: list[dict[str, Any]] = shown["LogConfigurations"]
    return found


def test_a_configuration_is_replaced(idp: Idp) -> None:
    pool_id = builders.pool(idp, UserPoolTier="PLUS")
    assert configured(idp, pool_id) == []
    wanted = [notifications(), activity()]
    answer = idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=wanted)
    assert answer["LogDeliveryConfiguration"] == {"UserPoolId": pool_id, "LogConfigurations": wanted}
    assert configured(idp, pool_id) == wanted
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[])
    assert configured(idp, pool_id) == []


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (
            [notifications(), notifications()],
            "Request validation Failed. Following event sources appear more then once in a request: "
            "[userNotification].",
        ),
        ([{**notifications(), "LogLevel": "INFO"}], "The event source userNotification requires the log level ERROR."),
        ([{**activity(), "LogLevel": "ERROR"}], "The event source userAuthEvents requires the log level INFO."),
        ([notifications(**TO_GROUP, **TO_BUCKET)], "A log configuration must have exactly one destination."),
        (
            [{"EventSource": "userAuthEvents", "LogLevel": "INFO"}],
            "Request validation Failed. Following event sources in request have no destination: [userAuthEvents].",
        ),
        (
            [{"EventSource": "userNotification", "LogLevel": level} for level in ("ERROR", "INFO")],
            "Request validation Failed. Following event sources in request have no destination: [userNotification]. "
            "Following event sources appear more then once in a request: [userNotification].",
        ),
        (
            [notifications(**TO_BUCKET)],
            "The event source userNotification supports only CloudWatchLogsConfiguration.",
        ),
        (
            [activity(CloudWatchLogsConfiguration={"LogGroupArn": STREAM})],
            f"Invalid log destination: {STREAM}",
        ),
        (
            [activity(CloudWatchLogsConfiguration={"LogGroupArn": GROUP.replace("123456789012", "999999999999")})],
            f"Request validation Failed. [CloudWatch log group arn {GROUP.replace('123456789012', '999999999999')} "
            "failed with the following validation errors: ARN does not belong to invoking account. ]",
        ),
    ],
)
def test_configurations_that_do_not_go_together(idp: Idp, wanted: list[dict[str, Any]], text: str) -> None:
    pool_id = builders.pool(idp, UserPoolTier="PLUS")
    with refused(INVALID, text):
        idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=wanted)
    assert configured(idp, pool_id) == []


def test_activity_is_exported_by_the_plus_tier_only(idp: Idp) -> None:
    text = "The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming"
    pool_id = builders.pool(idp)
    with refused("FeatureUnavailableInTierException", text):
        idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[activity()])
    assert configured(idp, pool_id) == []
    plus = builders.pool(idp, UserPoolTier="PLUS")
    idp.set_log_delivery_configuration(UserPoolId=plus, LogConfigurations=[activity()])
    text = "The following features need to be disabled for the ESSENTIALS pricing tier configured: Log Streaming"
    with refused("FeatureUnavailableInTierException", text):
        idp.update_user_pool(UserPoolId=plus, UserPoolTier="ESSENTIALS")


def test_no_pool(idp: Idp) -> None:
    text = "User pool us-east-1_nothing does not exist."
    with refused("ResourceNotFoundException", text):
        idp.get_log_delivery_configuration(UserPoolId="us-east-1_nothing")
    with refused("ResourceNotFoundException", text):
        idp.set_log_delivery_configuration(UserPoolId="us-east-1_nothing", LogConfigurations=[])


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator beside moto. Its e-mails go through moto's SES, which refuses senders that nobody verified."""
    moto = pytest.importorskip("moto")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws(), mock_cognito(check_responses=True, delivery="aws") as emulator:
        yield emulator


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")


def entries() -> list[dict[str, Any]]:
    """Entries in the log group, of all its streams."""
    events = client("logs").filter_log_events(logGroupName="/aws/vendedlogs/cognito")["events"]
    return [json.loads(event["message"]) for event in events]


def act(emulator: Emulator, pool_id: str) -> None:
    """What threat protection tells of a sign-in."""
    pool = emulator.store.reader.get(records.POOLS, pool_id)
    assert pool is not None
    log_delivery.user_acted(
        emulator,
        pool,
        event_id="event",
        event_type="SignIn",
        response="Pass",
        created=1_721_237_155.0,
        sub="sub",
        username="alice",
        client_id="client",
        risk={"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False},
        challenges=[{"ChallengeName": "Password", "ChallengeResponse": "Success"}],
        context={"IpAddress": "192.0.2.1", "DeviceName": "Other, Other", "City": "Seattle", "Country": "US"},
        request_id="request",
    )
    emulator.part(Errands).flush()


def test_messages_that_fail_are_logged(aws: Emulator) -> None:
    client("logs").create_log_group(logGroupName="/aws/vendedlogs/cognito")
    idp = client("cognito-idp")
    app = builders.app(idp, AutoVerifiedAttributes=["email"], EmailConfiguration=UNVERIFIED)
    idp.set_log_delivery_configuration(UserPoolId=app.pool_id, LogConfigurations=[notifications()])
    with refused("CodeDeliveryFailureException", "Failed to deliver the message: MessageRejected"):
        builders.unconfirmed_user(idp, app, email="alice@example.com")
    aws.part(Errands).flush()
    (entry,) = entries()
    assert entry.pop("eventTimestamp").isdecimal()
    assert entry == {
        "eventSource": "USER_NOTIFICATION",
        "logLevel": "ERROR",
        "message": {"details": "Failed to deliver the message: MessageRejected"},
        "logSourceId": {"userPoolId": app.pool_id},
    }


def test_nothing_is_logged_without_configuration(aws: Emulator) -> None:
    client("logs").create_log_group(logGroupName="/aws/vendedlogs/cognito")
    idp = client("cognito-idp")
    app = builders.app(idp, AutoVerifiedAttributes=["email"], EmailConfiguration=UNVERIFIED, UserPoolTier="PLUS")
    idp.set_log_delivery_configuration(UserPoolId=app.pool_id, LogConfigurations=[activity(**TO_GROUP)])
    with refused("CodeDeliveryFailureException", "Failed to deliver the message: MessageRejected"):
        builders.unconfirmed_user(idp, app, email="alice@example.com")
    aws.part(Errands).flush()
    assert entries() == []


def test_activity_arrives_in_a_bucket(aws: Emulator) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="user-activity")
    idp = client("cognito-idp")
    pool_id = builders.pool(idp, UserPoolTier="PLUS")
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[activity()])
    act(aws, pool_id)
    (kept,) = s3.list_objects_v2(Bucket="user-activity")["Contents"]
    assert kept["Key"].startswith(f"AWSLogs/123456789012/cognito/us-east-1/{pool_id}/")
    entry = json.loads(s3.get_object(Bucket="user-activity", Key=kept["Key"])["Body"].read())
    assert (entry["eventSource"], entry["logLevel"]) == ("USER_ACTIVITY", "INFO")
    assert entry["message"] == {
        "version": "1",
        "eventId": "event",
        "eventType": "SignIn",
        "userSub": "sub",
        "userName": "alice",
        "userPoolId": pool_id,
        "clientId": "client",
        "creationDate": "Wed Jul 17 17:25:55 UTC 2024",
        "eventResponse": "Pass",
        "riskLevel": "",
        "riskDecision": "PASS",
        "challenges": ["Password:Success"],
        "deviceName": "Other, Other",
        "ipAddress": "192.0.2.1",
        "requestId": "request",
        "idpName": "",
        "compromisedCredentialDetected": "false",
        "city": "Seattle",
        "country": "US",
        "eventFeedbackValue": "",
        "eventFeedbackDate": "",
        "eventFeedbackProvider": "",
        "hasContextData": "true",
    }


def test_activity_arrives_in_a_stream_and_a_group(aws: Emulator) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="behind-the-stream")
    client("firehose").create_delivery_stream(
        DeliveryStreamName="user-activity",
        S3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
            "BucketARN": "arn:aws:s3:::behind-the-stream",
        },
    )
    client("logs").create_log_group(logGroupName="/aws/vendedlogs/cognito")
    idp = client("cognito-idp")
    pool_id = builders.pool(idp, UserPoolTier="PLUS")
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[activity(**TO_STREAM)])
    act(aws, pool_id)
    (kept,) = s3.list_objects_v2(Bucket="behind-the-stream")["Contents"]
    body = s3.get_object(Bucket="behind-the-stream", Key=kept["Key"])["Body"].read()
    assert json.loads(body)["message"]["userName"] == "alice"
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[activity(**TO_GROUP)])
    act(aws, pool_id)
    assert [entry["message"]["eventType"] for entry in entries()] == ["SignIn"]


def test_a_sign_in_that_threat_protection_saw_is_exported(aws: Emulator) -> None:
    client("logs").create_log_group(logGroupName="/aws/vendedlogs/cognito")
    idp = client("cognito-idp")
    app = builders.app(idp, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    alice = builders.confirmed_user(idp, app)
    idp.set_log_delivery_configuration(UserPoolId=app.pool_id, LogConfigurations=[activity(**TO_GROUP)])
    builders.sign_in(idp, alice)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        builders.begin(idp, builders.User(app, "alice", builders.OTHER_PASSWORD))
    aws.part(Errands).flush()
    told = [entry["message"] for entry in entries()]
    assert [(message["eventType"], message["eventResponse"], message["challenges"]) for message in told] == [
        ("SignIn", "Pass", ["Password:Success"]),
        ("SignIn", "Fail", ["Password:Failure"]),
    ]
    history = idp.admin_list_user_auth_events(**alice.key)["AuthEvents"]
    assert {message["eventId"] for message in told} == {event["EventId"] for event in history}
    assert {(message["userName"], message["clientId"]) for message in told} == {("alice", app.client_id)}


def test_an_entry_that_nobody_takes_is_lost(aws: Emulator) -> None:
    idp = client("cognito-idp")
    pool_id = builders.pool(idp, UserPoolTier="PLUS")
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[activity()])
    act(aws, pool_id)
    assert client("s3").list_buckets()["Buckets"] == []
