"""Sign-in: flows, order of checks, lockout, secret hash, SRP, sessions. Source: reference user-pools.md §1.3, §2.3,
§2.5, §5.5; auth-flows.md §1 to §6.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import OTHER_PASSWORD, PASSWORD, App, Idp, User, refused
from tests.srp_client import N, SrpClient, srp_begin, srp_client, srp_sign_in
from tests.wire import call

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
UNKNOWN = ("UserNotFoundException", "User does not exist.")
SESSION = "A" * 100


@pytest.fixture
def app(idp: Idp) -> App:
    return builders.app(idp)


@pytest.fixture
def user(idp: Idp, app: App) -> User:
    return builders.confirmed_user(idp, app)


def admin_begin(idp: Idp, user: User, flow: str = "ADMIN_USER_PASSWORD_AUTH", **parameters: str) -> dict[str, Any]:
    sent = {"USERNAME": user.username, "PASSWORD": user.password, **parameters}
    answer: dict[str, Any] = idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id, ClientId=user.app.client_id, AuthFlow=flow, AuthParameters=sent
    )
    return answer


def respond(
    idp: Idp, app: App, challenge: str, responses: dict[str, str], session: str | None = None
) -> dict[str, Any]:
    more = {} if session is None else {"Session": session}
    answer: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=app.client_id, ChallengeName=challenge, ChallengeResponses=responses, **more
    )
    return answer


def prove(idp: Idp, app: App, responses: dict[str, str]) -> dict[str, Any]:
    return respond(idp, app, "PASSWORD_VERIFIER", responses)


# ── which flow on which operation ────────────────────────────────────────────────────────────────────────────


def test_password_flows(idp: Idp, user: User) -> None:
    for answer in (
        builders.begin(idp, user),
        admin_begin(idp, user),
        admin_begin(idp, user, "ADMIN_NO_SRP_AUTH"),
        srp_sign_in(idp, user),
    ):
        assert answer["ChallengeParameters"] == {}
        assert "ChallengeName" not in answer
        assert "Session" not in answer
        result = answer["AuthenticationResult"]
        assert set(result) == {"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}
        assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_flows_of_administrators(idp: Idp, user: User, flow: str) -> None:
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        builders.begin(idp, user, flow)


def test_a_flow_of_the_public(idp: Idp, user: User) -> None:
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        admin_begin(idp, user, "USER_PASSWORD_AUTH")


def test_srp_works_for_administrators_as_well(idp: Idp, user: User) -> None:
    client = srp_client(user.app.pool_id, PASSWORD)
    answer = admin_begin(idp, user, "USER_SRP_AUTH", SRP_A=client.srp_a)
    assert answer["ChallengeName"] == "PASSWORD_VERIFIER"
    responses = client.responses(answer["ChallengeParameters"])
    with refused(*WRONG):
        prove(idp, user.app, responses)
    finished = idp.admin_respond_to_auth_challenge(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=responses,
    )
    assert finished["AuthenticationResult"]["AccessToken"]


def test_a_client_of_another_pool(idp: Idp, user: User) -> None:
    other = builders.app(idp)
    with refused("ResourceNotFoundException", f"User pool client {other.client_id} does not exist."):
        admin_begin(idp, User(App(user.app.pool_id, other.client_id), "alice"))
    with refused("ResourceNotFoundException", "User pool client 1unknown does not exist."):
        builders.begin(idp, User(App(user.app.pool_id, "1unknown"), "alice"))


FLOWS_OFF = [
    ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
    ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
    ("REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client"),
    ("REFRESH_TOKEN", "Auth flow not enabled for this client"),
]


@pytest.mark.parametrize(("flow", "text"), FLOWS_OFF)
def test_flows_that_the_client_does_not_allow(idp: Idp, flow: str, text: str) -> None:
    """They are refused before anybody looks for the user."""
    app = builders.app(idp, {"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]})
    with refused("InvalidParameterException", text):
        builders.begin(idp, User(app, "nobody"), flow, SRP_A="1", REFRESH_TOKEN="x")


def test_an_admin_flow_that_the_client_does_not_allow(idp: Idp) -> None:
    app = builders.app(idp, {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]})
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        admin_begin(idp, User(app, "nobody"))


@pytest.mark.parametrize(
    ("listed", "password", "srp"),
    [
        (None, False, True),
        (["USER_PASSWORD_AUTH"], True, True),
        (["ADMIN_NO_SRP_AUTH"], False, True),
        (["CUSTOM_AUTH_FLOW_ONLY"], False, False),
        (["CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"], True, False),
        (["ALLOW_USER_PASSWORD_AUTH"], True, False),
    ],
)
def test_older_values_and_defaults(idp: Idp, listed: list[str] | None, password: bool, srp: bool) -> None:
    """Recording moto-aws-verified/jti-in-tokens/3: older values leave SRP on."""
    pool = builders.pool(idp)
    settings = {} if listed is None else {"ExplicitAuthFlows": listed}
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", **settings)["UserPoolClient"]
    user = builders.confirmed_user(idp, App(pool, client["ClientId"]))
    for allowed, begin in ((password, builders.begin), (srp, srp_sign_in)):
        if allowed:
            assert begin(idp, user)["AuthenticationResult"]
        else:
            with pytest.raises(idp.exceptions.InvalidParameterException, match="not enabled"):
                begin(idp, user)


def test_older_values_leave_refresh_on(idp: Idp) -> None:
    """Recording moto-aws-verified/jti-in-tokens/2."""
    app = builders.app(idp, {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]})
    user = builders.confirmed_user(idp, app)
    tokens = admin_begin(idp, user, "ADMIN_NO_SRP_AUTH")["AuthenticationResult"]
    answer = idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="REFRESH_TOKEN", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]}
    )
    assert set(answer["AuthenticationResult"]) == {"AccessToken", "ExpiresIn", "IdToken", "TokenType"}
    assert answer["ChallengeParameters"] == {}


def test_an_unknown_flow(idp: Idp, user: User) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException, match=r"'authFlow' failed .* enum value set: \["):
        builders.begin(idp, user, "NONSENSE")


# ── the order of checks ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("flow", "parameters", "missing"),
    [
        ("USER_PASSWORD_AUTH", {}, "USERNAME"),
        ("USER_PASSWORD_AUTH", {"PASSWORD": "x"}, "USERNAME"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "nobody"}, "PASSWORD"),
        ("USER_SRP_AUTH", {"SRP_A": "1"}, "USERNAME"),
        ("USER_SRP_AUTH", {"USERNAME": "nobody"}, "SRP_A"),
        ("REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"),
    ],
)
def test_missing_parameters(idp: Idp, app: App, flow: str, parameters: dict[str, str], missing: str) -> None:
    """Recording github-issue-logs/missing-username/1."""
    with refused("InvalidParameterException", f"Missing required parameter {missing}"):
        idp.initiate_auth(ClientId=app.client_id, AuthFlow=flow, AuthParameters=parameters)


@pytest.mark.parametrize(
    ("challenge", "responses", "missing"),
    [
        ("PASSWORD_VERIFIER", {}, "USERNAME"),
        ("PASSWORD_VERIFIER", {"USERNAME": "alice"}, "PASSWORD_CLAIM_SECRET_BLOCK"),
        ("NEW_PASSWORD_REQUIRED", {}, "USERNAME"),
        ("NEW_PASSWORD_REQUIRED", {"USERNAME": "alice"}, "Session"),
    ],
)
def test_missing_responses(idp: Idp, app: App, challenge: str, responses: dict[str, str], missing: str) -> None:
    with refused("InvalidParameterException", f"Missing required parameter {missing}"):
        respond(idp, app, challenge, responses)


def test_client_then_hash_then_flow_then_user(idp: Idp) -> None:
    app = builders.app(idp, {"GenerateSecret": True, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]})
    with refused("ResourceNotFoundException", "User pool client 1unknown does not exist."):
        builders.begin(idp, User(App(app.pool_id, "1unknown"), "nobody"), SECRET_HASH="d3Jvbmc=")
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {app.client_id}"):
        builders.begin(idp, User(app, "nobody"), SECRET_HASH="d3Jvbmc=")
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        builders.begin(idp, User(app, "nobody"))


# ── users in every state ─────────────────────────────────────────────────────────────────────────────────────


def test_wrong_passwords_and_unknown_users(idp: Idp, user: User) -> None:
    """Recordings github-issue-logs/wrong-password-headers/1, …/unknown-user-headers/1,
    floci-aws-fixtures/aws-cognito.initiate-auth.srp.unknown-user/1.
    """
    for begin in (builders.begin, admin_begin):
        with refused(*WRONG):
            begin(idp, User(user.app, "alice", "Wrong-1234"))
        with refused(*UNKNOWN):
            begin(idp, User(user.app, "nobody"))
    with refused(*UNKNOWN):
        srp_begin(idp, User(user.app, "nobody"))


def test_an_unconfirmed_user(idp: Idp, app: App) -> None:
    """Recording github-issue-logs/unconfirmed-right-password/1; a wrong password changes nothing."""
    builders.unconfirmed_user(idp, app)
    for password in (PASSWORD, "Wrong-1234"):
        for begin in (builders.begin, admin_begin, lambda idp, user: srp_sign_in(idp, user)):
            with refused("UserNotConfirmedException", "User is not confirmed."):
                begin(idp, User(app, "alice", password))


def test_a_disabled_user(idp: Idp, user: User) -> None:
    idp.admin_disable_user(**user.key)
    for password in (PASSWORD, "Wrong-1234"):
        with refused("NotAuthorizedException", "User is disabled."):
            builders.begin(idp, User(user.app, "alice", password))
    with refused("NotAuthorizedException", "User is disabled."):
        srp_sign_in(idp, user)


def test_a_disabled_user_where_users_are_hidden(idp: Idp) -> None:
    user = builders.confirmed_user(idp, builders.hiding(idp))
    idp.admin_disable_user(**user.key)
    with refused(*WRONG):
        builders.begin(idp, User(user.app, "alice", "Wrong-1234"))
    with refused("NotAuthorizedException", "User is disabled."):
        builders.begin(idp, user)


def test_a_user_whose_password_was_reset(idp: Idp) -> None:
    user = builders.confirmed_user(idp, builders.app(idp), email="a@example.com", email_verified="true")
    idp.admin_reset_user_password(**user.key)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        builders.begin(idp, user)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        srp_sign_in(idp, user)
    with refused(*WRONG):
        builders.begin(idp, User(user.app, "alice", "Wrong-1234"))


def test_hidden_users(idp: Idp) -> None:
    app = builders.hiding(idp)
    builders.confirmed_user(idp, app)
    for begin in (builders.begin, admin_begin):
        for name, password in (("alice", "Wrong-1234"), ("nobody", PASSWORD)):
            with refused(*WRONG):
                begin(idp, User(app, name, password))


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_signs_in_by_every_verified_alias(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["email", "phone_number", "preferred_username"])
    given = {
        "email": "alice@example.com",
        "email_verified": "true",
        "phone_number": "+12065551212",
        "phone_number_verified": "true",
        "preferred_username": "al",
    }
    builders.confirmed_user(idp, app, **given)
    for name in ("alice", "alice@example.com", "+12065551212", "al"):
        user = User(app, name)
        assert builders.claims(builders.sign_in(idp, user)["AccessToken"])["username"] == "alice"
        assert srp_sign_in(idp, user)["AuthenticationResult"]


def test_a_user_of_a_pool_with_username_attributes(idp: Idp) -> None:
    app = builders.app(idp, UsernameAttributes=["email"])
    user = builders.confirmed_user(idp, app, "alice@example.com")
    sub = builders.claims(builders.sign_in(idp, user)["AccessToken"])["sub"]
    _, answer = srp_begin(idp, user)
    assert answer["ChallengeParameters"]["USERNAME"] == answer["ChallengeParameters"]["USER_ID_FOR_SRP"] == sub
    assert builders.sign_in(idp, User(app, sub))["AccessToken"]
    assert srp_sign_in(idp, user)["AuthenticationResult"]


NAME_PATTERN = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
NAME_LENGTH = "Member must have length less than or equal to 128"


@pytest.mark.parametrize(
    ("name", "constraint"), [("alice smith", NAME_PATTERN), (" ", NAME_PATTERN), ("x" * 129, NAME_LENGTH)]
)
@pytest.mark.parametrize("hiding", [False, True])
def test_names_that_nobody_can_have(idp: Idp, name: str, constraint: str, hiding: bool) -> None:
    """Source: apps on Amplify that translate the text; reference user-pools.md §1.4."""
    user = User(builders.hiding(idp) if hiding else builders.app(idp), name)
    text = "; ".join(
        f"Value at '{member}' failed to satisfy constraint: {constraint}" for member in ("userAlias", "userName")
    )
    for begin in (builders.begin, admin_begin, srp_begin):
        with refused("InvalidParameterException", f"2 validation errors detected: {text}"):
            begin(idp, user)


def test_the_sub_is_no_name_to_sign_in_with(idp: Idp, user: User) -> None:
    sub = builders.claims(builders.sign_in(idp, user)["AccessToken"])["sub"]
    with refused(*UNKNOWN):
        builders.begin(idp, User(user.app, sub))


# ── lockout ──────────────────────────────────────────────────────────────────────────────────────────────────

LOCKED = ("NotAuthorizedException", "Password attempts exceeded")


def fail(idp: Idp, user: User, times: int = 1) -> None:
    for _ in range(times):
        with refused(*WRONG):
            builders.begin(idp, User(user.app, user.username, "Wrong-1234"))


def test_five_failures_lock_for_a_second_and_then_twice_as_long(idp: Idp, user: User, clock: Clock) -> None:
    fail(idp, user, 5)
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        clock.advance(seconds - 0.001)
        with refused(*LOCKED):
            builders.begin(idp, user)
        clock.advance(0.001)
        fail(idp, user)
    clock.advance(899)
    with refused(*LOCKED):
        builders.begin(idp, user)
    clock.advance(1)
    assert builders.sign_in(idp, user)["AccessToken"]


def test_attempts_during_a_lock_do_not_count(idp: Idp, user: User, clock: Clock) -> None:
    fail(idp, user, 5)
    for _ in range(10):
        with refused(*LOCKED):
            builders.begin(idp, user)
    clock.advance(1)
    assert builders.sign_in(idp, user)["AccessToken"]


def test_a_right_password_resets_the_count(idp: Idp, user: User) -> None:
    for _ in range(3):
        fail(idp, user, 4)
        assert builders.sign_in(idp, user)["AccessToken"]


def test_fifteen_quiet_minutes_reset_the_count(idp: Idp, user: User, clock: Clock) -> None:
    fail(idp, user, 4)
    clock.advance(minutes=15)
    fail(idp, user, 4)
    assert builders.sign_in(idp, user)["AccessToken"]


def test_wrong_proofs_count_as_wrong_passwords(idp: Idp, user: User) -> None:
    for _ in range(5):
        with refused(*WRONG):
            srp_sign_in(idp, User(user.app, "alice", "Wrong-1234"))
    with refused(*LOCKED):
        srp_begin(idp, user)
    with refused(*LOCKED):
        builders.begin(idp, user)


def test_an_administrators_password_ends_the_lock(idp: Idp, user: User) -> None:
    fail(idp, user, 5)
    idp.admin_set_user_password(Password=OTHER_PASSWORD, Permanent=True, **user.key)
    assert builders.sign_in(idp, User(user.app, "alice", OTHER_PASSWORD))["AccessToken"]


def test_the_lock_is_the_users_own(idp: Idp, user: User) -> None:
    other = builders.confirmed_user(idp, user.app, "bob")
    fail(idp, user, 5)
    assert builders.sign_in(idp, other)["AccessToken"]


# ── secret hash ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def confidential(idp: Idp) -> User:
    app = builders.app(idp, {"GenerateSecret": True}, AliasAttributes=["email"])
    return builders.confirmed_user(idp, app, email="alice@example.com", email_verified="true")


def not_verified(user: User) -> tuple[str, str]:
    return "NotAuthorizedException", f"Unable to verify secret hash for client {user.app.client_id}"


def hashed(user: User, name: str) -> str:
    return builders.secret_hash(user.app.client_id, str(user.app.secret), name)


def test_a_hash_is_needed(idp: Idp, confidential: User) -> None:
    """Recording github-issue-logs/secret-hash-not-received/1."""
    client_id = confidential.app.client_id
    with refused(
        "NotAuthorizedException", f"Client {client_id} is configured with secret but SECRET_HASH was not received"
    ):
        idp.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
        )


@pytest.mark.parametrize("hash", ["d3Jvbmc=", "nonsense", "é"])
def test_a_wrong_hash(idp: Idp, confidential: User, hash: str) -> None:
    """Recording github-issue-logs/secret-hash-wrong-or-missing/1."""
    for begin in (builders.begin, admin_begin):
        with refused(*not_verified(confidential)):
            begin(idp, confidential, SECRET_HASH=hash)


def test_the_hash_is_over_the_name_as_sent(idp: Idp, confidential: User) -> None:
    by_alias = User(confidential.app, "alice@example.com")
    assert builders.sign_in(idp, confidential)["AccessToken"]
    assert builders.sign_in(idp, by_alias)["AccessToken"]
    with refused(*not_verified(confidential)):
        builders.begin(idp, by_alias, SECRET_HASH=hashed(confidential, "alice"))


def test_the_hash_of_a_refresh_is_over_the_real_name(idp: Idp, confidential: User) -> None:
    token = builders.sign_in(idp, User(confidential.app, "alice@example.com"))["RefreshToken"]
    assert builders.refresh(idp, confidential.app, token, SECRET_HASH=hashed(confidential, "alice"))["IdToken"]
    with refused(*not_verified(confidential)):
        builders.refresh(idp, confidential.app, token, SECRET_HASH=hashed(confidential, "alice@example.com"))
    with refused(
        "NotAuthorizedException",
        f"Client {confidential.app.client_id} is configured with secret but SECRET_HASH was not received",
    ):
        builders.refresh(idp, confidential.app, token)


def test_the_hash_of_an_answer_is_over_its_name(idp: Idp, confidential: User) -> None:
    client, answer = srp_begin(
        idp, User(confidential.app, "alice@example.com"), SECRET_HASH=hashed(confidential, "alice@example.com")
    )
    responses = client.responses(answer["ChallengeParameters"])
    assert responses["USERNAME"] == "alice"
    with refused(*not_verified(confidential)):
        prove(idp, confidential.app, {**responses, "SECRET_HASH": hashed(confidential, "alice@example.com")})
    finished = prove(idp, confidential.app, {**responses, "SECRET_HASH": hashed(confidential, "alice")})
    assert finished["AuthenticationResult"]


def test_a_hash_for_a_client_without_secret(idp: Idp, user: User) -> None:
    with refused(*not_verified(user)):
        builders.begin(idp, user, SECRET_HASH="d3Jvbmc=")


def test_either_of_two_secrets(idp: Idp, confidential: User, clock: Clock) -> None:
    app = confidential.app
    key = {"UserPoolId": app.pool_id, "ClientId": app.client_id}
    clock.advance(1)
    added = idp.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    second = User(App(app.pool_id, app.client_id, added["ClientSecretValue"]), "alice")
    for user in (confidential, second):
        assert builders.sign_in(idp, user)["AccessToken"]
    first_id = idp.list_user_pool_client_secrets(**key)["ClientSecrets"][0]["ClientSecretId"]
    idp.delete_user_pool_client_secret(**key, ClientSecretId=first_id)
    assert builders.sign_in(idp, second)["AccessToken"]
    with refused(*not_verified(confidential)):
        builders.begin(idp, confidential)


# ── SRP ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_challenge_of_srp(idp: Idp, user: User) -> None:
    _, answer = srp_begin(idp, user)
    parameters = answer["ChallengeParameters"]
    assert answer["ChallengeName"] == "PASSWORD_VERIFIER"
    assert "Session" not in answer
    assert set(parameters) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    assert (parameters["USERNAME"], parameters["USER_ID_FOR_SRP"]) == ("alice", "alice")
    assert re.fullmatch(r"[0-9a-f]{1,32}", parameters["SALT"])
    assert 0 < int(parameters["SRP_B"], 16) < N
    assert len(base64.b64decode(parameters["SECRET_BLOCK"], validate=True)) > 500


def test_the_salt_stays_until_the_password_changes(idp: Idp, user: User) -> None:
    salts = [srp_begin(idp, user)[1]["ChallengeParameters"]["SALT"] for _ in range(2)]
    idp.admin_set_user_password(Password=OTHER_PASSWORD, Permanent=True, **user.key)
    salts.append(srp_begin(idp, user)[1]["ChallengeParameters"]["SALT"])
    assert salts[0] == salts[1] != salts[2]


@pytest.mark.parametrize("private", [1, 2, 2**128 - 1, 2**3000 + 1])
def test_clients_choose_their_own_numbers(idp: Idp, user: User, private: int) -> None:
    client = SrpClient(user.app.pool_id.split("_")[1], PASSWORD, private)
    parameters = {"USERNAME": "alice", "SRP_A": client.srp_a}
    answer = idp.initiate_auth(ClientId=user.app.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    assert prove(idp, user.app, client.responses(answer["ChallengeParameters"]))["AuthenticationResult"]


def test_a_password_beyond_ascii(idp: Idp, app: App) -> None:
    user = builders.confirmed_user(idp, app, "Zoë", "Pässwörd-1")
    assert srp_sign_in(idp, user)["AuthenticationResult"]


@pytest.mark.parametrize("value", ["0", f"{N:x}", f"{2 * N:x}", "nonsense", "-1"])
def test_public_numbers_that_prove_nothing(idp: Idp, user: User, value: str) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.initiate_auth(
            ClientId=user.app.client_id,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={"USERNAME": "alice", "SRP_A": value},
        )


def tampered(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda responses: {"PASSWORD_CLAIM_SIGNATURE": tampered(responses["PASSWORD_CLAIM_SIGNATURE"])},
        lambda responses: {"PASSWORD_CLAIM_SIGNATURE": "nonsense!"},
        lambda responses: {"PASSWORD_CLAIM_SECRET_BLOCK": tampered(responses["PASSWORD_CLAIM_SECRET_BLOCK"])},
        lambda responses: {"PASSWORD_CLAIM_SECRET_BLOCK": "nonsense!"},
        lambda responses: {"TIMESTAMP": "Fri Jan 2 00:00:00 UTC 2026"},
        lambda responses: {"USERNAME": "bob"},
        lambda responses: {"USERNAME": "nobody"},
    ],
    ids=["signature", "no base64", "block", "block no base64", "timestamp", "other user", "unknown user"],
)
def test_proofs_that_are_wrong(idp: Idp, user: User, change: Any) -> None:
    builders.confirmed_user(idp, user.app, "bob")
    client, answer = srp_begin(idp, user)
    responses = client.responses(answer["ChallengeParameters"])
    with refused(*WRONG):
        prove(idp, user.app, {**responses, **change(responses)})


def test_a_proof_that_belongs_to_another_client(idp: Idp, user: User) -> None:
    client, answer = srp_begin(idp, user)
    other = App(user.app.pool_id, builders.app_client(idp, user.app.pool_id))
    with refused(*WRONG):
        prove(idp, other, client.responses(answer["ChallengeParameters"]))


def test_a_proof_comes_within_the_life_of_a_session(idp: Idp, user: User, clock: Clock) -> None:
    client, answer = srp_begin(idp, user)
    responses = client.responses(answer["ChallengeParameters"])
    clock.advance(minutes=3)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        prove(idp, user.app, responses)


def test_a_proof_is_good_once(idp: Idp, user: User) -> None:
    client, answer = srp_begin(idp, user)
    responses = client.responses(answer["ChallengeParameters"])
    prove(idp, user.app, responses)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        prove(idp, user.app, responses)


def test_a_password_changed_meanwhile(idp: Idp, user: User) -> None:
    client, answer = srp_begin(idp, user)
    idp.admin_set_user_password(Password=OTHER_PASSWORD, Permanent=True, **user.key)
    with refused(*WRONG):
        prove(idp, user.app, client.responses(answer["ChallengeParameters"]))


def test_a_made_up_challenge_for_a_hidden_user(idp: Idp) -> None:
    app = builders.hiding(idp)
    client, first = srp_begin(idp, User(app, "nobody"))
    _, second = srp_begin(idp, User(app, "nobody"))
    _, other = srp_begin(idp, User(app, "somebody"))
    stable = ("SALT", "USER_ID_FOR_SRP", "USERNAME")
    assert [first["ChallengeParameters"][name] for name in stable] == [
        second["ChallengeParameters"][name] for name in stable
    ]
    assert first["ChallengeParameters"]["SALT"] != other["ChallengeParameters"]["SALT"]
    assert first["ChallengeParameters"]["SRP_B"] != second["ChallengeParameters"]["SRP_B"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first["ChallengeParameters"]["USER_ID_FOR_SRP"])
    with refused(*WRONG):
        prove(idp, app, client.responses(first["ChallengeParameters"]))


# ── NEW_PASSWORD_REQUIRED and sessions ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def invited(idp: Idp) -> User:
    return builders.invited_user(idp, builders.app(idp), email="alice@example.com", email_verified="true")


def new_password(idp: Idp, user: User, session: str, password: str = PASSWORD, **given: str) -> dict[str, Any]:
    responses = {"USERNAME": user.username, "NEW_PASSWORD": password}
    responses |= {f"userAttributes.{name}": value for name, value in given.items()}
    return respond(idp, user.app, "NEW_PASSWORD_REQUIRED", responses, session)


@pytest.mark.parametrize("flow", ["password", "srp", "admin"])
def test_a_new_password_is_asked_for(idp: Idp, invited: User, flow: str) -> None:
    """Recording moto-aws-verified/srp-force-change-password/3-4."""
    begin = {"password": builders.begin, "srp": srp_sign_in, "admin": admin_begin}[flow]
    answer = begin(idp, invited)
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert set(answer) == {"ChallengeName", "ChallengeParameters", "Session", "ResponseMetadata"}
    parameters = answer["ChallengeParameters"]
    assert set(parameters) == {"USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"}
    assert parameters["USER_ID_FOR_SRP"] == "alice"
    assert json.loads(parameters["requiredAttributes"]) == []
    assert json.loads(parameters["userAttributes"]) == {"email": "alice@example.com", "email_verified": "true"}
    if flow == "admin":
        finished = idp.admin_respond_to_auth_challenge(
            UserPoolId=invited.app.pool_id,
            ClientId=invited.app.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=answer["Session"],
            ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
        )
    else:
        finished = new_password(idp, invited, answer["Session"])
    assert finished["AuthenticationResult"]["RefreshToken"]
    assert finished["ChallengeParameters"] == {}
    assert builders.sign_in(idp, User(invited.app, "alice", PASSWORD))["AccessToken"]
    with refused(*WRONG):
        builders.begin(idp, invited)


def test_missing_required_attributes_are_asked_for(idp: Idp) -> None:
    """Source: botocore's model, AdminCreateUser.UserAttributes; reference auth-flows.md §6."""
    schema = [{"Name": name, "Required": True} for name in ("given_name", "email")]
    user = builders.invited_user(idp, builders.app(idp, Schema=schema), email="alice@example.com")
    answer = builders.begin(idp, user)
    assert json.loads(answer["ChallengeParameters"]["requiredAttributes"]) == ["userAttributes.given_name"]
    with refused("InvalidParameterException", "Invalid attributes given, given_name is missing"):
        new_password(idp, user, answer["Session"])
    finished = new_password(idp, user, answer["Session"], given_name="Alice")
    assert builders.claims(finished["AuthenticationResult"]["IdToken"])["given_name"] == "Alice"


def test_attributes_without_value_may_come_along(idp: Idp) -> None:
    app = builders.app(idp, Schema=[{"Name": "given_name", "Required": True}])
    user = builders.invited_user(idp, app, given_name="Alice")
    answer = builders.begin(idp, user)
    assert json.loads(answer["ChallengeParameters"]["requiredAttributes"]) == []
    with refused("NotAuthorizedException", "Cannot modify an already provided given_name"):
        new_password(idp, user, answer["Session"], given_name="Bob")
    finished = new_password(idp, user, answer["Session"], nickname="Al")
    assert builders.claims(finished["AuthenticationResult"]["IdToken"])["nickname"] == "Al"


def test_a_session_survives_what_is_refused(idp: Idp, invited: User) -> None:
    session = builders.begin(idp, invited)["Session"]
    with refused(
        "InvalidPasswordException", "Password does not conform to policy: Password must have numeric characters"
    ):
        new_password(idp, invited, session, "no-numbers")
    with refused("InvalidParameterException", "Missing required parameter NEW_PASSWORD"):
        respond(idp, invited.app, "NEW_PASSWORD_REQUIRED", {"USERNAME": "alice"}, session)
    with refused("NotAuthorizedException", "Cannot modify an already provided email"):
        new_password(idp, invited, session, email="new@example.com")
    assert new_password(idp, invited, session)["AuthenticationResult"]


def test_a_session_is_good_once(idp: Idp, invited: User) -> None:
    session = builders.begin(idp, invited)["Session"]
    new_password(idp, invited, session)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        new_password(idp, invited, session)


@pytest.mark.parametrize(("validity", "minutes"), [(None, 3), (3, 3), (15, 15)])
def test_a_session_lives_as_long_as_the_client_says(idp: Idp, clock: Clock, validity: int | None, minutes: int) -> None:
    app = builders.app(idp, {} if validity is None else {"AuthSessionValidity": validity})
    invited = builders.invited_user(idp, app)
    old = builders.begin(idp, invited)["Session"]
    clock.advance(seconds=1)
    session = builders.begin(idp, invited)["Session"]
    clock.advance(minutes=minutes, seconds=-1)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        new_password(idp, invited, old)
    assert new_password(idp, invited, session)["AuthenticationResult"]


def test_sessions_that_nobody_gave_out(idp: Idp, invited: User, emulator: Emulator) -> None:
    with refused("NotAuthorizedException", "Invalid session for the user."):
        new_password(idp, invited, SESSION)
    body = {"ClientId": invited.app.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "short"}
    assert call(emulator, "RespondToAuthChallenge", body).error == (
        "InvalidParameterException",
        "1 validation error detected: Value at 'session' failed to satisfy constraint: "
        "Member must have length greater than or equal to 20",
    )


def test_a_session_is_bound_to_client_pool_user_challenge_and_operation(idp: Idp, invited: User) -> None:
    session = builders.begin(idp, invited)["Session"]
    builders.invited_user(idp, invited.app, "bob")
    sibling = App(invited.app.pool_id, builders.app_client(idp, invited.app.pool_id))
    stranger = builders.invited_user(idp, builders.app(idp))
    invalid = ("NotAuthorizedException", "Invalid session for the user.")
    for elsewhere in (User(sibling, "alice"), stranger, User(invited.app, "bob"), User(invited.app, "nobody")):
        with refused(*invalid):
            new_password(idp, elsewhere, session)
    with refused(*invalid):
        idp.admin_respond_to_auth_challenge(
            UserPoolId=invited.app.pool_id,
            ClientId=invited.app.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
        )
    assert new_password(idp, invited, session)["AuthenticationResult"]


def test_a_session_of_a_user_who_is_gone(idp: Idp, invited: User) -> None:
    session = builders.begin(idp, invited)["Session"]
    idp.admin_delete_user(**invited.key)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        new_password(idp, invited, session)
    builders.invited_user(idp, invited.app)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        new_password(idp, invited, session)


def test_sessions_look_like_those_of_the_service(idp: Idp, invited: User) -> None:
    session = builders.begin(idp, invited)["Session"]
    assert session.startswith("AYAB")
    assert 900 < len(session) < 2048
