"""Calls of STS that are for the emulator: they show its tokens, or are signed with credentials that it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_emulator.mock.exchange import request_of
from cognito_emulator.outside.aws_clients import moto_is_active

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_OF_CREDENTIALS = ("GetCallerIdentity", "AssumeRole")


def is_for(emulator: Emulator, call: Any) -> bool:
    """Whether a call of STS is for the emulator. If moto is active, it knows the credentials as well."""
    from cognito_emulator.aws.credentials import caller_of
    from cognito_emulator.aws.errors import AwsError
    from cognito_emulator.identity_pools import is_session_key, sts

    request = request_of(call.method, call.url, call.headers.items(), call.body)
    if sts.is_for_us(request):
        return True
    if moto_is_active() or sts.params_of(request).get("Action") not in _OF_CREDENTIALS:
        return False
    try:
        caller = caller_of(request)
    except AwsError:
        return False
    return caller is not None and is_session_key(emulator, caller.access_key)
