"""The pool's SyncTrigger function: it sees what an identity writes before it is stored, and may change it.

Source: developer guide, "Customizing workflows with Cognito Events"; reference sync.md §10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.outside.functions import CannotInvoke, FunctionFailed, TimedOut
from cognito_emulator.sync import errors, repository
from cognito_emulator.sync.access import Place
from cognito_emulator.sync.merge import Change
from cognito_emulator.sync.records import Record

Json = dict[str, Any]
EVENT = "SyncTrigger"
VERSION = 2
_UNCHANGED = "none"
_THROTTLED = "TooManyRequestsException"


def is_set(call: Call, pool_id: str) -> bool:
    return EVENT in repository.settings_of(call.reader, pool_id).events


def changed_by_function(call: Call, place: Place, dataset: str, changes: Sequence[Change]) -> list[Change]:
    """What is to be written after the function has seen the changes.

    Raises `InvalidLambdaFunctionOutputException`, `LambdaThrottledException`, `LambdaSocketTimeoutException` or
    `InvalidParameterException`. Never called inside a transaction: the function may call back.
    """
    arn = repository.settings_of(call.reader, place.pool_id).events[EVENT]
    stored = {record.key: record for record in repository.records_of(call.reader, place.identity_id, dataset)}
    event = _event(call, place, dataset, stored, changes)
    return _applied(_output(_invoke(call, arn, event), event), stored, changes, call.now)


def _event(call: Call, place: Place, dataset: str, stored: dict[str, Record], changes: Sequence[Change]) -> Json:
    """All records of the dataset, with what becomes of them."""
    records: Json = {
        key: {"oldValue": record.value, "newValue": record.value, "op": _UNCHANGED}
        for key, record in stored.items()
        if not record.removed
    }
    for change in changes:
        old = stored[change.key].value if change.key in stored else None
        op = "remove" if change.removed else "replace"
        records[change.key] = {"oldValue": old, "newValue": change.value, "op": op}
    return {
        "version": VERSION,
        "eventType": EVENT,
        "region": call.region,
        "identityPoolId": place.pool_id,
        "identityId": place.identity_id,
        "datasetName": dataset,
        "datasetRecords": records,
    }


def _invoke(call: Call, arn: str, event: Json) -> bytes:
    """The function is asked once, and has five seconds."""
    try:
        return call.emulator.functions.invoke(arn, event, tries=1)
    except FunctionFailed as failure:
        raise errors.function_failed(arn, failure.message) from failure
    except TimedOut as failure:
        raise errors.function_timed_out(arn) from failure
    except CannotInvoke as failure:
        if failure.code == _THROTTLED:
            raise errors.function_throttled(arn) from failure
        raise errors.function_not_invoked(arn, failure.code) from failure


def _output(answer: bytes, event: Json) -> Json:
    """`datasetRecords` of the function's answer; everything else has to be as it was."""
    try:
        output = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise errors.invalid_function_output("The output of the function is not JSON.") from None
    if not isinstance(output, dict) or not isinstance(output.get("datasetRecords"), dict):
        raise errors.invalid_function_output("The output of the function has no datasetRecords.")
    for name, value in event.items():
        if name != "datasetRecords" and output.get(name) != value:
            raise errors.invalid_function_output(f"The function changed {name}, which is read-only.")
    records: Json = output["datasetRecords"]
    for key, record in records.items():
        if not _is_record(record):
            raise errors.invalid_function_output(f"The output of the function for the record {key} is not valid.")
    return records


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict) or record.get("op") not in ("replace", "remove", _UNCHANGED):
        return False
    value = record.get("newValue")
    return value is None or isinstance(value, str)


def _applied(output: Json, stored: dict[str, Record], changes: Sequence[Change], now: float) -> list[Change]:
    """The changes as the function leaves them, and those that it adds. Records that it left out stay as they were."""
    wanted = {change.key: change for change in changes}
    for key, shown in output.items():
        there = stored.get(key)
        removed = shown["op"] == "remove" or shown.get("newValue") is None
        value = None if removed else shown["newValue"]
        if shown["op"] == _UNCHANGED:
            wanted.pop(key, None)
        elif key not in wanted and _is_as_stored(there, value, removed):
            continue
        else:
            asked = wanted.get(key)
            count = asked.known_count if asked else there.sync_count if there else 0
            wanted[key] = Change(key, value, removed, count, asked.device_modified if asked else now)
    return list(wanted.values())


def _is_as_stored(there: Record | None, value: str | None, removed: bool) -> bool:
    if removed:
        return there is None or there.removed
    return there is not None and not there.removed and there.value == value
