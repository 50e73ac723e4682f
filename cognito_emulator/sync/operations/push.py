"""Devices that hear of changes."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import access, inheritance, push, repository
from cognito_emulator.sync.records import DEVICES, SUBSCRIPTIONS, Device, Subscription
from cognito_emulator.sync.service import operation


@operation
def register_device(call: Call, params: Params) -> Answer:
    """Make an SNS endpoint of a device; a push token that is known keeps its device.

    Source: API reference, RegisterDevice; reference sync.md §7.
    """
    place = access.place_of(call, params, identity_only=True)
    settings = push.require_configured(call, place.pool_id)
    platform, token = params["Platform"], params["Token"]
    endpoint = push.endpoint(call, settings, platform, token)
    new_id = call.emulator.randomness.uuid()

    def step(tx: Transaction) -> Device:
        there = repository.devices_by_token(tx, place.identity_id, platform, token)
        device = Device(
            identity_id=place.identity_id,
            id=there.id if there is not None else new_id,
            pool_id=place.pool_id,
            platform=platform,
            token=token,
            endpoint=endpoint,
            registered=there.registered if there is not None else call.now,
        )
        tx.put(DEVICES, device)
        return device

    return {"DeviceId": call.transact(step).id}


@operation
def subscribe_to_dataset(call: Call, params: Params) -> Answer:
    """Let a device hear of changes of a dataset, which has to exist. Source: API reference, SubscribeToDataset."""
    subscription = _subscription(call, params)
    call.transact(lambda tx: tx.put(SUBSCRIPTIONS, subscription))
    return {}


@operation
def unsubscribe_from_dataset(call: Call, params: Params) -> Answer:
    """Let a device no longer hear of changes of a dataset. Source: API reference, UnsubscribeFromDataset."""
    subscription = _subscription(call, params)
    key = (subscription.identity_id, subscription.dataset, subscription.device_id)
    call.transact(lambda tx: tx.delete(SUBSCRIPTIONS, *key))
    return {}


def _subscription(call: Call, params: Params) -> Subscription:
    place = access.place_of(call, params, identity_only=True)
    inheritance.take_over(call, place)
    push.require_configured(call, place.pool_id)
    dataset = repository.dataset(call.reader, place.identity_id, params["DatasetName"])
    device = repository.device(call.reader, place.identity_id, params["DeviceId"])
    return Subscription(place.identity_id, dataset.name, device.id)
