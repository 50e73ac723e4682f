"""The settings of a pool: what a request gives, what the service fills in, what does not go together.

Sources: recordings `github-issue-logs/create-pool-raw-wire/1`,
`cloud-custodian-placebo/test_cognito-user-pool_delete/2`; reference user-pools.md §3 and §4.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Any

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import assurance, errors
from cognito_emulator.user_pools.schema import tiers

Json = dict[str, Any]
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

# Settings that are shown as they were given, and not at all if they were not.
_AS_GIVEN = (
    "AutoVerifiedAttributes",
    "SmsConfiguration",
    "SmsAuthenticationMessage",
    "DeviceConfiguration",
    "UserPoolAddOns",
    "AccountRecoverySetting",
    "KeyConfiguration",
    "IssuerConfiguration",
    "AcrConfiguration",
)
# Settings that only CreateUserPool takes.
FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
_CHARACTER_CLASSES = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
# Where a pool that says nothing of it recovers passwords, since March 2023; with an empty setting it does as pools did
# before. Sources: hashicorp/terraform-provider-aws#30030 and #26223, TestAccCognitoIDPUserPool_basic there.
_USUAL_RECOVERY = (
    {"Priority": 1, "Name": "verified_email"},
    {"Priority": 2, "Name": "verified_phone_number"},
)
# Pairs that show each other: the older setting, and its place in the template.
_MIRRORED = (
    ("SmsVerificationMessage", "SmsMessage"),
    ("EmailVerificationMessage", "EmailMessage"),
    ("EmailVerificationSubject", "EmailSubject"),
)


def new_settings(params: Json, *, has_mfa_factor: bool = False) -> Json:
    """Settings of a pool as CreateUserPool or UpdateUserPool gives them, completed with the defaults.

    With `has_mfa_factor` the pool has a second factor that does without text messages.

    Raises `InvalidParameterException` for settings that contradict each other, and
    `FeatureUnavailableInTierException` for features that the tier lacks.
    """
    settings: Json = {name: params[name] for name in _AS_GIVEN + FIXED if params.get(name)}
    admin = dict(params.get("AdminCreateUserConfig", {}))
    policy = _password_policy(params, admin)
    settings["Policies"] = {
        "PasswordPolicy": policy,
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"], **params.get("Policies", {}).get("SignInPolicy", {})},
    }
    settings["AdminCreateUserConfig"] = {
        "AllowAdminCreateUserOnly": False,
        **admin,
        "UnusedAccountValidityDays": policy["TemporaryPasswordValidityDays"],
    }
    if "AccountRecoverySetting" not in params:
        settings["AccountRecoverySetting"] = {"RecoveryMechanisms": [dict(one) for one in _USUAL_RECOVERY]}
    settings["DeletionProtection"] = params.get("DeletionProtection", "INACTIVE")
    settings["EmailConfiguration"] = {
        "EmailSendingAccount": "COGNITO_DEFAULT",
        **params.get("EmailConfiguration", {}),
    }
    settings["LambdaConfig"] = _lambda_config(params.get("LambdaConfig", {}))
    settings["MfaConfiguration"] = params.get("MfaConfiguration", "OFF")
    settings["UserPoolTier"] = params.get("UserPoolTier", "ESSENTIALS")
    _mirror_messages(settings, params)
    if "DcrConfiguration" in params:
        # Given at all, it is on. Source: botocore's model, DcrConfigurationType.
        registration = {"EnableStatus": "Enabled", "OpenDcrEnabled": False}
        settings["DcrConfiguration"] = {**registration, **params["DcrConfiguration"]}
    if "UserAttributeUpdateSettings" in params:
        settings["UserAttributeUpdateSettings"] = {
            "AttributesRequireVerificationBeforeUpdate": [],
            **params["UserAttributeUpdateSettings"],
        }
    if settings["MfaConfiguration"] != "OFF" and not settings.get("SmsConfiguration") and not has_mfa_factor:
        raise errors.sms_configuration_missing()
    _check(settings)
    return settings


def _password_policy(params: Json, admin: Json) -> Json:
    given = params.get("Policies", {}).get("PasswordPolicy")
    unused_days = admin.get("UnusedAccountValidityDays")
    if given is None:
        policy: Json = {"MinimumLength": 8, **dict.fromkeys(_CHARACTER_CLASSES, True)}
    else:
        # A policy that is given at all switches off every class that it leaves out.
        policy = {"MinimumLength": 8, **dict.fromkeys(_CHARACTER_CLASSES, False), **given}
    days = policy.get("TemporaryPasswordValidityDays")
    if days is not None and unused_days is not None and days != unused_days:
        raise errors.temporary_password_validity_conflict()
    policy["TemporaryPasswordValidityDays"] = days or unused_days or 7
    return policy


def _lambda_config(given: Json) -> Json:
    config = dict(given)
    versioned = config.get("PreTokenGenerationConfig")
    plain = config.get("PreTokenGeneration")
    if versioned and plain and versioned["LambdaArn"] != plain:
        raise errors.trigger_arns_differ()
    if (config.get("CustomEmailSender") or config.get("CustomSMSSender")) and not config.get("KMSKeyID"):
        raise errors.kms_key_missing()
    if plain and not versioned:
        config["PreTokenGenerationConfig"] = {"LambdaArn": plain, "LambdaVersion": "V1_0"}
    if versioned and not plain:
        config["PreTokenGeneration"] = versioned["LambdaArn"]
    return config


def _mirror_messages(settings: Json, params: Json) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE", **params.get("VerificationMessageTemplate", {})}
    for older, newer in _MIRRORED:
        text = template.get(newer) or params.get(older)
        if text:
            template[newer] = settings[older] = text
    settings["VerificationMessageTemplate"] = template


def _check(settings: Json) -> None:
    if settings.get("AliasAttributes") and settings.get("UsernameAttributes"):
        raise errors.alias_and_username_attributes()
    verified_first = settings.get("UserAttributeUpdateSettings", {}).get(
        "AttributesRequireVerificationBeforeUpdate", []
    )
    if not set(verified_first) <= set(settings.get("AutoVerifiedAttributes", ())):
        raise errors.attributes_must_be_auto_verified()
    factors = settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    if "PASSWORD" not in factors:
        raise errors.password_factor_required()
    if "SOFTWARE_TOKEN" in factors:
        raise errors.factor_not_supported_first("SOFTWARE_TOKEN")
    mechanisms = settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    names = [mechanism["Name"] for mechanism in mechanisms]
    priorities = [mechanism["Priority"] for mechanism in mechanisms]
    if len(set(priorities)) < len(priorities) or len(set(names)) < len(names):
        raise errors.duplicate_recovery_mechanisms()
    if "admin_only" in names and len(names) > 1:
        raise errors.admin_only_with_other_mechanisms()
    _check_sender(settings["EmailConfiguration"])
    names = [level["AcrValue"] for level in assurance.configuration(settings).values()]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise errors.level_names_not_unique(repeated)
    tiers.check(settings)


def _check_sender(email: Json) -> None:
    if email["EmailSendingAccount"] == "DEVELOPER" and not email.get("SourceArn"):
        raise errors.source_arn_required()
    if "From" in email and not _ADDRESS.fullmatch(parseaddr(email["From"])[1]):
        raise errors.invalid_from_address()


def check_functions(settings: Json, region: str) -> None:
    """Refuse triggers in another region than the pool's."""
    for given in settings["LambdaConfig"].values():
        arn = given.get("LambdaArn", "") if isinstance(given, dict) else given
        parts = arn.split(":")
        if parts[2:3] == ["lambda"] and parts[3] != region:
            raise errors.function_of_other_region()


def check_tags(tags: dict[str, str], too_many: AwsError | None = None) -> None:
    """Refuse more than 50 tags (with the error that the operation declares), and keys that AWS keeps for itself."""
    reserved = next((key for key in tags if key.lower().startswith("aws:")), None)
    if reserved is not None:
        raise errors.reserved_tag_key(reserved)
    if len(tags) > 50:
        raise too_many or errors.too_many_tags()
