"""Branding styles of the managed login pages, one for each client."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import AlreadyExists, Reader, Transaction
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.domain_records import BRANDINGS, Branding
from cognito_emulator.user_pools.schema import branding_settings
from cognito_emulator.user_pools.service import operation


@operation
def create_managed_login_branding(call: Call, params: Params) -> Answer:
    """Give a client its style. Assets go with the values of the service, and are shown without an id of their own.

    Source: API reference, CreateManagedLoginBranding; the tests that terraform-provider-aws runs on AWS
    (TestAccCognitoIDPManagedLoginBranding_asset in managed_login_branding_test.go).
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    _check(params)
    branding = Branding(
        pool_id=pool.id,
        id=call.emulator.randomness.uuid(),
        client_id=client.id,
        created=call.now,
        modified=call.now,
        provided=params.get("UseCognitoProvidedValues", False),
        settings=params.get("Settings"),
        assets=params.get("Assets", []),
    )

    def step(tx: Transaction) -> None:
        repository.client_of_pool(tx, pool, client.id)
        try:
            tx.insert(BRANDINGS, branding)
        except AlreadyExists:
            raise errors.branding_exists(client.id) from None

    call.transact(step)
    return {"ManagedLoginBranding": _shown(branding)}


@operation
def describe_managed_login_branding(call: Call, params: Params) -> Answer:
    """Show a style; `ReturnMergedResources` also shows what it leaves as the service provides it.

    Source: API reference, DescribeManagedLoginBranding.
    """
    branding = _branding(call, params, call.reader)
    return {"ManagedLoginBranding": _shown(branding, merged=params.get("ReturnMergedResources", False))}


@operation
def describe_managed_login_branding_by_client(call: Call, params: Params) -> Answer:
    """Show the style of a client. Source: API reference, DescribeManagedLoginBrandingByClient."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    branding = domains.branding_of(call.reader, pool, client.id)
    if branding is None:
        raise errors.client_has_no_branding(client.id)
    return {"ManagedLoginBranding": _shown(branding, merged=params.get("ReturnMergedResources", False))}


@operation
def update_managed_login_branding(call: Call, params: Params) -> Answer:
    """Change what is given of a style: settings by member, assets by category and colour mode.

    Source: API reference, UpdateManagedLoginBranding; recording
    aws-cli-examples/cli-example-update-managed-login-branding/1.
    """
    _branding(call, params, call.reader)
    _check(params)
    given = params.get("Assets", [])

    def step(tx: Transaction) -> Branding:
        branding = _branding(call, params, tx)
        if params.get("UseCognitoProvidedValues"):
            updated = replace(branding, provided=True, settings=None, assets=given, modified=call.now)
        else:
            updated = replace(
                branding,
                provided=False,
                settings=branding_settings.merged(branding.settings or {}, params["Settings"]),
                assets=_replaced(branding.assets, given),
                modified=call.now,
            )
        tx.put(BRANDINGS, updated)
        return updated

    return {"ManagedLoginBranding": _shown(call.transact(step))}


@operation
def delete_managed_login_branding(call: Call, params: Params) -> Answer:
    """Take its style from a client, whose pages are unavailable then. Source: API reference,
    DeleteManagedLoginBranding.
    """

    def step(tx: Transaction) -> None:
        branding = _branding(call, params, tx)
        tx.delete(BRANDINGS, branding.pool_id, branding.id)

    call.transact(step)
    return {}


def _branding(call: Call, params: Params, reader: Reader) -> Branding:
    pool = repository.pool_of_caller(call, params["UserPoolId"], reader)
    branding = reader.get(BRANDINGS, pool.id, params["ManagedLoginBrandingId"])
    if branding is None:
        raise errors.branding_does_not_exist()
    return branding


def _check(params: Params) -> None:
    """A style has the values of the service or settings of its own, and every request says which.

    Source: as measured on AWS for CognitoManagedLoginBrandingIntegrationTest of github.com/floci-io/floci.
    """
    if bool(params.get("UseCognitoProvidedValues")) == ("Settings" in params):
        raise errors.provided_values_or_settings()
    branding_settings.check(params.get("Settings", {}))
    branding_settings.check_assets(params.get("Assets", []))


def _replaced(assets: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {(asset["Category"], asset["ColorMode"]) for asset in given}
    return [asset for asset in assets if (asset["Category"], asset["ColorMode"]) not in places] + given


def _shown(branding: Branding, *, merged: bool = False) -> Answer:
    shown: Answer = {
        "Assets": branding.assets,
        "CreationDate": Timestamp(branding.created),
        "LastModifiedDate": Timestamp(branding.modified),
        "ManagedLoginBrandingId": branding.id,
        "UseCognitoProvidedValues": branding.provided,
        "UserPoolId": branding.pool_id,
    }
    if merged:
        shown["Settings"] = branding_settings.merged(branding_settings.provided(), branding.settings or {})
    elif branding.settings is not None:
        shown["Settings"] = branding.settings
    return shown
