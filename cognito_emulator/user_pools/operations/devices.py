"""Devices of users, in pools that track them."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import devices, errors, paging, repository
from cognito_emulator.user_pools.factor_records import DEVICES
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import Bearer, bearer


@operation
def confirm_device(call: Call, params: Params) -> Answer:
    """Keep the device whose key came with the access token.

    Source: API reference, ConfirmDevice; recordings aws-cli-examples/cli-example-confirm-device/1,
    github-issue-logs/invalid-device-key/1.
    """
    who = _bearer(call, params)
    return {"UserConfirmationNecessary": devices.confirm(call, who.pool, who.user, who.family, params)}


@operation
def get_device(call: Call, params: Params) -> Answer:
    """Show a device of the user who asks, if it is remembered. Source: API reference, GetDevice."""
    who = _bearer(call, params)
    device = devices.remembered(call.reader, who.user, params["DeviceKey"])
    return {"Device": devices.shown(who.pool, who.user, device, to_admin=False)}


@operation
def admin_get_device(call: Call, params: Params) -> Answer:
    """Show a device of a user. Source: API reference, AdminGetDevice."""
    pool, user = _pool_and_owner(call, params)
    device = devices.of_user(call.reader, user, params["DeviceKey"])
    return {"Device": devices.shown(pool, user, device, to_admin=True)}


@operation
def list_devices(call: Call, params: Params) -> Answer:
    """The remembered devices of the user who asks.

    Source: API reference, ListDevices; recording aws-cli-examples/cli-example-list-devices/1.
    """
    who = _bearer(call, params)
    return _page(call, params, who.pool, who.user, to_admin=False)


@operation
def admin_list_devices(call: Call, params: Params) -> Answer:
    """The devices of a user. Source: API reference, AdminListDevices."""
    pool, user = _pool_and_owner(call, params)
    return _page(call, params, pool, user, to_admin=True)


@operation
def forget_device(call: Call, params: Params) -> Answer:
    """Remove a device of the user who asks. Source: API reference, ForgetDevice."""
    devices.forget(call, _bearer(call, params).user, params["DeviceKey"])
    return {}


@operation
def admin_forget_device(call: Call, params: Params) -> Answer:
    """Remove a device of a user. Source: API reference, AdminForgetDevice."""
    _, user = _pool_and_user(call, params)
    devices.forget(call, user, params["DeviceKey"])
    return {}


@operation
def update_device_status(call: Call, params: Params) -> Answer:
    """Remember a device of the user who asks, or no longer. Source: API reference, UpdateDeviceStatus."""
    devices.set_status(call, _bearer(call, params).user, params["DeviceKey"], params.get("DeviceRememberedStatus"))
    return {}


@operation
def admin_update_device_status(call: Call, params: Params) -> Answer:
    """Remember a device of a user, or no longer. Source: API reference, AdminUpdateDeviceStatus."""
    _, user = _pool_and_user(call, params)
    devices.set_status(call, user, params["DeviceKey"], params.get("DeviceRememberedStatus"))
    return {}


def _bearer(call: Call, params: Params) -> Bearer:
    """Who asks. Some of these operations leave the token out of their required members; it is needed all the same."""
    return bearer(call, params.get("AccessToken", ""))


def _pool_and_user(call: Call, params: Params) -> tuple[Pool, User]:
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return pool, repository.user_for_admin(call.reader, pool, params["Username"])


def _pool_and_owner(call: Call, params: Params) -> tuple[Pool, User]:
    """As `_pool_and_user`, for operations that do not declare UserNotFoundException: a user who is not there is
    another resource that was not found. Source: `AdminGetDevice` and `AdminListDevices` in botocore's model.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.find_user_for_admin(call.reader, pool, params["Username"])
    if user is None:
        raise errors.owner_does_not_exist()
    return pool, user


def _page(call: Call, params: Params, pool: Pool, user: User, *, to_admin: bool) -> Answer:
    index = "created" if to_admin else "remembered"
    found, token = paging.page(call, params, DEVICES, index, (pool.id, user.key), token="PaginationToken")
    return {"Devices": [devices.shown(pool, user, device, to_admin=to_admin) for device in found], **token}
