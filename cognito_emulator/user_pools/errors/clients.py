"""App clients.

Texts that deployments to AWS met in September 2026, as github.com/badmintoncryer/cdk-preflight keeps them
(`rules/cognito/*/meta.yaml`): mixed flow names, order of lifetimes, callbacks, providers, scopes. The types of the
errors about OAuth flows: github.com/hashicorp/terraform-provider-aws, acceptance tests of
aws_cognito_managed_user_pool_client.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found


def invalid_token_validity() -> AwsError:
    return invalid_parameter("Invalid range for token validity.")


def tokens_outlive_the_refresh_token() -> AwsError:
    return invalid_parameter(
        "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
    )


def mixed_auth_flows() -> AwsError:
    return invalid_parameter("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")


def user_flows_with_client_token_auth() -> AwsError:
    return invalid_parameter("ALLOW_CLIENT_TOKEN_AUTH cannot be combined with other ExplicitAuthFlows.")


def refresh_flow_with_rotation() -> AwsError:
    """Seen on AWS in September 2026; quoted alike in the CDK code of several projects."""
    return invalid_parameter(
        "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled"
    )


def oauth_flows_and_scopes_required() -> AwsError:
    return invalid_parameter(
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
    )


def callback_urls_required() -> AwsError:
    return AwsError(
        "InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected"
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
    return invalid_parameter(f"The provider {provider} does not exist for User Pool {pool_id}.")


def invalid_read_attributes(action: str) -> AwsError:
    return invalid_parameter(f"Invalid read attributes specified while {action} a client")


def invalid_write_attributes(action: str) -> AwsError:
    return invalid_parameter(f"Invalid write attributes specified while {action} a client")


def default_redirect_uri_not_registered(uri: str) -> AwsError:
    return invalid_parameter(f"The default redirect URI {uri} is not in the callback URIs list.")


def redirect_uri_over_http(uri: str) -> AwsError:
    return invalid_parameter(f"{uri} cannot use the HTTP protocol.")


def redirect_uri_with_fragment(uri: str) -> AwsError:
    return invalid_parameter(f"{uri} cannot use fragment")


def redirect_uri_without_scheme(uri: str) -> AwsError:
    """Text of our own."""
    return invalid_parameter(f"{uri} is not a valid redirect URI.")


def invalid_analytics_configuration() -> AwsError:
    return invalid_parameter(
        "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> "
        "are valid"
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


def secrets_of_registered_client() -> AwsError:
    """Text of our own. Source of the refusal: botocore's model, ClientTypeType."""
    return invalid_parameter("Client secret operations are not supported for dynamically registered clients.")


def scope_not_for_registered_clients() -> AwsError:
    """Text of our own. Source of the refusal: botocore's model, ClientTypeType."""
    return invalid_parameter("aws.cognito/dcr/register is not allowed for dynamically registered clients.")
