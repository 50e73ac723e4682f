"""Authentication levels: names, step-up in the flow USER_AUTH, and the claims `acr` and `amr`."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.conformance.authenticator import Authenticator
from cognito_emulator.emulator import Emulator
from tests.builders import (
    PASSWORD,
    SMS,
    App,
    Idp,
    User,
    app,
    claims,
    confirmed_user,
    hiding,
    invited_user,
    refresh,
    refused,
    sign_in,
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
from tests.user_pools.risk.protected import configure, protected_app, takeover
from tests.user_pools.test_devices import ALWAYS, Device
from tests.user_pools.test_passkeys import answer as answer_with
from tests.user_pools.test_passkeys import passkey_app, register, request_of
from tests.user_pools.triggers.functions import Recorder

LOA = {level: f"urn:cognito:loa:{level}" for level in (1, 2, 3, 4)}
ADDRESSES = {"email": "ada@example.com", "phone_number": "+12065550100"}
PASSWORDS = ["PASSWORD_SRP", "PASSWORD"]
OUT_OF_REACH = (
    "InvalidParameterException",
    "User has no factors configured to satisfy any of the requested ACR values.",
)
REACHED = ("InvalidParameterException", "Access Token already satisfies the requested ACR values.")


def levels(*wanted: int) -> str:
    return " ".join(LOA[level] for level in wanted)


def everything(idp: Idp, mode: str = "OPTIONAL", **client: Any) -> App:
    """A pool with every first and second factor but passkeys."""
    made = choice_app(idp, "EMAIL_OTP", "SMS_OTP", client=client, EmailConfiguration=SES, **SMS)
    idp.set_user_pool_mfa_config(
        UserPoolId=made.pool_id, MfaConfiguration=mode, **TOTP_FACTOR, **SMS_FACTOR, **EMAIL_FACTOR
    )
    return made


@pytest.fixture
def user(idp: Idp) -> User:
    """A user with a password and both kinds of address."""
    return confirmed_user(idp, everything(idp), **ADDRESSES)


def with_password(idp: Idp, user: User, wanted: str, **more: str) -> dict[str, Any]:
    """A sign-in towards levels that begins with the password."""
    return choose(idp, user, TARGET_ACR_VALUES=wanted, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=user.password, **more)


def level(answer: dict[str, Any]) -> tuple[str, list[str]]:
    """What both tokens say of the level."""
    tokens = [claims(answer["AuthenticationResult"][name]) for name in ("IdToken", "AccessToken")]
    assert tokens[0]["acr"] == tokens[1]["acr"]
    assert tokens[0]["amr"] == tokens[1]["amr"]
    return tokens[0]["acr"], tokens[0]["amr"]


def totp(idp: Idp, emulator: Emulator, user: User) -> str:
    """An authenticator app that the user has not turned on for every sign-in."""
    return register_totp(idp, emulator, sign_in(idp, user)["AccessToken"], prefer=False)


def with_totp(idp: Idp, emulator: Emulator, user: User, challenge: dict[str, Any], secret: str) -> dict[str, Any]:
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    return respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))


# ── names of the levels ──────────────────────────────────────────────────────────────────────────────────────


def shown(idp: Idp, pool_id: str) -> dict[str, str]:
    described = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["AcrConfiguration"]
    return {name: one["AcrValue"] for name, one in described.items()}


def test_names_of_levels_are_shown_as_they_are_in_effect(idp: Idp) -> None:
    defaults = {f"Level{level}": name for level, name in LOA.items()}
    pool_id = idp.create_user_pool(PoolName="p", AcrConfiguration={"Level2": {"AcrValue": "urn:mine:2"}})["UserPool"][
        "Id"
    ]
    assert shown(idp, pool_id) == {**defaults, "Level2": "urn:mine:2"}
    idp.update_user_pool(UserPoolId=pool_id, AcrConfiguration={"Level4": {"AcrValue": "urn:mine:4"}})
    assert shown(idp, pool_id) == {**defaults, "Level4": "urn:mine:4"}
    idp.update_user_pool(UserPoolId=pool_id)
    assert shown(idp, pool_id) == defaults


@pytest.mark.parametrize(
    ("configured", "repeated"),
    [
        ({"Level1": {"AcrValue": "a"}, "Level2": {"AcrValue": "a"}}, "a"),
        ({"Level1": {"AcrValue": LOA[4]}}, LOA[4]),
    ],
)
def test_names_of_levels_are_unique(idp: Idp, configured: dict[str, Any], repeated: str) -> None:
    with refused("InvalidParameterException", f"AcrValue {repeated} is not unique across all ACR levels."):
        idp.create_user_pool(PoolName="p", AcrConfiguration=configured)


def test_names_of_levels_may_change_places(idp: Idp) -> None:
    swapped = {"Level1": {"AcrValue": LOA[2]}, "Level2": {"AcrValue": LOA[1]}}
    created = idp.create_user_pool(PoolName="p", AcrConfiguration=swapped)["UserPool"]
    assert shown(idp, created["Id"])["Level1"] == LOA[2]


def test_names_of_levels_need_a_higher_tier(idp: Idp) -> None:
    with pytest.raises(idp.exceptions.FeatureUnavailableInTierException):
        idp.create_user_pool(PoolName="p", UserPoolTier="LITE", AcrConfiguration={"Level1": {"AcrValue": "a"}})


# ── from scratch ─────────────────────────────────────────────────────────────────────────────────────────────


def test_tokens_of_other_sign_ins_name_no_level(idp: Idp, user: User) -> None:
    said = claims(sign_in(idp, user)["IdToken"])
    assert said.keys().isdisjoint({"acr", "amr"})
    plain = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert "acr" not in claims(plain["AuthenticationResult"]["AccessToken"])


def test_level_1_is_a_password(idp: Idp, user: User) -> None:
    assert choose(idp, user, TARGET_ACR_VALUES=levels(1))["AvailableChallenges"] == PASSWORDS
    assert level(with_password(idp, user, levels(1))) == (LOA[1], ["pwd"])


@pytest.mark.parametrize(("challenge", "method"), [("EMAIL_OTP", "email_otp"), ("SMS_OTP", "sms")])
def test_level_2_is_a_code(idp: Idp, emulator: Emulator, user: User, challenge: str, method: str) -> None:
    offered = choose(idp, user, TARGET_ACR_VALUES=levels(2))
    assert (offered["ChallengeName"], offered["AvailableChallenges"]) == ("SELECT_CHALLENGE", ["EMAIL_OTP", "SMS_OTP"])
    posed = respond(idp, user, offered, ANSWER=challenge)
    assert level(respond(idp, user, posed, **{f"{challenge}_CODE": last_code(emulator, user)})) == (LOA[2], [method])


@pytest.mark.parametrize(("factor", "method"), [("SMS_MFA", "sms"), ("EMAIL_OTP", "email_otp")])
def test_level_3_is_a_password_and_a_code(idp: Idp, emulator: Emulator, user: User, factor: str, method: str) -> None:
    posed = with_password(idp, user, levels(3))
    assert posed["ChallengeName"] == "SELECT_MFA_TYPE"
    assert posed["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["SMS_MFA","EMAIL_OTP"]'
    posed = respond(idp, user, posed, ANSWER=factor)
    answer = respond(idp, user, posed, **{f"{factor}_CODE": last_code(emulator, user)})
    assert level(answer) == (LOA[3], ["pwd", method, "mfa"])


@pytest.mark.parametrize(("attachment", "method"), [("platform", "swk"), ("cross-platform", "hwk")])
def test_level_3_is_also_a_passkey(idp: Idp, attachment: str, method: str) -> None:
    user = confirmed_user(idp, passkey_app(idp))
    authenticator = Authenticator(attachment=attachment)
    register(idp, user, authenticator)
    offered = choose(idp, user, TARGET_ACR_VALUES=levels(3))
    assert offered["AvailableChallenges"] == ["WEB_AUTHN"]
    posed = choose(idp, user, TARGET_ACR_VALUES=levels(3), PREFERRED_CHALLENGE="WEB_AUTHN")
    answer = answer_with(idp, user, posed, authenticator.get(request_of(posed)))
    assert level(answer) == (LOA[3], [method])


def test_level_4_is_a_password_and_an_authenticator_app(idp: Idp, emulator: Emulator, user: User) -> None:
    """Source: developer guide, "ACR and AMR token claims" (the example's claims)."""
    secret = totp(idp, emulator, user)
    assert choose(idp, user, TARGET_ACR_VALUES=levels(4))["AvailableChallenges"] == PASSWORDS
    answer = with_totp(idp, emulator, user, with_password(idp, user, levels(4)), secret)
    assert level(answer) == (LOA[4], ["pwd", "otp", "mfa"])


def test_the_password_may_be_proved_by_srp(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = totp(idp, emulator, user)
    client = srp_client(user.app.pool_id, PASSWORD)
    asked = {"TARGET_ACR_VALUES": levels(4), "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client.srp_a}
    verifier = choose(idp, user, **asked)
    posed = respond(idp, user, verifier, **client.responses(verifier["ChallengeParameters"]))
    assert level(with_totp(idp, emulator, user, posed, secret)) == (LOA[4], ["pwd", "otp", "mfa"])


def test_a_remembered_device_is_no_authenticator_app(idp: Idp, emulator: Emulator) -> None:
    made = choice_app(idp, DeviceConfiguration=ALWAYS)
    idp.set_user_pool_mfa_config(UserPoolId=made.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    user = confirmed_user(idp, made)
    first = sign_in(idp, user)
    device = Device.of(first)
    device.confirm(idp, first)
    secret = register_totp(idp, emulator, first["AccessToken"])
    plain = choose(idp, user, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, DEVICE_KEY=device.key)
    assert plain["ChallengeName"] == "DEVICE_SRP_AUTH"
    posed = with_totp(idp, emulator, user, with_password(idp, user, levels(4), DEVICE_KEY=device.key), secret)
    assert level(device.prove(idp, user, posed)) == (LOA[4], ["pwd", "otp", "mfa"])


def test_users_without_a_confirmed_account(idp: Idp, user: User) -> None:
    unconfirmed = unconfirmed_user(idp, user.app, "carl", email="carl@example.com")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        choose(idp, unconfirmed, TARGET_ACR_VALUES=levels(2))


def test_a_temporary_password_has_to_be_changed_on_the_way(idp: Idp, user: User) -> None:
    invited = invited_user(idp, user.app, "dora", email="dora@example.com")
    posed = with_password(idp, invited, levels(1))
    assert posed["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert level(respond(idp, invited, posed, NEW_PASSWORD=PASSWORD)) == (LOA[1], ["pwd"])


def test_administrators_ask_for_levels_too(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = totp(idp, emulator, user)
    parameters = {
        "USERNAME": user.username,
        "PREFERRED_CHALLENGE": "PASSWORD",
        "PASSWORD": PASSWORD,
        "TARGET_ACR_VALUES": levels(4),
    }
    posed = idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id, ClientId=user.app.client_id, AuthFlow="USER_AUTH", AuthParameters=parameters
    )
    answer = idp.admin_respond_to_auth_challenge(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        ChallengeName=posed["ChallengeName"],
        Session=posed["Session"],
        ChallengeResponses={"USERNAME": user.username, "SOFTWARE_TOKEN_MFA_CODE": code_at(secret, emulator)},
    )
    assert level(answer) == (LOA[4], ["pwd", "otp", "mfa"])


def test_the_first_level_that_the_user_can_reach(idp: Idp, emulator: Emulator, user: User) -> None:
    assert with_password(idp, user, levels(4, 3))["ChallengeName"] == "SELECT_MFA_TYPE"
    assert level(with_password(idp, user, f"urn:unknown {levels(4, 1, 3)}")) == (LOA[1], ["pwd"])
    secret = totp(idp, emulator, user)
    answer = with_totp(idp, emulator, user, with_password(idp, user, levels(4, 3)), secret)
    assert level(answer)[0] == LOA[4]


def test_levels_out_of_reach(idp: Idp, user: User) -> None:
    with refused(*OUT_OF_REACH):
        choose(idp, user, TARGET_ACR_VALUES=levels(4))
    nobody = confirmed_user(idp, app(idp, {"ExplicitAuthFlows": CHOICE}), "bob", **ADDRESSES)
    for wanted in (2, 3, 4):
        with refused(*OUT_OF_REACH):
            choose(idp, nobody, TARGET_ACR_VALUES=levels(wanted))


def test_names_that_no_level_has(idp: Idp, user: User) -> None:
    with refused("InvalidParameterException", "None of the requested ACR values is valid."):
        choose(idp, user, TARGET_ACR_VALUES="urn:unknown urn:cognito:loa:5")


def test_the_pools_own_names(idp: Idp, user: User) -> None:
    _rename(idp, user, {"Level1": {"AcrValue": "urn:mine:low"}})
    assert level(with_password(idp, user, "urn:mine:low")) == ("urn:mine:low", ["pwd"])
    with refused("InvalidParameterException", "None of the requested ACR values is valid."):
        choose(idp, user, TARGET_ACR_VALUES=LOA[1])


def _rename(idp: Idp, user: User, configured: dict[str, Any]) -> None:
    """Other names for levels; the rest of the settings stays."""
    described = idp.describe_user_pool(UserPoolId=user.app.pool_id)["UserPool"]
    kept = {name: described[name] for name in ("Policies", "EmailConfiguration", "SmsConfiguration")}
    idp.update_user_pool(UserPoolId=user.app.pool_id, MfaConfiguration="OPTIONAL", AcrConfiguration=configured, **kept)


def test_a_failed_challenge_fails_all(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = totp(idp, emulator, user)
    posed = with_password(idp, user, levels(4))
    with refused("CodeMismatchException", "Invalid code received for user"):
        respond(idp, user, posed, SOFTWARE_TOKEN_MFA_CODE="000000")
    assert level(with_totp(idp, emulator, user, posed, secret))[0] == LOA[4]


def test_a_lower_tier(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp, {"ExplicitAuthFlows": CHOICE}))
    idp.update_user_pool(UserPoolId=user.app.pool_id, UserPoolTier="LITE")
    with pytest.raises(idp.exceptions.FeatureUnavailableInTierException):
        with_password(idp, user, levels(1))


@pytest.mark.parametrize("wanted", [(1,), (2,), (4, 3), (4, 2)])
def test_users_who_do_not_exist_look_like_others(idp: Idp, wanted: tuple[int, ...]) -> None:
    made = everything(idp, PreventUserExistenceErrors="ENABLED")
    asked = choose(idp, User(made, "nobody@example.com"), TARGET_ACR_VALUES=levels(*wanted))
    offered = {1: PASSWORDS, 2: ["EMAIL_OTP"], 4: PASSWORDS}[wanted[0]]
    assert (asked["ChallengeName"], asked["AvailableChallenges"]) == ("SELECT_CHALLENGE", offered)


def test_nobody_is_told_of_users_who_do_not_exist(idp: Idp) -> None:
    with refused("NotAuthorizedException", "Incorrect username or password."):
        with_password(idp, User(hiding(idp, {"ExplicitAuthFlows": CHOICE}), "nobody"), levels(1))


@pytest.mark.parametrize(("wanted", "expected"), [(2, ["email_otp"]), (3, ["email_otp", "pwd", "mfa"])])
def test_the_code_of_a_sign_up_counts(idp: Idp, emulator: Emulator, wanted: int, expected: list[str]) -> None:
    made = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    email = [{"Name": "email", "Value": "ada@example.com"}]
    idp.sign_up(ClientId=made.client_id, Username="alice", Password=PASSWORD, UserAttributes=email)
    code = emulator.messages.find(username="alice")[-1].code
    confirmed = idp.confirm_sign_up(ClientId=made.client_id, Username="alice", ConfirmationCode=code)
    answer = idp.initiate_auth(
        ClientId=made.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "alice", "TARGET_ACR_VALUES": levels(wanted)},
        Session=confirmed["Session"],
    )
    if wanted == 3:
        assert answer["AvailableChallenges"] == PASSWORDS
        answer = respond(idp, User(made, "alice"), answer, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert level(answer) == (LOA[wanted], expected)


# ── MFA is a floor ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_factor_that_is_on_is_asked_for_whatever_the_level(idp: Idp, emulator: Emulator, user: User) -> None:
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    answer = with_totp(idp, emulator, user, with_password(idp, user, levels(1)), secret)
    assert level(answer) == (LOA[4], ["pwd", "otp", "mfa"])


def test_the_level_says_which_of_several_factors(idp: Idp, emulator: Emulator, user: User) -> None:
    register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    idp.admin_set_user_mfa_preference(**user.key, SMSMfaSettings={"Enabled": True})
    idp.admin_set_user_mfa_preference(**user.key, EmailMfaSettings={"Enabled": False})
    assert with_password(idp, user, levels(4))["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    posed = with_password(idp, user, levels(3))
    assert posed["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["SMS_MFA","EMAIL_OTP"]'


def test_what_threat_protection_demands_is_asked_for(idp: Idp, emulator: Emulator) -> None:
    made = protected_app(idp, client={"ExplicitAuthFlows": CHOICE})
    idp.set_user_pool_mfa_config(UserPoolId=made.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    user = confirmed_user(idp, made)
    secret = totp(idp, emulator, user)
    configure(idp, made, **takeover(High="MFA_REQUIRED"))
    emulator.risk.set(made.pool_id, "High")
    answer = with_totp(idp, emulator, user, with_password(idp, user, levels(1)), secret)
    assert level(answer) == (LOA[4], ["pwd", "otp", "mfa"])


def test_a_pool_that_demands_mfa_has_no_level_2(idp: Idp) -> None:
    user = confirmed_user(idp, everything(idp, "ON"), **ADDRESSES)
    with refused(*OUT_OF_REACH):
        choose(idp, user, TARGET_ACR_VALUES=levels(2))


# ── from an access token ─────────────────────────────────────────────────────────────────────────────────────


def token_of(answer: dict[str, Any]) -> str:
    return str(answer["AuthenticationResult"]["AccessToken"])


def test_only_what_is_missing_is_asked_for(idp: Idp, emulator: Emulator, user: User, clock: Clock) -> None:
    secret = totp(idp, emulator, user)
    before = with_password(idp, user, levels(1))
    clock.advance(minutes=5)
    posed = choose(idp, user, TARGET_ACR_VALUES=levels(4), ACCESS_TOKEN=token_of(before))
    answer = with_totp(idp, emulator, user, posed, secret)
    assert level(answer) == (LOA[4], ["pwd", "otp", "mfa"])
    old, new = (claims(token_of(one)) for one in (before, answer))
    assert new["auth_time"] == old["auth_time"] + 300
    assert new["origin_jti"] != old["origin_jti"]
    assert "RefreshToken" in answer["AuthenticationResult"]
    assert idp.get_user(AccessToken=token_of(before))["Username"] == user.username


def test_from_a_code_to_a_password(idp: Idp, emulator: Emulator, user: User) -> None:
    posed = choose(idp, user, TARGET_ACR_VALUES=levels(2), PREFERRED_CHALLENGE="EMAIL_OTP")
    before = respond(idp, user, posed, EMAIL_OTP_CODE=last_code(emulator, user))
    offered = choose(idp, user, TARGET_ACR_VALUES=levels(3), ACCESS_TOKEN=token_of(before))
    assert offered["AvailableChallenges"] == PASSWORDS
    answer = respond(idp, user, offered, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert level(answer) == (LOA[3], ["email_otp", "pwd", "mfa"])


def test_from_a_password_to_a_code(idp: Idp, emulator: Emulator, user: User) -> None:
    before = with_password(idp, user, levels(1))
    offered = choose(idp, user, TARGET_ACR_VALUES=levels(2), ACCESS_TOKEN=token_of(before))
    assert offered["AvailableChallenges"] == ["EMAIL_OTP", "SMS_OTP"]
    posed = respond(idp, user, offered, ANSWER="EMAIL_OTP")
    answer = respond(idp, user, posed, EMAIL_OTP_CODE=last_code(emulator, user))
    assert level(answer) == (LOA[3], ["pwd", "email_otp", "mfa"])


def test_a_token_that_is_good_enough_already(idp: Idp, emulator: Emulator, user: User) -> None:
    posed = choose(idp, user, TARGET_ACR_VALUES=levels(2), PREFERRED_CHALLENGE="EMAIL_OTP")
    token = token_of(respond(idp, user, posed, EMAIL_OTP_CODE=last_code(emulator, user)))
    for wanted in (levels(2), levels(1), levels(4, 2)):
        with refused(*REACHED):
            choose(idp, user, TARGET_ACR_VALUES=wanted, ACCESS_TOKEN=token)


def test_a_token_from_before_mfa_was_demanded(idp: Idp, emulator: Emulator, user: User) -> None:
    """A level that the token has already is no error where MFA is missing: it is asked for."""
    before = with_password(idp, user, levels(1))
    secret = register_totp(idp, emulator, token_of(before))
    posed = choose(idp, user, TARGET_ACR_VALUES=levels(1), ACCESS_TOKEN=token_of(before))
    assert level(with_totp(idp, emulator, user, posed, secret)) == (LOA[4], ["pwd", "otp", "mfa"])


def test_a_token_of_a_sign_in_without_levels_counts_for_nothing(idp: Idp, emulator: Emulator, user: User) -> None:
    totp(idp, emulator, user)
    token = sign_in(idp, user)["AccessToken"]
    offered = choose(idp, user, TARGET_ACR_VALUES=levels(4), ACCESS_TOKEN=token)
    assert (offered["ChallengeName"], offered["AvailableChallenges"]) == ("SELECT_CHALLENGE", PASSWORDS)


def test_a_level_that_has_another_name_now(idp: Idp, emulator: Emulator, user: User) -> None:
    """The methods of such a token still count, its level does not."""
    secret = totp(idp, emulator, user)
    before = with_password(idp, user, levels(1))
    _rename(idp, user, {"Level1": {"AcrValue": "urn:mine:1"}, "Level4": {"AcrValue": "urn:mine:4"}})
    answer = choose(idp, user, TARGET_ACR_VALUES="urn:mine:1", ACCESS_TOKEN=token_of(before))
    assert level(answer) == ("urn:mine:1", ["pwd"])
    posed = choose(idp, user, TARGET_ACR_VALUES="urn:mine:4", ACCESS_TOKEN=token_of(before))
    assert level(with_totp(idp, emulator, user, posed, secret)) == ("urn:mine:4", ["pwd", "otp", "mfa"])


def test_refreshed_tokens_keep_the_level(idp: Idp, user: User, clock: Clock) -> None:
    answer = with_password(idp, user, levels(1))
    clock.advance(minutes=30)
    fresh = refresh(idp, user.app, answer["AuthenticationResult"]["RefreshToken"])
    assert level({"AuthenticationResult": fresh}) == (LOA[1], ["pwd"])
    assert claims(fresh["IdToken"])["auth_time"] == claims(token_of(answer))["auth_time"]


def test_how_old_a_sign_in_may_be(idp: Idp, emulator: Emulator, user: User, clock: Clock) -> None:
    totp(idp, emulator, user)
    token = token_of(with_password(idp, user, levels(1)))
    clock.advance(seconds=60)
    asked = {"TARGET_ACR_VALUES": levels(4), "ACCESS_TOKEN": token}
    assert choose(idp, user, **asked, MAX_AGE="60")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert choose(idp, user, **asked, MAX_AGE="9" * 5000)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert choose(idp, user, **asked, MAX_AGE="59")["AvailableChallenges"] == PASSWORDS
    again = choose(idp, user, TARGET_ACR_VALUES=levels(1), ACCESS_TOKEN=token, MAX_AGE="0")
    assert again["AvailableChallenges"] == PASSWORDS
    assert idp.get_user(AccessToken=token)["Username"] == user.username


def test_bad_parameters(idp: Idp, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    with refused("InvalidParameterException", "ACCESS_TOKEN requires TARGET_ACR_VALUES."):
        choose(idp, user, ACCESS_TOKEN=token)
    for text in ("-1", "1.5", "soon", "", "٣"):
        with refused("InvalidParameterException", "Invalid MAX_AGE: it must be a non-negative integer."):
            choose(idp, user, TARGET_ACR_VALUES=levels(1), MAX_AGE=text)
    with refused("NotAuthorizedException", "Invalid Access Token"):
        choose(idp, user, TARGET_ACR_VALUES=levels(1), ACCESS_TOKEN="x.y.z")


def test_tokens_of_others(idp: Idp, user: User) -> None:
    bob = confirmed_user(idp, user.app, "bob")
    token = sign_in(idp, bob)["AccessToken"]
    with refused("NotAuthorizedException", "Access Token was not issued for the user."):
        choose(idp, user, TARGET_ACR_VALUES=levels(1), ACCESS_TOKEN=token)
    idp.admin_user_global_sign_out(**bob.key)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        choose(idp, bob, TARGET_ACR_VALUES=levels(1), ACCESS_TOKEN=token)


def test_functions_cannot_change_the_level(idp: Idp, emulator: Emulator, user: User) -> None:
    """Source: developer guide, "Your responsibilities for step-up authentication"."""

    forged = {"claimsToAddOrOverride": {"acr": LOA[4], "amr": ["otp"]}, "claimsToSuppress": ["amr"]}
    details = {"idTokenGeneration": forged, "accessTokenGeneration": forged}
    arn = Recorder(emulator).answer("forge", claimsAndScopeOverrideDetails=details)
    described = idp.describe_user_pool(UserPoolId=user.app.pool_id)["UserPool"]
    idp.update_user_pool(
        UserPoolId=user.app.pool_id,
        Policies=described["Policies"],
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
    )
    assert level(with_password(idp, user, levels(1))) == (LOA[1], ["pwd"])
