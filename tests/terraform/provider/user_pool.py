"""`aws_cognito_user_pool`: three calls that write, two that read."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from .resource import Resource
from .values import Json, normal

MFA = {
    "mfa_configuration",
    "software_token_mfa_configuration",
    "email_mfa_configuration",
    "web_authn_configuration",
}
# What makes an update call SetUserPoolMfaConfig, and what alone does not make it call UpdateUserPool.
MFA_CHANGES = MFA | {"sms_authentication_message", "sms_configuration"}
FIXED = {"alias_attributes", "schema", "username_attributes", "username_configuration", "tags"}

TEXT = {"MinLength": "0", "MaxLength": "2048"}
STANDARD = {
    **dict.fromkeys(
        [
            "address",
            "email",
            "family_name",
            "gender",
            "given_name",
            "locale",
            "middle_name",
            "name",
            "nickname",
            "phone_number",
            "picture",
            "preferred_username",
            "profile",
            "website",
            "zoneinfo",
        ],
        ("String", TEXT),
    ),
    "birthdate": ("String", {"MinLength": "10", "MaxLength": "10"}),
    "email_verified": ("Boolean", None),
    "phone_number_verified": ("Boolean", None),
    "sub": ("String", {"MinLength": "1", "MaxLength": "2048"}),
    "updated_at": ("Number", {"MinValue": "0"}),
    "identities": ("String", {}),
}


def is_standard(attribute: Json) -> bool:
    """Whether the provider leaves an attribute out of the state, because every pool has it just so."""
    if attribute["Name"] not in STANDARD:
        return False
    kind, constraints = STANDARD[attribute["Name"]]
    sub = attribute["Name"] == "sub"
    expected = {
        "Name": attribute["Name"],
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": not sub,
        "Required": sub,
    }
    if constraints is not None:
        expected[f"{kind}AttributeConstraints"] = constraints
    return attribute == expected


class UserPool(Resource):
    type = "aws_cognito_user_pool"
    key: ClassVar = {"UserPoolId": "id"}
    members: ClassVar = {
        "name": "PoolName",
        "tags": "UserPoolTags",
        "account_recovery_setting.recovery_mechanism": "RecoveryMechanisms",
        "email_configuration.from_email_address": "From",
    }
    read_members: ClassVar = {"name": "Name"}
    read_operation = "DescribeUserPool"
    answer = "UserPool"
    computed: ClassVar = {
        "account_recovery_setting",
        "admin_create_user_config",
        "email_configuration",
        "email_verification_message",
        "email_verification_subject",
        "lambda_config.pre_token_generation",
        "lambda_config.pre_token_generation_config",
        "password_policy",
        "password_policy.temporary_password_validity_days",
        "sign_in_policy",
        "sms_configuration",
        "sms_configuration.sns_region",
        "sms_verification_message",
        "user_pool_tier",
        "username_configuration",
        "verification_message_template",
        *(
            f"verification_message_template.{name}"
            for name in (
                "email_message",
                "email_message_by_link",
                "email_subject",
                "email_subject_by_link",
                "sms_message",
            )
        ),
    }
    defaults: ClassVar = {"mfa_configuration": "OFF", "deletion_protection": "INACTIVE"}
    replaces: ClassVar = {"alias_attributes", "username_attributes", "username_configuration"}

    def params(self, operation: str, config: Json, only: set[str] | None = None) -> Json:
        """Policies are one member with two arguments in it; flags and sizes in a block are always sent."""
        config = copy.deepcopy({name: value for name, value in config.items() if only is None or name in only})
        policies = {name: config.pop(name) for name in ("password_policy", "sign_in_policy") if name in config}
        flags = ["require_lowercase", "require_numbers", "require_symbols", "require_uppercase"]
        for block, names in (
            ("admin_create_user_config", ["allow_admin_create_user_only"]),
            ("device_configuration", ["challenge_required_on_new_device", "device_only_remembered_on_user_prompt"]),
        ):
            if config.get(block):
                config[block] = {**dict.fromkeys(names, False), **config[block]}
        for attribute in config.get("schema", []):
            for name in ("developer_only_attribute", "mutable", "required"):
                attribute.setdefault(name, False)
            if attribute.get("string_attribute_constraints") == {}:
                del attribute["string_attribute_constraints"]
        found = super().params(operation, config)
        if "password_policy" in policies:
            policy = {**dict.fromkeys(flags, False), "password_history_size": 0, **policies["password_policy"]}
            policies["password_policy"] = {name: value for name, value in policy.items() if value is not None}
        if policies:
            found["Policies"] = super().params_of(operation, "Policies", policies)
        return found

    def mfa_params(self, config: Json) -> Json:
        """SetUserPoolMfaConfig: text messages are a factor wherever there is a way to send them and MFA is on."""
        found: Json = self.params("SetUserPoolMfaConfig", config, MFA)
        if config["mfa_configuration"] != "OFF" and config.get("sms_configuration"):
            sms = self.params("CreateUserPool", config, {"sms_configuration", "sms_authentication_message"})
            found["SmsMfaConfiguration"] = sms
        return found

    def create(self, config: Json) -> Json:
        config = {**self.defaults, **config}
        others = set(config) - MFA
        pool = self.call("CreateUserPool", self.params("CreateUserPool", config, others))["UserPool"]
        state = {**config, "id": pool["Id"], "arn": pool["Arn"]}
        state["endpoint"] = f"cognito-idp.{pool['Id'].split('_')[0]}.amazonaws.com/{pool['Id']}"
        if config["mfa_configuration"] != "OFF" or config.get("web_authn_configuration"):
            params = self.mfa_params(config)
            if config["mfa_configuration"] == "OFF":
                del params["MfaConfiguration"]
            self.call("SetUserPoolMfaConfig", {**self.parts(state), **params})
        return state

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        pool = found["UserPool"]
        configured = self.params("CreateUserPool", {"schema": state.get("schema", [])}).get("Schema", [])
        shown = [one for one in pool["SchemaAttributes"] if one in configured or not is_standard(one)]
        values = super().flat(operation, {"UserPool": {**pool, "SchemaAttributes": shown}}, state)
        for name in ("password_policy", "sign_in_policy"):
            values[name] = self.flat_of(operation, found, ["UserPool", "Policies"], name)
        values["schema"] = [self._schema(one, configured) for one in shown]
        mfa = self.call("GetUserPoolMfaConfig", self.parts(state))
        for name in MFA:
            values[name] = self.flat_of("GetUserPoolMfaConfig", {"answer": mfa}, ["answer"], name)
        values["arn"] = pool["Arn"]
        return values

    def _schema(self, attribute: Json, configured: list[Json]) -> Json:
        """One attribute without its prefix, and without constraints that were not configured but are the defaults."""
        bare = {name: value for name, value in attribute.items() if name != "StringAttributeConstraints"}
        plain = attribute["Name"].removeprefix("dev:").removeprefix("custom:")
        shown = self.flat_of(
            "DescribeUserPool", {"UserPool": {"SchemaAttributes": [attribute]}}, ["UserPool"], "schema"
        )
        one: Json = {**shown[0], "name": plain}
        if any({**item, "Name": attribute["Name"]} == bare for item in configured):
            one.pop("string_attribute_constraints", None)
        return one

    def update(self, old: Json, config: Json) -> None:
        wanted = self.wanted(config, old)
        changed = {path.split(".")[0] for path in self.plan(config, old)}
        if "tags" in changed:
            self.retag(old["arn"], old, config)
        if changed & MFA_CHANGES:
            self.call("SetUserPoolMfaConfig", {**self.parts(old), **self.mfa_params(wanted)})
        if changed - FIXED - MFA | changed & {"sms_authentication_message", "sms_configuration"}:
            self.call("UpdateUserPool", {**self.parts(old), **self._update_params(wanted, changed)})
        if "schema" in changed:
            known = [normal(one) for one in old["schema"]]
            added = [
                one for one in config["schema"] if normal(one) not in known and one["name"] in self._new(old, config)
            ]
            sent = self.params("CreateUserPool", {"schema": added})["Schema"]
            self.call("AddCustomAttributes", {**self.parts(old), "CustomAttributes": sent})

    def _new(self, old: Json, config: Json) -> set[Any]:
        return {one["name"] for one in config["schema"]} - {one["name"] for one in old["schema"]}

    def _update_params(self, wanted: Json, changed: set[str]) -> Json:
        """UpdateUserPool, which takes the verification texts from two places."""
        template = dict(wanted.get("verification_message_template") or {})
        for name in ("email_message", "email_subject", "sms_message"):
            single = name.replace("_", "_verification_", 1)
            if single in changed:
                template[name] = wanted[single]
        if template:
            wanted = {**wanted, "verification_message_template": template}
        params = self.params("UpdateUserPool", wanted, set(wanted) - FIXED - MFA | {"mfa_configuration"})
        if "user_attribute_update_settings" in changed and "UserAttributeUpdateSettings" not in params:
            params["UserAttributeUpdateSettings"] = {"AttributesRequireVerificationBeforeUpdate": []}
        return params

    def delete(self, state: Json) -> None:
        self.remove("DeleteUserPool", self.parts(state))
