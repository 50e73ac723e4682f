"""Settings of pools and the SyncTrigger function, where no other AWS is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.outside.functions import Limits
from tests.builders import refused
from tests.sync.builders import DATASET, Guest, put, remove

ARN = "arn:aws:lambda:us-east-1:123456789012:function:on-sync"
WRONG_CREDENTIALS = "These credentials are not valid for accessing this resource"
ROLE = "arn:aws:iam::123456789012:role/Cognito"
APPLICATION = "arn:aws:sns:us-east-1:123456789012:app/GCM/game"
Json = dict[str, Any]
Trigger = Callable[[Callable[[Json], Any]], list[Json]]


@pytest.fixture
def trigger(emulator: Emulator, sync: Any, me: Guest) -> Trigger:
    """`trigger(function)` makes the function the pool's SyncTrigger; the events that it sees."""

    def register(function: Callable[[Json], Any]) -> list[Json]:
        events: list[Json] = []

        def handler(event: Json, context: Any) -> Any:
            events.append(copy.deepcopy(event))
            return function(event)

        emulator.functions.register(ARN, handler)
        sync.set_cognito_events(IdentityPoolId=me.pool_id, Events={"SyncTrigger": ARN})
        return events

    return register


def changing(**records: Json) -> Callable[[Json], Json]:
    """A function that changes records by key."""

    def function(event: Json) -> Json:
        event["datasetRecords"].update(records)
        return event

    return function


# ── who may call ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("BulkPublish", {}),
        ("GetBulkPublishDetails", {}),
        ("GetCognitoEvents", {}),
        ("SetCognitoEvents", {"Events": {"SyncTrigger": ARN}}),
        ("GetIdentityPoolConfiguration", {}),
        ("SetIdentityPoolConfiguration", {}),
        ("DescribeIdentityPoolUsage", {}),
    ],
)
def test_operations_of_developers(me: Guest, operation: str, params: Json) -> None:
    with refused("NotAuthorizedException", WRONG_CREDENTIALS):
        me.client._make_api_call(operation, {"IdentityPoolId": me.pool_id, **params})


def test_operations_of_identities(me: Guest, sync: Any) -> None:
    with refused("NotAuthorizedException", WRONG_CREDENTIALS):
        sync.register_device(**me.place, Platform="GCM", Token="t")
    for name in ("SubscribeToDataset", "UnsubscribeFromDataset"):
        with refused("NotAuthorizedException", WRONG_CREDENTIALS):
            sync._make_api_call(name, {**me.place, "DatasetName": DATASET, "DeviceId": "d"})


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_set_at_first(me: Guest, sync: Any) -> None:
    pool = {"IdentityPoolId": me.pool_id}
    configuration = sync.get_identity_pool_configuration(**pool)
    assert configuration.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert configuration == pool
    assert sync.get_cognito_events(**pool)["Events"] == {}
    details = sync.get_bulk_publish_details(**pool)
    assert (details["BulkPublishStatus"], "BulkPublishStartTime" in details) == ("NOT_STARTED", False)


def test_incomplete_settings(me: Guest, sync: Any) -> None:
    pool = {"IdentityPoolId": me.pool_id}
    with refused("InvalidParameterException", "StreamName and RoleArn are required for a Cognito stream."):
        sync.set_identity_pool_configuration(**pool, CognitoStreams={"StreamName": "s"})
    with refused("InvalidParameterException", "ApplicationArns and RoleArn are required for push synchronization."):
        sync.set_identity_pool_configuration(**pool, PushSync={"RoleArn": ROLE})
    with refused("InvalidParameterException", "The stream s cannot be found."):
        sync.set_identity_pool_configuration(**pool, CognitoStreams={"StreamName": "s", "RoleArn": ROLE})
    with refused("InvalidParameterException", f"The platform application {APPLICATION} cannot be found."):
        sync.set_identity_pool_configuration(**pool, PushSync={"ApplicationArns": [APPLICATION], "RoleArn": ROLE})
    assert set(sync.get_identity_pool_configuration(**pool)) == {"IdentityPoolId", "ResponseMetadata"}


def test_a_stream_that_is_off(me: Guest, sync: Any) -> None:
    pool = {"IdentityPoolId": me.pool_id}
    streams = {"StreamName": "s", "RoleArn": ROLE, "StreamingStatus": "DISABLED"}
    assert sync.set_identity_pool_configuration(**pool, CognitoStreams=streams)["CognitoStreams"] == streams
    with refused("InvalidParameterException", "The identity pool has no enabled Cognito stream."):
        sync.bulk_publish(**pool)


def test_without_push_settings(me: Guest) -> None:
    text = "Push synchronization is not configured for this identity pool."
    with refused("InvalidConfigurationException", text):
        me.client.register_device(**me.place, Platform="GCM", Token="t")
    with refused("InvalidConfigurationException", text):
        me.client.subscribe_to_dataset(**me.place, DatasetName=DATASET, DeviceId="d")


def test_events(me: Guest, sync: Any) -> None:
    pool = {"IdentityPoolId": me.pool_id}
    with refused("InvalidParameterException", "Other is not an event that Cognito Sync has."):
        sync.set_cognito_events(**pool, Events={"Other": ARN})
    with refused("InvalidParameterException", "nothing is not the ARN of a Lambda function."):
        sync.set_cognito_events(**pool, Events={"SyncTrigger": "nothing"})
    sync.set_cognito_events(**pool, Events={"SyncTrigger": ARN})
    assert sync.get_cognito_events(**pool)["Events"] == {"SyncTrigger": ARN}
    sync.set_cognito_events(**pool, Events={"SyncTrigger": ""})
    assert sync.get_cognito_events(**pool)["Events"] == {}


# ── the sync trigger ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_function_that_fails(me: Guest, trigger: Trigger) -> None:
    def fails(event: Json) -> Json:
        raise RuntimeError("no")

    trigger(fails)
    with refused("InvalidLambdaFunctionOutputException", f"The function {ARN} failed: no"):
        me.write(put("color"))
    assert me.listed()["DatasetExists"] is False


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (lambda event: None, "The output of the function has no datasetRecords."),
        (lambda event: {**event, "datasetRecords": []}, "The output of the function has no datasetRecords."),
        (lambda event: {**event, "identityId": "x"}, "The function changed identityId, which is read-only."),
        (
            lambda event: {**event, "datasetRecords": {"color": {"op": "paint"}}},
            "The output of the function for the record color is not valid.",
        ),
        (
            lambda event: {**event, "datasetRecords": {"color": {"op": "replace", "newValue": 1}}},
            "The output of the function for the record color is not valid.",
        ),
    ],
)
def test_output_that_is_none(me: Guest, trigger: Trigger, output: Callable[[Json], Any], text: str) -> None:
    trigger(output)
    with refused("InvalidLambdaFunctionOutputException", text):
        me.write(put("color"))
    assert me.listed()["DatasetExists"] is False


def test_a_function_that_takes_too_long(emulator: Emulator, me: Guest, trigger: Trigger) -> None:
    import time

    emulator.functions.limits = Limits(seconds=0.05)
    events = trigger(lambda event: time.sleep(0.5))
    with refused("LambdaSocketTimeoutException", f"The function {ARN} did not answer in time."):
        me.write(put("color"))
    assert len(events) == 1


def test_a_conflict_asks_no_function(me: Guest, trigger: Trigger) -> None:
    events = trigger(lambda event: event)
    with refused("ResourceConflictException", "Current SyncCount for: color is: 0 not: 3"):
        me.write(put("color", count=3))
    assert events == []


def test_the_event(me: Guest, sync: Any, trigger: Trigger) -> None:
    me.write(put("color"), put("size", "big"), put("old"), client=sync)
    events = trigger(lambda event: event)
    me.write(put("color", "red", 1), remove("old", 1), put("new", "x"))
    assert events == [
        {
            "version": 2,
            "eventType": "SyncTrigger",
            "region": "us-east-1",
            "identityPoolId": me.pool_id,
            "identityId": me.id,
            "datasetName": DATASET,
            "datasetRecords": {
                "color": {"oldValue": "blue", "newValue": "red", "op": "replace"},
                "size": {"oldValue": "big", "newValue": "big", "op": "none"},
                "old": {"oldValue": "blue", "newValue": None, "op": "remove"},
                "new": {"oldValue": None, "newValue": "x", "op": "replace"},
            },
        }
    ]
    assert me.values() == {"color": "red", "size": "big", "old": None, "new": "x"}


def test_a_function_changes_what_is_written(me: Guest, sync: Any, trigger: Trigger) -> None:
    me.write(put("size", "big"), put("old"), client=sync)
    trigger(
        changing(
            color={"op": "replace", "newValue": "green"},
            size={"op": "remove"},
            extra={"op": "replace", "newValue": "x"},
        )
    )
    written = {record["Key"]: record.get("Value") for record in me.write(put("color", "red"))}
    assert written == {"color": "green", "size": None, "extra": "x"}
    assert me.values() == {"color": "green", "size": None, "extra": "x", "old": "blue"}


def test_records_that_the_function_leaves_out_stay_as_they_would_be(me: Guest, trigger: Trigger) -> None:
    trigger(lambda event: {**event, "datasetRecords": {}})
    me.write(put("color", "red"))
    assert me.values() == {"color": "red"}


def test_developers_write_past_the_function(me: Guest, sync: Any, trigger: Trigger) -> None:
    events = trigger(lambda event: event)
    me.write(put("color"), client=sync)
    assert events == []
