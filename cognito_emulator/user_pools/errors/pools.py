"""Pools, groups, lists: what administrators get wrong.

Custom attributes, recovery, aliases, senders of e-mail, functions and tiers: texts that deployments to AWS met in
September 2026, as github.com/badmintoncryer/cdk-preflight keeps them (`rules/cognito/*/meta.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded

_CUSTOM = ("custom:", "dev:")


def invalid_pagination_token() -> AwsError:
    return invalid_parameter("Invalid pagination token.")


def deletion_protection_is_active() -> AwsError:
    return invalid_parameter(
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first."
    )


def too_many_user_pools() -> AwsError:
    return limit_exceeded("Maximum number of user pools exceeded for the account.")


def existing_attribute(name: str) -> AwsError:
    return invalid_parameter(f"{name}: Existing attribute already has name {name}.")


def required_custom_attributes() -> AwsError:
    return invalid_parameter("Required custom attributes are not supported currently.")


def standard_attribute_changed(name: str) -> AwsError:
    return invalid_parameter(
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute " + name
    )


def attribute_data_type_missing() -> AwsError:
    return invalid_parameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")


def max_length_less_than_min(name: str) -> AwsError:
    if not name.startswith(_CUSTOM):
        return invalid_parameter(f"user.{name}: Max length cannot be less than min length.")
    return invalid_parameter(f"Attribute {name} cannot have a max length shorter than it's min length")


def max_value_less_than_min(name: str) -> AwsError:
    if not name.startswith(_CUSTOM):
        return invalid_parameter(f"user.{name}: Max value cannot be less than min value.")
    return invalid_parameter(f"Attribute {name} cannot have a max value smaller than it's min value")


def string_attribute_too_long(name: str) -> AwsError:
    return invalid_parameter(f"user.{name}: String attributes cannot have a length of more than 2048")


def invalid_number_constraints(name: str) -> AwsError:
    return invalid_parameter(f"Invalid NumberAttributeConstraints for schema attribute {name}")


def invalid_string_constraints(name: str) -> AwsError:
    return invalid_parameter(f"Invalid StringAttributeConstraints for schema attribute {name}")


def too_many_custom_attributes() -> AwsError:
    """AddCustomAttributes declares no LimitExceededException (botocore's model). The text was not seen on AWS."""
    return invalid_parameter("Cannot create more than 50 custom attributes.")


def alias_and_username_attributes() -> AwsError:
    return invalid_parameter("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")


def temporary_password_validity_conflict() -> AwsError:
    return invalid_parameter(
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
    )


def attributes_must_be_auto_verified() -> AwsError:
    return invalid_parameter(
        "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"
    )


def admin_only_with_other_mechanisms() -> AwsError:
    """Source: rules of cdk-preflight, which quote what AWS answers; the first sentence: aws/aws-cdk#11478."""
    return invalid_parameter(
        "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any "
        "other recovery mechanisms."
    )


def one_sms_service() -> AwsError:
    """The text was not seen; that both services are refused is in botocore's model."""
    return invalid_parameter("SmsConfiguration must have either SnsCallerArn or EumsSms, but not both.")


def sms_in_another_region(region: str) -> AwsError:
    """The text was not seen; the refusal is in botocore's model."""
    return invalid_parameter(f"Invalid Region {region} for EumsSms: it must be the Region of the user pool.")


def duplicate_recovery_mechanisms() -> AwsError:
    return invalid_parameter(
        "Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate priorities or "
        "recovery mechanisms."
    )


def source_arn_required() -> AwsError:
    return invalid_parameter("Source ARN is required to use DEVELOPER email sending owner")


def invalid_from_address() -> AwsError:
    return invalid_parameter("Provided From email address is invalid")


def function_of_other_region() -> AwsError:
    return invalid_parameter("Cross-region lambda functions are not supported")


def duplicate_attributes(name: str) -> AwsError:
    return invalid_parameter(f"Duplicate custom attribute names {name} are not allowed in a user pool schema.")


def feature_unavailable_in_tier(tier: str, features: Iterable[str]) -> AwsError:
    return AwsError(
        "FeatureUnavailableInTierException",
        f"The following features need to be disabled for the {tier} pricing tier configured: {', '.join(features)}",
    )


def feature_not_available_in_tier(tier: str, feature: str) -> AwsError:
    """Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-managed-login-version-tier."""
    return AwsError(
        "FeatureUnavailableInTierException",
        f"The following feature is not available for the {tier} pricing tier configured: {feature}",
    )


def sms_configuration_missing() -> AwsError:
    return invalid_parameter(
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
    )


def too_many_tags() -> AwsError:
    return AwsError("UserPoolTaggingException", "Too many tags: a user pool can have at most 50 tags.")


def too_many_tags_for_resource() -> AwsError:
    """TagResource does not declare the exception that the operations on pools answer."""
    return invalid_parameter("Too many tags: a user pool can have at most 50 tags.")


def reserved_tag_key(key: str) -> AwsError:
    return invalid_parameter(f"aws: prefixed tag key names are not allowed for external use: {key}")


def trigger_arns_differ() -> AwsError:
    return invalid_parameter(
        "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"
    )


def group_exists() -> AwsError:
    return AwsError("GroupExistsException", "A group with the name already exists.")


def too_many_groups() -> AwsError:
    return limit_exceeded("Maximum number of groups exceeded for the user pool.")


def too_many_groups_for_user() -> AwsError:
    """AdminAddUserToGroup declares no LimitExceededException (botocore's model). The text was not seen on AWS."""
    return invalid_parameter("Maximum number of groups exceeded for the user.")


def filter_syntax() -> AwsError:
    return invalid_parameter("Error while parsing filter.")


def attribute_not_searchable(name: str) -> AwsError:
    return invalid_parameter(f"Invalid search attribute: {name}")


def one_or_more_attributes_do_not_exist() -> AwsError:
    return invalid_parameter("One or more requested attributes do not exist in user pool.")
