"""What a change tells the rest of AWS, where moto is the rest: SNS endpoints and messages, Kinesis, IAM roles."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from cognito_emulator import mock_cognito
from cognito_emulator.emulator import Emulator
from cognito_emulator.sync import streams
from tests.builders import refused
from tests.identity_pools.builders import ACCOUNT, REGION, ROLES, identity_pool
from tests.sync.builders import DATASET, Guest, put, remove

STREAM = "changes"
Json = dict[str, Any]


def client(service: str, keys: Json | None = None) -> Any:
    named = {"AccessKeyId": "testing", "SecretKey": "testing", "SessionToken": None, **(keys or {})}
    return boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id=named["AccessKeyId"],
        aws_secret_access_key=named["SecretKey"],
        aws_session_token=named["SessionToken"],
    )


def create_role(name: str, principal: Json) -> str:
    action = "sts:AssumeRoleWithWebIdentity" if "Federated" in principal else "sts:AssumeRole"
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    actions = ["cognito-sync:*", "kinesis:PutRecord", "sns:CreatePlatformEndpoint", "sns:Publish"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").put_role_policy(RoleName=name, PolicyName="sync", PolicyDocument=policy)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with mock_cognito(check_responses=True) as emulator, mock_aws():
        yield emulator


@pytest.fixture
def role(emulator: Emulator) -> str:
    return create_role("Cognito", {"Service": "cognito-sync.amazonaws.com"})


@pytest.fixture
def me(role: str) -> Guest:
    identity = client("cognito-identity")
    create_role("Guest", {"Federated": "cognito-identity.amazonaws.com"})
    pool_id = identity_pool(identity, roles=ROLES)
    identity_id = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    given = identity.get_credentials_for_identity(IdentityId=identity_id)["Credentials"]
    return Guest(pool_id, identity_id, client("cognito-sync", given))


@pytest.fixture
def stream(me: Guest, role: str) -> str:
    """The pool has an enabled stream."""
    client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
    streams = {"StreamName": STREAM, "RoleArn": role, "StreamingStatus": "ENABLED"}
    answer = client("cognito-sync").set_identity_pool_configuration(IdentityPoolId=me.pool_id, CognitoStreams=streams)
    assert answer["CognitoStreams"] == streams
    return STREAM


@pytest.fixture
def application(me: Guest, role: str) -> str:
    """The pool pushes to an application of Google's platform."""
    made = client("sns").create_platform_application(
        Name="game", Platform="GCM", Attributes={"PlatformCredential": "k"}
    )
    arn = str(made["PlatformApplicationArn"])
    push = {"ApplicationArns": [arn], "RoleArn": role}
    client("cognito-sync").set_identity_pool_configuration(IdentityPoolId=me.pool_id, PushSync=push)
    return arn


def in_stream() -> list[tuple[str, Json]]:
    """The stream's records with their partition keys."""
    kinesis = client("kinesis")
    shard = kinesis.list_shards(StreamName=STREAM)["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName=STREAM, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [(record["PartitionKey"], json.loads(record["Data"])) for record in records]


def pushed() -> list[tuple[str, Json]]:
    """Messages to endpoints: the endpoint and the message of its platform."""
    from moto.sns.models import sns_backends

    found = []
    for endpoint in sns_backends[ACCOUNT][REGION].platform_endpoints.values():
        found += [(endpoint.arn, json.loads(message)) for message in endpoint.messages.values()]
    return found


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_that_does_not_trust_cognito(me: Guest, stream: str) -> None:
    other = create_role("Other", {"Service": "ec2.amazonaws.com"})
    for arn in (other, f"arn:aws:iam::{ACCOUNT}:role/nobody"):
        with refused("InvalidParameterException", f"Cognito cannot assume the role {arn}."):
            client("cognito-sync").set_identity_pool_configuration(
                IdentityPoolId=me.pool_id, CognitoStreams={"StreamName": STREAM, "RoleArn": arn}
            )


def test_updates_go_into_the_stream(me: Guest, stream: str) -> None:
    (first,) = me.write(put("color", DeviceLastModifiedDate=1_700_000_000))
    me.write(remove("color", 1))
    me.client.delete_dataset(**me.place, DatasetName=DATASET)
    (key, update), (_, removal), (_, deletion) = in_stream()
    modified = round(first["LastModifiedDate"].timestamp() * 1000)
    assert key == me.id
    assert update == {
        "identityPoolId": me.pool_id,
        "identityId": me.id,
        "dataSetName": DATASET,
        "operation": "replace",
        "kinesisSyncRecords": [
            {
                "key": "color",
                "value": "blue",
                "syncCount": 1,
                "lastModifiedDate": modified,
                "deviceLastModifiedDate": 1_700_000_000_000,
                "op": "replace",
            }
        ],
        "lastModifiedDate": modified,
        "kinesisSyncRecordsURL": None,
        "payloadType": "Inline",
        "syncCount": 1,
    }
    (record,) = removal["kinesisSyncRecords"]
    assert (record["op"], record["value"], record["syncCount"]) == ("remove", None, 2)
    assert (deletion["operation"], deletion["kinesisSyncRecords"], deletion["syncCount"]) == ("remove", [], 3)


def test_large_updates_are_kept_in_s3(me: Guest, stream: str) -> None:
    value = "v" * 1_048_500
    me.write(put("color", value))
    ((_, update),) = in_stream()
    assert (update["payloadType"], update["kinesisSyncRecords"]) == ("S3Url", None)
    bucket, key = update["kinesisSyncRecordsURL"].split("?")[0].split("/")[2:]
    content = client("s3").get_object(Bucket=bucket.split(".")[0], Key=key)["Body"].read()
    assert [record["value"] for record in json.loads(content)] == [value]
    assert urllib.request.Request(update["kinesisSyncRecordsURL"]).host.startswith(bucket.split(".")[0])


def test_a_stream_that_is_gone_is_switched_off(me: Guest, stream: str) -> None:
    client("kinesis").delete_stream(StreamName=STREAM)
    me.write(put("color"))
    assert me.values() == {"color": "blue"}
    configuration = client("cognito-sync").get_identity_pool_configuration(IdentityPoolId=me.pool_id)
    assert configuration["CognitoStreams"]["StreamingStatus"] == "DISABLED"


def test_a_role_has_to_allow_what_is_done_under_it(me: Guest, stream: str, application: str) -> None:
    device = me.client.register_device(**me.place, Platform="GCM", Token="a")["DeviceId"]
    me.write(put("color"))
    me.client.subscribe_to_dataset(**me.place, DatasetName=DATASET, DeviceId=device)
    client("iam").delete_role_policy(RoleName="Cognito", PolicyName="sync")
    me.write(put("color", "red", 1))
    configuration = client("cognito-sync").get_identity_pool_configuration(IdentityPoolId=me.pool_id)
    assert configuration["CognitoStreams"]["StreamingStatus"] == "DISABLED"
    assert len(in_stream()) == 1
    assert pushed() == []
    with refused("InvalidConfigurationException", f"The platform application {application} cannot be used."):
        me.client.register_device(**me.place, Platform="GCM", Token="b")


# ── bulk publish ─────────────────────────────────────────────────────────────────────────────────────────────


def test_bulk_publish(me: Guest, stream: str, emulator: Emulator) -> None:
    sync, pool = client("cognito-sync"), {"IdentityPoolId": me.pool_id}
    for name in ("a", "b"):
        me.write(put("color", name), dataset=name)
    assert sync.bulk_publish(**pool)["IdentityPoolId"] == me.pool_id
    bulk = [update for _, update in in_stream()][2:]
    assert [(update["dataSetName"], update["kinesisSyncRecords"][0]["value"]) for update in bulk] == [
        ("a", "a"),
        ("b", "b"),
    ]
    details = sync.get_bulk_publish_details(**pool)
    assert details["BulkPublishStatus"] == "SUCCEEDED"
    assert details["BulkPublishCompleteTime"] >= details["BulkPublishStartTime"]
    with refused("AlreadyStreamedException", "A bulk publish of this identity pool succeeded in the last 24 hours."):
        sync.bulk_publish(**pool)
    emulator.clock.advance(hours=25)
    sync.bulk_publish(**pool)
    assert len(in_stream()) == 6


def test_a_bulk_publish_that_fails(me: Guest, stream: str) -> None:
    sync, pool = client("cognito-sync"), {"IdentityPoolId": me.pool_id}
    client("kinesis").delete_stream(StreamName=STREAM)
    sync.bulk_publish(**pool)
    details = sync.get_bulk_publish_details(**pool)
    assert details["BulkPublishStatus"] == "FAILED"
    assert STREAM in details["FailureMessage"]
    assert "BulkPublishCompleteTime" not in details


def test_one_bulk_publish_at_a_time(
    me: Guest, stream: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, pool = client("cognito-sync"), {"IdentityPoolId": me.pool_id}
    me.write(put("color"))
    put_whole = streams.put_whole
    seen = []

    def meanwhile(*args: Any) -> None:
        seen.append(sync.get_bulk_publish_details(**pool)["BulkPublishStatus"])
        with refused("DuplicateRequestException", "A bulk publish of this identity pool is in progress."):
            sync.bulk_publish(**pool)
        put_whole(*args)

    monkeypatch.setattr(streams, "put_whole", meanwhile)
    sync.bulk_publish(**pool)
    assert seen == ["IN_PROGRESS"]
    assert sync.get_bulk_publish_details(**pool)["BulkPublishStatus"] == "SUCCEEDED"


# ── push ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_devices_that_cannot_be(me: Guest, application: str) -> None:
    with refused("InvalidConfigurationException", "No application of the platform ADM is configured."):
        me.client.register_device(**me.place, Platform="ADM", Token="t")
    device = me.client.register_device(**me.place, Platform="GCM", Token="t")["DeviceId"]
    with refused("ResourceNotFoundException", "Dataset 'prefs' not found."):
        me.client.subscribe_to_dataset(**me.place, DatasetName=DATASET, DeviceId=device)
    me.write(put("color"))
    with refused("ResourceNotFoundException", "Device 'd' not found."):
        me.client.subscribe_to_dataset(**me.place, DatasetName=DATASET, DeviceId="d")
    assert pushed() == []


def test_a_token_that_sns_refuses(me: Guest, application: str) -> None:
    client("sns").create_platform_endpoint(PlatformApplicationArn=application, Token="t", CustomUserData="mine")
    with pytest.raises(ClientError, match=r"The push token cannot be registered: .*already exists") as caught:
        me.client.register_device(**me.place, Platform="GCM", Token="t")
    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"


def test_subscribed_devices_hear_of_changes(me: Guest, application: str) -> None:
    mine, other = (
        me.client.register_device(**me.place, Platform="GCM", Token=token)["DeviceId"] for token in ("a", "b")
    )
    assert me.client.register_device(**me.place, Platform="GCM", Token="a")["DeviceId"] == mine
    me.write(put("color"))
    for device in (mine, other):
        me.client.subscribe_to_dataset(**me.place, DatasetName=DATASET, DeviceId=device)
    me.write(put("color", "red", 1), DeviceId=mine)
    ((endpoint, message),) = pushed()
    assert endpoint.startswith(f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/game/")
    assert json.loads(message["GCM"]) == {
        "data": {
            "source": "cognito-sync",
            "identityPoolId": me.pool_id,
            "identityId": me.id,
            "datasetName": DATASET,
            "syncCount": "2",
        }
    }
    me.client.unsubscribe_from_dataset(**me.place, DatasetName=DATASET, DeviceId=other)
    me.write(put("color", "green", 2), DeviceId=mine)
    assert len(pushed()) == 1
