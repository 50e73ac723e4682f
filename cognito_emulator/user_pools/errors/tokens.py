"""Tokens."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import not_authorized


def invalid_access_token() -> AwsError:
    return not_authorized("Invalid Access Token")


def access_token_signature() -> AwsError:
    return not_authorized("Could not verify signature for Access Token")


def access_token_expired() -> AwsError:
    return not_authorized("Access Token has expired")


def access_token_revoked() -> AwsError:
    return not_authorized("Access Token has been revoked")


def access_token_scopes() -> AwsError:
    return not_authorized("Access Token does not have required scopes")


def invalid_refresh_token() -> AwsError:
    return not_authorized("Invalid Refresh Token.")


def refresh_token_expired() -> AwsError:
    return not_authorized("Refresh Token has expired")


def refresh_token_revoked() -> AwsError:
    return not_authorized("Refresh Token has been revoked")


def refresh_token_reused() -> AwsError:
    return AwsError("RefreshTokenReuseException", "Refresh token has been reused")


def unsupported_token_type() -> AwsError:
    return AwsError("UnsupportedTokenTypeException", "Unsupported token type")


def unauthorized(text: str) -> AwsError:
    return AwsError("UnauthorizedException", text)


def token_revocation_disabled() -> AwsError:
    return AwsError(
        "UnsupportedOperationException", "Please enable token revocation before revoking tokens for this client"
    )


def client_secret_not_verified(client_id: str) -> AwsError:
    return not_authorized(f"Unable to verify secret for client {client_id}")
