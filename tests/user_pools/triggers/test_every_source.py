"""Every trigger source but those of messages: what makes it fire, and the whole event.

Source: reference lambda-triggers.md §1.1 and §4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import (
    OTHER_PASSWORD,
    PASSWORD,
    Idp,
    User,
    begin,
    confirmed_user,
    invited_user,
    refresh,
    sign_in,
    unconfirmed_user,
)
from tests.factors import respond
from tests.oauth.conftest import Relying, oauth_client, relying
from tests.oauth.federation.conftest import CORP, federation
from tests.oauth.federation.provider import running
from tests.user_pools.test_devices import ALWAYS, Device
from tests.user_pools.triggers.functions import Recorder
from tests.user_pools.triggers.test_custom_auth import ANSWER, create, define, verify
from tests.user_pools.triggers.test_every_message_source import MESSAGE_SOURCES

Json = dict[str, Any]
EMAIL = "alice@example.com"
SUB = "<the user's sub>"
NOBODY: Json = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
V1: Json = {"claimsOverrideDetails": None}
SIGN_UP_RESPONSE: Json = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
MIGRATION_RESPONSE: Json = dict.fromkeys(
    (
        *("userAttributes", "forceAliasCreation", "enableSMSMFA"),
        *("finalUserStatus", "messageAction", "desiredDeliveryMediums"),
    )
)
SCOPES = ["aws.cognito.signin.user.admin"]


def known(status: str = "CONFIRMED", verified: str = "true") -> Json:
    """What a function is told of alice."""
    return {"sub": SUB, "cognito:user_status": status, "email": EMAIL, "email_verified": verified}


class World:
    """A pool with a function for every trigger, and its app at the pool's domain."""

    def __init__(self, idp: Idp, emulator: Emulator, functions: Recorder, **settings: Any) -> None:
        self.idp, self.emulator, self.functions = idp, emulator, functions
        migrated = {"userAttributes": {"email": EMAIL, "email_verified": "true"}, "messageAction": "SUPPRESS"}
        config: Json = {
            **functions.config("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication"),
            **functions.config("PreTokenGeneration"),
            "DefineAuthChallenge": functions.set("define", define),
            "CreateAuthChallenge": functions.set("create", create),
            "VerifyAuthChallengeResponse": functions.set("verify", verify),
            "UserMigration": functions.answer("migrate", finalUserStatus="CONFIRMED", **migrated),
        }
        self.app: Relying = relying(idp, emulator, AutoVerifiedAttributes=["email"], LambdaConfig=config, **settings)

    @property
    def client(self) -> dict[str, str]:
        return {"ClientId": self.app.app.client_id}

    @property
    def code(self) -> str:
        return self.emulator.messages.wait(username="alice").code

    def user(self) -> User:
        return confirmed_user(self.idp, self.app.app, email=EMAIL, email_verified="true")

    def sub(self) -> str:
        found = self.idp.admin_get_user(UserPoolId=self.app.app.pool_id, Username="alice")
        return next(str(pair["Value"]) for pair in found["UserAttributes"] if pair["Name"] == "sub")


def sign_up(world: World) -> None:
    unconfirmed_user(world.idp, world.app.app, email=EMAIL)


def admin_create(world: World) -> None:
    invited_user(world.idp, world.app.app, email=EMAIL, email_verified="true")


def confirm_sign_up(world: World) -> None:
    sign_up(world)
    world.idp.confirm_sign_up(**world.client, Username="alice", ConfirmationCode=world.code)


def recover(world: World) -> None:
    world.user()
    world.idp.forgot_password(**world.client, Username="alice")
    world.idp.confirm_forgot_password(
        **world.client, Username="alice", ConfirmationCode=world.code, Password=OTHER_PASSWORD
    )


def password(world: World) -> None:
    sign_in(world.idp, world.user())


def new_password(world: World) -> None:
    admin_create(world)
    user = User(world.app.app, "alice", "Temporary-1")
    respond(world.idp, user, begin(world.idp, user), NEW_PASSWORD=PASSWORD)


def refreshed(world: World) -> None:
    tokens = sign_in(world.idp, world.user())
    refresh(world.idp, world.app.app, tokens["RefreshToken"])


def device(world: World) -> None:
    user = world.user()
    first = sign_in(world.idp, user)
    made = Device.of(first)
    made.confirm(world.idp, first)
    made.prove(world.idp, user, begin(world.idp, user, DEVICE_KEY=made.key))


def hosted(world: World) -> None:
    world.app.tokens(world.user())


def question(world: World) -> Json:
    world.user()
    answer: Json = world.idp.initiate_auth(**world.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"})
    return answer


def answered(world: World) -> None:
    respond(world.idp, User(world.app.app, "alice"), question(world), ANSWER=ANSWER)


def migrate(world: World) -> None:
    sign_in(world.idp, User(world.app.app, "alice", "Their-old-1"))


def migrate_and_recover(world: World) -> None:
    world.idp.forgot_password(**world.client, Username="alice")


@dataclass(frozen=True)
class Case:
    """A source: what makes it fire, and what the function is sent. Where it fires twice, the first event counts."""

    source: str
    cause: Callable[[World], Any]
    request: Json
    response: Json = field(default_factory=dict)
    client: bool = True
    pool: Json = field(default_factory=dict)


def token_case(source: str, cause: Callable[[World], Any], **more: Any) -> Case:
    request = {"userAttributes": known(), "groupConfiguration": NOBODY}
    return Case(f"TokenGeneration_{source}", cause, request, V1, **more)


CASES = [
    Case(
        "PreSignUp_SignUp",
        sign_up,
        {"userAttributes": {"email": EMAIL}, "validationData": None},
        SIGN_UP_RESPONSE,
    ),
    Case(
        "PreSignUp_AdminCreateUser",
        admin_create,
        {"userAttributes": {"email": EMAIL, "email_verified": "true"}, "validationData": None},
        SIGN_UP_RESPONSE,
        client=False,
    ),
    Case("PostConfirmation_ConfirmSignUp", confirm_sign_up, {"userAttributes": known()}),
    Case("PostConfirmation_ConfirmForgotPassword", recover, {"userAttributes": known()}),
    Case("PreAuthentication_Authentication", password, {"userAttributes": known(), "validationData": {}}),
    Case("PostAuthentication_Authentication", password, {"userAttributes": known(), "newDeviceUsed": False}),
    Case(
        "DefineAuthChallenge_Authentication",
        question,
        {"userAttributes": known(), "session": []},
        dict.fromkeys(("challengeName", "issueTokens", "failAuthentication")),
    ),
    Case(
        "CreateAuthChallenge_Authentication",
        question,
        {"userAttributes": known(), "challengeName": "CUSTOM_CHALLENGE", "session": []},
        dict.fromkeys(("publicChallengeParameters", "privateChallengeParameters", "challengeMetadata")),
    ),
    Case(
        "VerifyAuthChallengeResponse_Authentication",
        answered,
        {
            "userAttributes": known(),
            "privateChallengeParameters": {"answer": ANSWER},
            "challengeAnswer": ANSWER,
        },
        {"answerCorrect": None},
    ),
    token_case("Authentication", password),
    token_case("NewPasswordChallenge", new_password),
    token_case("RefreshTokens", refreshed),
    token_case("AuthenticateDevice", device, pool={"DeviceConfiguration": ALWAYS}),
    token_case("HostedAuth", hosted),
    Case(
        "UserMigration_Authentication",
        migrate,
        {"password": "Their-old-1", "validationData": None, "userAttributes": None},
        MIGRATION_RESPONSE,
    ),
    Case("UserMigration_ForgotPassword", migrate_and_recover, {"userAttributes": None}, MIGRATION_RESPONSE),
]
ELSEWHERE = {
    "PreSignUp_ExternalProvider",
    "InboundFederation_ExternalProvider",
    "TokenGeneration_ClientCredentials",
    *MESSAGE_SOURCES,
}


def with_sub(value: Any, sub: str) -> Any:
    if isinstance(value, dict):
        return {name: with_sub(item, sub) for name, item in value.items()}
    return sub if value == SUB else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.source)
def test_event(idp: Idp, emulator: Emulator, functions: Recorder, case: Case) -> None:
    world = World(idp, emulator, functions, **case.pool)
    case.cause(world)
    event = next(event for event in functions.events if event["triggerSource"] == case.source)
    client = world.app.app.client_id if case.client else "CLIENT_ID_NOT_APPLICABLE"
    assert event == {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": world.app.app.pool_id,
        "userName": "alice",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
        "triggerSource": case.source,
        "request": with_sub(case.request, world.sub()),
        "response": case.response,
    }


def test_events_of_a_federated_sign_in(
    idp: Idp, emulator: Emulator, functions: Recorder, key_supply: KeySupply
) -> None:
    config: Json = functions.config("PreSignUp", "PostConfirmation")
    config["InboundFederation"] = {"LambdaArn": functions.answer("inbound"), "LambdaVersion": "V1_0"}
    key = key_supply.take()
    with running(key) as provider:
        corp = federation(idp, emulator, provider, LambdaConfig=config)
        page = corp.sign_in(email=EMAIL, name="Alice A.")
        assert "code" in page.query, page.location
    key_supply.recycle([key])
    common = {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": corp.pool_id,
        "userName": f"{CORP}_10158",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": corp.app.app.client_id},
    }
    assert functions.sources == [
        "InboundFederation_ExternalProvider",
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
    ]
    inbound, signed_up, _ = functions.events
    told = inbound["request"]["attributes"]
    assert inbound == {
        **common,
        "triggerSource": "InboundFederation_ExternalProvider",
        "request": {
            "providerName": CORP,
            "providerType": "OIDC",
            "attributes": {
                "tokenResponse": {
                    "access_token": "their-token",
                    "token_type": "Bearer",
                    "expires_in": "3600",
                    "id_token": told["tokenResponse"]["id_token"],
                },
                "idToken": {**told["idToken"], "sub": "10158", "email": EMAIL, "name": "Alice A."},
            },
        },
        "response": {"userAttributesToMap": {}},
    }
    assert signed_up == {
        **common,
        "triggerSource": "PreSignUp_ExternalProvider",
        "request": {
            "userAttributes": {
                "cognito:email_alias": "",
                "cognito:phone_number_alias": "",
                "email": EMAIL,
                "email_verified": "false",
                "name": "Alice A.",
            },
            "validationData": {},
        },
        "response": SIGN_UP_RESPONSE,
    }


def test_event_of_a_token_for_a_machine(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    config = {"PreTokenGenerationConfig": {"LambdaArn": functions.answer("tokens"), "LambdaVersion": "V3_0"}}
    at_domain = relying(idp, emulator, LambdaConfig=config)
    pool_id = at_domain.app.pool_id
    idp.create_resource_server(
        UserPoolId=pool_id, Identifier="api", Name="API", Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}]
    )
    machine = oauth_client(
        idp,
        pool_id,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
    )
    page = Relying(idp, emulator, machine).token(grant_type="client_credentials")
    assert page.status == 200, page.html
    assert functions.events == [
        {
            "version": "3",
            "region": "us-east-1",
            "userPoolId": pool_id,
            "userName": "ClientCredentials",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": machine.client_id},
            "triggerSource": "TokenGeneration_ClientCredentials",
            "request": {"userAttributes": {}, "groupConfiguration": None, "scopes": ["api/read"]},
            "response": {"claimsAndScopeOverrideDetails": None},
        }
    ]


@pytest.mark.parametrize("version", ["2", "3"])
def test_event_of_later_versions(idp: Idp, emulator: Emulator, functions: Recorder, version: str) -> None:
    config = {"PreTokenGenerationConfig": {"LambdaArn": functions.answer("v"), "LambdaVersion": f"V{version}_0"}}
    at_domain = relying(idp, emulator, LambdaConfig=config)
    user = confirmed_user(idp, at_domain.app, email=EMAIL, email_verified="true")
    sign_in(idp, user)
    event = functions.event("TokenGeneration_Authentication")
    sub = event["request"]["userAttributes"]["sub"]
    assert event["version"] == version
    assert event["request"] == {
        "userAttributes": with_sub(known(), sub),
        "groupConfiguration": NOBODY,
        "scopes": SCOPES,
    }
    assert event["response"] == {"claimsAndScopeOverrideDetails": None}


def test_members_are_in_the_order_of_the_service(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    sign_up(World(idp, emulator, functions))
    assert list(functions.events[0]) == [
        *("version", "region", "userPoolId", "userName", "callerContext"),
        *("triggerSource", "request", "response"),
    ]


def test_no_source_is_left_out() -> None:
    """The sources that the developer guide lists."""
    listed = {
        "PreSignUp": ["SignUp", "AdminCreateUser", "ExternalProvider"],
        "PostConfirmation": ["ConfirmSignUp", "ConfirmForgotPassword"],
        "TokenGeneration": [
            *("HostedAuth", "Authentication", "NewPasswordChallenge"),
            *("ClientCredentials", "AuthenticateDevice", "RefreshTokens"),
        ],
        "UserMigration": ["Authentication", "ForgotPassword"],
        "InboundFederation": ["ExternalProvider"],
    }
    wanted = {f"{trigger}_{occasion}" for trigger, occasions in listed.items() for occasion in occasions}
    wanted |= {
        f"{trigger}_Authentication"
        for trigger in (
            *("PreAuthentication", "PostAuthentication"),
            *("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"),
        )
    }
    assert {case.source for case in CASES} | ELSEWHERE == wanted | MESSAGE_SOURCES
