"""What else there is in the tests that the AWS provider's authors run on AWS: see `test_acceptance.py`."""

from __future__ import annotations

import base64
from typing import Any

from .acceptance_clients import CLIENT
from .acceptance_pools import POOL, Step
from .provider.values import Json

POOL_ID = "${aws_cognito_user_pool.test.id}"
CLIENT_ID = "${aws_cognito_user_pool_client.test.id}"
ROLE = "arn:aws:iam::123456789012:role/test"
OTHER_ROLE = "arn:aws:iam::123456789012:role/test-2"
REGION = "eu-west-1"
SVG = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>').decode()


def of_pool(kind: str, expected: Json | None = None, pool: Json | None = None, **arguments: Any) -> Step:
    """A user pool, and one resource in it."""
    address = f"aws_cognito_{kind}.test"
    configs = {POOL: {"name": "test", **(pool or {})}, address: {"user_pool_id": POOL_ID, **arguments}}
    return configs, {f"{address}.{path}": value for path, value in (expected or {}).items()}


def of_client(kind: str, expected: Json | None = None, **arguments: Any) -> Step:
    """A user pool with an app client, and one resource."""
    configs, values = of_pool(kind, expected, **arguments)
    made = {"name": "test", "user_pool_id": POOL_ID, "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"]}
    return {POOL: configs[POOL], CLIENT: made, **configs}, values


def group(**arguments: Any) -> Step:
    return of_pool("user_group", arguments, **{"name": "test", **arguments})


def user(expected: Json | None = None, pool: Json | None = None, **arguments: Any) -> Step:
    return of_pool("user", expected, pool, username="test", **arguments)


def google(expected: Json | None = None, **arguments: Any) -> Step:
    details = {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_scopes": "email",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "client_id": "test-url.apps.googleusercontent.com",
        "client_secret": "client_secret",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    }
    config = {"provider_name": "Google", "provider_type": "Google", "provider_details": details, **arguments}
    return of_pool("identity_provider", expected, {"auto_verified_attributes": ["email"]}, **config)


def branding(*assets: tuple[str, str], **arguments: Any) -> Step:
    blocks = [{"bytes": SVG, "category": one, "color_mode": mode, "extension": "SVG"} for one, mode in assets]
    config = {"client_id": CLIENT_ID, **({"asset": blocks} if blocks else {}), **arguments}
    return of_client("managed_login_branding", {"asset": blocks or None}, **config)


def customized(**styles: Json) -> Step:
    """A pool with a domain and a client, and its styles."""
    configs, _ = of_client("user_pool_domain", domain="terraform-acceptance-test")
    domain = "${aws_cognito_user_pool_domain.test.user_pool_id}"
    named = {
        f"aws_cognito_user_pool_ui_customization.{n}": {"user_pool_id": domain, **one} for n, one in styles.items()
    }
    return {**configs, **named}, {f"{address}.css": one["css"] for address, one in named.items()}


def identity_pool(expected: Json | None = None, **arguments: Any) -> Step:
    address = "aws_cognito_identity_pool.test"
    config = {"identity_pool_name": "identity pool test", "allow_unauthenticated_identities": False, **arguments}
    return {address: config}, {f"{address}.{path}": value for path, value in (expected or {}).items()}


def providers(*pairs: tuple[str, str]) -> list[Json]:
    """Clients and pools that are not there, which nobody checks."""
    domain = f"cognito-idp.{REGION}.amazonaws.com/{REGION}"
    return [
        {"client_id": client, "provider_name": f"{domain}_{pool}", "server_side_token_check": False}
        for client, pool in pairs
    ]


def roles(*rules: tuple[str, str]) -> Step:
    configs, _ = identity_pool(supported_login_providers={"graph.facebook.com": "7346241598935555"})
    attachment: Json = {"identity_pool_id": "${aws_cognito_identity_pool.test.id}", "roles": {"authenticated": ROLE}}
    if rules:
        block = {
            "identity_provider": "graph.facebook.com",
            "ambiguous_role_resolution": "AuthenticatedRole",
            "type": "Rules",
            "mapping_rule": [
                {"claim": claim, "match_type": "Equals", "role_arn": ROLE, "value": value} for claim, value in rules
            ],
        }
        attachment["role_mapping"] = [block]
    return {**configs, "aws_cognito_identity_pool_roles_attachment.test": attachment}, {}


def principal_tags(provider: str, pool: Json, **tags: str) -> Step:
    configs, _ = identity_pool(**pool)
    config = {
        "identity_pool_id": "${aws_cognito_identity_pool.test.id}",
        "identity_provider_name": provider,
        "use_defaults": False,
        "principal_tags": tags,
    }
    return {**configs, "aws_cognito_identity_pool_provider_principal_tag.test": config}, {}


FACEBOOK, OTHER_FACEBOOK = "7346241598935555", "7346241598935552"
GOOGLE = "123456789012.apps.googleusercontent.com"
OIDC = [f"arn:aws:iam::123456789012:oidc-provider/{name}.example.com" for name in ("foo", "bar")]
SAML = [f"arn:aws:iam::123456789012:saml-provider/{name}" for name in ("default", "secondary")]
TWO = providers(("7lhlkkfbfb4q5kpp90urffao", "Ab129faBb"), ("7lhlkkfbfb4q5kpp90urffao", "Zr231apJu"))
ONE = providers(("6lhlkkfbfb4q5kpp90urffae", "Zr231apJu"))
EASY = {
    "password_policy": {"temporary_password_validity_days": 7, "minimum_length": 6, "require_lowercase": True},
}
NUMBERED = {
    "schema": [
        {
            "name": name,
            "attribute_data_type": "String",
            "mutable": True,
            "string_attribute_constraints": {"min_length": "1", "max_length": "10"},
        }
        for name in ("one", "two", "three", "four")
    ]
}
SCOPES = [
    {"scope_name": "scope_1_name", "scope_description": "scope_1_description"},
    {"scope_name": "scope_2_name", "scope_description": "scope_2_description"},
]
API = {"identifier": "tf-acc-test-resource-server", "name": "tf-acc-test-resource-server"}
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:test"
NOTIFIED = {
    "event_source": "userNotification",
    "log_level": "ERROR",
    "cloud_watch_logs_configuration": {"log_group_arn": LOGS},
}
EVENTS = {
    "event_source": "userAuthEvents",
    "log_level": "INFO",
    "firehose_configuration": {"stream_arn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/test"},
}
PLUS = {"user_pool_tier": "PLUS", "user_pool_add_ons": {"advanced_security_mode": "AUDIT"}}
MEDIUM_AND_HIGH = {
    "medium_action": {"event_action": "MFA_REQUIRED", "notify": False},
    "high_action": {"event_action": "BLOCK", "notify": False},
}
CSS = [".label-customizable {font-weight: 400;}", ".label-customizable {font-weight: 100;}"]
SETTINGS = [f'{{"categories":{{"form":{{"displayGraphics":{shown}}}}}}}' for shown in ("true", "false")]
HEADER, FOOTER = "PAGE_HEADER_BACKGROUND", "PAGE_FOOTER_BACKGROUND"

OTHERS: dict[str, list[Step]] = {
    "UserGroup_basic": [group(), group(name="updated")],
    "UserGroup_complex": [
        group(description="This is the user group description", precedence=1, role_arn=ROLE),
        group(name="updated", description="This is the updated user group description", precedence=42, role_arn=ROLE),
    ],
    "UserGroup_roleARN": [group(name="test/a/b/c/test", role_arn=one) for one in (ROLE, OTHER_ROLE)],
    "UserPoolDomain_basic": [of_pool("user_pool_domain", domain="terraform-acceptance-test")],
    "User_basic": [user({"enabled": True})],
    "User_temporaryPassword": [
        *(user(pool=EASY, temporary_password=f"temporary{one}") for one in ("one", "two")),
        user(pool=EASY),
    ],
    "User_password": [*(user(pool=EASY, password=f"permanent{one}") for one in ("one", "two")), user(pool=EASY)],
    "User_attributes": [
        user(pool=NUMBERED, attributes={"one": "1", "two": "2", "three": "3"}),
        user(pool=NUMBERED, attributes={"two": "2", "three": "three", "four": "4"}),
    ],
    "User_enabled": [user({"enabled": one}, enabled=one) for one in (False, True)],
    "IdentityProvider_basic": [
        google({"attribute_mapping": {"username": "sub"}}),
        google(attribute_mapping={"email": "email", "username": "sub"}),
    ],
    "IdentityProvider_idpIdentifiers": [google(idp_identifiers=[one]) for one in ("test", "test2")],
    "ResourceServer_basic": [of_pool("resource_server", {"scope": None}, **API)],
    "ResourceServer_scope": [
        of_pool("resource_server", **API, scope=SCOPES[:1]),
        of_pool("resource_server", **API, scope=SCOPES),
        of_pool("resource_server", {"scope": None}, **API),
    ],
    "RiskConfiguration_exception": [
        of_pool("risk_configuration", risk_exception_configuration={"blocked_ip_range_list": ["10.10.10.10/32"]}),
        of_pool(
            "risk_configuration",
            risk_exception_configuration={
                "blocked_ip_range_list": ["10.10.10.10/32", "10.10.10.11/32"],
                "skipped_ip_range_list": ["10.10.10.12/32"],
            },
        ),
    ],
    "RiskConfiguration_client": [
        of_client(
            "risk_configuration",
            client_id=CLIENT_ID,
            risk_exception_configuration={"blocked_ip_range_list": ["10.10.10.10/32"]},
        )
    ],
    "RiskConfiguration_compromised": [
        of_pool(
            "risk_configuration",
            {"account_takeover_risk_configuration": None, "risk_exception_configuration": None},
            compromised_credentials_risk_configuration={
                "event_filter": ["SIGN_IN"],
                "actions": {"event_action": "BLOCK"},
            },
        )
    ],
    "RiskConfiguration_takeover_without_notification": [
        of_pool("risk_configuration", account_takeover_risk_configuration={"actions": MEDIUM_AND_HIGH})
    ],
    "LogDeliveryConfiguration_update": [
        of_pool("log_delivery_configuration", pool=PLUS, log_configurations=[NOTIFIED]),
        of_pool("log_delivery_configuration", pool=PLUS, log_configurations=[NOTIFIED, EVENTS]),
    ],
    "LogDeliveryConfiguration_multipleLogConfigurationsOrder": [
        of_pool("log_delivery_configuration", pool=PLUS, log_configurations=[NOTIFIED, EVENTS]),
        of_pool("log_delivery_configuration", pool=PLUS, log_configurations=[NOTIFIED]),
    ],
    "ManagedLoginBranding_asset": [
        branding((FOOTER, "DARK"), use_cognito_provided_values=True),
        branding((HEADER, "LIGHT"), use_cognito_provided_values=True),
        branding((HEADER, "LIGHT"), (FOOTER, "LIGHT"), use_cognito_provided_values=True),
        branding(use_cognito_provided_values=True),
    ],
    "ManagedLoginBranding_settings": [
        *(branding(settings=one) for one in SETTINGS),
        branding(use_cognito_provided_values=True),
    ],
    "UserPoolUICustomization_AllClients_CSS": [customized(test={"css": one}) for one in CSS],
    "UserPoolUICustomization_Client_CSS": [customized(test={"client_id": CLIENT_ID, "css": one}) for one in CSS],
    "UserPoolUICustomization_ClientAndAll_cSS": [
        customized(ui_all={"css": CSS[0]}, ui_client={"client_id": CLIENT_ID, "css": one}) for one in CSS
    ],
    "CognitoIdentityPool_basic": [identity_pool(), identity_pool(identity_pool_name="identity pool updated")],
    "CognitoIdentityPool_DeveloperProviderName": [identity_pool(developer_provider_name=one) for one in ("one", "two")],
    "CognitoIdentityPool_supportedLoginProviders": [
        identity_pool(supported_login_providers={"graph.facebook.com": FACEBOOK}),
        identity_pool(supported_login_providers={"graph.facebook.com": OTHER_FACEBOOK, "accounts.google.com": GOOGLE}),
        identity_pool({"supported_login_providers": None}),
    ],
    "CognitoIdentityPool_openidConnectProviderARNs": [
        identity_pool(openid_connect_provider_arns=OIDC[:1]),
        identity_pool(openid_connect_provider_arns=OIDC),
        identity_pool({"openid_connect_provider_arns": None}),
    ],
    "CognitoIdentityPool_samlProviderARNs": [
        *(identity_pool(saml_provider_arns=[one]) for one in SAML),
        identity_pool({"saml_provider_arns": None}),
    ],
    "CognitoIdentityPool_cognitoIdentityProviders": [
        identity_pool(cognito_identity_providers=TWO),
        identity_pool(cognito_identity_providers=ONE),
        identity_pool({"cognito_identity_providers": None}),
    ],
    "CognitoIdentityPool_addingNewProviderKeepsOldProvider": [
        identity_pool(cognito_identity_providers=TWO),
        identity_pool(cognito_identity_providers=TWO, openid_connect_provider_arns=OIDC[:1]),
        identity_pool({"cognito_identity_providers": None, "openid_connect_provider_arns": None}),
    ],
    "CognitoIdentityPool_tags": [
        identity_pool(tags={"key1": "value1"}),
        identity_pool(tags={"key1": "value1updated", "key2": "value2"}),
        identity_pool(tags={"key2": "value2"}),
    ],
    "CognitoIdentityPoolRolesAttachment_roleMappings": [
        roles(),
        roles(("isAdmin", "paid")),
        roles(("isPaid", "unpaid"), ("isFoo", "bar")),
        roles(),
    ],
    "CognitoIdentityPoolProviderPrincipalTags_oidc": [
        principal_tags(OIDC[0], {"openid_connect_provider_arns": OIDC[:1]}, test="value")
    ],
    "CognitoIdentityPoolProviderPrincipalTags_updated": [
        principal_tags(TWO[0]["provider_name"], {"cognito_identity_providers": TWO[:1]}, **tags)
        for tags in ({"test": "value"}, {"test": "value", "new": "map"})
    ],
}
