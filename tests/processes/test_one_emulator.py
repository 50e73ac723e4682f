"""Several processes on one store behave as one emulator, at the same time and one after another."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError

from cognito_emulator.http.live import LiveServer
from tests import builders
from tests.builders import ALL_FLOWS, App, refused
from tests.processes.conftest import Start


def jwks(server: LiveServer, pool_id: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.endpoint_url}/{pool_id}/.well-known/jwks.json") as response:
        keys: dict[str, Any] = json.load(response)
    return keys


def verified(token: str, server: LiveServer, pool_id: str) -> dict[str, Any]:
    """The claims of a token whose signature fits the keys that this server shows."""
    kid = jwt.get_unverified_header(token)["kid"]
    [key] = [key for key in jwks(server, pool_id)["keys"] if key["kid"] == kid]
    options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], options=options)
    return claims


def test_two_processes_are_one_emulator(url: str, start: Start) -> None:
    a, b = start(url), start(url)
    on_a, on_b = a.client(), b.client()
    app = builders.app(on_a, AutoVerifiedAttributes=["email"])
    user = builders.unconfirmed_user(on_b, app, email="alice@example.com")
    [message] = a.messages(username="alice", wait=5)
    on_a.confirm_sign_up(ClientId=app.client_id, Username="alice", ConfirmationCode=message["code"])
    tokens = builders.sign_in(on_b, user)
    for server in (a, b):
        assert verified(tokens["IdToken"], server, app.pool_id)["cognito:username"] == "alice"
    # Whoever made the keys, each signs with the same.
    again = builders.sign_in(on_a, user)
    assert verified(again["AccessToken"], b, app.pool_id)["username"] == "alice"
    assert on_a.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    # Revoked on one, useless on the other, which has seen it valid.
    assert on_b.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    on_a.global_sign_out(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        on_b.get_user(AccessToken=tokens["AccessToken"])


def test_keys_that_two_processes_make_at_once_are_the_same(url: str, start: Start) -> None:
    a, b = start(url), start(url)
    pool_id = builders.pool(a.client())
    assert jwks(a, pool_id) == jwks(b, pool_id)


def test_a_session_goes_on_in_the_other_process(url: str, start: Start) -> None:
    a, b = start(url), start(url)
    app = builders.app(a.client())
    user = builders.invited_user(a.client(), app)
    challenge = builders.begin(b.client(), user)
    answer = a.client().respond_to_auth_challenge(
        ClientId=app.client_id,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": "Something-New-3"},
    )
    assert "IdToken" in answer["AuthenticationResult"]


def test_pages_and_the_clock_are_shared(url: str, start: Start) -> None:
    a, b = start(url), start(url)
    on_a, on_b = a.client(), b.client()
    app = builders.app(on_a)
    names = sorted(f"user{number}" for number in range(5))
    for name in names:
        on_b.admin_create_user(UserPoolId=app.pool_id, Username=name, MessageAction="SUPPRESS")
    first = on_a.list_users(UserPoolId=app.pool_id, Limit=2)
    second = on_b.list_users(UserPoolId=app.pool_id, Limit=2, PaginationToken=first["PaginationToken"])
    third = on_a.list_users(UserPoolId=app.pool_id, Limit=2, PaginationToken=second["PaginationToken"])
    assert [user["Username"] for page in (first, second, third) for user in page["Users"]] == names
    a.clock.advance(7200)
    user = builders.confirmed_user(on_a, app)
    tokens = builders.sign_in(on_b, user)
    b.clock.advance(-7200)
    assert on_a.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    a.clock.advance(4 * 3600)
    with refused("NotAuthorizedException", "Access Token has expired"):
        on_b.get_user(AccessToken=tokens["AccessToken"])


def test_a_reset_of_one_is_a_reset_of_all(url: str, start: Start) -> None:
    a, b = start(url), start(url)
    on_a, on_b = a.client(), b.client()
    app = builders.app(on_a)
    user = builders.confirmed_user(on_a, app)
    tokens = builders.sign_in(on_b, user)
    for _ in range(3):
        builders.pool(on_a)
    token = on_b.list_user_pools(MaxResults=1)["NextToken"]
    on_b.get_user(AccessToken=tokens["AccessToken"])
    a.clock.advance(3600)
    a.reset()
    assert on_b.list_user_pools(MaxResults=60)["UserPools"] == []
    assert json.loads(urllib.request.urlopen(f"{b.endpoint_url}/_emulator/clock").read())["offsetSeconds"] == 0
    with refused("NotAuthorizedException", "Invalid Access Token"):
        on_b.get_user(AccessToken=tokens["AccessToken"])
    with pytest.raises(ClientError):
        on_b.list_user_pools(MaxResults=1, NextToken=token)
    # The secret that seals page tokens is a new one, and the same for both.
    for _ in range(3):
        builders.pool(on_a)
    token = on_a.list_user_pools(MaxResults=1)["NextToken"]
    assert len(on_b.list_user_pools(MaxResults=60, NextToken=token)["UserPools"]) == 2
    fresh = builders.app(on_b)
    tokens = builders.sign_in(on_a, builders.confirmed_user(on_b, fresh))
    assert verified(tokens["IdToken"], b, fresh.pool_id)["cognito:username"] == "alice"


def test_a_reset_of_one_makes_new_keys_of_identities_for_all(url: str, start: Start) -> None:
    a, b = start(url), start(url)

    def token(server: LiveServer) -> str:
        identity = server.client("cognito-identity")
        pool_id = identity.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=True)[
            "IdentityPoolId"
        ]
        identity_id = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
        return str(identity.get_open_id_token(IdentityId=identity_id)["Token"])

    def key(server: LiveServer) -> Any:
        [shown] = json.loads(urllib.request.urlopen(f"{server.endpoint_url}/.well-known/jwks_uri").read())["keys"]
        return jwt.PyJWK(shown).key

    options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    jwt.decode(token(a), key(b), algorithms=["RS512"], options=options)
    before = token(b)
    a.reset()
    jwt.decode(token(a), key(b), algorithms=["RS512"], options=options)
    jwt.decode(token(b), key(a), algorithms=["RS512"], options=options)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(before, key(b), algorithms=["RS512"], options=options)


def test_a_restart_keeps_issued_tokens_valid(url: str, start: Start) -> None:
    before = start(url)
    app = builders.app(before.client())
    user = builders.confirmed_user(before.client(), app)
    tokens = builders.sign_in(before.client(), user)
    shown = jwks(before, app.pool_id)
    before.stop()
    after = start(url)
    client = after.client()
    assert jwks(after, app.pool_id) == shown
    assert client.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert verified(builders.refresh(client, app, tokens["RefreshToken"])["IdToken"], after, app.pool_id)
    builders.sign_in(client, user)


def test_workers_are_one_emulator(url: str, start: Start) -> None:
    server = start(url, workers=2)
    client = server.client()
    pool_id = builders.pool(client)
    made = client.create_user_pool_client(UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=ALL_FLOWS)
    user = builders.confirmed_user(client, App(pool_id, made["UserPoolClient"]["ClientId"]))
    # Every client has its own connections; the system gives each to either worker.
    for _ in range(12):
        other = server.client()
        tokens = builders.sign_in(other, user)
        assert server.client().get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
        assert verified(tokens["IdToken"], server, pool_id)["cognito:username"] == "alice"


def test_workers_need_a_store_that_they_can_share() -> None:
    with pytest.raises(RuntimeError, match="--workers 2 cannot share --store memory:"):
        LiveServer(store="memory:", workers=2)


def test_a_seed_repeats_ids_that_a_lasting_store_has(url: str) -> None:
    with pytest.raises(RuntimeError, match="--seed"):
        LiveServer(store=url, seed=1)
