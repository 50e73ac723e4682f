"""Every challenge with wrong input at every step: AWS's error, and a session that is none the worse for it.

Source: reference auth-flows.md §2, §5 to §10.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import (
    PASSWORD,
    SMS,
    App,
    Idp,
    User,
    app,
    app_client,
    begin,
    confirmed_user,
    invited_user,
    refused,
    sign_in,
)
from tests.factors import (
    CHOICE,
    EMAIL_FACTOR,
    SMS_FACTOR,
    TOTP_FACTOR,
    choice_app,
    choose,
    code_at,
    last_code,
    mfa_app,
    register_totp,
    respond,
    wrong_code,
)
from tests.srp_client import SrpClient, srp_client
from tests.user_pools.test_devices import ALWAYS, Device
from tests.user_pools.test_passkeys import passkey_app, register, request_of
from tests.user_pools.triggers.functions import Recorder
from tests.user_pools.triggers.test_custom_auth import ANSWER, create, define, verify

Json = dict[str, Any]
Error = tuple[str, str]
Responses = dict[str, str]
INVALID = ("NotAuthorizedException", "Invalid session for the user.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
WRONG_CODE = ("CodeMismatchException", "Invalid code or auth state for the user.")
PHONE, EMAIL = "+12065550100", "ada@example.com"
NEW_PASSWORD = "Battery-Staple-2"


@dataclass
class Posed:
    """A challenge that was posed to a user, with the answer that passes."""

    user: User
    challenge: Json
    right: Responses


class World:
    def __init__(self, idp: Idp, emulator: Emulator) -> None:
        self.idp, self.emulator = idp, emulator

    def code(self, user: User) -> str:
        return last_code(self.emulator, user)


def sms_mfa(world: World) -> Posed:
    user = confirmed_user(world.idp, mfa_app(world.idp, "ON", **SMS_FACTOR), phone_number=PHONE)
    challenge = begin(world.idp, user)
    return Posed(user, challenge, {"SMS_MFA_CODE": world.code(user)})


def email_mfa(world: World) -> Posed:
    user = confirmed_user(world.idp, mfa_app(world.idp, "ON", **EMAIL_FACTOR), email=EMAIL)
    challenge = begin(world.idp, user)
    return Posed(user, challenge, {"EMAIL_OTP_CODE": world.code(user)})


def with_totp(world: World, *, prefer: bool = True, **factors: Any) -> tuple[User, str]:
    user = confirmed_user(world.idp, mfa_app(world.idp, **TOTP_FACTOR, **factors), phone_number=PHONE)
    secret = register_totp(world.idp, world.emulator, sign_in(world.idp, user)["AccessToken"], prefer=prefer)
    return user, secret


def software_token(world: World) -> Posed:
    user, secret = with_totp(world)
    return Posed(user, begin(world.idp, user), {"SOFTWARE_TOKEN_MFA_CODE": code_at(secret, world.emulator)})


def select_mfa_type(world: World) -> Posed:
    user, _ = with_totp(world, prefer=False, **SMS_FACTOR)
    both = {"SMSMfaSettings": {"Enabled": True}, "SoftwareTokenMfaSettings": {"Enabled": True}}
    world.idp.admin_set_user_mfa_preference(**user.key, **both)
    return Posed(user, begin(world.idp, user), {"ANSWER": "SOFTWARE_TOKEN_MFA"})


def mfa_setup(world: World) -> Posed:
    user = confirmed_user(world.idp, mfa_app(world.idp, "ON"))
    first = begin(world.idp, user)
    associated = world.idp.associate_software_token(Session=first["Session"])
    code = code_at(associated["SecretCode"], world.emulator)
    bad = wrong_code(associated["SecretCode"], world.emulator)
    with refused("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"):
        world.idp.verify_software_token(Session=associated["Session"], UserCode=bad)
    with refused(*USED):
        world.idp.associate_software_token(Session=first["Session"])
    verified = world.idp.verify_software_token(Session=associated["Session"], UserCode=code)
    with refused(*USED):
        world.idp.verify_software_token(Session=associated["Session"], UserCode=code)
    return Posed(user, {**first, "Session": verified["Session"]}, {})


def new_password(world: World) -> Posed:
    user = invited_user(world.idp, app(world.idp))
    return Posed(user, begin(world.idp, user), {"NEW_PASSWORD": NEW_PASSWORD})


def choice(world: World) -> User:
    return confirmed_user(
        world.idp, choice_app(world.idp, "EMAIL_OTP", "SMS_OTP", **SMS), email=EMAIL, phone_number=PHONE
    )


def select_challenge(world: World) -> Posed:
    user = choice(world)
    return Posed(user, choose(world.idp, user), {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD})


def password(world: World) -> Posed:
    user = choice(world)
    return Posed(user, choose(world.idp, user, PREFERRED_CHALLENGE="PASSWORD"), {"PASSWORD": PASSWORD})


def password_srp(world: World) -> Posed:
    user = choice(world)
    right = {"SRP_A": srp_client(user.app.pool_id, PASSWORD).srp_a}
    return Posed(user, choose(world.idp, user, PREFERRED_CHALLENGE="PASSWORD_SRP"), right)


def password_verifier(world: World) -> Posed:
    user = confirmed_user(world.idp, app(world.idp))
    client = srp_client(user.app.pool_id, PASSWORD)
    parameters = {"USERNAME": "alice", "SRP_A": client.srp_a}
    challenge = world.idp.initiate_auth(
        ClientId=user.app.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters
    )
    return Posed(user, challenge, client.responses(challenge["ChallengeParameters"]))


def email_otp(world: World) -> Posed:
    user = choice(world)
    challenge = choose(world.idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    return Posed(user, challenge, {"EMAIL_OTP_CODE": world.code(user)})


def sms_otp(world: World) -> Posed:
    user = choice(world)
    challenge = choose(world.idp, user, PREFERRED_CHALLENGE="SMS_OTP")
    return Posed(user, challenge, {"SMS_OTP_CODE": world.code(user)})


def web_authn(world: World) -> Posed:
    user = confirmed_user(world.idp, passkey_app(world.idp))
    authenticator = register(world.idp, user)
    challenge = choose(world.idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    return Posed(user, challenge, {"CREDENTIAL": json.dumps(authenticator.get(request_of(challenge)))})


def custom(world: World) -> Posed:
    functions = Recorder(world.emulator)
    config = {
        "DefineAuthChallenge": functions.set("define", define),
        "CreateAuthChallenge": functions.set("create", create),
        "VerifyAuthChallengeResponse": functions.set("verify", verify),
    }
    user = confirmed_user(world.idp, app(world.idp, LambdaConfig=config))
    challenge = world.idp.initiate_auth(
        ClientId=user.app.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"}
    )
    return Posed(user, challenge, {"ANSWER": ANSWER})


def with_device(world: World) -> tuple[User, Device, Json]:
    user = confirmed_user(world.idp, app(world.idp, DeviceConfiguration=ALWAYS))
    first = sign_in(world.idp, user)
    device = Device.of(first)
    device.confirm(world.idp, first)
    return user, device, begin(world.idp, user, DEVICE_KEY=device.key)


def device_srp(world: World) -> Posed:
    user, device, challenge = with_device(world)
    right = {"DEVICE_KEY": device.key, "SRP_A": SrpClient(device.group, device.password).srp_a}
    return Posed(user, challenge, right)


def device_verifier(world: World) -> Posed:
    user, device, first = with_device(world)
    client = SrpClient(device.group, device.password)
    challenge = respond(world.idp, user, first, DEVICE_KEY=device.key, SRP_A=client.srp_a)
    right = client.responses({**challenge["ChallengeParameters"], "USER_ID_FOR_SRP": device.key})
    return Posed(user, challenge, {**right, "USERNAME": "alice", "DEVICE_KEY": device.key})


@dataclass(frozen=True)
class Case:
    """A challenge; what it needs, an answer that is wrong, and what that is answered with.

    `in_block`: the session travels in the secret block, and what is wrong with it is told as a wrong password.
    """

    pose: Callable[[World], Posed]
    needs: str | None
    wrong: Responses | None = None
    error: Error = WRONG_CODE
    in_block: bool = False


CASES = [
    Case(sms_mfa, "SMS_MFA_CODE", {"SMS_MFA_CODE": "nope"}),
    Case(email_mfa, "EMAIL_OTP_CODE", {"EMAIL_OTP_CODE": "nope"}),
    Case(
        software_token,
        "SOFTWARE_TOKEN_MFA_CODE",
        {"SOFTWARE_TOKEN_MFA_CODE": "nope"},
        ("CodeMismatchException", "Invalid code received for user"),
    ),
    Case(
        select_mfa_type,
        "ANSWER",
        {"ANSWER": "EMAIL_MFA"},
        ("InvalidParameterException", "Invalid ANSWER EMAIL_MFA: it is not one of the available challenges."),
    ),
    Case(mfa_setup, None),
    Case(
        new_password,
        "NEW_PASSWORD",
        {"NEW_PASSWORD": "short"},
        ("InvalidPasswordException", "Password does not conform to policy: Password not long enough"),
    ),
    Case(
        select_challenge,
        "ANSWER",
        {"ANSWER": "WEB_AUTHN"},
        ("InvalidParameterException", "Invalid ANSWER WEB_AUTHN: it is not one of the available challenges."),
    ),
    Case(select_challenge, "ANSWER", {"ANSWER": "PASSWORD", "PASSWORD": "wrong"}, WRONG_PASSWORD),
    Case(password, "PASSWORD", {"PASSWORD": "wrong"}, WRONG_PASSWORD),
    Case(password_srp, "SRP_A", {"SRP_A": "0"}, ("InvalidParameterException", "Invalid SRP_A value.")),
    Case(
        password_verifier,
        "PASSWORD_CLAIM_SIGNATURE",
        {"PASSWORD_CLAIM_SIGNATURE": "bm90IGl0"},
        WRONG_PASSWORD,
        in_block=True,
    ),
    Case(email_otp, "EMAIL_OTP_CODE", {"EMAIL_OTP_CODE": "nope"}),
    Case(sms_otp, "SMS_OTP_CODE", {"SMS_OTP_CODE": "nope"}),
    Case(
        web_authn,
        "CREDENTIAL",
        {"CREDENTIAL": json.dumps({"id": "nobody"})},
        WRONG_PASSWORD,
    ),
    Case(custom, "ANSWER"),
    Case(
        device_srp,
        "DEVICE_KEY",
        {"DEVICE_KEY": "us-east-1_a1b2c3d4-5678-90ab-cdef-000000000000"},
        ("ResourceNotFoundException", "Device does not exist."),
    ),
    Case(
        device_verifier,
        "PASSWORD_CLAIM_SIGNATURE",
        {"PASSWORD_CLAIM_SIGNATURE": "bm90IGl0"},
        WRONG_PASSWORD,
        in_block=True,
    ),
]
every_challenge = pytest.mark.parametrize("case", CASES, ids=lambda case: case.pose.__name__)


@pytest.fixture
def world(idp: Idp, emulator: Emulator) -> World:
    return World(idp, emulator)


def goes_on(answer: Json) -> bool:
    return "AuthenticationResult" in answer or "ChallengeName" in answer


@every_challenge
def test_wrong_input_leaves_the_session_in_force(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    if case.needs is not None:
        lacking = {name: value for name, value in posed.right.items() if name != case.needs}
        with refused("InvalidParameterException", f"Missing required parameter {case.needs}"):
            respond(idp, posed.user, posed.challenge, **lacking)
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        respond(idp, posed.user, posed.challenge, **{**posed.right, "USERNAME": ""})
    if case.wrong is not None:
        with refused(*case.error):
            respond(idp, posed.user, posed.challenge, **{**posed.right, **case.wrong})
    assert goes_on(respond(idp, posed.user, posed.challenge, **posed.right))


@every_challenge
def test_a_session_is_good_once(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    assert goes_on(respond(idp, posed.user, posed.challenge, **posed.right))
    with refused(*USED):
        respond(idp, posed.user, posed.challenge, **posed.right)


@every_challenge
def test_a_session_expires(world: World, idp: Idp, clock: Clock, case: Case) -> None:
    posed = case.pose(world)
    clock.advance(minutes=6)
    with refused(*EXPIRED):
        respond(idp, posed.user, posed.challenge, **posed.right)


@every_challenge
def test_a_session_belongs_to_client_pool_and_user(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    error = WRONG_PASSWORD if case.in_block else INVALID
    made = posed.user.app
    same_pool = App(made.pool_id, app_client(idp, made.pool_id, ExplicitAuthFlows=CHOICE))
    other_pool = confirmed_user(idp, app(idp, {"ExplicitAuthFlows": CHOICE})).app
    for stranger in (same_pool, other_pool):
        with refused(*error):
            respond(idp, User(stranger, "alice"), posed.challenge, **posed.right)
    bob = confirmed_user(idp, made, "bob", phone_number="+12065550199")
    with refused(*error):
        respond(idp, posed.user, posed.challenge, **{**posed.right, "USERNAME": bob.username})
    assert goes_on(respond(idp, posed.user, posed.challenge, **posed.right))


@every_challenge
def test_a_session_belongs_to_its_challenge(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    name = posed.challenge["ChallengeName"]
    other = "SMS_MFA" if name != "SMS_MFA" else "EMAIL_OTP"
    session = {"Session": posed.challenge["Session"]} if "Session" in posed.challenge else {"Session": "x" * 20}
    with refused(*INVALID):
        respond(idp, posed.user, {"ChallengeName": other, **session}, SMS_MFA_CODE="1", EMAIL_OTP_CODE="1")
    with refused("InvalidParameterException", "Challenge ADMIN_NO_SRP_AUTH is not supported."):
        respond(idp, posed.user, {"ChallengeName": "ADMIN_NO_SRP_AUTH", **session})
    assert goes_on(respond(idp, posed.user, posed.challenge, **posed.right))


@every_challenge
def test_what_is_no_session(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    if not case.in_block:
        name = {"ChallengeName": posed.challenge["ChallengeName"]}
        with refused(*INVALID):
            respond(idp, posed.user, {**name, "Session": "A" * 800}, **posed.right)
        if case.pose is not device_srp:
            with refused("InvalidParameterException", "Missing required parameter Session"):
                respond(idp, posed.user, name, **posed.right)
    assert goes_on(respond(idp, posed.user, posed.challenge, **posed.right))


def test_a_wrong_custom_answer_takes_the_session(world: World, idp: Idp) -> None:
    posed = custom(world)
    following = respond(idp, posed.user, posed.challenge, ANSWER="wrong")
    assert following["ChallengeName"] == "CUSTOM_CHALLENGE"
    with refused(*USED):
        respond(idp, posed.user, posed.challenge, **posed.right)
    assert "AuthenticationResult" in respond(idp, posed.user, following, **posed.right)


def test_the_table_has_every_challenge(idp: Idp) -> None:
    names = set(idp.meta.service_model.shape_for("ChallengeNameType").enum) - {"ADMIN_NO_SRP_AUTH"}
    assert len({case.pose for case in CASES}) == len(names) + 1, "EMAIL_OTP is a first factor and a second"


LEADS_ON = {"SELECT_MFA_TYPE", "PASSWORD_SRP", "DEVICE_SRP_AUTH"}


@every_challenge
def test_a_user_who_is_disabled_meanwhile(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    idp.admin_disable_user(**posed.user.key)
    if posed.challenge["ChallengeName"] in LEADS_ON:
        assert "ChallengeName" in respond(idp, posed.user, posed.challenge, **posed.right)
        return
    with refused("NotAuthorizedException", "User is disabled."):
        respond(idp, posed.user, posed.challenge, **posed.right)


@every_challenge
def test_a_user_who_is_deleted_meanwhile(world: World, idp: Idp, case: Case) -> None:
    posed = case.pose(world)
    idp.admin_delete_user(**posed.user.key)
    with refused(*(WRONG_PASSWORD if case.in_block else INVALID)):
        respond(idp, posed.user, posed.challenge, **posed.right)


@pytest.mark.parametrize("pose", [software_token, device_verifier], ids=lambda pose: pose.__name__)
def test_a_password_that_is_reset_meanwhile(world: World, idp: Idp, pose: Callable[[World], Posed]) -> None:
    posed = pose(world)
    verified = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_update_user_attributes(**posed.user.key, UserAttributes=verified)
    idp.admin_reset_user_password(**posed.user.key)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        respond(idp, posed.user, posed.challenge, **posed.right)
