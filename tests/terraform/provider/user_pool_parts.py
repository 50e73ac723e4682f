"""What belongs to a user pool: app clients, domains, groups, users, and the rest."""

from __future__ import annotations

import re
from typing import ClassVar

from .resource import Changes, Resource
from .values import Json, empty

USER_POOL = {"UserPoolId": "user_pool_id"}
STANDARD_NAMES = set(
    [
        "address",
        "birthdate",
        "email",
        "email_verified",
        "gender",
        "given_name",
        "family_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "phone_number_verified",
        "picture",
        "preferred_username",
        "profile",
        "sub",
        "updated_at",
        "website",
        "zoneinfo",
    ]
)


class UserPoolClient(Resource):
    type = "aws_cognito_user_pool_client"
    import_id = "{user_pool_id}/{id}"
    key: ClassVar = {**USER_POOL, "ClientId": "id"}
    members: ClassVar = {"name": "ClientName"}
    read_operation = "DescribeUserPoolClient"
    answer = "UserPoolClient"
    unread: ClassVar = {"generate_secret"}
    replaces: ClassVar = {"generate_secret", "user_pool_id"}
    defaults: ClassVar = {}
    computed: ClassVar = {
        *[
            "access_token_validity",
            "allowed_oauth_flows",
            "allowed_oauth_flows_user_pool_client",
            "allowed_oauth_scopes",
            "auth_session_validity",
            "callback_urls",
            "default_redirect_uri",
            "enable_propagate_additional_user_context_data",
            "enable_token_revocation",
            "explicit_auth_flows",
            "id_token_validity",
            "logout_urls",
            "prevent_user_existence_errors",
            "read_attributes",
            "refresh_token_validity",
            "supported_identity_providers",
            "write_attributes",
            "analytics_configuration.role_arn",
            "analytics_configuration.user_data_shared",
        ]
    }

    def create(self, config: Json) -> Json:
        made = self.call("CreateUserPoolClient", self.params("CreateUserPoolClient", config))["UserPoolClient"]
        return {**config, "id": made["ClientId"]}

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        """Units that nobody configured and that are the defaults are taken for none."""
        values = super().flat(operation, found, state)
        defaults = {"access_token": "hours", "id_token": "hours", "refresh_token": "days"}
        if values.get("token_validity_units") == defaults and not state.get("token_validity_units"):
            values["token_validity_units"] = None
        return values

    def update(self, old: Json, config: Json) -> None:
        """Everything that the state knows is sent again, but for what is empty."""
        wanted = self.wanted(config, old)
        wanted = {name: value for name, value in wanted.items() if value not in (None, "", [], 0) or value is False}
        params = self.params("UpdateUserPoolClient", wanted)
        if old.get("token_validity_units") and not config.get("token_validity_units"):
            params["TokenValidityUnits"] = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
        self.call("UpdateUserPoolClient", {**params, **self.parts(old)})

    def delete(self, state: Json) -> None:
        self.remove("DeleteUserPoolClient", self.parts(state))


class ManagedUserPoolClient(UserPoolClient):
    """A client that another service made: found by its name, changed, and never deleted."""

    type = "aws_cognito_managed_user_pool_client"
    unread: ClassVar = {"name_prefix", "name_pattern"}

    def create(self, config: Json) -> Json:
        pattern = re.compile(config.get("name_pattern") or re.escape(config["name_prefix"]))
        pages = self.api.call("idp", "ListUserPoolClients", {"UserPoolId": config["user_pool_id"], "MaxResults": 60})
        (found,) = (one for one in pages["UserPoolClients"] if pattern.match(one["ClientName"]))
        state = {**config, "id": found["ClientId"]}
        old = self.read(state)
        assert old is not None
        if self.plan(config, {**old, "name": found["ClientName"]}):
            self.update({**old, "name": found["ClientName"]}, {**config, "name": found["ClientName"]})
        return state

    def delete(self, state: Json) -> None:
        assert self.read(state) is not None


class UserPoolDomain(Resource):
    type = "aws_cognito_user_pool_domain"
    key: ClassVar = {"Domain": "domain"}
    members: ClassVar = {"certificate_arn": "CustomDomainConfig"}
    read_operation = "DescribeUserPoolDomain"
    answer = "DomainDescription"
    computed: ClassVar = {"managed_login_version"}
    replaces: ClassVar = {"domain", "user_pool_id"}

    def params(self, operation: str, config: Json, only: set[str] | None = None) -> Json:
        certificate = config.get("certificate_arn")
        found = super().params(
            operation, {name: one for name, one in config.items() if name != "certificate_arn"}, only
        )
        return {**found, "CustomDomainConfig": {"CertificateArn": certificate}} if certificate else found

    def _wait(self, status: str | None) -> None:
        found = self.call("DescribeUserPoolDomain", {"Domain": self._domain})["DomainDescription"]
        assert found.get("Status") == status, found

    def create(self, config: Json) -> Json:
        self.call("CreateUserPoolDomain", self.params("CreateUserPoolDomain", config))
        self._domain = config["domain"]
        self._wait("ACTIVE")
        return dict(config)

    def read(self, state: Json) -> Json | None:
        found = self.call(self.read_operation, self.parts(state))
        if "Status" not in found["DomainDescription"]:
            return None
        certificate = found["DomainDescription"].get("CustomDomainConfig") or {}
        return {**self.flat(self.read_operation, found, state), "certificate_arn": certificate.get("CertificateArn")}

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        bare = {name: one for name, one in found["DomainDescription"].items() if name != "CustomDomainConfig"}
        return super().flat(operation, {"DomainDescription": bare}, state)

    def update(self, old: Json, config: Json) -> None:
        self.call("UpdateUserPoolDomain", self.params("UpdateUserPoolDomain", self.wanted(config, old)))
        self._domain = config["domain"]
        self._wait("ACTIVE")

    def delete(self, state: Json) -> None:
        self.call("DeleteUserPoolDomain", {"Domain": state["domain"], "UserPoolId": state["user_pool_id"]})
        self._domain = state["domain"]
        self._wait(None)


class UserPoolUICustomization(Resource):
    type = "aws_cognito_user_pool_ui_customization"
    key: ClassVar = {**USER_POOL, "ClientId": "client_id"}
    read_operation = "GetUICustomization"
    answer = "UICustomization"
    defaults: ClassVar = {"client_id": "ALL"}
    unread: ClassVar = {"image_file"}

    def create(self, config: Json) -> Json:
        config = {**self.defaults, **config}
        self.call("SetUICustomization", self.params("SetUICustomization", config))
        return config

    def read(self, state: Json) -> Json | None:
        """An empty object says that there is nothing."""
        found = super().read(state)
        return found if found is None or not empty(found.get("css")) or state.get("image_file") else None

    def update(self, old: Json, config: Json) -> None:
        self.create(config)

    def delete(self, state: Json) -> None:
        self.remove("SetUICustomization", self.parts(state))


class IdentityProvider(Resource):
    type = "aws_cognito_identity_provider"
    key: ClassVar = {**USER_POOL, "ProviderName": "provider_name"}
    read_operation = "DescribeIdentityProvider"
    answer = "IdentityProvider"
    computed: ClassVar = {"attribute_mapping"}
    ordered: ClassVar = {"idp_identifiers"}
    replaces: ClassVar = {"provider_name", "provider_type", "user_pool_id"}
    google: ClassVar = {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    }

    def create(self, config: Json) -> Json:
        self.call("CreateIdentityProvider", self.params("CreateIdentityProvider", config))
        return dict(config)

    def plan(self, config: Json, found: Json) -> Changes:
        """What AWS fills in at Google, and adds to SAML metadata, is no difference unless it was configured."""
        hidden = dict(self.google) if config["provider_type"] == "Google" else {}
        if config["provider_type"] == "SAML":
            names = ["ActiveEncryptionCertificate", "SSORedirectBindingURI"]
            hidden = {name: found["provider_details"].get(name) for name in names}
        details = found["provider_details"].items()
        shown = {n: v for n, v in details if n in config["provider_details"] or hidden.get(n) != v}
        return super().plan(config, {**found, "provider_details": shown})

    def update(self, old: Json, config: Json) -> None:
        changed = {path.split(".")[0] for path in self.plan(config, old)}
        params = {**self.parts(config), **self.params("UpdateIdentityProvider", config, changed)}
        if "idp_identifiers" in changed:
            params["IdpIdentifiers"] = config.get("idp_identifiers", [])
        self.call("UpdateIdentityProvider", params)

    def delete(self, state: Json) -> None:
        self.remove("DeleteIdentityProvider", self.parts(state))


class ResourceServer(Resource):
    type = "aws_cognito_resource_server"
    key: ClassVar = {**USER_POOL, "Identifier": "identifier"}
    members: ClassVar = {"scope": "Scopes"}
    read_operation = "DescribeResourceServer"
    answer = "ResourceServer"
    replaces: ClassVar = {"identifier", "user_pool_id"}

    def create(self, config: Json) -> Json:
        self.call("CreateResourceServer", self.params("CreateResourceServer", config))
        return dict(config)

    def update(self, old: Json, config: Json) -> None:
        self.call("UpdateResourceServer", {"Scopes": [], **self.params("UpdateResourceServer", config)})

    def delete(self, state: Json) -> None:
        self.remove("DeleteResourceServer", self.parts(state))


class UserGroup(Resource):
    type = "aws_cognito_user_group"
    key: ClassVar = {**USER_POOL, "GroupName": "name"}
    members: ClassVar = {"name": "GroupName"}
    read_operation = "GetGroup"
    answer = "Group"
    replaces: ClassVar = {"name", "user_pool_id"}

    def create(self, config: Json) -> Json:
        self.call("CreateGroup", self.params("CreateGroup", {n: v for n, v in config.items() if not empty(v)}))
        return dict(config)

    def update(self, old: Json, config: Json) -> None:
        """What changed is sent, and what was taken away as its zero value."""
        changed = set(self.plan(config, old))
        wanted = {"description": "", "precedence": 0, "role_arn": "", **config}
        self.call("UpdateGroup", {**self.parts(old), **self.params("UpdateGroup", wanted, changed)})

    def delete(self, state: Json) -> None:
        self.remove("DeleteGroup", self.parts(state))


class User(Resource):
    type = "aws_cognito_user"
    key: ClassVar = {**USER_POOL, "Username": "username"}
    read_operation = "AdminGetUser"
    gone: ClassVar = ("UserNotFoundException", "ResourceNotFoundException")
    defaults: ClassVar = {"enabled": True}
    unread: ClassVar = set(
        [
            "client_metadata",
            "desired_delivery_mediums",
            "force_alias_creation",
            "message_action",
            "password",
            "temporary_password",
            "validation_data",
        ]
    )
    replaces: ClassVar = {"user_pool_id", "username"}

    @staticmethod
    def attributes(values: Json) -> list[Json]:
        names = {
            name: name if name in STANDARD_NAMES or name.startswith("custom:") else f"custom:{name}" for name in values
        }
        return [{"Name": names[name], "Value": value} for name, value in values.items()]

    def create(self, config: Json) -> Json:
        config = {**self.defaults, **config}
        plain = {n: v for n, v in config.items() if n not in ("attributes", "validation_data", "enabled", "password")}
        params = self.params("AdminCreateUser", plain)
        for name, member in (("attributes", "UserAttributes"), ("validation_data", "ValidationData")):
            if name in config:
                params[member] = self.attributes(config[name])
        self.call("AdminCreateUser", params)
        if not config["enabled"]:
            self.call("AdminDisableUser", self.parts(config))
        if "password" in config:
            self._password(config, config["password"], permanent=True)
        return config

    def _password(self, config: Json, password: str, permanent: bool) -> None:
        self.call("AdminSetUserPassword", {**self.parts(config), "Password": password, "Permanent": permanent})

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        shown = {one["Name"]: one["Value"] for one in found["UserAttributes"] if one["Name"] != "sub"}
        plain = {name.removeprefix("dev:").removeprefix("custom:"): value for name, value in shown.items()}
        return {**{n: state[n] for n in self.key.values()}, "enabled": found["Enabled"], "attributes": plain}

    def update(self, old: Json, config: Json) -> None:
        config = {**self.defaults, **config}
        before, after = old["attributes"], config.get("attributes", {})
        if sent := {name: value for name, value in after.items() if before.get(name) != value}:
            metadata = {"ClientMetadata": config["client_metadata"]} if "client_metadata" in config else {}
            named = {**self.parts(config), "UserAttributes": self.attributes(sent), **metadata}
            self.call("AdminUpdateUserAttributes", named)
        if removed := [one["Name"] for one in self.attributes(dict.fromkeys(set(before) - set(after), ""))]:
            self.call("AdminDeleteUserAttributes", {**self.parts(config), "UserAttributeNames": removed})
        if old["enabled"] != config["enabled"]:
            self.call("AdminEnableUser" if config["enabled"] else "AdminDisableUser", self.parts(config))
        for name in ("temporary_password", "password"):
            if name in config and config[name] != old.get(name):
                self._password(config, config[name], permanent=name == "password")

    def delete(self, state: Json) -> None:
        self.remove("AdminDeleteUser", self.parts(state))


class UserInGroup(Resource):
    type = "aws_cognito_user_in_group"
    key: ClassVar = {**USER_POOL, "Username": "username", "GroupName": "group_name"}
    replaces: ClassVar = {"group_name", "user_pool_id", "username"}

    def create(self, config: Json) -> Json:
        self.call("AdminAddUserToGroup", self.parts(config))
        return dict(config)

    def read(self, state: Json) -> Json | None:
        parts = {name: value for name, value in self.parts(state).items() if name != "GroupName"}
        groups = self.call("AdminListGroupsForUser", parts)["Groups"]
        found = any(group["GroupName"] == state["group_name"] for group in groups)
        return {name: state[name] for name in self.key.values()} if found else None

    def delete(self, state: Json) -> None:
        self.remove("AdminRemoveUserFromGroup", self.parts(state))
