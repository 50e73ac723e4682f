"""App clients."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found


def invalid_token_validity() -> AwsError:
    return invalid_parameter("Invalid range for token validity.")


def mixed_auth_flows() -> AwsError:
    return invalid_parameter(
        "ExplicitAuthFlows value conflict: values with the ALLOW_ prefix and values without it cannot be mixed."
    )


def user_flows_with_client_token_auth() -> AwsError:
    return invalid_parameter("ALLOW_CLIENT_TOKEN_AUTH cannot be combined with other ExplicitAuthFlows.")


def refresh_flow_with_rotation() -> AwsError:
    return invalid_parameter(
        "ALLOW_REFRESH_TOKEN_AUTH cannot be used in ExplicitAuthFlows when refresh token rotation is enabled."
    )


def oauth_flows_and_scopes_required() -> AwsError:
    return AwsError(
        "InvalidOAuthFlowException",
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    )


def client_credentials_with_other_flows() -> AwsError:
    return AwsError(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected along with code flow or implicit flow.",
    )


def client_credentials_without_secret() -> AwsError:
    return AwsError(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected if client does not have a client secret.",
    )


def scope_does_not_exist(scope: str) -> AwsError:
    return AwsError("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")


def provider_does_not_exist(provider: str, pool_id: str) -> AwsError:
    return invalid_parameter(f"The provider {provider} does not exist for User Pool {pool_id}")


def invalid_read_attributes(action: str) -> AwsError:
    return invalid_parameter(f"Invalid read attributes specified while {action} a client")


def invalid_write_attributes(action: str) -> AwsError:
    return invalid_parameter(f"Invalid write attributes specified while {action} a client")


def default_redirect_uri_not_registered() -> AwsError:
    return invalid_parameter("DefaultRedirectURI must be in the CallbackURLs list.")


def invalid_redirect_uri(uri: str) -> AwsError:
    return invalid_parameter(
        f"{uri} is not a valid redirect URI: it must be https, http://localhost or a custom scheme."
    )


def secret_given_and_generated() -> AwsError:
    return invalid_parameter("ClientSecret cannot be specified when GenerateSecret is true.")


def too_many_clients() -> AwsError:
    return limit_exceeded("Maximum number of user pool clients exceeded for the user pool.")


def too_many_client_secrets() -> AwsError:
    return limit_exceeded("Maximum number of client secrets exceeded for the user pool client.")


def client_secret_does_not_exist(secret_id: str) -> AwsError:
    return resource_not_found(f"Client secret {secret_id} does not exist.")


def last_client_secret() -> AwsError:
    return invalid_parameter("The last client secret of a user pool client cannot be deleted.")


def client_has_no_secret(client_id: str) -> AwsError:
    return invalid_parameter(f"User pool client {client_id} is not configured with a client secret.")
