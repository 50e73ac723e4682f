"""Amazon Cognito user pools (cognito-idp).

`operations/` has one short function per API operation, grouped by resource. They ask the domain below them:
`schema` (attributes, aliases, filters), `credentials` (passwords, codes), `authentication` (the sign-in engine),
`tokens`, `messages`. `repository` finds and keeps records, `records` says what they are, `errors` has every text.

Other services use the functions below, and nothing else of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cognito_emulator.aws.call import Call


def login_provider_of(call: Call, issuer: str) -> str | None:
    """The name that identity pools have for the user pool with that issuer; None if there is none here."""
    from cognito_emulator.user_pools.tokens import identity

    return identity.provider_of(call, issuer)


def is_signed_id_token(call: Call, token: str) -> bool:
    """Whether an ID token is signed by the key of the user pool that its issuer names."""
    from cognito_emulator.user_pools.tokens import identity

    return identity.is_signed(call, token)


def is_id_token_in_force(call: Call, claims: dict[str, Any]) -> bool:
    """Whether the user behind an ID token is there, is enabled and has not signed out since."""
    from cognito_emulator.user_pools.tokens import identity

    return identity.is_in_force(call, claims)
