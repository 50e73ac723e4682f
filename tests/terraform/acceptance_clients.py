"""App clients in the tests that the AWS provider's authors run on AWS: see `test_acceptance.py`."""

from __future__ import annotations

from typing import Any

from .acceptance_pools import POOL, Step
from .provider.values import Json

CLIENT = "aws_cognito_user_pool_client.test"


def client(expected: Json | None = None, **arguments: Any) -> Step:
    config = {"name": "test", "user_pool_id": "${aws_cognito_user_pool.test.id}", **arguments}
    values = {f"{CLIENT}.{path}": value for path, value in (expected or {}).items()}
    return {POOL: {"name": "test"}, CLIENT: config}, values


UNITS = {name: dict.fromkeys(("access_token", "id_token", "refresh_token"), name) for name in ("days", "hours")}
ROLE = "arn:aws:iam::123456789012:role/test"
LINKED = "arn:aws:iam::123456789012:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp"
APP = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/36b8e9d1a4c24f5a8d7b5a0c3c1f2e4d"
ANALYTICS = {"application_id": "36b8e9d1a4c24f5a8d7b5a0c3c1f2e4d", "external_id": "test", "role_arn": ROLE}
ALL_FIELDS = {
    "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"],
    "generate_secret": True,
    "read_attributes": ["email"],
    "write_attributes": ["email"],
    "prevent_user_existence_errors": "LEGACY",
    "allowed_oauth_flows": ["code", "implicit"],
    "allowed_oauth_flows_user_pool_client": True,
    "allowed_oauth_scopes": ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"],
    "callback_urls": ["https://www.example.com/redirect", "https://www.example.com/callback"],
    "default_redirect_uri": "https://www.example.com/redirect",
    "logout_urls": ["https://www.example.com/login"],
}
CLIENT_DEFAULTS = {
    "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"],
    "token_validity_units": None,
    "analytics_configuration": None,
    "auth_session_validity": 3,
    "access_token_validity": None,
    "allowed_oauth_flows": None,
    "allowed_oauth_flows_user_pool_client": False,
    "allowed_oauth_scopes": None,
    "callback_urls": None,
    "default_redirect_uri": None,
    "enable_token_revocation": True,
    "enable_propagate_additional_user_context_data": False,
    "id_token_validity": None,
    "logout_urls": None,
    "prevent_user_existence_errors": None,
    "read_attributes": None,
    "refresh_token_validity": 30,
    "supported_identity_providers": None,
    "write_attributes": None,
}
OLD_FLOW = {"explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"]}
CLIENTS: dict[str, list[Step]] = {
    "UserPoolClient_basic": [client(CLIENT_DEFAULTS, **OLD_FLOW)],
    "UserPoolClient_enableRevocation": [
        client({"enable_token_revocation": one}, **OLD_FLOW, enable_token_revocation=one) for one in (True, False, True)
    ],
    "UserPoolClient_accessTokenValidity": [client(**OLD_FLOW, access_token_validity=one) for one in (5, 1)],
    "UserPoolClient_idTokenValidity": [client(**OLD_FLOW, id_token_validity=one) for one in (5, 1)],
    "UserPoolClient_refreshTokenValidity": [client(**OLD_FLOW, refresh_token_validity=one) for one in (60, 120)],
    "UserPoolClient_tokenValidityUnits": [client(**OLD_FLOW, token_validity_units=one) for one in UNITS.values()],
    "UserPoolClient_tokenValidityUnitsWTokenValidity": [
        client(**OLD_FLOW, id_token_validity=1, token_validity_units=one) for one in UNITS.values()
    ],
    "UserPoolClient_name": [client(**OLD_FLOW), client(name="name2", **OLD_FLOW)],
    "UserPoolClient_allFieldsUpdatingOneField": [
        client(**ALL_FIELDS, refresh_token_validity=one) for one in (300, 299)
    ],
    "UserPoolClient_analyticsApplicationID": [
        client(
            {"analytics_configuration.user_data_shared": False, "analytics_configuration.application_arn": None},
            **OLD_FLOW,
            analytics_configuration=ANALYTICS,
        ),
        client(**OLD_FLOW, analytics_configuration={**ANALYTICS, "user_data_shared": True}),
        client({"analytics_configuration": None}, **OLD_FLOW),
    ],
    "UserPoolClient_analyticsWithARN": [
        client(
            {
                "analytics_configuration.role_arn": LINKED,
                "analytics_configuration.user_data_shared": shared,
                "analytics_configuration.application_id": None,
                "analytics_configuration.external_id": None,
            },
            **OLD_FLOW,
            analytics_configuration={"application_arn": APP, **({"user_data_shared": True} if shared else {})},
        )
        for shared in (False, True)
    ],
}
