"""Devices: what a pool that tracks them knows about where its users sign in from.

A sign-in without a known device key gets a new one; the device exists when the user has confirmed it with an SRP
verifier. Sources: recordings `aws-cli-examples/cli-example-confirm-device/1`, `…/cli-example-list-devices/1`,
`github-issue-logs/invalid-device-key/1`; AWS CLI example admin-get-device; reference user-pools.md §9 and
auth-flows.md §8.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import AlreadyExists, Reader, Transaction
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.factor_records import DEVICES, Device
from cognito_emulator.user_pools.records import Pool, TokenFamily, User

Json = dict[str, Any]


def group_key(pool: Pool) -> str:
    """The device group key: a dash and eight characters, the same for all devices of a pool."""
    digest = hmac.digest(bytes.fromhex(pool.secret), b"device group", hashlib.sha256)
    return "-" + base64.urlsafe_b64encode(digest[:6]).decode()


def new_key(call: Call, pool: Pool) -> str:
    return f"{pool.region}_{call.emulator.randomness.uuid()}"


def find(reader: Reader, user: User, key: str) -> Device | None:
    return reader.get(DEVICES, user.pool_id, user.key, key)


def of_user(reader: Reader, user: User, key: str) -> Device:
    """A device of a user. Raises `ResourceNotFoundException`."""
    device = find(reader, user, key)
    if device is None:
        raise errors.device_does_not_exist()
    return device


def remembered(reader: Reader, user: User, key: str) -> Device:
    """As `of_user`, as the user sees it: a device that is not remembered does not exist for them.

    Source: `testRememberDevice` of github.com/aws-amplify/aws-sdk-android, which runs on AWS.
    """
    device = of_user(reader, user, key)
    if not device.remembered:
        raise errors.device_does_not_exist()
    return device


def confirm(call: Call, pool: Pool, user: User, family: TokenFamily | None, params: Json) -> bool:
    """Make a device of the key that came with an access token; whether the user has still to be asked.

    A pool whose users opt in does not remember the device until UpdateDeviceStatus says so.
    """
    key = params["DeviceKey"]
    configuration = pool.device_configuration
    if configuration is None or family is None or family.device_key != key:
        raise errors.invalid_device_key()
    verifier = params.get("DeviceSecretVerifierConfig", {})
    opt_in = bool(configuration.get("DeviceOnlyRememberedOnUserPrompt"))
    device = Device(
        pool_id=pool.id,
        user_key=user.key,
        key=key,
        name=params.get("DeviceName", ""),
        verifier=_number(verifier.get("PasswordVerifier")),
        salt=_number(verifier.get("Salt")),
        remembered=not opt_in,
        created=call.now,
        modified=call.now,
        authenticated=float(family.auth_time),
        last_ip=call.request.source_ip,
    )
    try:
        call.transact(lambda tx: tx.insert(DEVICES, device))
    except AlreadyExists:
        raise errors.device_key_exists() from None
    return opt_in


def set_status(call: Call, user: User, key: str, status: str | None) -> None:
    """Remember a device, or no longer."""

    def step(tx: Transaction) -> None:
        device = of_user(tx, user, key)
        if status is not None:
            tx.put(DEVICES, replace(device, remembered=status == "remembered", modified=call.now))

    call.transact(step)


def forget(call: Call, user: User, key: str) -> None:
    """Remove a device; refresh tokens that were issued for it are good for nothing from then on."""
    call.transact(lambda tx: tx.delete(DEVICES, user.pool_id, user.key, of_user(tx, user, key).key))


def seen(call: Call, device: Device, tx: Transaction) -> None:
    """A sign-in came from the device."""
    current = tx.get(DEVICES, device.pool_id, device.user_key, device.key)
    if current is not None:
        changed = replace(current, authenticated=float(int(call.now)), last_ip=call.request.source_ip)
        tx.put(DEVICES, changed)


def shown(pool: Pool, user: User, device: Device, *, to_admin: bool) -> Json:
    """`DeviceType`. Administrators also see the attributes that begin with `dev:`."""
    attributes = {"device_status": "valid", "device_name": device.name, "last_ip_used": device.last_ip}
    if to_admin:
        owner = f"{user.username}.{pool.id}"
        arn = f"arn:aws:cognito-idp:{pool.region}:{pool.account}:owner/{owner}/device/{device.key}"
        attributes |= {
            "dev:device_arn": arn,
            "dev:device_owner": owner,
            "dev:device_remembered_status": "remembered" if device.remembered else "not_remembered",
            "dev:device_sdk": "aws-sdk",
        }
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items() if value],
        "DeviceCreateDate": Timestamp(device.created),
        "DeviceLastAuthenticatedDate": Timestamp(int(device.authenticated)),
        "DeviceLastModifiedDate": Timestamp(device.modified),
    }


def _number(text: str | None) -> str:
    """A number given as base64 of its bytes, in hexadecimal. Padding may be missing."""
    try:
        raw = base64.b64decode((text or "") + "=" * (-len(text or "") % 4), validate=True)
    except (binascii.Error, ValueError):
        raise errors.invalid_device_verifier() from None
    if not raw:
        raise errors.invalid_device_verifier()
    return raw.hex()
