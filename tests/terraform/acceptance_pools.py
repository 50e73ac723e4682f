"""User pools in the tests that the AWS provider's authors run on AWS: see `test_acceptance.py`."""

from __future__ import annotations

from typing import Any

from .provider.values import Json

Step = tuple[dict[str, Json], Json]
POOL = "aws_cognito_user_pool.test"
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:test"
SECOND = "arn:aws:lambda:eu-west-1:123456789012:function:second"
KEY = {"kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"}
SMS = {"external_id": "test", "sns_caller_arn": "arn:aws:iam::123456789012:role/test"}
SES = {
    "configuration_set": "test",
    "email_sending_account": "DEVELOPER",
    "from_email_address": "from@example.com",
    "reply_to_email_address": "to@example.com",
    "source_arn": "arn:aws:ses:eu-west-1:123456789012:identity/from@example.com",
}
TRIGGERS = [
    "create_auth_challenge",
    "custom_message",
    "define_auth_challenge",
    "post_authentication",
    "post_confirmation",
    "pre_authentication",
    "pre_sign_up",
    "pre_token_generation",
    "user_migration",
    "verify_auth_challenge_response",
]


def pool(expected: Json | None = None, **arguments: Any) -> Step:
    return {POOL: {"name": "test", **arguments}}, {f"{POOL}.{path}": value for path, value in (expected or {}).items()}


def recovery(*names: str) -> Json:
    return {"recovery_mechanism": [{"name": name, "priority": place} for place, name in enumerate(names, 1)]}


def mfa(token: bool | None, sms: bool, **expected: Any) -> Step:
    arguments: Json = {"mfa_configuration": "ON", "account_recovery_setting": recovery("verified_email")}
    if token is not None:
        arguments["software_token_mfa_configuration"] = {"enabled": token}
    if sms:
        arguments["sms_configuration"] = SMS
    values = {"software_token_mfa_configuration": token if token is None else {"enabled": token}}
    return pool({"mfa_configuration": "ON", "email_mfa_configuration": None, **values, **expected}, **arguments)


def mfa_off(**expected: Any) -> Step:
    gone = {"software_token_mfa_configuration": None, "email_mfa_configuration": None}
    return pool({"mfa_configuration": "OFF", **gone, **expected}, mfa_configuration="OFF")


def attribute(name: str, kind: str, **more: Any) -> Json:
    return {"name": name, "attribute_data_type": kind, "developer_only_attribute": False, "mutable": True, **more}


EMAIL = attribute("email", "String", mutable=False, required=True)
NARROW = {**EMAIL, "string_attribute_constraints": {"min_length": "5", "max_length": "10"}}
SCHEMA = [
    NARROW,
    attribute("strattr", "String", string_attribute_constraints={}),
    attribute("numattr", "Number", number_attribute_constraints={}),
    attribute("mybool", "Boolean", developer_only_attribute=True, mutable=False),
]
TEMPLATE = {
    "default_email_option": "CONFIRM_WITH_LINK",
    "email_message": "foo {####} bar",
    "email_message_by_link": "{##foobar##}",
    "email_subject": "foobar {####}",
    "email_subject_by_link": "foobar",
    "sms_message": "{####} baz",
}
WIDE = {
    "default_email_option": "CONFIRM_WITH_LINK",
    "email_message": "{####}" + "あ" * 994,
    "email_message_by_link": "{##foobar##}" + "い" * 988,
    "email_subject": "う" * 140,
    "email_subject_by_link": "え" * 140,
    "sms_message": "{####}" + "お" * 134,
}


def template(texts: Json) -> list[Step]:
    """A template sets the texts of their own, and they set it."""
    single = {
        "email_verification_message": texts["email_message"],
        "email_verification_subject": texts["email_subject"],
        "sms_verification_message": texts["sms_message"],
    }
    shown = {
        f"verification_message_template.{name}": texts[name]
        for name in ("email_message", "email_subject", "sms_message")
    }
    code = {"default_email_option": "CONFIRM_WITH_CODE"}
    return [
        pool(
            {**single, **{f"verification_message_template.{n}": v for n, v in texts.items()}},
            verification_message_template=texts,
        ),
        pool({**single, **shown}, **single, verification_message_template=code),
    ]


DEFAULTS = {
    "mfa_configuration": "OFF",
    "sms_configuration": None,
    "software_token_mfa_configuration": None,
    "admin_create_user_config.allow_admin_create_user_only": False,
    "email_configuration.email_sending_account": "COGNITO_DEFAULT",
    "password_policy.minimum_length": 8,
    "password_policy.require_lowercase": True,
    "password_policy.require_numbers": True,
    "password_policy.require_symbols": True,
    "password_policy.require_uppercase": True,
    "password_policy.temporary_password_validity_days": 7,
    "verification_message_template.default_email_option": "CONFIRM_WITH_CODE",
    "lambda_config": None,
    "tags": None,
    "deletion_protection": "INACTIVE",
    "sign_in_policy.allowed_first_auth_factors": ["PASSWORD"],
    "web_authn_configuration": None,
    "user_pool_tier": "ESSENTIALS",
}
POLICY = {
    "minimum_length": 7,
    "require_lowercase": True,
    "require_symbols": True,
    "temporary_password_validity_days": 7,
}
OTHER_POLICY = {
    "minimum_length": 9,
    "require_numbers": True,
    "require_uppercase": True,
    "temporary_password_validity_days": 14,
}
INVITE = {
    "email_message": "Your username is {username} and temporary password is {####}. ",
    "email_subject": "FooBar {####}",
    "sms_message": "Your username is {username} and temporary password is {####}.",
}
PLUS = {"user_pool_tier": "PLUS"}
UPDATE = {
    "auto_verified_attributes": ["email"],
    "email_verification_message": "Foo {####} Bar",
    "email_verification_subject": "FooBar {####}",
    "sms_verification_message": "{####} Baz",
    "admin_create_user_config": {"allow_admin_create_user_only": True, "invite_message_template": INVITE},
    "device_configuration": {"challenge_required_on_new_device": True, "device_only_remembered_on_user_prompt": False},
    "verification_message_template": {"default_email_option": "CONFIRM_WITH_CODE"},
    "sms_configuration": SMS,
}
TRIGGERED = [dict.fromkeys(TRIGGERS, arn) for arn in (LAMBDA, SECOND)]
SENDERS = {arn: {"lambda_arn": arn, "lambda_version": "V1_0"} for arn in (LAMBDA, SECOND)}
ENFORCED = {**PLUS, "user_pool_add_ons": {"advanced_security_mode": "ENFORCED"}}

POOLS: dict[str, list[Step]] = {
    "UserPool_basic": [pool(DEFAULTS)],
    "UserPool_deletionProtection": [pool(deletion_protection="ACTIVE"), pool(deletion_protection="INACTIVE")],
    "UserPool_recovery": [
        pool(account_recovery_setting=recovery("verified_email")),
        pool(account_recovery_setting=recovery("verified_email", "verified_phone_number")),
        pool(account_recovery_setting=recovery("verified_phone_number")),
    ],
    "UserPool_withAdminCreateUser": [
        pool(admin_create_user_config={"allow_admin_create_user_only": True, "invite_message_template": INVITE}),
        pool(admin_create_user_config={"allow_admin_create_user_only": False, "invite_message_template": INVITE}),
    ],
    "UserPool_withAdminCreateUserAndPasswordPolicy": [
        pool(admin_create_user_config={"allow_admin_create_user_only": True}, password_policy=POLICY)
    ],
    "UserPool_withAdvancedSecurityMode": [
        pool(**PLUS, user_pool_add_ons={"advanced_security_mode": "OFF"}),
        pool(**ENFORCED),
        pool({"user_pool_add_ons": None}),
    ],
    "UserPool_withAdvancedSecurityAdditionalFlows": [
        pool(
            **PLUS,
            user_pool_add_ons={
                "advanced_security_mode": mode,
                "advanced_security_additional_flows": {"custom_auth_mode": mode},
            },
        )
        for mode in ("ENFORCED", "AUDIT")
    ],
    "UserPool_withDevice": [
        pool(
            device_configuration={
                "challenge_required_on_new_device": one,
                "device_only_remembered_on_user_prompt": not one,
            }
        )
        for one in (True, False)
    ],
    "UserPool_withEmailVerificationMessage": [
        pool(
            email_verification_subject=f"{word} subject",
            email_verification_message=word + " {####}",
            verification_message_template={"default_email_option": "CONFIRM_WITH_CODE"},
        )
        for word in ("first", "second")
    ],
    "UserPool_passwordHistorySize": [
        pool(**ENFORCED, password_policy={"minimum_length": 6, "password_history_size": size}) for size in (24, 0)
    ],
    "UserPool_MFA_sms": [
        mfa(None, True, **{"sms_configuration.external_id": "test"}),
        mfa_off(**{"sms_configuration.external_id": "test"}),
        mfa(None, True),
    ],
    "UserPool_MFA_smsAndSoftwareTokenMFA": [mfa(False, True), mfa(True, True), mfa_off()],
    "UserPool_MFA_smsToSoftwareTokenMFA": [mfa(None, True), mfa(True, False)],
    "UserPool_MFA_softwareTokenMFA": [mfa(True, False, sms_configuration=None), mfa_off(), mfa(True, False)],
    "UserPool_MFA_emailConfigurationMFA": [
        pool(
            {f"email_mfa_configuration.{name}": texts.get(name) for name in ("message", "subject")},
            mfa_configuration="ON",
            email_configuration=SES,
            account_recovery_setting=recovery("verified_email", "verified_phone_number"),
            email_mfa_configuration=texts,
        )
        for texts in ({}, {"message": "one {####}", "subject": "one"}, {"message": "two {####}", "subject": "two"})
    ],
    "UserPool_MFA_softwareTokenMFAToSMS": [mfa(True, False), mfa(None, True)],
    "UserPool_signInPolicy": [pool(sign_in_policy={"allowed_first_auth_factors": ["PASSWORD"]})],
    "UserPool_smsAuthenticationMessage": [pool(sms_authentication_message=word + " {####}") for word in ("one", "two")],
    "UserPool_sms": [
        pool({"mfa_configuration": "OFF"}, sms_configuration=SMS),
        pool({"sms_configuration.external_id": "test"}),
        pool(sms_configuration=SMS),
    ],
    "UserPool_SMS_snsRegion": [pool(sms_configuration={**SMS, "sns_region": "eu-west-1"})],
    "UserPool_SMS_externalID": [pool(sms_configuration={**SMS, "external_id": one}) for one in ("test", "test2")],
    "UserPool_smsVerificationMessage": [pool(sms_verification_message=word + " {####}") for word in ("one", "two")],
    "UserPool_withEmail": [pool(email_configuration={"email_sending_account": "COGNITO_DEFAULT"})],
    "UserPool_withEmailSource": [pool(email_configuration=SES)],
    "UserPool_withAliasAttributes": [
        pool({"auto_verified_attributes": None}, alias_attributes=["preferred_username"]),
        pool(alias_attributes=["email", "preferred_username"], auto_verified_attributes=["email"]),
    ],
    "UserPool_withUsernameAttributes": [
        pool({"auto_verified_attributes": None}, username_attributes=["phone_number"]),
        pool(username_attributes=["email", "phone_number"], auto_verified_attributes=["email"]),
    ],
    "UserPool_withPasswordPolicy": [pool(password_policy=POLICY), pool(password_policy=OTHER_POLICY)],
    "UserPool_usernameConfiguration": [pool(username_configuration={"case_sensitive": one}) for one in (True, False)],
    "UserPool_withLambda": [*(pool(lambda_config=one) for one in TRIGGERED), pool({"lambda_config": None})],
    "UserPool_addLambda": [pool({"lambda_config": None}), pool(lambda_config=TRIGGERED[0])],
    "UserPool_WithLambda_email": [
        *(
            pool({"lambda_config.custom_sms_sender": None}, lambda_config={**KEY, "custom_email_sender": one})
            for one in SENDERS.values()
        ),
        pool({"lambda_config.custom_email_sender": None}, lambda_config=KEY),
    ],
    "UserPool_WithLambda_sms": [
        *(
            pool({"lambda_config.custom_email_sender": None}, lambda_config={**KEY, "custom_sms_sender": one})
            for one in SENDERS.values()
        ),
        pool({"lambda_config.custom_sms_sender": None}, lambda_config=KEY),
    ],
    "UserPool_WithLambda_preGenerationTokenConfig": [
        *(
            pool(
                **ENFORCED, lambda_config={"pre_token_generation_config": {"lambda_arn": arn, "lambda_version": "V2_0"}}
            )
            for arn in (LAMBDA, SECOND)
        ),
        pool({"lambda_config": None}, **ENFORCED),
    ],
    "UserPool_schemaAttributes": [
        pool(schema=SCHEMA),
        pool(
            schema=[
                *SCHEMA,
                attribute(
                    "mynondevnumber", "Number", number_attribute_constraints={"min_value": "2", "max_value": "6"}
                ),
            ]
        ),
    ],
    "UserPool_schemaAttributesStringAttributeConstraints": [pool(schema=[EMAIL, SCHEMA[3]])],
    "UserPool_withVerificationMessageTemplate": template(TEMPLATE),
    "UserPool_withVerificationMessageTemplateUTF8": template(WIDE),
    "UserPool_webAuthnConfiguration": [
        pool(web_authn_configuration={"relying_party_id": "123456789", "user_verification": "preferred"})
    ],
    "UserPool_update": [
        pool(**UPDATE, mfa_configuration=mode, sms_authentication_message=word + " {####}")
        for mode, word in (("OPTIONAL", "one"), ("OPTIONAL", "two"), ("OFF", "two"))
    ],
    "UserPool_withUserAttributeUpdateSettings": [
        pool(
            auto_verified_attributes=["email"],
            user_attribute_update_settings={"attributes_require_verification_before_update": ["email"]},
        ),
        pool({"auto_verified_attributes": None, "user_attribute_update_settings": None}),
    ],
    "UserPool_userPoolTier": [pool(user_pool_tier="PLUS"), pool(user_pool_tier="LITE")],
    "UserPool_nameUpdate": [pool(), ({POOL: {"name": "test2"}}, {})],
    "UserPool_tags": [
        pool(tags={"key1": "value1"}),
        pool(tags={"key1": "value1updated", "key2": "value2"}),
        pool(tags={"key2": "value2"}),
        pool({"tags": None}),
    ],
}
