"""Identity providers and linked users.

Sources: deployments to AWS in September 2026, as github.com/badmintoncryer/cdk-preflight keeps them
(`rules/cognito/pf-cognito-idp-*/meta.yaml`: details, metadata, issuer; names in those texts are not those of the API);
github.com/aws/aws-cli/issues/9729 (mapping), github.com/aws/aws-cli/issues/3179 (name and type), recording
github-issue-logs/source-already-exists/1, github.com/aws-amplify/amplify-js/issues/13334 (local source); reference
federation.md §1.1 and §5. Texts without a source say what is wrong in the same manner.
"""

from __future__ import annotations

from collections.abc import Sequence

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found


def duplicate_provider(name: str, pool_id: str) -> AwsError:
    """Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1287, from CloudTrail."""
    return AwsError("DuplicateProviderException", f"{name} already exists in user pool {pool_id}")


def identity_provider_does_not_exist(name: str) -> AwsError:
    return resource_not_found(f"Identity provider {name} does not exist.")


def identity_provider_identifier_does_not_exist(identifier: str) -> AwsError:
    return resource_not_found(f"Identity provider with identifier {identifier} does not exist.")


def provider_cannot_be_of_type(name: str, kind: str) -> AwsError:
    return invalid_parameter(f"Provider {name} cannot be of type {kind}.")


_REQUIRED_DETAILS = {
    "OIDC": "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod",
    "SignInWithApple": "clientId, privateKey, teamId, and keyId",
}


def provider_details_required(kind: str) -> AwsError:
    names = _REQUIRED_DETAILS.get(kind, "clientId, clientSecret and authorizeScopes")
    return invalid_parameter(f"{names} are all required idp details.")


def saml_metadata_required() -> AwsError:
    return invalid_parameter("At least one of the MetadataURL or MetadataFile should be provided.")


def two_saml_metadata() -> AwsError:
    return invalid_parameter("Only one of the MetadataURL or MetadataFile should be provided.")


def attributes_request_method(value: str) -> AwsError:
    return invalid_parameter(
        f"1 validation error detected: Value '{value}' at 'providerConfiguration.oidcConfig.attributesRequestMethod' "
        "failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]"
    )


def open_id_over_http() -> AwsError:
    return invalid_parameter("OIDC endpoint must start with https://")


def invalid_mapping(names: Sequence[str]) -> AwsError:
    return invalid_parameter(f"AttributeMapping contains invalid mapping: [{', '.join(names)}]")


def metadata_not_retrieved(url: str) -> AwsError:
    return invalid_parameter(f"Error retrieving metadata from {url}")


def metadata_not_understood() -> AwsError:
    return invalid_parameter("Error processing SAML metadata")


def metadata_certificate_expired() -> AwsError:
    """Text of our own. Source of the refusal: developer guide, "Things to know about SAML IdPs"."""
    return invalid_parameter("SAML metadata contain an expired signing certificate")


def saml_not_installed() -> AwsError:
    """Only here: SAML needs packages that are not installed by default."""
    return invalid_parameter("SAML needs the extra [saml]: pip install 'cognito-emulator[saml]'")


def discovery_failed(issuer: str) -> AwsError:
    return invalid_parameter(f"Unable to contact well-known endpoint of {issuer}")


def invalid_provider_detail(name: str, value: str) -> AwsError:
    return invalid_parameter(f"Invalid value {value} for the idp detail {name}")


def acr_mapping_needs_oidc() -> AwsError:
    return invalid_parameter("AcrMapping is only supported for OIDC identity providers")


def identifier_in_use(identifier: str) -> AwsError:
    return invalid_parameter(f"The identifier {identifier} is already used by another identity provider.")


def too_many_identity_providers() -> AwsError:
    return limit_exceeded("Maximum number of identity providers exceeded for the user pool.")


def local_source_user() -> AwsError:
    return invalid_parameter(
        "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
        "only as a DestinationUser"
    )


def merging_not_supported() -> AwsError:
    return invalid_parameter(
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    )


def already_linked() -> AwsError:
    return invalid_parameter("SourceUser is already linked to DestinationUser")


def linked_to_another() -> AwsError:
    return AwsError("AliasExistsException", "The provided SourceUser is already linked to another DestinationUser")


def incomplete_provider_user(which: str) -> AwsError:
    return invalid_parameter(
        f"Invalid {which}: ProviderName, ProviderAttributeName and ProviderAttributeValue required"
    )


def invalid_link_attribute(name: str, provider: str) -> AwsError:
    return invalid_parameter(f"Invalid SourceUser: {name} is not an attribute that {provider} users can be linked by")


def invalid_disable_attribute(name: str, provider: str) -> AwsError:
    """Text of our own. Source of the refusal: botocore's model, AdminDisableProviderForUser."""
    return invalid_parameter(f"Invalid User: {name} is not an attribute that {provider} users can be disabled by")


def too_many_identities() -> AwsError:
    return limit_exceeded("Maximum number of identities linked to the user exceeded.")


# ── sign-in: what the app reads behind `error_description` ───────────────────────────────────────────────────────


def entry_already_found(username: str) -> AwsError:
    return invalid_parameter(f"Already found an entry for username {username}")


def invalid_provider_and_username() -> AwsError:
    """The username is that of another person at the provider, whose id differs in the case of its letters.

    Sources: tests on AWS (September 2026: a link with an id in lower case, in a pool that does not tell case apart);
    docs.currents.dev, "Troubleshooting SSO" (case of NameID); github.com/awslabs/service-workbench-on-aws/issues/605.
    """
    return invalid_parameter("Invalid ProviderName/Username combination. Please check again")


def required_attributes_missing(names: Sequence[str], *, saml: bool) -> AwsError:
    """Source: reference federation.md §6; the SAML form is the one of wrong values."""
    if saml:
        return invalid_parameter(f"Invalid user attributes: {names[0]}: The attribute is required")
    return invalid_parameter(f"attributes required: [{', '.join(names)}]")


def mapped_value_too_long(name: str, longest: int) -> AwsError:
    """Source: Skyfish's help pages, "Troubleshooting the integration" (a SAML attribute with many groups)."""
    return invalid_parameter(
        f"The value of the attribute {name} must have a length less than or equal to {longest} characters"
    )


def user_is_not_enabled() -> AwsError:
    return invalid_parameter("User is not enabled")
