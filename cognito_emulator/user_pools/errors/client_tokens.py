"""Tokens for app clients, and token exchange. None of these texts was seen on AWS; the types are the declared ones."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, not_authorized


def invalid_scope_requested(scope: str) -> AwsError:
    return invalid_parameter(f"Invalid scope requested: {scope}")


def audiences_and_resources() -> AwsError:
    return invalid_parameter("Audiences and Resources cannot be requested together.")


def token_and_type_go_together(name: str) -> AwsError:
    return invalid_parameter(f"{name}Token and {name}TokenType must be provided together.")


def provider_of_missing_token(name: str) -> AwsError:
    return invalid_parameter(f"{name}TokenProviderName requires {name}Token.")


def invalid_exchange_token(name: str) -> AwsError:
    return not_authorized(f"Invalid {name} Token")


def exchange_token_expired(name: str) -> AwsError:
    return not_authorized(f"{name} Token has expired")


def exchange_token_revoked(name: str) -> AwsError:
    return not_authorized(f"{name} Token has been revoked")


def provider_required(name: str, type: str) -> AwsError:
    return invalid_parameter(f"{name}TokenProviderName is required for a token of type {type}.")


def provider_of_another_kind(name: str, provider: str, type: str) -> AwsError:
    return invalid_parameter(f"{name}TokenProviderName {provider} cannot issue a token of type {type}.")


def exchange_token_unverifiable(name: str, provider: str) -> AwsError:
    return not_authorized(f"{name} Token cannot be verified: the keys of {provider} cannot be retrieved")
