"""GetClientToken and GetDerivedToken."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import ALL_FLOWS, App, Idp, User, claims, confirmed_user, pool, refused, sign_in
from tests.wire import call

API = "https://api.example"
ADMIN = "aws.cognito.signin.user.admin"
SCOPES = [f"{API}/read", f"{API}/write"]
NOT_ENABLED = ("InvalidParameterException", "Auth flow not enabled for this client")


def client(idp: Idp, pool_id: str, *flows: str, scopes: list[str] = SCOPES, secret: bool = True) -> App:
    made = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="service",
        GenerateSecret=secret,
        ExplicitAuthFlows=list(flows),
        AllowedOAuthScopes=scopes,
    )["UserPoolClient"]
    return App(pool_id, made["ClientId"], made.get("ClientSecret"))


@pytest.fixture
def pool_id(idp: Idp) -> str:
    """A pool with an API that has two scopes."""
    made = pool(idp)
    idp.create_resource_server(
        UserPoolId=made,
        Identifier=API,
        Name="api",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")],
    )
    return made


@pytest.fixture
def machine(idp: Idp, pool_id: str) -> App:
    return client(idp, pool_id, "ALLOW_CLIENT_TOKEN_AUTH")


def client_token(idp: Idp, app: App, **more: Any) -> dict[str, Any]:
    answer = idp.get_client_token(**{"ClientId": app.client_id, "Secret": app.secret, **more})
    result: dict[str, Any] = answer["ClientAuthenticationResult"]
    return result


# ── GetClientToken ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_gets_a_token_with_its_scopes(idp: Idp, machine: App) -> None:
    result = client_token(idp, machine)
    said = claims(result["AccessToken"])
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")
    assert result.keys() == {"AccessToken", "ExpiresIn", "TokenType"}
    assert (said["sub"], said["client_id"], said["token_use"]) == (machine.client_id, machine.client_id, "access")
    assert said["scope"].split() == SCOPES
    assert "username" not in said


def test_fewer_scopes_may_be_asked_for(idp: Idp, machine: App) -> None:
    assert claims(client_token(idp, machine, Scopes=[SCOPES[1]])["AccessToken"])["scope"] == SCOPES[1]


@pytest.mark.parametrize("scope", ["openid", f"{API}/delete", "nothing"])
def test_scopes_that_the_client_lacks(idp: Idp, machine: App, scope: str) -> None:
    with refused("InvalidParameterException", f"Invalid scope requested: {scope}"):
        client_token(idp, machine, Scopes=[SCOPES[0], scope])


def test_a_wrong_secret(idp: Idp, machine: App) -> None:
    with refused("NotAuthorizedException", f"Unable to verify secret for client {machine.client_id}"):
        client_token(idp, machine, Secret="x" * 30)


def test_another_flow(idp: Idp, pool_id: str) -> None:
    with refused(*NOT_ENABLED):
        client_token(idp, client(idp, pool_id, *ALL_FLOWS))


def test_an_unknown_client(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
        idp.get_client_token(ClientId="nobody", Secret="x" * 30)


def test_no_signature_is_needed(emulator: Emulator, idp: Idp, machine: App) -> None:
    answer = call(emulator, "GetClientToken", {"ClientId": machine.client_id, "Secret": machine.secret}, headers={})
    assert answer.status == 200
    assert claims(answer.json["ClientAuthenticationResult"]["AccessToken"])["sub"] == machine.client_id


def test_a_clients_token_is_no_users(idp: Idp, machine: App) -> None:
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        idp.get_user(AccessToken=client_token(idp, machine)["AccessToken"])


# ── GetDerivedToken ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def alice(idp: Idp, pool_id: str) -> User:
    return confirmed_user(idp, client(idp, pool_id, *ALL_FLOWS, secret=False), email="alice@example.com")


@pytest.fixture
def tokens(idp: Idp, alice: User) -> dict[str, Any]:
    return sign_in(idp, alice)


@pytest.fixture
def service(idp: Idp, pool_id: str) -> App:
    flows = ("ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION")
    return client(idp, pool_id, *flows, scopes=[*SCOPES, ADMIN])


def derive(idp: Idp, app: App, token: str, type: str = "ACCESS_TOKEN", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = idp.get_derived_token(
        ClientId=app.client_id, SubjectToken=token, SubjectTokenType=type, **more
    )
    return answer


def test_a_token_for_an_audience(idp: Idp, service: App, alice: User, tokens: dict[str, Any]) -> None:
    answer = derive(idp, service, tokens["AccessToken"], Audiences=["ledger"])
    subject, said = claims(tokens["AccessToken"]), claims(answer["IssuedToken"])
    assert (answer["IssuedTokenType"], answer["TokenType"], answer["ExpiresIn"]) == ("ACCESS_TOKEN", "Bearer", 3600)
    assert answer["Scopes"] == [ADMIN]
    assert said["aud"] == "ledger"
    assert said["client_id"] == service.client_id
    assert (said["sub"], said["username"]) == (subject["sub"], alice.username)
    assert "act" not in said
    assert said["jti"] != subject["jti"]


def test_a_token_for_a_resource_server(idp: Idp, service: App, tokens: dict[str, Any]) -> None:
    answer = derive(idp, service, tokens["AccessToken"], Resources=[API])
    assert claims(answer["IssuedToken"])["aud"] == API
    with refused("ResourceNotFoundException", "Resource server https://no.example does not exist."):
        derive(idp, service, tokens["AccessToken"], Resources=["https://no.example"])


def test_audience_or_resource(idp: Idp, service: App, tokens: dict[str, Any]) -> None:
    with refused("InvalidParameterException", "Audiences and Resources cannot be requested together."):
        derive(idp, service, tokens["AccessToken"], Audiences=["x"], Resources=[API])


def test_scopes_are_what_all_sides_have(idp: Idp, service: App, tokens: dict[str, Any]) -> None:
    answer = derive(idp, service, tokens["AccessToken"], Scopes=[SCOPES[0], ADMIN])
    assert answer["Scopes"] == [ADMIN]
    none = derive(idp, service, tokens["AccessToken"], Scopes=SCOPES)
    assert none["Scopes"] == []
    assert "scope" not in claims(none["IssuedToken"])


def test_the_actor_is_named_and_the_one_before_it_inside(
    idp: Idp, service: App, machine: App, tokens: dict[str, Any]
) -> None:
    acting = client_token(idp, machine)["AccessToken"]
    first = derive(idp, service, tokens["AccessToken"], ActorToken=acting, ActorTokenType="ACCESS_TOKEN")
    assert claims(first["IssuedToken"])["act"] == {"sub": machine.client_id}
    bob = confirmed_user(idp, App(service.pool_id, tokens_client(tokens)), "bob")
    acting = sign_in(idp, bob)["IdToken"]
    second = derive(idp, service, first["IssuedToken"], ActorToken=acting, ActorTokenType="ID_TOKEN")
    assert claims(second["IssuedToken"])["act"] == {"sub": claims(acting)["sub"], "act": {"sub": machine.client_id}}


def tokens_client(tokens: dict[str, Any]) -> str:
    return str(claims(tokens["AccessToken"])["client_id"])


def test_id_tokens_both_ways(idp: Idp, service: App, alice: User, tokens: dict[str, Any]) -> None:
    answer = derive(idp, service, tokens["IdToken"], "ID_TOKEN", RequestedTokenType="ID_TOKEN")
    said = claims(answer["IssuedToken"])
    assert (answer["IssuedTokenType"], answer["TokenType"]) == ("ID_TOKEN", "N_A")
    assert "Scopes" not in answer
    assert (said["token_use"], said["aud"], said["email"]) == ("id", service.client_id, "alice@example.com")
    assert derive(idp, service, tokens["IdToken"], "ID_TOKEN")["Scopes"] == [ADMIN]


def test_each_kind_of_exchange_has_its_flow(idp: Idp, pool_id: str, machine: App, tokens: dict[str, Any]) -> None:
    acting = {"ActorToken": client_token(idp, machine)["AccessToken"], "ActorTokenType": "ACCESS_TOKEN"}
    impersonates = client(idp, pool_id, "ALLOW_TOKEN_EXCHANGE_IMPERSONATION")
    delegates = client(idp, pool_id, "ALLOW_TOKEN_EXCHANGE_DELEGATION")
    assert derive(idp, impersonates, tokens["AccessToken"])["TokenType"] == "Bearer"
    assert derive(idp, delegates, tokens["AccessToken"], **acting)["TokenType"] == "Bearer"
    with refused(*NOT_ENABLED):
        derive(idp, impersonates, tokens["AccessToken"], **acting)
    with refused(*NOT_ENABLED):
        derive(idp, delegates, tokens["AccessToken"])


def test_the_secret_stands_in_for_a_signature(
    emulator: Emulator, idp: Idp, service: App, tokens: dict[str, Any]
) -> None:
    body = {
        "ClientId": service.client_id,
        "SubjectToken": tokens["AccessToken"],
        "SubjectTokenType": "ACCESS_TOKEN",
    }
    wrong = ("NotAuthorizedException", f"Unable to verify secret for client {service.client_id}")
    assert call(emulator, "GetDerivedToken", body, headers={}).error == wrong
    assert call(emulator, "GetDerivedToken", {**body, "ClientSecret": "x" * 30}, headers={}).error == wrong
    assert call(emulator, "GetDerivedToken", {**body, "ClientSecret": service.secret}, headers={}).status == 200


def test_a_client_without_a_secret_needs_neither(
    emulator: Emulator, idp: Idp, pool_id: str, tokens: dict[str, Any]
) -> None:
    app = client(idp, pool_id, "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", secret=False)
    body = {"ClientId": app.client_id, "SubjectToken": tokens["AccessToken"], "SubjectTokenType": "ACCESS_TOKEN"}
    assert call(emulator, "GetDerivedToken", body, headers={}).status == 200


@pytest.mark.parametrize(
    ("token", "type"),
    [("IdToken", "ACCESS_TOKEN"), ("AccessToken", "ID_TOKEN"), (None, "ACCESS_TOKEN")],
)
def test_tokens_that_are_none(idp: Idp, service: App, tokens: dict[str, Any], token: str | None, type: str) -> None:
    with refused("NotAuthorizedException", "Invalid Subject Token"):
        derive(idp, service, tokens[token] if token else "x.y.z", type)


def test_an_expired_token(idp: Idp, service: App, tokens: dict[str, Any], clock: Clock) -> None:
    clock.advance(hours=1)
    with refused("NotAuthorizedException", "Subject Token has expired"):
        derive(idp, service, tokens["AccessToken"])


def test_revoking_the_sign_in_revokes_what_was_derived(
    idp: Idp, service: App, alice: User, tokens: dict[str, Any]
) -> None:
    derived = derive(idp, service, tokens["AccessToken"])["IssuedToken"]
    assert idp.get_user(AccessToken=derived)["Username"] == alice.username
    idp.global_sign_out(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=derived)
    with refused("NotAuthorizedException", "Subject Token has been revoked"):
        derive(idp, service, tokens["AccessToken"])


def test_a_clients_own_token_is_no_subject(idp: Idp, service: App, machine: App) -> None:
    with refused("NotAuthorizedException", "Invalid Subject Token"):
        derive(idp, service, client_token(idp, machine)["AccessToken"])


def test_a_user_who_is_gone(idp: Idp, service: App, alice: User, tokens: dict[str, Any]) -> None:
    idp.admin_delete_user(**alice.key)
    with refused("UserNotFoundException", "User does not exist."):
        derive(idp, service, tokens["AccessToken"])


def test_actor_and_type_go_together(idp: Idp, service: App, tokens: dict[str, Any]) -> None:
    with refused("InvalidParameterException", "ActorToken and ActorTokenType must be provided together."):
        derive(idp, service, tokens["AccessToken"], ActorTokenType="ACCESS_TOKEN")


def test_a_client_with_client_tokens_has_no_other_flow(idp: Idp, pool_id: str) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException):
        client(idp, pool_id, "ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH")
