"""Authenticator apps: registered, asked for at sign-in, taken away."""

from __future__ import annotations

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools.credentials import totp
from tests.builders import Idp, User, app, begin, confirmed_user, invited_user, refused, sign_in
from tests.factors import TOTP_FACTOR, code_at, mfa_app, register_totp, respond, wrong_code

MISMATCH = ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
USED = ("ExpiredCodeException", "Your software token has already been used once.")
WRONG = ("CodeMismatchException", "Invalid code received for user")


@pytest.fixture
def user(idp: Idp) -> User:
    """A user of a pool with optional MFA by authenticator app."""
    return confirmed_user(idp, mfa_app(idp))


@pytest.mark.parametrize(
    ("time", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_rfc_6238(time: int, code: str) -> None:
    """The last six digits of the test vectors in appendix B."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code(secret, time // 30) == code
    assert totp.step_of(secret, code, time) == time // 30


def test_registration_with_an_access_token(idp: Idp, emulator: Emulator, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    answer = idp.associate_software_token(AccessToken=token)
    assert "Session" not in answer
    assert len(answer["SecretCode"]) == 52
    with refused(*MISMATCH):
        idp.verify_software_token(AccessToken=token, UserCode=wrong_code(answer["SecretCode"], emulator))
    verified = idp.verify_software_token(AccessToken=token, UserCode=code_at(answer["SecretCode"], emulator))
    assert verified["Status"] == "SUCCESS"
    assert "Session" not in verified
    # Verified is not turned on: the pool leaves it to the user.
    assert "AuthenticationResult" in begin(idp, user)
    assert "UserMFASettingList" not in idp.get_user(AccessToken=token)


def test_the_pool_has_to_allow_it(idp: Idp, user: User) -> None:
    other = confirmed_user(idp, app(idp))
    token = sign_in(idp, other)["AccessToken"]
    error = ("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
    with refused(*error):
        idp.associate_software_token(AccessToken=token)
    with refused(*error):
        idp.verify_software_token(AccessToken=token, UserCode="123456")


def test_neither_token_nor_session_and_both(idp: Idp, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    text = "Either AccessToken or Session is required, but not both."
    with refused("InvalidParameterException", text):
        idp.associate_software_token()
    with refused("InvalidParameterException", text):
        idp.associate_software_token(AccessToken=token, Session="x" * 20)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        idp.associate_software_token(Session="x" * 20)


def test_nothing_to_verify(idp: Idp, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."):
        idp.verify_software_token(AccessToken=token, UserCode="123456")


def test_sign_in(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"], name="phone")
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert challenge["ChallengeParameters"] == {"USER_ID_FOR_SRP": "alice", "FRIENDLY_DEVICE_NAME": "phone"}
    assert "AuthenticationResult" not in challenge
    with refused(*WRONG):
        respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=wrong_code(secret, emulator))
    with refused("InvalidParameterException", "Missing required parameter SOFTWARE_TOKEN_MFA_CODE"):
        respond(idp, user, challenge)
    answer = respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert answer["ChallengeParameters"] == {}
    token = answer["AuthenticationResult"]["AccessToken"]
    shown = idp.get_user(AccessToken=token)
    assert (shown["PreferredMfaSetting"], shown["UserMFASettingList"]) == (
        "SOFTWARE_TOKEN_MFA",
        ["SOFTWARE_TOKEN_MFA"],
    )
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator, 1))


def test_a_code_is_good_once(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    code = code_at(secret, emulator)
    respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code)
    again = begin(idp, user)
    with refused(*USED):
        respond(idp, user, again, SOFTWARE_TOKEN_MFA_CODE=code)
    # The session is none the worse for it.
    assert "AuthenticationResult" in respond(idp, user, again, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator, 1))


def test_clocks_may_differ_by_one_step(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    emulator.clock.advance(minutes=5)
    for steps in (-2, 2):
        with refused(*WRONG):
            respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator, steps))
    for steps in (-1, 1):
        answer = respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator, steps))
        assert "AuthenticationResult" in answer


def test_five_wrong_codes_end_the_sign_in(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    challenge = begin(idp, user)
    for _ in range(5):
        with refused(*WRONG):
            respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=wrong_code(secret, emulator))
    with refused("NotAuthorizedException", "Attempt limit exceeded, please try after some time."):
        respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert "AuthenticationResult" in respond(
        idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator)
    )


def test_the_session_expires(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    challenge = begin(idp, user)
    emulator.clock.advance(minutes=3)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))


def test_another_secret_takes_over_when_it_is_verified(idp: Idp, emulator: Emulator, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    first = register_totp(idp, emulator, token)
    second = idp.associate_software_token(AccessToken=token)["SecretCode"]
    respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(first, emulator))
    idp.verify_software_token(AccessToken=token, UserCode=code_at(second, emulator))
    emulator.clock.advance(seconds=60)
    with refused(*WRONG):
        respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(first, emulator))
    respond(idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(second, emulator))


def test_set_up_that_the_pool_demands(idp: Idp, emulator: Emulator) -> None:
    """Source: recordings moto-aws-verified/mfa-on-totp-setup-and-login/1-6."""
    user = confirmed_user(idp, mfa_app(idp, "ON", {"GenerateSecret": True}))
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "MFA_SETUP"
    assert challenge["ChallengeParameters"] == {
        "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]',
        "USER_ID_FOR_SRP": "alice",
    }
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, challenge)
    associated = idp.associate_software_token(Session=challenge["Session"])
    secret = associated["SecretCode"]
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        idp.associate_software_token(Session=challenge["Session"])
    with refused(*MISMATCH):
        idp.verify_software_token(Session=associated["Session"], UserCode=wrong_code(secret, emulator))
    code = code_at(secret, emulator)
    verified = idp.verify_software_token(Session=associated["Session"], UserCode=code, FriendlyDeviceName="phone")
    assert verified["Status"] == "SUCCESS"

    # A sign-in that begins meanwhile is asked for a code already, and the code was used.
    other = begin(idp, user)
    assert other["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with refused(*USED):
        respond(idp, user, other, SOFTWARE_TOKEN_MFA_CODE=code)

    answer = respond(idp, user, {**challenge, "Session": verified["Session"]})
    assert "AuthenticationResult" in answer
    shown = idp.admin_get_user(**user.key)
    assert shown["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    emulator.clock.advance(seconds=30)
    assert "AuthenticationResult" in respond(
        idp, user, begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator)
    )


def test_set_up_after_a_new_password(idp: Idp, emulator: Emulator) -> None:
    """Tokens follow MFA_SETUP at once; no second code is asked for."""
    user = invited_user(idp, mfa_app(idp, "ON"))
    new_password = begin(idp, user)
    assert new_password["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    set_up = respond(idp, user, new_password, NEW_PASSWORD="Correct-Horse-1")
    assert set_up["ChallengeName"] == "MFA_SETUP"
    associated = idp.associate_software_token(Session=set_up["Session"])
    code = code_at(associated["SecretCode"], emulator)
    verified = idp.verify_software_token(Session=associated["Session"], UserCode=code)
    assert "AuthenticationResult" in respond(idp, user, {**set_up, "Session": verified["Session"]})


def test_required_pool_asks_whoever_registered(idp: Idp, emulator: Emulator, user: User) -> None:
    """In a pool that demands a factor a verified app is asked for, preferred or not."""
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"], prefer=False)
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="ON", **TOTP_FACTOR)
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))


def test_admin_deletes_the_token(idp: Idp, emulator: Emulator, user: User) -> None:
    register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    idp.admin_delete_software_token(**user.key)
    shown = idp.admin_get_user(**user.key)
    assert "UserMFASettingList" not in shown
    assert "PreferredMfaSetting" not in shown
    register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    assert begin(idp, user)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_delete_software_token(UserPoolId=user.app.pool_id, Username="nobody")


def test_answers_of_admin_and_public_operations_do_not_mix(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    challenge = idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": user.password},
    )
    responses = {"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code_at(secret, emulator)}
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, challenge, **responses)
    answer = idp.admin_respond_to_auth_challenge(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge["Session"],
        ChallengeResponses=responses,
    )
    assert "AuthenticationResult" in answer


def test_another_user_cannot_answer(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    other = confirmed_user(idp, user.app, "bob")
    challenge = begin(idp, user)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, other, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))


def test_the_first_code_verifies_once(idp: Idp, emulator: Emulator) -> None:
    """VerifySoftwareToken declares no error for a code that was used: it is one that does not fit."""
    user = confirmed_user(idp, mfa_app(idp))
    token = sign_in(idp, user)["AccessToken"]
    secret = idp.associate_software_token(AccessToken=token)["SecretCode"]
    code = code_at(secret, emulator)
    assert idp.verify_software_token(AccessToken=token, UserCode=code)["Status"] == "SUCCESS"
    with refused(*MISMATCH):
        idp.verify_software_token(AccessToken=token, UserCode=code)
    emulator.clock.advance(seconds=30)
    assert idp.verify_software_token(AccessToken=token, UserCode=code_at(secret, emulator))["Status"] == "SUCCESS"
