"""Where a request really comes from: a back end may tell the address and the device of the user it speaks for.

`ContextData` of Admin operations counts always, the address in `UserContextData` only where the app client has
EnablePropagateAdditionalUserContextData turned on, which needs a client with a secret. Otherwise it is the address of
the connection.

Source: `UserContextDataType`, `ContextDataType` and `EnablePropagateAdditionalUserContextData` in botocore's model.
The encoded data of AWS's context libraries is base64 of `{"payload": "<JSON>", "signature", "version"}`; the payload
has `contextData` with names such as DeviceId and ClientTimezone. Source: AWS's packages for Android
`com.amazonaws.cognito.clientcontext` (which breaks the base64 into lines) and `com.amplifyframework.auth.cognito.asf`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import user_agents
from cognito_emulator.user_pools.records import Client

_LONGEST_IP = 128


@dataclass(frozen=True)
class RequestOrigin:
    """Address, device and time zone of the user behind a request; empty text where nothing is known.

    `fingerprint` tells devices apart: what the context library saw, or the user agent.
    """

    ip: str
    device: str
    timezone: str = ""
    fingerprint: str = ""


def origin_of(call: Call, client: Client | None = None) -> RequestOrigin:
    """The origin of the request that is being answered."""
    admin: Mapping[str, Any] = call.params.get("ContextData") or {}
    user: Mapping[str, Any] = call.params.get("UserContextData") or {}
    ip = admin.get("IpAddress") or (_propagates(client) and user.get("IpAddress")) or call.request.source_ip
    agent = _user_agent(admin) if admin else call.request.headers.get("user-agent", "")
    seen = decoded(admin.get("EncodedData") or user.get("EncodedData") or "")
    device = str(seen.get("DeviceName") or "")[: user_agents.LONGEST] or user_agents.describe(agent)
    fingerprint = str(seen.get("DeviceId") or seen.get("DeviceFingerprint") or "") or device
    return RequestOrigin(str(ip)[:_LONGEST_IP], device, str(seen.get("ClientTimezone") or ""), fingerprint)


def decoded(encoded: str) -> dict[str, Any]:
    """What the context library put into EncodedData; nothing, if it is not of its making."""
    try:
        outer = orjson.loads(base64.b64decode("".join(encoded.split()), validate=True))
        payload = outer.get("payload", outer)
        inner = orjson.loads(payload) if isinstance(payload, str) else payload
        found = inner.get("contextData", {})
    except (binascii.Error, ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _propagates(client: Client | None) -> bool:
    return client is not None and bool(client.settings.get("EnablePropagateAdditionalUserContextData"))


def _user_agent(admin: Mapping[str, Any]) -> str:
    headers = admin.get("HttpHeaders") or []
    return next((h.get("headerValue", "") for h in headers if h.get("headerName", "").lower() == "user-agent"), "")
