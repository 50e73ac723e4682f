"""Tokens: claims, keys, validity, refresh, rotation, revocation. Source: reference user-pools.md §2.6;
auth-flows.md §11 to §13.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import jwt
import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import ALL_FLOWS, PASSWORD, App, Idp, User, claims, header, refused
from tests.conftest import START
from tests.wire import call, send

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOW = int(START)


@pytest.fixture
def app(idp: Idp) -> App:
    return builders.app(idp)


@pytest.fixture
def user(idp: Idp, app: App) -> User:
    return builders.confirmed_user(idp, app)


def jwks(emulator: Emulator, pool_id: str) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = send(emulator, "GET", f"/{pool_id}/.well-known/jwks.json").json["keys"]
    return keys


# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_claims_of_an_access_token(idp: Idp, user: User) -> None:
    found = claims(builders.sign_in(idp, user)["AccessToken"])
    unique = {name: found.pop(name) for name in ("sub", "event_id", "jti", "origin_jti")}
    assert all(UUID.fullmatch(value) for value in unique.values())
    assert len(set(unique.values())) == 4
    assert found == {
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{user.app.pool_id}",
        "client_id": user.app.client_id,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": NOW,
        "iat": NOW,
        "exp": NOW + 3600,
        "username": "alice",
    }


def test_claims_of_an_id_token(idp: Idp) -> None:
    schema = [{"Name": "age", "AttributeDataType": "Number"}]
    app = builders.app(
        idp,
        {"ReadAttributes": ["email", "email_verified", "phone_number", "address", "updated_at", "custom:age"]},
        Schema=schema,
    )
    given = {"email": "a@example.com", "email_verified": "true", "address": "Main Street", "updated_at": "1700000000"}
    user = builders.confirmed_user(idp, app, custom__age="42", name="Alice", **given)
    tokens = builders.sign_in(idp, user)
    access, found = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    assert found.pop("jti") != access["jti"]
    assert found == {
        "sub": access["sub"],
        "event_id": access["event_id"],
        "origin_jti": access["origin_jti"],
        "iss": access["iss"],
        "aud": app.client_id,
        "token_use": "id",
        "auth_time": NOW,
        "iat": NOW,
        "exp": NOW + 3600,
        "cognito:username": "alice",
        "email": "a@example.com",
        "email_verified": True,
        "address": {"formatted": "Main Street"},
        "updated_at": 1700000000,
        "custom:age": "42",
    }


def test_a_flag_that_is_false_is_a_boolean(idp: Idp, app: App) -> None:
    user = builders.confirmed_user(idp, app, phone_number="+12065551212", phone_number_verified="false")
    assert claims(builders.sign_in(idp, user)["IdToken"])["phone_number_verified"] is False


def test_names_in_a_pool_with_username_attributes(idp: Idp) -> None:
    """Recording moto-aws-verified/user-password-auth-email-username/1."""
    app = builders.app(idp, UsernameAttributes=["email"])
    tokens = builders.sign_in(idp, builders.confirmed_user(idp, app, "test@moto.com"))
    access, identity = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    assert access["username"] == access["sub"] == identity["cognito:username"] == identity["sub"]
    assert identity["email"] == "test@moto.com"
    assert "email" not in access


def test_each_sign_in_has_its_own_origin(idp: Idp, user: User) -> None:
    first, second = (claims(builders.sign_in(idp, user)["AccessToken"]) for _ in range(2))
    assert first["origin_jti"] != second["origin_jti"]
    assert first["sub"] == second["sub"]


def test_without_revocation_there_is_no_origin(idp: Idp) -> None:
    app = builders.app(idp, {"EnableTokenRevocation": False})
    tokens = builders.sign_in(idp, builders.confirmed_user(idp, app))
    for token in (tokens["AccessToken"], tokens["IdToken"]):
        assert "origin_jti" not in claims(token)


# ── keys and headers ─────────────────────────────────────────────────────────────────────────────────────────


def test_id_and_access_tokens_have_different_keys(idp: Idp, user: User, emulator: Emulator) -> None:
    tokens = builders.sign_in(idp, user)
    keys = jwks(emulator, user.app.pool_id)
    assert len(keys) == 2
    for key, token in zip(keys, (tokens["IdToken"], tokens["AccessToken"]), strict=True):
        assert header(token) == {"kid": key["kid"], "alg": "RS256"}
        public = jwt.PyJWK(key).key
        options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
        assert jwt.decode(token, public, algorithms=["RS256"], options=options)["sub"]


def test_the_key_set(idp: Idp, user: User, emulator: Emulator) -> None:
    keys = jwks(emulator, user.app.pool_id)
    for key in keys:
        assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
        assert (key["alg"], key["e"], key["kty"], key["use"]) == ("RS256", "AQAB", "RSA", "sig")
        assert len(base64.b64decode(key["kid"], validate=True)) == 32
        assert len(base64.urlsafe_b64decode(key["n"] + "==")) == 256
    assert jwks(emulator, user.app.pool_id) == keys
    assert {key["kid"] for key in jwks(emulator, builders.pool(idp))}.isdisjoint(key["kid"] for key in keys)


def test_refresh_tokens_are_opaque(idp: Idp, user: User) -> None:
    parts = builders.sign_in(idp, user)["RefreshToken"].split(".")
    assert len(parts) == 5
    assert header(parts[0]) == {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}


# ── validity ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "access", "identity"),
    [
        ({"AccessTokenValidity": 5, "IdTokenValidity": 2}, 5 * 3600, 2 * 3600),
        (
            {
                "AccessTokenValidity": 10,
                "IdTokenValidity": 300,
                "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds"},
            },
            600,
            300,
        ),
        ({"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}}, 86400, 3600),
        ({"TokenValidityUnits": {"AccessToken": "days", "IdToken": "minutes"}}, 3600, 3600),
    ],
)
def test_tokens_live_as_long_as_the_client_says(idp: Idp, settings: dict[str, Any], access: int, identity: int) -> None:
    tokens = builders.sign_in(idp, builders.confirmed_user(idp, builders.app(idp, settings)))
    assert tokens["ExpiresIn"] == access
    assert claims(tokens["AccessToken"])["exp"] == NOW + access
    assert claims(tokens["IdToken"])["exp"] == NOW + identity


def test_an_access_token_expires(idp: Idp, user: User, clock: Clock) -> None:
    token = builders.sign_in(idp, user)["AccessToken"]
    clock.advance(3599)
    assert idp.get_user(AccessToken=token)["Username"] == "alice"
    clock.advance(1)
    with refused("NotAuthorizedException", "Access Token has expired"):
        idp.get_user(AccessToken=token)


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, 30 * 86400),
        ({"RefreshTokenValidity": 1}, 86400),
        ({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}, 3600),
    ],
)
def test_a_refresh_token_expires(idp: Idp, clock: Clock, settings: dict[str, Any], seconds: int) -> None:
    app = builders.app(idp, settings)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    clock.advance(seconds - 1)
    assert builders.refresh(idp, app, token)["AccessToken"]
    clock.advance(1)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        builders.refresh(idp, app, token)


# ── what is no access token ──────────────────────────────────────────────────────────────────────────────────


def operations(idp: Idp, token: str) -> list[Any]:
    """Every operation that takes an access token."""
    return [
        lambda: idp.get_user(AccessToken=token),
        lambda: idp.global_sign_out(AccessToken=token),
        lambda: idp.delete_user(AccessToken=token),
        lambda: idp.update_user_attributes(AccessToken=token, UserAttributes=[]),
        lambda: idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name"]),
        lambda: idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=PASSWORD),
        lambda: idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email"),
        lambda: idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code="1"),
    ]


def test_what_is_no_access_token(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    unsigned = jwt.encode({"token_use": "access", "iss": "https://elsewhere.example/us-east-1_unknown"}, "k" * 32)
    for token in ("nonsense", "a.b.c", tokens["IdToken"], tokens["RefreshToken"], unsigned):
        for operation in operations(idp, token):
            with refused("NotAuthorizedException", "Invalid Access Token"):
                operation()


def test_a_signature_that_is_wrong(idp: Idp, user: User) -> None:
    head, body, signature = builders.sign_in(idp, user)["AccessToken"].split(".")
    other = builders.sign_in(idp, user)["AccessToken"].split(".")
    stranger = jwt.encode(claims(f"{head}.{body}.{signature}"), "k" * 32, headers={"kid": "unknown"})
    for token in (f"{head}.{body}.{other[2]}", f"{head}.{other[1]}.{signature}", stranger):
        with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
            idp.get_user(AccessToken=token)


def test_characters_that_no_token_has(emulator: Emulator) -> None:
    assert call(emulator, "GetUser", {"AccessToken": "a b"}, headers={}).error == (
        "InvalidParameterException",
        "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy "
        "regular expression pattern: [A-Za-z0-9-_=.]+",
    )


def test_users_who_are_gone(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    idp.admin_delete_user(**user.key)
    for _ in range(2):
        with refused("UserNotFoundException", "User does not exist."):
            idp.get_user(AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            builders.refresh(idp, user.app, tokens["RefreshToken"])
        builders.confirmed_user(idp, user.app)
        idp.admin_delete_user(**user.key)
        builders.confirmed_user(idp, user.app)
        idp.admin_delete_user(**user.key)


@pytest.mark.parametrize(
    "operation",
    [
        "associate_software_token",
        "global_sign_out",
        "list_web_authn_credentials",
        "start_web_authn_registration",
    ],
)
def test_users_who_are_gone_where_that_is_no_error(idp: Idp, user: User, operation: str) -> None:
    """These do not declare UserNotFoundException. Sources: botocore's model; reference user-pools.md §2.6."""
    token = builders.sign_in(idp, user)["AccessToken"]
    idp.admin_delete_user(**user.key)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        getattr(idp, operation)(AccessToken=token)


def test_tokens_of_an_earlier_user_of_that_name(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    idp.delete_user(AccessToken=tokens["AccessToken"])
    builders.confirmed_user(idp, user.app)
    with refused("UserNotFoundException", "User does not exist."):
        idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        builders.refresh(idp, user.app, tokens["RefreshToken"])


def test_users_who_are_disabled(idp: Idp, user: User) -> None:
    """Recording github-issue-logs/disabled-user-refresh/1."""
    tokens = builders.sign_in(idp, user)
    idp.admin_disable_user(**user.key)
    with refused("NotAuthorizedException", "User is disabled."):
        idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "User is disabled."):
        builders.refresh(idp, user.app, tokens["RefreshToken"])
    idp.admin_enable_user(**user.key)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        builders.refresh(idp, user.app, tokens["RefreshToken"])


# ── refresh ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_refresh(idp: Idp, user: User, clock: Clock) -> None:
    """Recordings moto-aws-verified/refresh-token-claims/1 and …/jti-in-tokens/2."""
    first = builders.sign_in(idp, user)
    clock.advance(1000)
    second = builders.refresh(idp, user.app, first["RefreshToken"])
    assert set(second) == {"AccessToken", "ExpiresIn", "IdToken", "TokenType"}
    for name in ("AccessToken", "IdToken"):
        before, after = claims(first[name]), claims(second[name])
        for moved in ("iat", "exp"):
            assert after.pop(moved) == before.pop(moved) + 1000
        assert after.pop("jti") != before.pop("jti")
        assert after == before
    assert claims(second["AccessToken"])["jti"] != claims(second["IdToken"])["jti"]


def test_refresh_reads_groups_and_attributes_again(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["RefreshToken"]
    idp.create_group(UserPoolId=user.app.pool_id, GroupName="g")
    idp.admin_add_user_to_group(GroupName="g", **user.key)
    idp.admin_update_user_attributes(UserAttributes=builders.attributes(nickname="Al"), **user.key)
    found = claims(builders.refresh(idp, user.app, token)["IdToken"])
    assert (found["cognito:groups"], found["nickname"]) == (["g"], "Al")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c.d.e"])
def test_refresh_tokens_that_nobody_gave_out(idp: Idp, app: App, token: str) -> None:
    """Recording github-issue-logs/refresh-invalid-token/1."""
    with refused("NotAuthorizedException", "Invalid Refresh Token."):
        builders.refresh(idp, app, token)


def test_a_refresh_token_belongs_to_its_client(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["RefreshToken"]
    sibling = App(user.app.pool_id, builders.app_client(idp, user.app.pool_id))
    with refused("NotAuthorizedException", "Invalid Refresh Token."):
        builders.refresh(idp, sibling, token)


def test_refresh_by_an_administrator(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["RefreshToken"]
    answer = idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
    )
    assert answer["AuthenticationResult"]["AccessToken"]


# ── GetTokensFromRefreshToken and rotation ───────────────────────────────────────────────────────────────────


def exchange(idp: Idp, app: App, token: str, **more: str) -> dict[str, Any]:
    answer = idp.get_tokens_from_refresh_token(ClientId=app.client_id, RefreshToken=token, **more)
    assert set(answer) == {"AuthenticationResult", "ResponseMetadata"}
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def rotating(idp: Idp, grace: int | None = None, **settings: Any) -> App:
    rotation: dict[str, Any] = {"Feature": "ENABLED"}
    if grace is not None:
        rotation["RetryGracePeriodSeconds"] = grace
    flows = [flow for flow in ALL_FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH"]
    return builders.app(idp, {"ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation, **settings})


def test_without_rotation_the_token_stays(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["RefreshToken"]
    for _ in range(2):
        assert set(exchange(idp, user.app, token)) == {"AccessToken", "ExpiresIn", "IdToken", "TokenType"}
    with refused("NotAuthorizedException", "Invalid Refresh Token."):
        exchange(idp, user.app, "nonsense")


def test_the_plain_secret(idp: Idp) -> None:
    app = builders.app(idp, {"GenerateSecret": True})
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    assert exchange(idp, app, token, ClientSecret=str(app.secret))["AccessToken"]
    for wrong in ({}, {"ClientSecret": "x" * 51}):
        with pytest.raises(idp.exceptions.NotAuthorizedException):
            exchange(idp, app, token, **wrong)


def test_rotation(idp: Idp) -> None:
    app = rotating(idp)
    first = builders.sign_in(idp, builders.confirmed_user(idp, app))
    second = exchange(idp, app, first["RefreshToken"])
    assert set(second) == {"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}
    assert second["RefreshToken"] != first["RefreshToken"]
    third = exchange(idp, app, second["RefreshToken"])
    assert claims(third["AccessToken"])["origin_jti"] == claims(first["AccessToken"])["origin_jti"]


def test_a_rotated_token_within_and_after_its_grace(idp: Idp, clock: Clock) -> None:
    app = rotating(idp, grace=30)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    exchange(idp, app, token)
    clock.advance(30)
    exchange(idp, app, token)
    clock.advance(1)
    with pytest.raises(idp.exceptions.RefreshTokenReuseException):
        exchange(idp, app, token)


def test_a_rotated_token_without_grace(idp: Idp) -> None:
    """It is useless at once: the clock of the test stands still."""
    app = rotating(idp, grace=0)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    exchange(idp, app, token)
    with pytest.raises(idp.exceptions.RefreshTokenReuseException):
        exchange(idp, app, token)


def test_a_rotated_token_ends_when_the_first_would(idp: Idp, clock: Clock) -> None:
    app = rotating(idp, RefreshTokenValidity=1)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    clock.advance(hours=23)
    token = exchange(idp, app, token)["RefreshToken"]
    clock.advance(hours=1)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        exchange(idp, app, token)


def test_the_older_flow_is_refused_where_tokens_rotate(idp: Idp) -> None:
    app = rotating(idp)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    with pytest.raises(idp.exceptions.InvalidParameterException):
        builders.refresh(idp, app, token)


# ── revocation and sign-out ──────────────────────────────────────────────────────────────────────────────────


def revoke(idp: Idp, app: App, token: str, **more: str) -> dict[str, Any]:
    answer = idp.revoke_token(ClientId=app.client_id, Token=token, **more)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_revocation_ends_one_sign_in(idp: Idp, user: User) -> None:
    first, second = builders.sign_in(idp, user), builders.sign_in(idp, user)
    refreshed = builders.refresh(idp, user.app, first["RefreshToken"])
    assert revoke(idp, user.app, first["RefreshToken"]) == {}
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        builders.refresh(idp, user.app, first["RefreshToken"])
    for tokens in (first, refreshed):
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            idp.get_user(AccessToken=tokens["AccessToken"])
    assert idp.get_user(AccessToken=second["AccessToken"])["Username"] == "alice"
    assert builders.refresh(idp, user.app, second["RefreshToken"])["AccessToken"]
    assert revoke(idp, user.app, first["RefreshToken"]) == {}


def test_only_refresh_tokens_are_revoked(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    for name in ("AccessToken", "IdToken"):
        with pytest.raises(idp.exceptions.UnsupportedTokenTypeException):
            revoke(idp, user.app, tokens[name])
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"


def test_revocation_that_the_client_switched_off(idp: Idp) -> None:
    app = builders.app(idp, {"EnableTokenRevocation": False})
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["RefreshToken"]
    with refused(
        "UnsupportedOperationException", "Please enable token revocation before revoking tokens for this client"
    ):
        revoke(idp, app, token)
    assert builders.refresh(idp, app, token)["AccessToken"]


def test_revocation_needs_the_secret(idp: Idp) -> None:
    app = builders.app(idp, {"GenerateSecret": True})
    user = builders.confirmed_user(idp, app)
    token = builders.sign_in(idp, user)["RefreshToken"]
    for wrong in ({}, {"ClientSecret": "x" * 51}):
        with refused("UnauthorizedException", f"Unable to verify secret for client {app.client_id}"):
            revoke(idp, app, token, **wrong)
    assert revoke(idp, app, token, ClientSecret=str(app.secret)) == {}
    with refused("UnauthorizedException", "User pool client 1unknown does not exist."):
        revoke(idp, App(app.pool_id, "1unknown"), token)


def test_a_token_of_another_client_stays(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["RefreshToken"]
    revoke(idp, App(user.app.pool_id, builders.app_client(idp, user.app.pool_id)), token)
    assert builders.refresh(idp, user.app, token)["AccessToken"]


@pytest.mark.parametrize("by_admin", [False, True])
@pytest.mark.parametrize("revocation", [True, False])
def test_global_sign_out(idp: Idp, clock: Clock, by_admin: bool, revocation: bool) -> None:
    app = builders.app(idp, {"EnableTokenRevocation": revocation})
    user = builders.confirmed_user(idp, app)
    sessions = [builders.sign_in(idp, user) for _ in range(2)]
    if by_admin:
        answer = idp.admin_user_global_sign_out(**user.key)
    else:
        answer = idp.global_sign_out(AccessToken=sessions[0]["AccessToken"])
    assert set(answer) == {"ResponseMetadata"}
    for tokens in sessions:
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            idp.get_user(AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            builders.refresh(idp, app, tokens["RefreshToken"])
    clock.advance(1)
    fresh = builders.sign_in(idp, user)
    assert idp.get_user(AccessToken=fresh["AccessToken"])["Username"] == "alice"
    assert builders.refresh(idp, app, fresh["RefreshToken"])["AccessToken"]


def test_a_users_own_deletion(idp: Idp, user: User) -> None:
    token = builders.sign_in(idp, user)["AccessToken"]
    idp.delete_user(AccessToken=token)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_get_user(**user.key)
    with refused("UserNotFoundException", "User does not exist."):
        idp.delete_user(AccessToken=token)


def test_an_administrators_password_leaves_tokens(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    idp.admin_set_user_password(Password=builders.OTHER_PASSWORD, Permanent=True, **user.key)
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert builders.refresh(idp, user.app, tokens["RefreshToken"])["AccessToken"]


def test_a_clock_that_runs_backwards(idp: Idp, user: User, clock: Clock) -> None:
    tokens = builders.sign_in(idp, user)
    clock.advance(hours=-1)
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert builders.refresh(idp, user.app, tokens["RefreshToken"])["AccessToken"]
