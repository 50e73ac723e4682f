"""User pools: defaults, settings, updates, deletion, lists, tags. Source: reference user-pools.md §2.7, §3, §4, §12."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import SMS, Idp, refused
from tests.wire import call

NOW = datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=timezone.utc)
ABSENT = {
    *("Status", "AliasAttributes", "UsernameAttributes", "AutoVerifiedAttributes", "SmsConfiguration"),
    *("DeviceConfiguration", "UserPoolAddOns", "UserAttributeUpdateSettings", "Domain", "CustomDomain"),
    *("SmsVerificationMessage", "SmsAuthenticationMessage", "EmailVerificationMessage", "EmailVerificationSubject"),
}

ROLE = "arn:aws:iam::123456789012:role/sms"


def described(idp: Idp, pool_id: str) -> dict[str, Any]:
    pool: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool


def schema(pool: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {attribute["Name"]: attribute for attribute in pool["SchemaAttributes"]}


# ── a fresh pool ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fresh_pool(idp: Idp) -> None:
    pool = idp.create_user_pool(PoolName="p")["UserPool"]
    assert re.fullmatch(r"us-east-1_[0-9A-Za-z]{9}", pool["Id"])
    attributes = pool.pop("SchemaAttributes")
    assert pool == {
        "Id": pool["Id"],
        "Arn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['Id']}",
        "Name": "p",
        "CreationDate": NOW,
        "LastModifiedDate": NOW,
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        },
        "AcrConfiguration": {f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in (1, 2, 3, 4)},
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "MfaConfiguration": "OFF",
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [
                {"Priority": 1, "Name": "verified_email"},
                {"Priority": 2, "Name": "verified_phone_number"},
            ]
        },
        "EstimatedNumberOfUsers": 0,
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
        "UserPoolTags": {},
        "UserPoolTier": "ESSENTIALS",
    }
    assert not ABSENT & set(pool)
    assert described(idp, pool["Id"]) == {**pool, "SchemaAttributes": attributes}


def test_the_standard_attributes(idp: Idp) -> None:
    found = described(idp, builders.pool(idp))["SchemaAttributes"]
    text = {"AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}}
    usual = {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
    flag = {"AttributeDataType": "Boolean", **usual}
    plain = ("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username")
    assert found == [
        {
            **text,
            "Name": "sub",
            "DeveloperOnlyAttribute": False,
            "Mutable": False,
            "Required": True,
            "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
        },
        *({"Name": name, **text, **usual} for name in (*plain, "profile", "picture", "website", "email")),
        {"Name": "email_verified", **flag},
        {"Name": "gender", **text, **usual},
        {"Name": "birthdate", **text, **usual, "StringAttributeConstraints": {"MinLength": "10", "MaxLength": "10"}},
        *({"Name": name, **text, **usual} for name in ("zoneinfo", "locale", "phone_number")),
        {"Name": "phone_number_verified", **flag},
        {"Name": "address", **text, **usual},
        {
            "Name": "updated_at",
            **usual,
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "0"},
        },
        {"Name": "identities", "AttributeDataType": "String", **usual, "StringAttributeConstraints": {}},
    ]


def test_unknown_pool(idp: Idp) -> None:
    for operation in (idp.describe_user_pool, idp.update_user_pool, idp.delete_user_pool):
        with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
            operation(UserPoolId="us-east-1_unknown")


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────


def policy(idp: Idp, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = described(idp, builders.pool(idp, Policies={"PasswordPolicy": given}))["Policies"]
    return dict(found["PasswordPolicy"])


def test_a_partial_policy_switches_off_what_it_leaves_out(idp: Idp) -> None:
    assert policy(idp, MinimumLength=12, RequireNumbers=True) == {
        "MinimumLength": 12,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    }


def test_password_history_is_shown_where_it_was_set(idp: Idp) -> None:
    assert policy(idp, PasswordHistorySize=3)["PasswordHistorySize"] == 3


@pytest.mark.parametrize(("given", "shown"), [(0, 7), (1, 1), (365, 365)])
def test_validity_of_temporary_passwords_shows_in_both_places(idp: Idp, given: int, shown: int) -> None:
    pool = described(idp, builders.pool(idp, Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": given}}))
    assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == shown
    assert pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == shown


def test_unused_account_validity_is_the_older_name(idp: Idp) -> None:
    pool = described(idp, builders.pool(idp, AdminCreateUserConfig={"UnusedAccountValidityDays": 3}))
    assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 3
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 3}


def test_settings_are_shown_as_they_were_given(idp: Idp) -> None:
    given = {
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "AliasAttributes": ["email", "preferred_username"],
        "DeletionProtection": "ACTIVE",
        "UsernameConfiguration": {"CaseSensitive": False},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        "UserPoolTags": {"team": "identity"},
        "UserPoolTier": "PLUS",
        "EmailConfiguration": {"ReplyToEmailAddress": "a@example.com", "EmailSendingAccount": "COGNITO_DEFAULT"},
        **SMS,
    }
    pool = described(idp, builders.pool(idp, **given))
    assert {name: pool[name] for name in given} == given


def test_older_and_newer_message_settings_mirror_each_other(idp: Idp) -> None:
    older = {
        "SmsVerificationMessage": "sms {####}",
        "EmailVerificationMessage": "mail {####}",
        "EmailVerificationSubject": "subject",
    }
    template = {
        "SmsMessage": "sms {####}",
        "EmailMessage": "mail {####}",
        "EmailSubject": "subject",
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
    }
    for given in (older, {"VerificationMessageTemplate": template}):
        pool = described(idp, builders.pool(idp, **given))
        assert {name: pool[name] for name in older} == older
        assert pool["VerificationMessageTemplate"] == template


def test_the_two_ways_to_name_the_token_trigger_mirror_each_other(idp: Idp) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    versioned = {"LambdaArn": arn, "LambdaVersion": "V1_0"}
    both = {"PreTokenGeneration": arn, "PreTokenGenerationConfig": versioned}
    for given in ({"PreTokenGeneration": arn}, {"PreTokenGenerationConfig": versioned}):
        assert described(idp, builders.pool(idp, LambdaConfig=given))["LambdaConfig"] == both


def test_update_settings_are_empty_once_they_were_set(idp: Idp) -> None:
    pool = builders.pool(
        idp,
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
    )
    idp.update_user_pool(UserPoolId=pool)
    assert described(idp, pool)["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": []}


# ── what does not go together ────────────────────────────────────────────────────────────────────────────────


def test_a_verified_update_needs_an_auto_verified_attribute(idp: Idp) -> None:
    with refused(
        "InvalidParameterException",
        "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    ):
        builders.pool(idp, UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]})


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"Schema": [{"Name": "dept", "AttributeDataType": "String"}] * 2},
            "Duplicate custom attribute names custom:dept are not allowed in a user pool schema.",
        ),
        (
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        ({"EmailConfiguration": {"From": "nobody"}}, "Provided From email address is invalid"),
        (
            {"LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f"}},
            "Cross-region lambda functions are not supported",
        ),
        (
            {
                "LambdaConfig": {
                    "PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "PreTokenGenerationConfig": {
                        "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:g",
                        "LambdaVersion": "V2_0",
                    },
                }
            },
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
    ],
)
def test_settings_that_deployments_were_refused_for(idp: Idp, settings: dict[str, Any], text: str) -> None:
    """Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/*/meta.yaml (September 2026)."""
    with refused("InvalidParameterException", text):
        builders.pool(idp, **settings)


def test_alias_and_username_attributes_exclude_each_other(idp: Idp) -> None:
    with refused(
        "InvalidParameterException", "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."
    ):
        builders.pool(idp, AliasAttributes=["email"], UsernameAttributes=["email"])


def test_two_validities_of_temporary_passwords(idp: Idp) -> None:
    with refused(
        "InvalidParameterException",
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
    ):
        builders.pool(
            idp,
            Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": 1}},
            AdminCreateUserConfig={"UnusedAccountValidityDays": 2},
        )


@pytest.mark.parametrize(
    ("sms", "text"),
    [
        ({"ExternalId": "x"}, "SmsConfiguration must have either SnsCallerArn or EumsSms, but not both."),
        (
            {"SnsCallerArn": ROLE, "EumsSms": {"CallerArn": ROLE}},
            "SmsConfiguration must have either SnsCallerArn or EumsSms, but not both.",
        ),
        (
            {"EumsSms": {"CallerArn": ROLE, "Region": "eu-west-1"}},
            "Invalid Region eu-west-1 for EumsSms: it must be the Region of the user pool.",
        ),
    ],
)
def test_text_messages_go_through_one_service(idp: Idp, sms: dict[str, Any], text: str) -> None:
    pool_id = builders.pool(idp)
    factor = {"SmsMfaConfiguration": {"SmsConfiguration": sms}, "MfaConfiguration": "ON"}
    for attempt in (
        lambda: builders.pool(idp, SmsConfiguration=sms),
        lambda: idp.update_user_pool(UserPoolId=pool_id, SmsConfiguration=sms),
        lambda: idp.set_user_pool_mfa_config(UserPoolId=pool_id, **factor),
    ):
        with refused("InvalidParameterException", text):
            attempt()
    messaging = {"EumsSms": {"CallerArn": ROLE, "Region": "us-east-1", "OriginationIdentity": "ACME"}}
    idp.update_user_pool(UserPoolId=pool_id, SmsConfiguration=messaging)
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["SmsConfiguration"] == messaging


@pytest.mark.parametrize(
    ("mechanisms", "text"),
    [
        (
            [{"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}],
            "cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 1, "Name": "verified_email"}],
            "cannot have duplicate priorities or recovery mechanisms.",
        ),
    ],
)
def test_recovery_mechanisms_that_contradict_each_other(idp: Idp, mechanisms: list[dict[str, Any]], text: str) -> None:
    with refused(
        "InvalidParameterException",
        f"Invalid account recovery setting parameter. Account Recovery Setting {text}",
    ):
        builders.pool(idp, AccountRecoverySetting={"RecoveryMechanisms": mechanisms})


@pytest.mark.parametrize(
    ("tier", "settings", "feature"),
    [
        ("ESSENTIALS", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"),
        ("LITE", {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}, "Threat Protection"),
        (
            "LITE",
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}},
            "Passwordless Sign-In",
        ),
        (
            "LITE",
            {
                "LambdaConfig": {
                    "PreTokenGenerationConfig": {
                        "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                        "LambdaVersion": "V2_0",
                    }
                }
            },
            "Token Customization with Pre-Token Generation Lambda V2_0",
        ),
    ],
)
def test_a_feature_that_the_tier_lacks(idp: Idp, tier: str, settings: dict[str, Any], feature: str) -> None:
    text = f"The following features need to be disabled for the {tier} pricing tier configured: {feature}"
    with refused("FeatureUnavailableInTierException", text):
        builders.pool(idp, UserPoolTier=tier, **settings)
    kept = builders.pool(idp, UserPoolTier="PLUS", **settings)
    with refused("FeatureUnavailableInTierException", text):
        idp.update_user_pool(UserPoolId=kept, UserPoolTier=tier, **settings)
    assert described(idp, kept)["UserPoolTier"] == "PLUS"


def test_several_features_that_the_tier_lacks(idp: Idp) -> None:
    with refused(
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: "
        "Threat Protection, Passwordless Sign-In",
    ):
        builders.pool(
            idp,
            UserPoolTier="LITE",
            UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}},
        )


def test_threat_protection_that_is_off_needs_no_tier(idp: Idp) -> None:
    pool = described(idp, builders.pool(idp, UserPoolAddOns={"AdvancedSecurityMode": "OFF"}))
    assert pool["UserPoolAddOns"] == {"AdvancedSecurityMode": "OFF"}


# ── schema ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_standard_attribute_is_redefined(idp: Idp) -> None:
    wanted = {
        "Name": "given_name",
        "AttributeDataType": "String",
        "Required": True,
        "Mutable": False,
        "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "255"},
    }
    attributes = schema(described(idp, builders.pool(idp, Schema=[wanted])))
    assert attributes["given_name"] == {**wanted, "DeveloperOnlyAttribute": False}
    assert list(attributes)[2] == "given_name"


def test_a_standard_attribute_redefined_without_constraints_keeps_them(idp: Idp) -> None:
    """Recording cloud-custodian-placebo/test_cognito-user-pool_delete/2."""
    pool = builders.pool(idp, Schema=[{"Name": "email", "AttributeDataType": "String", "Required": True}])
    email = schema(described(idp, pool))["email"]
    assert email["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "2048"}
    assert email["Required"] is True


def test_custom_attributes(idp: Idp) -> None:
    pool = builders.pool(
        idp,
        Schema=[
            {"Name": "text", "AttributeDataType": "String"},
            {
                "Name": "number",
                "AttributeDataType": "Number",
                "Mutable": False,
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
            },
            {"Name": "plain_number", "AttributeDataType": "Number"},
            {"Name": "flag", "AttributeDataType": "Boolean", "Mutable": True},
            {"Name": "day", "AttributeDataType": "DateTime", "Mutable": True},
            {"Name": "hidden", "AttributeDataType": "String", "DeveloperOnlyAttribute": True, "Mutable": True},
        ],
    )
    usual = {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
    assert described(idp, pool)["SchemaAttributes"][21:] == [
        {"Name": "custom:text", "AttributeDataType": "String", **usual, "StringAttributeConstraints": {}},
        {
            "Name": "custom:number",
            "AttributeDataType": "Number",
            **usual,
            "Mutable": False,
            "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
        },
        {
            "Name": "custom:plain_number",
            "AttributeDataType": "Number",
            **usual,
            "NumberAttributeConstraints": {},
        },
        {"Name": "custom:flag", "AttributeDataType": "Boolean", **usual},
        {"Name": "custom:day", "AttributeDataType": "DateTime", **usual},
        {
            "Name": "dev:custom:hidden",
            "AttributeDataType": "String",
            **usual,
            "DeveloperOnlyAttribute": True,
            "StringAttributeConstraints": {},
        },
    ]


SCHEMA_ERRORS = [
    pytest.param(
        {"Name": "x", "AttributeDataType": "String", "Required": True},
        "Required custom attributes are not supported currently.",
        id="required",
    ),
    pytest.param(
        {"Name": "x"},
        "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        id="no type",
    ),
    pytest.param(
        {
            "Name": "x",
            "AttributeDataType": "String",
            "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "4"},
        },
        "Attribute custom:x cannot have a max length shorter than it's min length",
        id="lengths",
    ),
    pytest.param(
        {"Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2049"}},
        "user.custom:x: String attributes cannot have a length of more than 2048",
        id="too long",
    ),
    pytest.param(
        {"Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "5", "MaxValue": "4"}},
        "Attribute custom:x cannot have a max value smaller than it's min value",
        id="values",
    ),
    pytest.param(
        {"Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "many"}},
        "Invalid NumberAttributeConstraints for schema attribute custom:x",
        id="no number",
    ),
]


@pytest.mark.parametrize(("attribute", "text"), SCHEMA_ERRORS)
def test_a_custom_attribute_that_cannot_be(idp: Idp, attribute: dict[str, Any], text: str) -> None:
    with refused("InvalidParameterException", text):
        builders.pool(idp, Schema=[attribute])
    pool = builders.pool(idp)
    with refused("InvalidParameterException", text):
        idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=[attribute])
    assert len(described(idp, pool)["SchemaAttributes"]) == 21


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        (
            {"Name": "email", "AttributeDataType": "Number"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {"Name": "email", "DeveloperOnlyAttribute": True},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {
                "Name": "email",
                "AttributeDataType": "String",
                "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "3"},
            },
            "user.email: Max length cannot be less than min length.",
        ),
        (
            {
                "Name": "updated_at",
                "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "3"},
            },
            "user.updated_at: Max value cannot be less than min value.",
        ),
        (
            {
                "Name": "updated_at",
                "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "x"},
            },
            "Invalid NumberAttributeConstraints for schema attribute updated_at",
        ),
    ],
)
def test_a_standard_attribute_that_cannot_be(idp: Idp, attribute: dict[str, Any], text: str) -> None:
    with refused("InvalidParameterException", text):
        builders.pool(idp, Schema=[attribute])


def test_add_custom_attributes(idp: Idp, clock: Clock) -> None:
    pool = builders.pool(idp)
    clock.advance(60)
    idp.add_custom_attributes(
        UserPoolId=pool, CustomAttributes=[{"Name": name, "AttributeDataType": "String"} for name in ("a", "b")]
    )
    shown = described(idp, pool)
    assert list(schema(shown))[21:] == ["custom:a", "custom:b"]
    assert (shown["LastModifiedDate"] - shown["CreationDate"]).total_seconds() == 60


def test_a_custom_attribute_twice(idp: Idp) -> None:
    pool = builders.pool(idp, Schema=[{"Name": "x", "AttributeDataType": "String"}])
    with refused("InvalidParameterException", "custom:x: Existing attribute already has name custom:x."):
        idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=[{"Name": "x", "AttributeDataType": "Number"}])


def test_an_attribute_named_as_a_standard_one_without_type(idp: Idp) -> None:
    """Recording github-issue-logs/attribute-data-type-missing/1: the type is missed before anything else."""
    with refused(
        "InvalidParameterException",
        "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
    ):
        idp.add_custom_attributes(
            UserPoolId=builders.pool(idp), CustomAttributes=[{"Name": "email", "Mutable": True, "Required": True}]
        )


def test_fifty_custom_attributes_and_no_more(idp: Idp) -> None:
    pool = builders.pool(idp)
    for batch in range(2):
        names = [f"a{batch}_{number}" for number in range(25)]
        attributes = [{"Name": name, "AttributeDataType": "String"} for name in names]
        idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=attributes)
    with refused("InvalidParameterException", "Cannot create more than 50 custom attributes."):
        idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=[{"Name": "z", "AttributeDataType": "String"}])
    assert len(described(idp, pool)["SchemaAttributes"]) == 71


# ── update ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_update_resets_what_it_leaves_out(idp: Idp, clock: Clock) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    pool = builders.pool(
        idp,
        Policies={"PasswordPolicy": {"MinimumLength": 20}},
        DeletionProtection="ACTIVE",
        LambdaConfig={"PreSignUp": arn},
        AutoVerifiedAttributes=["email"],
        EmailVerificationSubject="subject",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True},
        EmailConfiguration={"ReplyToEmailAddress": "a@example.com"},
        UserPoolTier="PLUS",
        UserPoolTags={"kept": "yes"},
        **SMS,
    )
    clock.advance(60)
    assert strip(idp.update_user_pool(UserPoolId=pool)) == {}
    shown = described(idp, pool)
    fresh = described(idp, builders.pool(idp))
    differing = {name for name in shown.keys() | fresh.keys() if shown.get(name) != fresh.get(name)}
    assert differing == {"Id", "Arn", "CreationDate", "UserPoolTier", "UserPoolTags"}
    assert (shown["UserPoolTier"], shown["UserPoolTags"]) == ("PLUS", {"kept": "yes"})


def strip(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_update_leaves_what_cannot_be_changed(idp: Idp) -> None:
    fixed = {"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}}
    pool = builders.pool(idp, Schema=[{"Name": "x", "AttributeDataType": "String"}], **fixed)
    idp.update_user_pool(UserPoolId=pool)
    shown = described(idp, pool)
    assert {name: shown[name] for name in fixed} == fixed
    assert "custom:x" in schema(shown)
    assert shown["Name"] == "pool"


def test_update_replaces_tags_where_it_gives_some(idp: Idp) -> None:
    pool = builders.pool(idp, UserPoolTags={"a": "1", "b": "2"})
    idp.update_user_pool(UserPoolId=pool, UserPoolTags={"c": "3"})
    assert described(idp, pool)["UserPoolTags"] == {"c": "3"}


def test_a_pool_can_be_renamed(idp: Idp) -> None:
    pool = builders.pool(idp)
    idp.update_user_pool(UserPoolId=pool, PoolName="renamed")
    assert described(idp, pool)["Name"] == "renamed"


# ── deletion ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_deletion_protection(idp: Idp) -> None:
    pool = builders.pool(idp, DeletionProtection="ACTIVE")
    with refused(
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    ):
        idp.delete_user_pool(UserPoolId=pool)
    idp.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
    idp.delete_user_pool(UserPoolId=pool)
    with refused("ResourceNotFoundException", f"User pool {pool} does not exist."):
        idp.describe_user_pool(UserPoolId=pool)


def test_a_deleted_pool_leaves_nothing_behind(idp: Idp, emulator: Emulator) -> None:
    before = rows(emulator)
    user = builders.confirmed_user(idp, builders.app(idp, AutoVerifiedAttributes=["email"]), email="a@example.com")
    tokens = builders.sign_in(idp, user)
    idp.create_group(UserPoolId=user.app.pool_id, GroupName="g")
    idp.admin_add_user_to_group(GroupName="g", **user.key)
    idp.delete_user_pool(UserPoolId=user.app.pool_id)
    with refused("ResourceNotFoundException", f"User pool client {user.app.client_id} does not exist."):
        builders.begin(idp, user)
    with refused("NotAuthorizedException", "Invalid Access Token"):
        idp.get_user(AccessToken=tokens["AccessToken"])
    assert rows(emulator) == before


def rows(emulator: Emulator) -> dict[str, int]:
    from cognito_emulator.user_pools.records import TABLES

    return {table.name: emulator.store.reader.count(table, None, ()) for table in TABLES}


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_shows_each_pool_in_short(idp: Idp) -> None:
    pool = builders.pool(idp)
    assert idp.list_user_pools(MaxResults=60)["UserPools"] == [
        {"Id": pool, "Name": "pool", "LambdaConfig": {}, "CreationDate": NOW, "LastModifiedDate": NOW}
    ]


def test_lists_have_pages(idp: Idp, clock: Clock) -> None:
    made = []
    for _ in range(5):
        made.append(builders.pool(idp))
        clock.advance(1)
    found, token, sizes = [], None, []
    while True:
        page = idp.list_user_pools(MaxResults=2, **({"NextToken": token} if token else {}))
        sizes.append(len(page["UserPools"]))
        found += [pool["Id"] for pool in page["UserPools"]]
        token = page.get("NextToken")
        if token is None:
            break
    assert sizes == [2, 2, 1]
    assert found == made


def test_writes_between_two_pages_neither_repeat_nor_lose_a_pool(idp: Idp, clock: Clock) -> None:
    made = []
    for _ in range(4):
        made.append(builders.pool(idp))
        clock.advance(1)
    first = idp.list_user_pools(MaxResults=2)
    idp.delete_user_pool(UserPoolId=made[0])
    new = builders.pool(idp)
    second = idp.list_user_pools(MaxResults=60, NextToken=first["NextToken"])
    assert [pool["Id"] for pool in second["UserPools"]] == [*made[2:], new]
    assert "NextToken" not in second


@pytest.mark.parametrize("token", ["nonsense", "AAAA"])
def test_a_token_that_nobody_gave_out(idp: Idp, token: str) -> None:
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_user_pools(MaxResults=2, NextToken=token)


def test_a_token_is_good_for_an_hour(idp: Idp, clock: Clock) -> None:
    for _ in range(3):
        builders.pool(idp)
    token = idp.list_user_pools(MaxResults=1)["NextToken"]
    clock.advance(minutes=59)
    assert len(idp.list_user_pools(MaxResults=1, NextToken=token)["UserPools"]) == 1
    clock.advance(minutes=2)
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_user_pools(MaxResults=1, NextToken=token)


def test_the_page_size_has_to_be_given(emulator: Emulator) -> None:
    assert call(emulator, "ListUserPools").error == (
        "InvalidParameterException",
        "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
    )


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tags(idp: Idp) -> None:
    pool = described(idp, builders.pool(idp, UserPoolTags={"a": "1"}))
    arn = pool["Arn"]
    idp.tag_resource(ResourceArn=arn, Tags={"a": "2", "b": "3"})
    assert idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "2", "b": "3"}
    idp.untag_resource(ResourceArn=arn, TagKeys=["a", "never"])
    assert idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "3"}
    assert described(idp, pool["Id"])["UserPoolTags"] == {"b": "3"}


def test_a_pool_without_tags(idp: Idp) -> None:
    arn = described(idp, builders.pool(idp))["Arn"]
    assert idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {}


def test_an_unknown_arn(idp: Idp) -> None:
    pool = described(idp, builders.pool(idp))
    with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
        idp.list_tags_for_resource(ResourceArn=pool["Arn"].replace(pool["Id"], "us-east-1_unknown"))
    with refused("ResourceNotFoundException", f"User pool {pool['Id']} does not exist."):
        idp.list_tags_for_resource(ResourceArn=pool["Arn"].replace("123456789012", "999999999999"))


def test_reserved_tag_keys(idp: Idp) -> None:
    arn = described(idp, builders.pool(idp))["Arn"]
    with pytest.raises(idp.exceptions.InvalidParameterException, match="aws:"):
        idp.tag_resource(ResourceArn=arn, Tags={"aws:x": "1"})
    with pytest.raises(idp.exceptions.InvalidParameterException, match="aws:"):
        builders.pool(idp, UserPoolTags={"aws:x": "1"})


def test_a_pool_has_fifty_tags_at_most(idp: Idp) -> None:
    pool_id = builders.pool(idp, UserPoolTags={f"key{number}": "" for number in range(50)})
    arn = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Arn"]
    text = "Too many tags: a user pool can have at most 50 tags."
    with refused("InvalidParameterException", text):
        idp.tag_resource(ResourceArn=arn, Tags={"another": "1"})
    with refused("UserPoolTaggingException", text):
        builders.pool(idp, UserPoolTags={f"key{number}": "" for number in range(51)})
    assert len(idp.list_tags_for_resource(ResourceArn=arn)["Tags"]) == 50
