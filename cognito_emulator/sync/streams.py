"""Cognito Streams: each synchronization as a record in the developer's Kinesis stream.

Source: developer guide, "Customizing workflows with Cognito Streams" (the JSON format; large payloads go to S3, the
status becomes DISABLED when the stream or the role cannot be used); reference sync.md §8.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import aws, repository
from cognito_emulator.sync.records import POOL_SETTINGS, Dataset, PoolSettings, Record

logger = logging.getLogger(__name__)
Json = dict[str, Any]
LARGEST = 1_048_576
"""Bytes that a record of Kinesis can have, with its partition key."""
URL_SECONDS = 3600


def is_enabled(settings: PoolSettings) -> bool:
    return settings.streams is not None and settings.streams.get("StreamingStatus") == "ENABLED"


def tell_updated(call: Call, dataset: Dataset, written: Sequence[Record]) -> None:
    """Put what an update wrote into the pool's stream, if it has one."""
    settings = repository.settings_of(call.reader, dataset.pool_id)
    if is_enabled(settings):
        _try_to_put(call, settings, dataset, "replace", written)


def tell_deleted(call: Call, dataset: Dataset) -> None:
    """Put the end of a dataset into the pool's stream, if it has one."""
    settings = repository.settings_of(call.reader, dataset.pool_id)
    if is_enabled(settings):
        gone = replace(dataset, sync_count=dataset.sync_count + 1, modified=call.now)
        _try_to_put(call, settings, gone, "remove", ())


def put_whole(call: Call, settings: PoolSettings, dataset: Dataset) -> None:
    """Put all records of a dataset into the pool's stream. Raises `Unusable`."""
    records = repository.records_of(call.reader, dataset.identity_id, dataset.name)
    _put(call, settings, dataset, "replace", [record for record in records if not record.removed])


def require_usable(call: Call, streams: Json) -> None:
    """Raises `Unusable` if the role or the stream is not there."""
    if not aws.may_assume(call, streams["RoleArn"]):
        raise aws.Unusable(f"the role {streams['RoleArn']} cannot be assumed")
    aws.ask(call, "kinesis", "describe_stream_summary", StreamName=streams["StreamName"])


def _try_to_put(
    call: Call, settings: PoolSettings, dataset: Dataset, operation: str, records: Sequence[Record]
) -> None:
    """A stream that cannot be used is switched off; the update that was to be told of stands."""
    try:
        _put(call, settings, dataset, operation, records)
    except aws.Unusable as failure:
        logger.warning("The stream of %s is disabled: %s", dataset.pool_id, failure)
        call.transact(lambda tx: _disable(tx, dataset.pool_id))


def _disable(tx: Transaction, pool_id: str) -> None:
    settings = repository.settings_of(tx, pool_id)
    if settings.streams is not None:
        tx.put(POOL_SETTINGS, replace(settings, streams={**settings.streams, "StreamingStatus": "DISABLED"}))


def _put(call: Call, settings: PoolSettings, dataset: Dataset, operation: str, records: Sequence[Record]) -> None:
    assert settings.streams is not None
    role_arn = settings.streams["RoleArn"]
    if not aws.may_assume(call, role_arn):
        raise aws.Unusable(f"the role {role_arn} cannot be assumed")
    arn = f"arn:aws:kinesis:{call.region}:{call.account}:stream/{settings.streams['StreamName']}"
    if not aws.may(call, role_arn, "kinesis:PutRecord", arn):
        raise aws.Unusable(f"the role {role_arn} does not allow kinesis:PutRecord on {arn}")
    data = _document(call, dataset, operation, records)
    aws.ask(
        call,
        "kinesis",
        "put_record",
        StreamName=settings.streams["StreamName"],
        Data=data,
        PartitionKey=dataset.identity_id,
    )


def _document(call: Call, dataset: Dataset, operation: str, records: Sequence[Record]) -> bytes:
    """The record of the stream as JSON."""
    listed = [_shown(record) for record in records]
    document: Json = {
        "identityPoolId": dataset.pool_id,
        "identityId": dataset.identity_id,
        "dataSetName": dataset.name,
        "operation": operation,
        "kinesisSyncRecords": listed,
        "lastModifiedDate": _milliseconds(dataset.modified),
        "kinesisSyncRecordsURL": None,
        "payloadType": "Inline",
        "syncCount": dataset.sync_count,
    }
    data = orjson.dumps(document)
    if len(data) + len(dataset.identity_id) <= LARGEST:
        return data
    url = _stored_elsewhere(call, orjson.dumps(listed))
    return orjson.dumps({**document, "kinesisSyncRecords": None, "kinesisSyncRecordsURL": url, "payloadType": "S3Url"})


def _shown(record: Record) -> Json:
    return {
        "key": record.key,
        "value": record.value,
        "syncCount": record.sync_count,
        "lastModifiedDate": _milliseconds(record.modified),
        "deviceLastModifiedDate": _milliseconds(record.device_modified),
        "op": "remove" if record.removed else "replace",
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _stored_elsewhere(call: Call, content: bytes) -> str:
    """Keep records that are too large for the stream in S3; the URL under which whoever has it reads them."""
    from botocore.exceptions import ClientError

    bucket, key = f"cognito-sync-streams-{call.account}-{call.region}", call.emulator.randomness.uuid()
    s3 = aws.client(call, "s3")
    place: Json = {}
    if call.region != "us-east-1":
        place = {"CreateBucketConfiguration": {"LocationConstraint": call.region}}
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        aws.ask(call, "s3", "create_bucket", Bucket=bucket, **place)
    aws.ask(call, "s3", "put_object", Bucket=bucket, Key=key, Body=content, ContentType="application/json")
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=URL_SECONDS)
    return url
