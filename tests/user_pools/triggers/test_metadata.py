"""ClientMetadata and ValidationData: which function gets what from which operation.

Source: reference lambda-triggers.md §3 (texts of ClientMetadata in botocore's model).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import (
    ALL_FLOWS,
    PASSWORD,
    App,
    Idp,
    User,
    app,
    attributes,
    begin,
    confirmed_user,
    invited_user,
    sign_in,
    unconfirmed_user,
)
from tests.srp_client import SrpClient
from tests.user_pools.triggers.functions import Recorder

SENT = {"sent": "by the client"}
EMAIL = "alice@example.com"
TRIGGERS = (
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "PreTokenGeneration",
    "CustomMessage",
)


class World:
    """A pool whose functions answer so that every flow can be walked through."""

    def __init__(self, idp: Idp, emulator: Emulator, functions: Recorder, **config: Any) -> None:
        self.idp, self.emulator, self.functions = idp, emulator, functions
        self.app: App = app(
            idp, LambdaConfig={**functions.config(*TRIGGERS), **config}, AutoVerifiedAttributes=["email"]
        )

    @property
    def client(self) -> dict[str, str]:
        return {"ClientId": self.app.client_id}

    @property
    def alice(self) -> dict[str, str]:
        return {"UserPoolId": self.app.pool_id, "Username": "alice"}

    def code(self) -> str:
        return self.emulator.messages.wait(username="alice").code

    def confirmed(self) -> User:
        return confirmed_user(self.idp, self.app, email=EMAIL, email_verified="true")

    def tokens(self) -> dict[str, Any]:
        return sign_in(self.idp, self.confirmed())


Step = Callable[[World], Callable[[], Any]]


def sign_up(world: World) -> Callable[[], Any]:
    return lambda: world.idp.sign_up(
        **world.client,
        Username="alice",
        Password=PASSWORD,
        UserAttributes=attributes(email=EMAIL),
        ValidationData=attributes(checked="yes"),
        ClientMetadata=SENT,
    )


def sign_up_confirmed(world: World) -> Callable[[], Any]:
    world.functions.answer("PreSignUp", autoConfirmUser=True)
    return sign_up(world)


def confirm_sign_up(world: World) -> Callable[[], Any]:
    unconfirmed_user(world.idp, world.app, email=EMAIL)
    code = world.code()
    return lambda: world.idp.confirm_sign_up(
        **world.client, Username="alice", ConfirmationCode=code, ClientMetadata=SENT
    )


def admin_confirm_sign_up(world: World) -> Callable[[], Any]:
    unconfirmed_user(world.idp, world.app, email=EMAIL)
    return lambda: world.idp.admin_confirm_sign_up(**world.alice, ClientMetadata=SENT)


def resend(world: World) -> Callable[[], Any]:
    unconfirmed_user(world.idp, world.app, email=EMAIL)
    return lambda: world.idp.resend_confirmation_code(**world.client, Username="alice", ClientMetadata=SENT)


def forgot_password(world: World) -> Callable[[], Any]:
    world.confirmed()
    return lambda: world.idp.forgot_password(**world.client, Username="alice", ClientMetadata=SENT)


def confirm_forgot_password(world: World) -> Callable[[], Any]:
    world.confirmed()
    world.idp.forgot_password(**world.client, Username="alice")
    code = world.code()
    return lambda: world.idp.confirm_forgot_password(
        **world.client, Username="alice", ConfirmationCode=code, Password="Battery-Staple-2", ClientMetadata=SENT
    )


def get_code(world: World) -> Callable[[], Any]:
    token = world.tokens()["AccessToken"]
    return lambda: world.idp.get_user_attribute_verification_code(
        AccessToken=token, AttributeName="email", ClientMetadata=SENT
    )


def update_attributes(world: World) -> Callable[[], Any]:
    token = world.tokens()["AccessToken"]
    return lambda: world.idp.update_user_attributes(
        AccessToken=token, UserAttributes=attributes(email="new@example.com"), ClientMetadata=SENT
    )


def admin_update_attributes(world: World) -> Callable[[], Any]:
    world.confirmed()
    return lambda: world.idp.admin_update_user_attributes(
        **world.alice, UserAttributes=attributes(email="new@example.com"), ClientMetadata=SENT
    )


def admin_reset(world: World) -> Callable[[], Any]:
    world.confirmed()
    return lambda: world.idp.admin_reset_user_password(**world.alice, ClientMetadata=SENT)


def admin_create(world: World) -> Callable[[], Any]:
    return lambda: world.idp.admin_create_user(
        **world.alice,
        UserAttributes=attributes(email=EMAIL),
        DesiredDeliveryMediums=["EMAIL"],
        ValidationData=attributes(checked="yes"),
        ClientMetadata=SENT,
    )


def password_sign_in(world: World) -> Callable[[], Any]:
    user = world.confirmed()
    return lambda: world.idp.initiate_auth(
        **world.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        ClientMetadata=SENT,
    )


def admin_sign_in(world: World) -> Callable[[], Any]:
    user = world.confirmed()
    return lambda: world.idp.admin_initiate_auth(
        UserPoolId=world.app.pool_id,
        **world.client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        ClientMetadata=SENT,
    )


def srp_start(world: World) -> Callable[[], Any]:
    world.confirmed()
    return lambda: _srp_begin(world, ClientMetadata=SENT)[1]


def srp_answer(world: World) -> Callable[[], Any]:
    world.confirmed()
    srp, challenge = _srp_begin(world)
    return lambda: world.idp.respond_to_auth_challenge(
        **world.client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.responses(challenge["ChallengeParameters"]),
        ClientMetadata=SENT,
    )


def _srp_begin(world: World, **more: Any) -> tuple[SrpClient, dict[str, Any]]:
    srp = SrpClient(world.app.pool_id.split("_")[1], PASSWORD)
    parameters = {"USERNAME": "alice", "SRP_A": srp.srp_a}
    return srp, world.idp.initiate_auth(**world.client, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters, **more)


def new_password(world: World) -> Callable[[], Any]:
    session = begin(world.idp, invited_user(world.idp, world.app))["Session"]
    return lambda: world.idp.respond_to_auth_challenge(
        **world.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
        ClientMetadata=SENT,
    )


def admin_new_password(world: World) -> Callable[[], Any]:
    invited_user(world.idp, world.app)
    who = {"UserPoolId": world.app.pool_id, **world.client}
    session = world.idp.admin_initiate_auth(
        **who,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": "Temporary-1"},
    )["Session"]
    return lambda: world.idp.admin_respond_to_auth_challenge(
        **who,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
        ClientMetadata=SENT,
    )


def refresh_flow(world: World) -> Callable[[], Any]:
    token = world.tokens()["RefreshToken"]
    return lambda: world.idp.initiate_auth(
        **world.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
        ClientMetadata=SENT,
    )


def refresh_operation(world: World) -> Callable[[], Any]:
    token = world.tokens()["RefreshToken"]
    return lambda: world.idp.get_tokens_from_refresh_token(**world.client, RefreshToken=token, ClientMetadata=SENT)


AS_METADATA, AS_VALIDATION, NOTHING = "clientMetadata", "validationData", "nothing"
TABLE: list[tuple[Step, dict[str, str]]] = [
    (sign_up, {"PreSignUp_SignUp": AS_METADATA, "CustomMessage_SignUp": AS_METADATA}),
    (sign_up_confirmed, {"PreSignUp_SignUp": AS_METADATA, "PostConfirmation_ConfirmSignUp": AS_METADATA}),
    (confirm_sign_up, {"PostConfirmation_ConfirmSignUp": AS_METADATA}),
    (admin_confirm_sign_up, {"PostConfirmation_ConfirmSignUp": AS_METADATA}),
    (resend, {"CustomMessage_ResendCode": AS_METADATA}),
    (forgot_password, {"CustomMessage_ForgotPassword": AS_METADATA}),
    (confirm_forgot_password, {"PostConfirmation_ConfirmForgotPassword": AS_METADATA}),
    (get_code, {"CustomMessage_VerifyUserAttribute": AS_METADATA}),
    (update_attributes, {"CustomMessage_UpdateUserAttribute": AS_METADATA}),
    (admin_update_attributes, {"CustomMessage_UpdateUserAttribute": AS_METADATA}),
    (admin_reset, {"CustomMessage_ForgotPassword": AS_METADATA}),
    (admin_create, {"PreSignUp_AdminCreateUser": AS_METADATA, "CustomMessage_AdminCreateUser": AS_METADATA}),
    (
        password_sign_in,
        {
            "PreAuthentication_Authentication": AS_VALIDATION,
            "PostAuthentication_Authentication": NOTHING,
            "TokenGeneration_Authentication": NOTHING,
        },
    ),
    (
        admin_sign_in,
        {
            "PreAuthentication_Authentication": AS_VALIDATION,
            "PostAuthentication_Authentication": NOTHING,
            "TokenGeneration_Authentication": NOTHING,
        },
    ),
    (srp_start, {"PreAuthentication_Authentication": AS_VALIDATION}),
    (
        srp_answer,
        {"PostAuthentication_Authentication": AS_METADATA, "TokenGeneration_Authentication": AS_METADATA},
    ),
    (
        new_password,
        {"PostAuthentication_Authentication": AS_METADATA, "TokenGeneration_NewPasswordChallenge": AS_METADATA},
    ),
    (
        admin_new_password,
        {"PostAuthentication_Authentication": AS_METADATA, "TokenGeneration_NewPasswordChallenge": AS_METADATA},
    ),
    (refresh_flow, {"TokenGeneration_RefreshTokens": NOTHING}),
    (refresh_operation, {"TokenGeneration_RefreshTokens": AS_METADATA}),
]


@pytest.mark.parametrize(("step", "wanted"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_routing(idp: Idp, emulator: Emulator, functions: Recorder, step: Step, wanted: dict[str, str]) -> None:
    act = step(World(idp, emulator, functions))
    functions.events.clear()
    act()
    got = {}
    for event in functions.events:
        request = event["request"]
        if request.get("clientMetadata") is not None:
            assert request["clientMetadata"] == SENT
            got[event["triggerSource"]] = AS_METADATA
        elif request.get("validationData") == SENT:
            got[event["triggerSource"]] = AS_VALIDATION
        else:
            assert "clientMetadata" not in request
            got[event["triggerSource"]] = NOTHING
    assert got == wanted
    if step in (sign_up, sign_up_confirmed, admin_create):
        assert functions.events[0]["request"]["validationData"] == {"checked": "yes"}


def custom(world: World) -> dict[str, Any]:
    world.confirmed()
    world.functions.events.clear()
    answer: dict[str, Any] = world.idp.initiate_auth(
        **world.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"}, ClientMetadata={"start": "1"}
    )
    return answer


def test_custom_authentication(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    def define(event: dict[str, Any]) -> dict[str, Any]:
        done = bool(event["request"]["session"])
        answer = {"issueTokens": True} if done else {"challengeName": "CUSTOM_CHALLENGE"}
        return {"response": answer}

    config = {
        "DefineAuthChallenge": functions.set("define", define),
        "CreateAuthChallenge": functions.returns("create", {"response": {}}),
        "VerifyAuthChallengeResponse": functions.returns("verify", {"response": {"answerCorrect": True}}),
    }
    world = World(idp, emulator, functions, **config)
    challenge = custom(world)
    started = functions.events.copy()
    functions.events.clear()
    idp.respond_to_auth_challenge(
        **world.client,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "ANSWER": "42"},
        ClientMetadata=SENT,
    )
    assert [(event["triggerSource"], event["request"].get("clientMetadata")) for event in started] == [
        ("PreAuthentication_Authentication", None),
        ("DefineAuthChallenge_Authentication", None),
        ("CreateAuthChallenge_Authentication", None),
    ]
    assert started[0]["request"]["validationData"] == {"start": "1"}
    assert [(event["triggerSource"], event["request"].get("clientMetadata")) for event in functions.events] == [
        ("VerifyAuthChallengeResponse_Authentication", SENT),
        ("DefineAuthChallenge_Authentication", SENT),
        ("PostAuthentication_Authentication", SENT),
        ("TokenGeneration_Authentication", SENT),
    ]


def test_migration(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    known = {"userAttributes": {"email": EMAIL, "email_verified": "true"}, "finalUserStatus": "CONFIRMED"}
    migrate = functions.returns("UserMigration", {"response": {**known, "messageAction": "SUPPRESS"}})
    world = World(idp, emulator, functions, UserMigration=migrate)
    idp.initiate_auth(
        **world.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
        ClientMetadata=SENT,
    )
    request = functions.request("UserMigration_Authentication")
    assert request == {"password": PASSWORD, "validationData": SENT, "userAttributes": None}
    assert functions.request("PreAuthentication_Authentication")["validationData"] == SENT
    idp.forgot_password(**world.client, Username="bob", ClientMetadata=SENT)
    assert functions.request("UserMigration_ForgotPassword") == {"userAttributes": None, "clientMetadata": SENT}


def test_metadata_is_stored_nowhere(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    """Each call passes its own: what came with the start of a sign-in is gone at the answer."""
    world = World(idp, emulator, functions)
    world.confirmed()
    srp, challenge = _srp_begin(world, ClientMetadata=SENT)
    functions.events.clear()
    idp.respond_to_auth_challenge(
        **world.client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.responses(challenge["ChallengeParameters"]),
    )
    assert all("clientMetadata" not in event["request"] for event in functions.events)


def test_metadata_is_acted_on_under_strict(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    assert emulator.ignored == {}
    sign_up(World(idp, emulator, functions))()
    assert emulator.ignored == {}
    assert "ALLOW_CUSTOM_AUTH" in ALL_FLOWS
