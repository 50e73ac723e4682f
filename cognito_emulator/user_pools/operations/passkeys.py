"""Passkeys of the user who asks."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import paging, passkeys
from cognito_emulator.user_pools.factor_records import PASSKEYS
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer


@operation
def start_web_authn_registration(call: Call, params: Params) -> Answer:
    """The options to make a passkey with. Source: API reference, StartWebAuthnRegistration."""
    who = bearer(call, params["AccessToken"])
    return {"CredentialCreationOptions": passkeys.begin(call, who.pool, who.client, who.user)}


@operation
def complete_web_authn_registration(call: Call, params: Params) -> Answer:
    """Keep the passkey that was made.

    Source: API reference, CompleteWebAuthnRegistration; recording github-issue-logs/credential-invalid/1.
    """
    who = bearer(call, params["AccessToken"])
    passkeys.complete(call, who.pool, who.client, who.user, params["Credential"])
    return {}


@operation
def list_web_authn_credentials(call: Call, params: Params) -> Answer:
    """The passkeys of the user who asks. Source: API reference, ListWebAuthnCredentials."""
    who = bearer(call, params["AccessToken"])
    prefix = (who.pool.id, who.user.key)
    found, token = paging.page(call, params, PASSKEYS, "created", prefix, size="MaxResults")
    return {"Credentials": [passkeys.shown(passkey) for passkey in found], **token}


@operation
def delete_web_authn_credential(call: Call, params: Params) -> Answer:
    """Remove a passkey. Source: API reference, DeleteWebAuthnCredential."""
    passkeys.delete(call, bearer(call, params["AccessToken"]).user, params["CredentialId"])
    return {}
