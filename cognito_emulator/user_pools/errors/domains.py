"""Domains, resource servers, branding, terms.

Custom domains, the plan of managed login, and styles with and without settings: texts that deployments to AWS met in
September 2026, as github.com/badmintoncryer/cdk-preflight keeps them (`rules/cognito/*/meta.yaml`). Styles that exist
already or do not exist: as measured on AWS for CognitoManagedLoginBrandingIntegrationTest of github.com/floci-io/floci.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found

PREFIX_PATTERN = r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"


def invalid_domain_name() -> AwsError:
    return invalid_parameter(
        "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, "
        f"and hyphens. Please enter a different name that follows this format: {PREFIX_PATTERN}"
    )


def reserved_word(word: str) -> AwsError:
    return invalid_parameter(f"Domain cannot contain reserved word: {word}")


def domain_taken() -> AwsError:
    return invalid_parameter("Domain already associated with another user pool.")


def pool_has_domain_already() -> AwsError:
    return invalid_parameter("User pool already has a domain configured.")


def no_such_domain() -> AwsError:
    return invalid_parameter("No such domain or user pool exists.")


def pool_has_domain() -> AwsError:
    return invalid_parameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")


def invalid_subdomain() -> AwsError:
    return invalid_parameter(
        "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or "
        "domain parent is a top-level domain."
    )


def invalid_certificate() -> AwsError:
    return invalid_parameter(
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
        "valid certificate chain."
    )


def invalid_managed_login_version() -> AwsError:
    return invalid_parameter("Invalid ManagedLoginVersion. Valid values are 1 and 2.")


def custom_domain_config_on_prefix() -> AwsError:
    return invalid_parameter("CustomDomainConfig can only be specified for custom domains.")


def routing_on_prefix() -> AwsError:
    return invalid_parameter("Routing can only be specified for custom domains.")


def too_many_custom_domains() -> AwsError:
    return limit_exceeded("Maximum number of custom domains exceeded for the account.")


def resource_server_exists(identifier: str, pool_id: str) -> AwsError:
    return invalid_parameter(f"{identifier} already exists in user pool {pool_id}.")


def resource_server_does_not_exist(identifier: str) -> AwsError:
    return resource_not_found(f"Resource server {identifier} does not exist.")


def duplicate_scope(name: str) -> AwsError:
    return invalid_parameter(f"Duplicate scope name: {name}")


def too_many_resource_servers() -> AwsError:
    return limit_exceeded("Maximum number of resource servers exceeded for the user pool.")


def no_domain_for_customization() -> AwsError:
    return invalid_parameter("There has to be an existing domain associated with this user pool")


def invalid_css(problem: str) -> AwsError:
    return invalid_parameter(f"Invalid CSS: {problem}")


def invalid_css_selector(selector: str) -> AwsError:
    """Source: reference oauth-and-hosted-ui.md (classes of the classic pages)."""
    return invalid_parameter(f"Invalid selector in CSS: {selector}")


def css_too_large() -> AwsError:
    return invalid_parameter("CSS file size must be 3 KB or less.")


def image_too_large() -> AwsError:
    return invalid_parameter("Image file size must be 100 KB or less.")


def invalid_image() -> AwsError:
    return invalid_parameter("Invalid image file. Image must be a PNG or JPEG file.")


def branding_exists(client_id: str) -> AwsError:
    return AwsError(
        "ManagedLoginBrandingExistsException", f"A ManagedLoginBranding already exists for client {client_id}"
    )


def branding_does_not_exist() -> AwsError:
    return resource_not_found("ManagedLoginBranding does not exist.")


def client_has_no_branding(client_id: str) -> AwsError:
    return resource_not_found(f"ManagedLoginBranding for client {client_id} does not exist.")


def provided_values_or_settings() -> AwsError:
    return invalid_parameter("useCognitoProvidedValues or settings should be specified (but not both)")


def invalid_asset(category: str, extension: str) -> AwsError:
    return invalid_parameter(f"Asset of category {category} cannot have the extension {extension}.")


def asset_without_content() -> AwsError:
    return invalid_parameter("An asset needs either Bytes or ResourceId.")


def invalid_branding_settings(name: str) -> AwsError:
    return invalid_parameter(f"Invalid settings: {name}")


def terms_exist(name: str, client_id: str) -> AwsError:
    return AwsError("TermsExistsException", f"Terms {name} already exist for app client {client_id}.")


def terms_do_not_exist() -> AwsError:
    return resource_not_found("Terms do not exist.")


def terms_without_default_link() -> AwsError:
    return invalid_parameter("Links must contain a value for cognito:default.")


def invalid_terms_link(name: str) -> AwsError:
    return invalid_parameter(f"Invalid link for {name}: it must be a URL that begins with https:// or http://.")


def customization_too_large() -> AwsError:
    return invalid_parameter("request parameters too large")
