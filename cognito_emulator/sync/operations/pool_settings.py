"""What an identity pool does besides storing: push messages, a stream, an event function."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import access, answers, aws, errors, repository, streams, sync_trigger
from cognito_emulator.sync.records import POOL_SETTINGS, PoolSettings
from cognito_emulator.sync.service import operation

logger = logging.getLogger(__name__)
Json = dict[str, Any]
_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")


@operation
def get_identity_pool_configuration(call: Call, params: Params) -> Answer:
    """Push and stream settings. Source: API reference, GetIdentityPoolConfiguration."""
    pool_id = access.pool_of_developer(call, params)
    return answers.configuration(repository.settings_of(call.reader, pool_id))


@operation
def set_identity_pool_configuration(call: Call, params: Params) -> Answer:
    """Set push and stream settings; those that are not given stay. The role and what it reaches have to be there.

    Source: API reference, SetIdentityPoolConfiguration.
    """
    pool_id = access.pool_of_developer(call, params)
    before = repository.settings_of(call.reader, pool_id)
    wanted: Json = {}
    if "PushSync" in params:
        wanted["push"] = _push(call, params["PushSync"])
    if "CognitoStreams" in params:
        wanted["streams"] = _streams(call, before.streams or {}, params["CognitoStreams"])

    def step(tx: Transaction) -> PoolSettings:
        settings = replace(repository.settings_of(tx, pool_id), **wanted)
        tx.put(POOL_SETTINGS, settings)
        return settings

    return answers.configuration(call.transact(step))


def _push(call: Call, given: Json) -> Json | None:
    """Push settings; empty ones switch push messages off."""
    if not given.get("ApplicationArns") and not given.get("RoleArn"):
        return None
    if not given.get("ApplicationArns") or not given.get("RoleArn"):
        raise errors.push_incomplete()
    if not aws.may_assume(call, given["RoleArn"]):
        raise errors.unusable_role(given["RoleArn"])
    for arn in given["ApplicationArns"]:
        try:
            aws.ask(call, "sns", "get_platform_application_attributes", PlatformApplicationArn=arn)
        except aws.Unusable as failure:
            logger.warning("%s cannot be used: %s", arn, failure)
            raise errors.unusable_application(arn) from failure
    return given


def _streams(call: Call, before: Json, given: Json) -> Json:
    """Stream settings: given ones over those that were; a stream is on unless it is switched off."""
    wanted: Json = {"StreamingStatus": "ENABLED", **before, **given}
    if not wanted.get("StreamName") or not wanted.get("RoleArn"):
        raise errors.stream_incomplete()
    if wanted["StreamingStatus"] == "ENABLED":
        if not aws.may_assume(call, wanted["RoleArn"]):
            raise errors.unusable_role(wanted["RoleArn"])
        try:
            streams.require_usable(call, wanted)
        except aws.Unusable as failure:
            logger.warning("The stream %s cannot be used: %s", wanted["StreamName"], failure)
            raise errors.unusable_stream(wanted["StreamName"]) from failure
    return wanted


@operation
def get_cognito_events(call: Call, params: Params) -> Answer:
    """The functions that are set, by event. Source: API reference, GetCognitoEvents."""
    pool_id = access.pool_of_developer(call, params)
    return {"Events": dict(repository.settings_of(call.reader, pool_id).events)}


@operation
def set_cognito_events(call: Call, params: Params) -> Answer:
    """Set the function of an event; an empty value takes it off. Source: API reference, SetCognitoEvents."""
    pool_id = access.pool_of_developer(call, params)
    for event, arn in params["Events"].items():
        if event != sync_trigger.EVENT:
            raise errors.unknown_event(event)
        if arn and not _FUNCTION.fullmatch(arn):
            raise errors.invalid_function_arn(arn)

    def step(tx: Transaction) -> None:
        settings = repository.settings_of(tx, pool_id)
        events = {event: arn for event, arn in {**settings.events, **params["Events"]}.items() if arn}
        tx.put(POOL_SETTINGS, replace(settings, events=events))

    call.transact(step)
    return {}
