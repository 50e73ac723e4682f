"""Choice-based sign-in (USER_AUTH), users without passwords, and sign-up that goes on into sign-in."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import (
    ALL_FLOWS,
    PASSWORD,
    SMS,
    App,
    Idp,
    User,
    app,
    as_dict,
    attributes,
    claims,
    confirmed_user,
    hiding,
    invited_user,
    refused,
    unconfirmed_user,
)
from tests.factors import (
    CHOICE,
    EMAIL_FACTOR,
    SES,
    SMS_FACTOR,
    TOTP_FACTOR,
    choice_app,
    choose,
    code_at,
    last_code,
    register_totp,
    respond,
)
from tests.srp_client import srp_client

ADDRESSES = {"email": "ada@example.com", "phone_number": "+12065550100"}
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
WRONG_CODE = ("CodeMismatchException", "Invalid code or auth state for the user.")
EVERY = ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]


@pytest.fixture
def user(idp: Idp) -> User:
    """A user with a password and both kinds of address, in a pool that takes codes by either."""
    return confirmed_user(idp, choice_app(idp, "EMAIL_OTP", "SMS_OTP", **SMS), **ADDRESSES)


def passwordless(idp: Idp, app: App, username: str = "alice", **given: str) -> User:
    idp.admin_create_user(UserPoolId=app.pool_id, Username=username, UserAttributes=attributes(**given))
    return User(app, username, "", given)


# ── the choice ───────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_is_offered(idp: Idp, emulator: Emulator, user: User) -> None:
    answer = choose(idp, user)
    assert answer["ChallengeName"] == "SELECT_CHALLENGE"
    assert answer["ChallengeParameters"] == {}
    assert answer["AvailableChallenges"] == EVERY
    assert answer["Session"]
    assert emulator.messages.find(username="alice") == []


def test_the_flow_has_to_be_allowed(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp))
    with refused("InvalidParameterException", "USER_AUTH flow not enabled for this client"):
        choose(idp, user)


def test_only_what_the_pool_allows(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp, {"ExplicitAuthFlows": CHOICE}), **ADDRESSES)
    assert choose(idp, user)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    assert choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")["ChallengeName"] == "SELECT_CHALLENGE"


def test_a_temporary_password_comes_before_codes(idp: Idp) -> None:
    """Source: reference auth-flows.md §10 (recorded)."""
    user = invited_user(idp, choice_app(idp, "EMAIL_OTP"), email="ada@example.com")
    answer = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert (answer["ChallengeName"], answer["AvailableChallenges"]) == (
        "SELECT_CHALLENGE",
        ["PASSWORD_SRP", "PASSWORD"],
    )
    answer = respond(idp, user, answer, ANSWER="PASSWORD", PASSWORD=user.password)
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert "AuthenticationResult" in respond(idp, user, answer, NEW_PASSWORD=PASSWORD)


def test_bad_choices(idp: Idp, user: User) -> None:
    choice = choose(idp, user)
    with refused("InvalidParameterException", "Missing required parameter ANSWER"):
        respond(idp, user, choice)
    with refused("InvalidParameterException", "Invalid ANSWER WEB_AUTHN: it is not one of the available challenges."):
        respond(idp, user, choice, ANSWER="WEB_AUTHN")
    with refused("InvalidParameterException", "Invalid SRP_A value."):
        respond(idp, user, choice, ANSWER="PASSWORD_SRP", SRP_A="0")
    assert "AuthenticationResult" in respond(idp, user, choice, ANSWER="PASSWORD", PASSWORD=PASSWORD)


# ── passwords ────────────────────────────────────────────────────────────────────────────────────────────────


def test_password_at_once(idp: Idp, user: User) -> None:
    answer = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert answer["ChallengeParameters"] == {}
    assert "AvailableChallenges" not in answer
    assert claims(answer["AuthenticationResult"]["AccessToken"])["username"] == "alice"
    with refused(*WRONG):
        choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-1234")


def test_password_when_asked(idp: Idp, user: User) -> None:
    challenge = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD")
    assert (challenge["ChallengeName"], challenge["AvailableChallenges"]) == ("PASSWORD", EVERY)
    with refused(*WRONG):
        respond(idp, user, challenge, PASSWORD="Wrong-1234")
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        respond(idp, user, challenge)
    assert "AuthenticationResult" in respond(idp, user, challenge, PASSWORD=PASSWORD)


def test_password_after_the_choice(idp: Idp, user: User) -> None:
    challenge = respond(idp, user, choose(idp, user), ANSWER="PASSWORD")
    assert challenge["ChallengeName"] == "PASSWORD"
    assert "AuthenticationResult" in respond(idp, user, challenge, PASSWORD=PASSWORD)


@pytest.mark.parametrize("way", ["preferred", "preferred later", "chosen", "chosen later"])
def test_srp(idp: Idp, user: User, way: str) -> None:
    client = srp_client(user.app.pool_id, PASSWORD)
    if way == "preferred":
        verifier = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=client.srp_a)
    elif way == "preferred later":
        challenge = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD_SRP")
        assert challenge["ChallengeName"] == "PASSWORD_SRP"
        with refused("InvalidParameterException", "Missing required parameter SRP_A"):
            respond(idp, user, challenge)
        verifier = respond(idp, user, challenge, SRP_A=client.srp_a)
    elif way == "chosen":
        verifier = respond(idp, user, choose(idp, user), ANSWER="PASSWORD_SRP", SRP_A=client.srp_a)
    else:
        challenge = respond(idp, user, choose(idp, user), ANSWER="PASSWORD_SRP")
        verifier = respond(idp, user, challenge, SRP_A=client.srp_a)
    assert verifier["ChallengeName"] == "PASSWORD_VERIFIER"
    assert verifier["Session"]
    responses = client.responses(verifier["ChallengeParameters"])
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, {**verifier, "Session": "x" * 40}, **responses)
    assert "AuthenticationResult" in respond(idp, user, verifier, **responses)


def test_wrong_passwords_lock_the_user_out(idp: Idp, user: User) -> None:
    for _ in range(5):
        with refused(*WRONG):
            choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-1234")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)


def test_mfa_follows_a_password_and_not_a_code(idp: Idp, emulator: Emulator) -> None:
    user = confirmed_user(idp, choice_app(idp, "EMAIL_OTP"), email="ada@example.com")
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    result = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    secret = register_totp(idp, emulator, result["AccessToken"])
    challenge = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    answer = respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))
    assert "AuthenticationResult" in answer


def test_required_mfa_leaves_only_passwords(idp: Idp, user: User) -> None:
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="ON", **TOTP_FACTOR)
    answer = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    lonely = passwordless(idp, user.app, "bob", email="bob@example.com")
    with refused(*WRONG):
        choose(idp, lonely)


# ── codes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_by_email(idp: Idp, emulator: Emulator, user: User) -> None:
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert challenge["AvailableChallenges"] == EVERY
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "a***@e***",
    }
    [message] = emulator.messages.find(username="alice")
    assert (message.purpose, message.subject) == ("CustomMessage_Authentication", "Your authentication code")
    assert len(message.code) == 8
    with refused(*WRONG_CODE):
        respond(idp, user, challenge, EMAIL_OTP_CODE="00000000")
    with refused("InvalidParameterException", "Missing required parameter EMAIL_OTP_CODE"):
        respond(idp, user, challenge, SMS_OTP_CODE=message.code)
    result = respond(idp, user, challenge, EMAIL_OTP_CODE=message.code)["AuthenticationResult"]
    assert claims(result["IdToken"])["email_verified"] is True
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(idp, user, challenge, EMAIL_OTP_CODE=message.code)


def test_a_code_by_text_message_after_the_choice(idp: Idp, emulator: Emulator, user: User) -> None:
    challenge = respond(idp, user, choose(idp, user), ANSWER="SMS_OTP")
    assert challenge["ChallengeName"] == "SMS_OTP"
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*******0100",
    }
    assert "AuthenticationResult" in respond(idp, user, challenge, SMS_OTP_CODE=last_code(emulator, user))
    assert as_dict(idp.admin_get_user(**user.key)["UserAttributes"])["phone_number_verified"] == "true"


def test_the_message_of_the_pool(idp: Idp, emulator: Emulator) -> None:
    user = confirmed_user(idp, choice_app(idp, "EMAIL_OTP", EmailConfiguration=SES), email="ada@example.com")
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="OPTIONAL", **EMAIL_FACTOR)
    choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    [message] = emulator.messages.find(username="alice")
    assert (message.subject, message.body) == ("Your code", f"Use {message.code} now")


def test_an_address_that_changed_meanwhile(idp: Idp, emulator: Emulator, user: User) -> None:
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    code = last_code(emulator, user)
    idp.admin_update_user_attributes(**user.key, UserAttributes=attributes(email="eve@example.com"))
    with refused(*WRONG_CODE):
        respond(idp, user, challenge, EMAIL_OTP_CODE=code)
    assert as_dict(idp.admin_get_user(**user.key)["UserAttributes"])["email_verified"] != "true"


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("unconfirmed", ("UserNotConfirmedException", "User is not confirmed.")),
        ("disabled", ("NotAuthorizedException", "User is disabled.")),
        ("unknown", ("UserNotFoundException", "User does not exist.")),
    ],
)
def test_states_of_users(idp: Idp, state: str, error: tuple[str, str]) -> None:
    made = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    if state == "unconfirmed":
        user = unconfirmed_user(idp, made, email="ada@example.com")
    else:
        user = confirmed_user(idp, made, email="ada@example.com")
    if state == "disabled":
        idp.admin_disable_user(**user.key)
    if state == "unknown":
        user = User(made, "nobody")
    for preferred in ("", "EMAIL_OTP", "PASSWORD"):
        with refused(*error):
            choose(idp, user, PREFERRED_CHALLENGE=preferred)


# ── users who must not be told apart from none ───────────────────────────────────────────────────────────────


@pytest.fixture
def nobody(idp: Idp) -> User:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    return User(hiding(idp, {"ExplicitAuthFlows": CHOICE}, Policies=policies), "nobody@invalid.example")


def test_simulated_code(idp: Idp, emulator: Emulator, nobody: User) -> None:
    """Source: reference auth-flows.md §3 (recorded)."""
    challenge = choose(idp, nobody, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert (challenge["ChallengeName"], challenge["AvailableChallenges"]) == ("EMAIL_OTP", ["EMAIL_OTP"])
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "n***@i***",
    }
    assert emulator.messages.find() == []
    for _ in range(5):
        with refused(*WRONG_CODE):
            respond(idp, nobody, challenge, EMAIL_OTP_CODE="12345678")
    with refused("NotAuthorizedException", "Attempt limit exceeded, please try after some time."):
        respond(idp, nobody, challenge, EMAIL_OTP_CODE="12345678")


def test_simulated_passwords(idp: Idp, nobody: User) -> None:
    choice = choose(idp, nobody)
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    assert choice["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
    with refused(*WRONG):
        respond(idp, nobody, choice, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    with refused(*WRONG):
        choose(idp, nobody, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    challenge = choose(idp, nobody, PREFERRED_CHALLENGE="PASSWORD")
    with refused(*WRONG):
        respond(idp, nobody, challenge, PASSWORD=PASSWORD)
    client = srp_client(nobody.app.pool_id, PASSWORD)
    verifier = choose(idp, nobody, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=client.srp_a)
    with refused(*WRONG):
        respond(idp, nobody, verifier, **client.responses(verifier["ChallengeParameters"]))


def test_disabled_users_are_simulated_too(idp: Idp, emulator: Emulator, nobody: User) -> None:
    user = confirmed_user(idp, nobody.app, email="ada@example.com")
    idp.admin_disable_user(**user.key)
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert emulator.messages.find() == []


# ── users without passwords ──────────────────────────────────────────────────────────────────────────────────


def test_sign_up_without_a_password(idp: Idp, emulator: Emulator) -> None:
    made = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    sign_up = idp.sign_up(ClientId=made.client_id, Username="alice", UserAttributes=attributes(email="ada@example.com"))
    code = emulator.messages.find(username="alice")[-1].code
    confirmed = idp.confirm_sign_up(
        ClientId=made.client_id, Username="alice", ConfirmationCode=code, Session=sign_up["Session"]
    )
    user = User(made, "alice")
    answer = idp.initiate_auth(
        ClientId=made.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "alice"},
        Session=confirmed["Session"],
    )
    assert answer["AuthenticationResult"]["RefreshToken"]
    assert choose(idp, user)["AvailableChallenges"] == ["EMAIL_OTP"]
    with refused(*WRONG):
        idp.initiate_auth(
            ClientId=made.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
        )


def test_sign_up_needs_a_password_or_an_address(idp: Idp) -> None:
    error = ("InvalidParameterException", "Missing required parameter PASSWORD")
    made = choice_app(idp, "EMAIL_OTP")
    with refused(*error):
        idp.sign_up(ClientId=made.client_id, Username="al", UserAttributes=attributes(phone_number="+12065550100"))
    with refused(*error):
        idp.sign_up(ClientId=app(idp).client_id, Username="al", UserAttributes=attributes(email="ada@example.com"))


def test_admin_creates_a_user_without_password(idp: Idp, emulator: Emulator) -> None:
    made = choice_app(idp, "EMAIL_OTP")
    created = idp.admin_create_user(
        UserPoolId=made.pool_id, Username="alice", UserAttributes=attributes(email="ada@example.com")
    )
    assert created["User"]["UserStatus"] == "CONFIRMED"
    assert emulator.messages.find() == []
    user = User(made, "alice")
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    result = respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))["AuthenticationResult"]
    factors = idp.get_user_auth_factors(AccessToken=result["AccessToken"])
    assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]
    # With a temporary password everything is as ever.
    other = invited_user(idp, made, "bob", email="bob@example.com")
    assert idp.admin_get_user(**other.key)["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_password_can_be_set_later(idp: Idp) -> None:
    user = passwordless(idp, choice_app(idp, "EMAIL_OTP"), email="ada@example.com")
    idp.admin_set_user_password(**user.key, Password=PASSWORD, Permanent=True)
    assert choose(idp, user)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]


# ── from sign-up into sign-in ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signed_up(idp: Idp, emulator: Emulator) -> tuple[User, str, str]:
    """A user who signed up, the session of that, and the code."""
    made = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    answer = idp.sign_up(
        ClientId=made.client_id,
        Username="alice",
        Password=PASSWORD,
        UserAttributes=attributes(email="ada@example.com"),
    )
    return User(made, "alice"), answer["Session"], emulator.messages.find(username="alice")[-1].code


def auto_sign_in(idp: Idp, user: User, session: str) -> dict[str, Any]:
    answer: dict[str, Any] = idp.initiate_auth(
        ClientId=user.app.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": user.username},
        Session=session,
    )
    return answer


def test_no_session_for_other_clients(idp: Idp, emulator: Emulator) -> None:
    made = app(idp, {"ExplicitAuthFlows": ALL_FLOWS}, AutoVerifiedAttributes=["email"])
    answer = idp.sign_up(
        ClientId=made.client_id,
        Username="alice",
        Password=PASSWORD,
        UserAttributes=attributes(email="ada@example.com"),
    )
    assert "Session" not in answer
    code = emulator.messages.find(username="alice")[-1].code
    assert "Session" not in idp.confirm_sign_up(ClientId=made.client_id, Username="alice", ConfirmationCode=code)


def test_sessions_are_given_whether_sign_ups_came_along_or_not(idp: Idp, signed_up: tuple[User, str, str]) -> None:
    """Amplify confirms without the session of the sign-up."""
    user, _, code = signed_up
    confirmed = idp.confirm_sign_up(ClientId=user.app.client_id, Username="alice", ConfirmationCode=code)
    assert "AuthenticationResult" in auto_sign_in(idp, user, confirmed["Session"])


def test_good_for_one_sign_in(idp: Idp, emulator: Emulator, signed_up: tuple[User, str, str]) -> None:
    user, session, code = signed_up
    confirm = {"ClientId": user.app.client_id, "Username": "alice", "ConfirmationCode": code}
    with refused("NotAuthorizedException", "Invalid session for the user."):
        idp.confirm_sign_up(**confirm, Session="x" * 40)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        auto_sign_in(idp, confirmed_user(idp, user.app, "bob"), session)
    confirmed = idp.confirm_sign_up(**confirm, Session=session)["Session"]
    with refused("NotAuthorizedException", "Invalid session for the user."):
        auto_sign_in(idp, User(user.app, "bob"), confirmed)
    assert "AuthenticationResult" in auto_sign_in(idp, user, confirmed)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        auto_sign_in(idp, user, confirmed)


def test_the_session_expires(idp: Idp, emulator: Emulator, signed_up: tuple[User, str, str]) -> None:
    user, _, code = signed_up
    confirmed = idp.confirm_sign_up(ClientId=user.app.client_id, Username="alice", ConfirmationCode=code)
    emulator.clock.advance(minutes=3)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        auto_sign_in(idp, user, confirmed["Session"])


# ── tiers, other things asked for ────────────────────────────────────────────────────────────────────────────


def test_tier_lite(idp: Idp) -> None:
    text = "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In"
    with refused("FeatureUnavailableInTierException", text):
        app(idp, {"ExplicitAuthFlows": CHOICE}, UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException", text):
        choice_app(idp, "EMAIL_OTP", UserPoolTier="LITE")


def test_by_an_administrator(idp: Idp, emulator: Emulator, user: User) -> None:
    whose = {"UserPoolId": user.app.pool_id, "ClientId": user.app.client_id}
    challenge = idp.admin_initiate_auth(
        **whose, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP"}
    )
    answer = idp.admin_respond_to_auth_challenge(
        **whose,
        ChallengeName="EMAIL_OTP",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "EMAIL_OTP_CODE": last_code(emulator, user)},
    )
    assert "AuthenticationResult" in answer


def test_confidential_client(idp: Idp, emulator: Emulator) -> None:
    user = confirmed_user(idp, choice_app(idp, "EMAIL_OTP", client={"GenerateSecret": True}), email="a@example.com")
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    code = last_code(emulator, user)
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {user.app.client_id}"):
        respond(idp, user, challenge, EMAIL_OTP_CODE=code, SECRET_HASH="d3Jvbmc=")
    assert "AuthenticationResult" in respond(idp, user, challenge, EMAIL_OTP_CODE=code)


def test_sms_needs_a_channel(idp: Idp) -> None:
    user = confirmed_user(idp, choice_app(idp, "SMS_OTP"), phone_number="+12065550100")
    with refused("InvalidParameterException", "User pool does not have SMS configuration to send messages."):
        choose(idp, user, PREFERRED_CHALLENGE="SMS_OTP")


def test_configured_factors(idp: Idp, emulator: Emulator, user: User) -> None:
    """Source: recording aws-cli-examples/cli-example-get-user-auth-factors/1."""
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR, **SMS_FACTOR)
    result = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    register_totp(idp, emulator, result["AccessToken"])
    factors = idp.admin_get_user_auth_factors(**user.key)
    assert factors["Username"] == "alice"
    assert factors["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN"]
    assert factors["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
