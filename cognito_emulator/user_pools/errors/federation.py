"""Identity providers and linked users.

Sources: github.com/aws-amplify/amplify-cli/issues/8266 (missing details), github.com/aws/aws-cli/issues/3179 (name
and type), recording github-issue-logs/source-already-exists/1, github.com/aws-amplify/amplify-js/issues/13334 (local
source); reference federation.md §1.1 and §5. Texts without a source say what is wrong in the same manner.
"""

from __future__ import annotations

from collections.abc import Sequence

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found


def duplicate_provider() -> AwsError:
    return AwsError("DuplicateProviderException", "A provider already exists with this name.")


def identity_provider_does_not_exist(name: str) -> AwsError:
    return resource_not_found(f"Identity provider {name} does not exist.")


def identity_provider_identifier_does_not_exist(identifier: str) -> AwsError:
    return resource_not_found(f"Identity provider with identifier {identifier} does not exist.")


def provider_cannot_be_of_type(name: str, kind: str) -> AwsError:
    return invalid_parameter(f"Provider {name} cannot be of type {kind}.")


def provider_details_required(names: Sequence[str]) -> AwsError:
    return invalid_parameter(f"{', '.join(names[:-1])} and {names[-1]} are all required idp details")


def saml_metadata_required() -> AwsError:
    return invalid_parameter("MetadataURL or MetadataFile is a required idp detail")


def two_saml_metadata() -> AwsError:
    return invalid_parameter("Only one of MetadataURL and MetadataFile can be specified")


def metadata_not_retrieved(url: str) -> AwsError:
    return invalid_parameter(f"Error retrieving metadata from {url}")


def metadata_not_understood() -> AwsError:
    return invalid_parameter("Error processing SAML metadata")


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


def too_many_identities() -> AwsError:
    return limit_exceeded("Maximum number of identities linked to the user exceeded.")


# ── sign-in: what the app reads behind `error_description` ───────────────────────────────────────────────────────


def entry_already_found(username: str) -> AwsError:
    return invalid_parameter(f"Already found an entry for username {username}")


def required_attributes_missing(names: Sequence[str], *, saml: bool) -> AwsError:
    """Source: reference federation.md §6; the SAML form is the one of wrong values."""
    if saml:
        return invalid_parameter(f"Invalid user attributes: {names[0]}: The attribute is required")
    return invalid_parameter(f"attributes required: [{', '.join(names)}]")


def user_is_not_enabled() -> AwsError:
    return invalid_parameter("User is not enabled")
