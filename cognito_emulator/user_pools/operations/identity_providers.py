"""External identity providers, and users linked to people there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import AlreadyExists, Transaction
from cognito_emulator.user_pools import errors, paging, repository
from cognito_emulator.user_pools.federation import certificates, details, identities, providers
from cognito_emulator.user_pools.federation.records import IDENTIFIERS, PROVIDERS, IdentityProvider
from cognito_emulator.user_pools.service import operation

PROVIDERS_PER_POOL = 300


@operation
def create_identity_provider(call: Call, params: Params) -> Answer:
    """Make an identity provider, complete its details, and make the group of its users.

    Source: API reference, CreateIdentityProvider; recordings aws-cli-examples/cli-example-create-identity-provider/1
    and -2/1; reference federation.md §1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    name, kind = params["ProviderName"], params["ProviderType"]
    details.check_name(name, kind)
    if "AcrMapping" in params and kind != "OIDC":
        raise errors.acr_mapping_needs_oidc()
    if providers.find(call.reader, pool, name) is not None:
        raise errors.duplicate_provider(name, pool.id)
    checked = details.complete(call, kind, params["ProviderDetails"])
    shown, key = checked.details, ""
    if kind == "SAML":
        key, certificate = certificates.new_pair(call, f"{pool.id}_{name}")
        shown = {**shown, "ActiveEncryptionCertificate": certificates.bare(certificate)}
    provider = IdentityProvider(
        pool_id=pool.id,
        name=name,
        type=kind,
        created=call.now,
        modified=call.now,
        details=shown,
        mapping=details.mapping_of(kind, params.get("AttributeMapping", {}), pool),
        identifiers=params.get("IdpIdentifiers", []),
        acr_mapping=params.get("AcrMapping"),
        hidden=checked.hidden,
        metadata=checked.metadata,
        metadata_due=checked.metadata_due,
        encryption_key=key,
    )

    def step(tx: Transaction) -> None:
        repository.pool_of_caller(call, pool.id, tx)
        if tx.count(PROVIDERS, None, (pool.id,)) >= PROVIDERS_PER_POOL:
            raise errors.too_many_identity_providers()
        try:
            tx.insert(PROVIDERS, provider)
        except AlreadyExists:
            raise errors.duplicate_provider(name, pool.id) from None
        providers.save_identifiers(tx, pool, provider)
        providers.ensure_group(tx, pool, provider, call.now)

    call.transact(step)
    return {"IdentityProvider": _echoed(provider, params)}


@operation
def describe_identity_provider(call: Call, params: Params) -> Answer:
    """Show an identity provider. Source: API reference, DescribeIdentityProvider."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"IdentityProvider": _shown(providers.get(call.reader, pool, params["ProviderName"]))}


@operation
def update_identity_provider(call: Call, params: Params) -> Answer:
    """Replace details, mapping or identifiers; each that is left out stays.

    Source: API reference, UpdateIdentityProvider.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    earlier = providers.get(call.reader, pool, params["ProviderName"])
    if "AcrMapping" in params and earlier.type != "OIDC":
        raise errors.acr_mapping_needs_oidc()
    changes: dict[str, Any] = {"modified": call.now}
    if "ProviderDetails" in params:
        checked = details.complete(call, earlier.type, params["ProviderDetails"])
        kept = {n: v for n, v in earlier.details.items() if n == "ActiveEncryptionCertificate"}
        changes |= {
            "details": {**checked.details, **kept},
            "hidden": checked.hidden,
            "metadata": checked.metadata,
            "metadata_due": checked.metadata_due,
        }
    if "AttributeMapping" in params:
        changes["mapping"] = details.mapping_of(earlier.type, params["AttributeMapping"], pool)
    if "IdpIdentifiers" in params:
        changes["identifiers"] = params["IdpIdentifiers"]
    if "AcrMapping" in params:
        changes["acr_mapping"] = params["AcrMapping"]

    def step(tx: Transaction) -> IdentityProvider:
        updated = replace(providers.get(tx, pool, earlier.name), **changes)
        tx.put(PROVIDERS, updated)
        providers.save_identifiers(tx, pool, updated)
        return updated

    return {"IdentityProvider": _echoed(call.transact(step), params)}


@operation
def delete_identity_provider(call: Call, params: Params) -> Answer:
    """Remove an identity provider; its users stay. Source: API reference, DeleteIdentityProvider."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        provider = providers.get(tx, pool, params["ProviderName"])
        tx.delete_all(IDENTIFIERS, "provider", (pool.id, provider.name))
        tx.delete(PROVIDERS, pool.id, provider.name)

    call.transact(step)
    return {}


@operation
def list_identity_providers(call: Call, params: Params) -> Answer:
    """The identity providers of a pool, in short.

    Source: API reference, ListIdentityProviders; recording aws-cli-examples/cli-example-list-identity-providers/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    found, token = paging.page(call, params, PROVIDERS, None, (pool.id,), size="MaxResults")
    return {"Providers": [_in_short(provider) for provider in found], **token}


@operation
def get_identity_provider_by_identifier(call: Call, params: Params) -> Answer:
    """Show the identity provider with an identifier.

    Source: API reference; recording aws-cli-examples/cli-example-get-identity-provider-by-identifier/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    provider = providers.by_identifier(call.reader, pool, params["IdpIdentifier"])
    if provider is None:
        raise errors.identity_provider_identifier_does_not_exist(params["IdpIdentifier"])
    return {"IdentityProvider": _shown(provider)}


@operation
def admin_link_provider_for_user(call: Call, params: Params) -> Answer:
    """Let a person at a provider sign in as an existing user.

    Source: API reference, AdminLinkProviderForUser; recording github-issue-logs/source-already-exists/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    call.transact(lambda tx: identities.link(tx, pool, params["DestinationUser"], params["SourceUser"], call.now))
    return {}


@operation
def admin_disable_provider_for_user(call: Call, params: Params) -> Answer:
    """Keep a user from signing in with a provider. Source: API reference, AdminDisableProviderForUser."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    call.transact(lambda tx: identities.unlink(tx, pool, params["User"], call.now))
    return {}


@operation
def get_signing_certificate(call: Call, params: Params) -> Answer:
    """Show the certificate of the key that signs SAML requests.

    Source: API reference, GetSigningCertificate; recording aws-cli-examples/cli-example-get-signing-certificate/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"Certificate": certificates.bare(certificates.signing_key(call, pool).certificate)}


def _in_short(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "ProviderName": provider.name,
        "ProviderType": provider.type,
        "LastModifiedDate": Timestamp(provider.modified),
        "CreationDate": Timestamp(provider.created),
    }


def _echoed(provider: IdentityProvider, params: Params) -> dict[str, Any]:
    """What was made or changed: identifiers only if the request has them.

    Source: as measured on AWS for the identity provider tests of github.com/floci-io/floci.
    """
    shown = _shown(provider)
    if "IdpIdentifiers" not in params:
        del shown["IdpIdentifiers"]
    return shown


def _shown(provider: IdentityProvider) -> dict[str, Any]:
    acr = {"AcrMapping": provider.acr_mapping} if provider.acr_mapping else {}
    return {
        "UserPoolId": provider.pool_id,
        **_in_short(provider),
        "ProviderDetails": provider.details,
        "AttributeMapping": provider.mapping,
        "IdpIdentifiers": provider.identifiers,
        **acr,
    }
