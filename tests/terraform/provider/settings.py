"""What is set and never deleted (risk, logs, branding), and identity pools."""

from __future__ import annotations

import base64
from typing import ClassVar

from .resource import Resource
from .user_pool_parts import USER_POOL
from .values import Json, empty


class RiskConfiguration(Resource):
    type = "aws_cognito_risk_configuration"
    key: ClassVar = {**USER_POOL, "ClientId": "client_id"}
    read_operation = "DescribeRiskConfiguration"
    answer = "RiskConfiguration"
    computed: ClassVar = {"compromised_credentials_risk_configuration.event_filter"}
    replaces: ClassVar = {"client_id", "user_pool_id"}

    def create(self, config: Json) -> Json:
        self.call("SetRiskConfiguration", self.params("SetRiskConfiguration", config))
        return dict(config)

    def update(self, old: Json, config: Json) -> None:
        self.create(config)

    def delete(self, state: Json) -> None:
        """Nothing is set, and then nothing may be there."""
        self.remove("SetRiskConfiguration", self.parts(state))


class LogDeliveryConfiguration(Resource):
    type = "aws_cognito_log_delivery_configuration"
    import_id = "{user_pool_id}"
    key: ClassVar = USER_POOL
    read_operation = "GetLogDeliveryConfiguration"
    answer = "LogDeliveryConfiguration"
    replaces: ClassVar = {"user_pool_id"}

    def create(self, config: Json) -> Json:
        found = self.call("SetLogDeliveryConfiguration", self.params("SetLogDeliveryConfiguration", config))
        assert self.plan(config, self.flat("SetLogDeliveryConfiguration", found, config)) == {}
        return dict(config)

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        """Destinations that are not there are no blocks."""
        values = super().flat(operation, found, state)
        shown = [{n: v for n, v in one.items() if not empty(v)} for one in values["log_configurations"]]
        return {**values, "log_configurations": shown}

    def update(self, old: Json, config: Json) -> None:
        self.create(config)

    def delete(self, state: Json) -> None:
        self.remove("SetLogDeliveryConfiguration", {**self.parts(state), "LogConfigurations": []})


class ManagedLoginBranding(Resource):
    type = "aws_cognito_managed_login_branding"
    import_id = "{user_pool_id},{managed_login_branding_id}"
    key: ClassVar = {**USER_POOL, "ManagedLoginBrandingId": "managed_login_branding_id"}
    members: ClassVar = {"asset": "Assets"}
    read_operation = "DescribeManagedLoginBranding"
    answer = "ManagedLoginBranding"
    computed: ClassVar = {"use_cognito_provided_values"}
    replaces: ClassVar = {"asset", "client_id", "user_pool_id"}

    def create(self, config: Json) -> Json:
        made = self.call("CreateManagedLoginBranding", self.params("CreateManagedLoginBranding", config))
        state = {**config, "managed_login_branding_id": made["ManagedLoginBranding"]["ManagedLoginBrandingId"]}
        self._merged(state)
        return state

    def _merged(self, state: Json) -> None:
        everything = {**self.parts(state), "ReturnMergedResources": True}
        assert self.call(self.read_operation, everything)["ManagedLoginBranding"]["Settings"]

    def read(self, state: Json) -> Json | None:
        """Once as configured and once with everything; the client is looked for among all of the pool."""
        found = super().read(state)
        if found is None:
            return None
        self._merged(state)
        clients = self.call("ListUserPoolClients", {"UserPoolId": state["user_pool_id"]})["UserPoolClients"]
        for client in clients:
            named = {"UserPoolId": state["user_pool_id"], "ClientId": client["ClientId"]}
            try:
                of_client = self.call("DescribeManagedLoginBrandingByClient", named)["ManagedLoginBranding"]
            except self.not_found():
                continue
            if of_client["ManagedLoginBrandingId"] == state["managed_login_branding_id"]:
                found["client_id"] = client["ClientId"]
        return found

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        values = super().flat(operation, found, state)
        for asset in values["asset"] or []:
            assert base64.b64decode(asset["bytes"])
        return values

    def update(self, old: Json, config: Json) -> None:
        wanted = {name: value for name, value in self.wanted(config, old).items() if name != "client_id"}
        params = self.params("UpdateManagedLoginBranding", wanted)
        if config.get("settings"):
            params["UseCognitoProvidedValues"] = False
        self.call("UpdateManagedLoginBranding", {**params, **self.parts(old)})
        self._merged(old)

    def delete(self, state: Json) -> None:
        self.remove("DeleteManagedLoginBranding", self.parts(state))


class IdentityPool(Resource):
    service = "identity"
    type = "aws_cognito_identity_pool"
    key: ClassVar = {"IdentityPoolId": "id"}
    members: ClassVar = {"tags": "IdentityPoolTags"}
    read_operation = "DescribeIdentityPool"
    answer = ""
    ordered: ClassVar = {"saml_provider_arns"}
    replaces: ClassVar = {"developer_provider_name", "identity_pool_name"}

    def create(self, config: Json) -> Json:
        flags = {"allow_unauthenticated_identities": False, "allow_classic_flow": False}
        made = self.call("CreateIdentityPool", self.params("CreateIdentityPool", {**flags, **config}))
        region = made["IdentityPoolId"].split(":")[0]
        arn = f"arn:aws:cognito-identity:{region}:123456789012:identitypool/{made['IdentityPoolId']}"
        return {**config, "id": made["IdentityPoolId"], "arn": arn}

    def update(self, old: Json, config: Json) -> None:
        changed = {path.split(".")[0] for path in self.plan(config, old)}
        if "tags" in changed:
            arn = f"arn:aws:cognito-identity:{old['id'].split(':')[0]}:123456789012:identitypool/{old['id']}"
            self.retag(arn, old, config)
        if changed - {"tags"}:
            lists = ["cognito_identity_providers", "openid_connect_provider_arns", "saml_provider_arns"]
            flags = {"allow_unauthenticated_identities": False, "allow_classic_flow": False}
            wanted = {**{name: [] for name in lists}, "supported_login_providers": {}, **flags, **config}
            wanted = {name: value for name, value in wanted.items() if name not in ("tags", "developer_provider_name")}
            self.call("UpdateIdentityPool", {**self.parts(old), **self.params("UpdateIdentityPool", wanted)})

    def delete(self, state: Json) -> None:
        self.remove("DeleteIdentityPool", self.parts(state))


class PrincipalTag(Resource):
    service = "identity"
    type = "aws_cognito_identity_pool_provider_principal_tag"
    key: ClassVar = {"IdentityPoolId": "identity_pool_id", "IdentityProviderName": "identity_provider_name"}
    read_operation = "GetPrincipalTagAttributeMap"
    answer = ""
    defaults: ClassVar = {"use_defaults": True}
    # With the defaults in use, AWS answers the tags that they are.
    computed: ClassVar = {"principal_tags"}
    replaces: ClassVar = {"identity_pool_id", "identity_provider_name"}

    def create(self, config: Json) -> Json:
        wanted = {n: v for n, v in {**self.defaults, **config}.items() if not empty(v)}
        self.call("SetPrincipalTagAttributeMap", self.params("SetPrincipalTagAttributeMap", wanted))
        return dict(config)

    def update(self, old: Json, config: Json) -> None:
        wanted = {"principal_tags": {}, **self.defaults, **config}
        self.call("SetPrincipalTagAttributeMap", self.params("SetPrincipalTagAttributeMap", wanted))

    def delete(self, state: Json) -> None:
        reset = {**self.parts(state), "UseDefaults": True, "PrincipalTags": {}}
        self.remove("SetPrincipalTagAttributeMap", reset)


class RolesAttachment(Resource):
    service = "identity"
    type = "aws_cognito_identity_pool_roles_attachment"
    key: ClassVar = {"IdentityPoolId": "identity_pool_id"}
    read_operation = "GetIdentityPoolRoles"
    answer = ""
    replaces: ClassVar = {"identity_pool_id"}

    def create(self, config: Json) -> Json:
        self.call("SetIdentityPoolRoles", self._params(config))
        return dict(config)

    def _params(self, config: Json) -> Json:
        """Mappings are a list of blocks in the configuration, and a map by provider in the API."""
        mappings: Json = {}
        for block in config.get("role_mapping", []):
            mapping = {"Type": block["type"], "AmbiguousRoleResolution": block["ambiguous_role_resolution"]}
            if "mapping_rule" in block:
                rules = [
                    {"Claim": r["claim"], "MatchType": r["match_type"], "RoleARN": r["role_arn"], "Value": r["value"]}
                    for r in block["mapping_rule"]
                ]
                mapping["RulesConfiguration"] = {"Rules": rules}
            mappings[block["identity_provider"]] = mapping
        return {**self.parts(config), "Roles": config["roles"], "RoleMappings": mappings}

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        blocks = []
        for name, mapping in found.get("RoleMappings", {}).items():
            rules = [
                {"claim": r["Claim"], "match_type": r["MatchType"], "role_arn": r["RoleARN"], "value": r["Value"]}
                for r in mapping.get("RulesConfiguration", {}).get("Rules", [])
            ]
            ambiguous = mapping.get("AmbiguousRoleResolution")
            block = {"identity_provider": name, "type": mapping["Type"], "ambiguous_role_resolution": ambiguous}
            blocks.append({**block, "mapping_rule": rules})
        pool = {"identity_pool_id": found["IdentityPoolId"]}
        return {**pool, "roles": found.get("Roles"), "role_mapping": blocks}

    def update(self, old: Json, config: Json) -> None:
        self.create(config)

    def delete(self, state: Json) -> None:
        self.remove("SetIdentityPoolRoles", {**self.parts(state), "Roles": {}, "RoleMappings": {}})
