"""Who is it: guests, users of user pools, linking, merging, unlinking."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import app, app_client, confirmed_user, refused, sign_in
from tests.identity_pools.builders import World, identity_pool, provider_name, subject, user_pool_provider, world
from tests.wire import Clients, call, send

MISMATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."
NO_GUESTS = "Unauthenticated access is not supported for this identity pool."
UNKNOWN = "us-east-1:00000000-0000-0000-0000-000000000000"


def describe(identity: Any, identity_id: str) -> dict[str, Any]:
    answer = identity.describe_identity(IdentityId=identity_id)
    answer.pop("ResponseMetadata")
    return dict(answer)


# ── guests ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_guest_is_new(identity: Any) -> None:
    pool_id = identity_pool(identity)
    first, second = (identity.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(2))
    assert first != second
    assert first.startswith("us-east-1:")
    shown = describe(identity, first)
    assert set(shown) == {"IdentityId", "CreationDate", "LastModifiedDate"}
    assert shown["CreationDate"] == shown["LastModifiedDate"]


def test_guests_may_be_refused(identity: Any) -> None:
    pool_id = identity_pool(identity, guests=False)
    with refused("NotAuthorizedException", NO_GUESTS):
        identity.get_id(IdentityPoolId=pool_id)
    assert identity.list_identities(IdentityPoolId=pool_id, MaxResults=10)["Identities"] == []


def test_get_id_needs_no_signature(emulator: Emulator, identity: Any) -> None:
    pool_id = identity_pool(identity)
    answer = call(emulator, "GetId", {"IdentityPoolId": pool_id}, service="cognito-identity", headers={})
    assert answer.status == 200
    assert set(answer.json) == {"IdentityId"}
    assert len(answer.body) == 63  # as AWS writes it


def test_unknown_pools_and_regions(identity: Any, clients: Clients) -> None:
    with refused("ResourceNotFoundException", f"IdentityPool '{UNKNOWN}' not found."):
        identity.get_id(IdentityPoolId=UNKNOWN)
    pool_id = identity_pool(identity)
    with refused("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found."):
        clients("cognito-identity", "eu-west-1").get_id(IdentityPoolId=pool_id)
    with refused("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found."):
        identity.get_id(IdentityPoolId=pool_id, AccountId="999999999999")
    assert identity.get_id(IdentityPoolId=pool_id, AccountId="123456789012")["IdentityId"]
    pattern = r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+"
    text = f"1 validation error detected: Value 'a@b' at 'identityPoolId' failed to satisfy constraint: {pattern}"
    with refused("ValidationException", text):
        identity.get_id(IdentityPoolId="a@b")


def test_unknown_identities(identity: Any) -> None:
    for ask in (identity.describe_identity, identity.get_credentials_for_identity, identity.get_open_id_token):
        with refused("ResourceNotFoundException", f"Identity '{UNKNOWN}' not found."):
            ask(IdentityId=UNKNOWN)


# ── users of a user pool ─────────────────────────────────────────────────────────────────────────────────────


def test_a_user_has_one_identity(idp: Any, identity: Any, made: World) -> None:
    first = identity.get_id(IdentityPoolId=made.pool_id, Logins=made.logins(idp))["IdentityId"]
    again = identity.get_id(IdentityPoolId=made.pool_id, Logins=made.logins(idp))["IdentityId"]
    bob = confirmed_user(idp, made.app, "bob")
    other = identity.get_id(IdentityPoolId=made.pool_id, Logins=made.logins(idp, bob))["IdentityId"]
    assert first == again != other
    assert describe(identity, first)["Logins"] == [made.provider]


def test_issuer_has_to_be_the_key(idp: Any, identity: Any, made: World) -> None:
    token = made.logins(idp)[made.provider]
    for key in (f"https://{made.provider}", "us-east-1:abc", "cognito-idp.us-east-1.amazonaws.com/us-east-1_WRONG"):
        with refused("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName"):
            identity.get_id(IdentityPoolId=made.pool_id, Logins={key: token})


def test_access_tokens_are_no_id_tokens(idp: Any, identity: Any, made: World) -> None:
    token = sign_in(idp, made.user)["AccessToken"]
    with refused("NotAuthorizedException", "Invalid login token. Missing a required claim: aud"):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={made.provider: token})


def test_the_client_has_to_be_configured(idp: Any, identity: Any, made: World) -> None:
    other = app_client(idp, made.app.pool_id)
    token = idp.initiate_auth(
        ClientId=other,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": made.user.username, "PASSWORD": made.user.password},
    )["AuthenticationResult"]["IdToken"]
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={made.provider: token})


def test_expired_tokens(idp: Any, identity: Any, made: World, clock: Clock) -> None:
    logins = made.logins(idp)
    expires = int(clock.now()) + 3600
    clock.advance(hours=1)
    text = f"Invalid login token. Token expired: {int(clock.now())} >= {expires}"
    with refused("NotAuthorizedException", text):
        identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)


def test_forged_tokens(idp: Any, identity: Any, made: World) -> None:
    head, payload, signature = made.logins(idp)[made.provider].split(".")
    forged = ".".join((head, payload, signature[:-8] + "AAAAAAAA"))
    with refused("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={made.provider: forged})


def test_what_is_no_token(identity: Any, made: World) -> None:
    with refused("NotAuthorizedException", "Invalid login token. Not a valid OpenId Connect identity token."):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={made.provider: "abc"})


def test_providers_that_the_pool_does_not_have(idp: Any, identity: Any, made: World) -> None:
    for key in ("graph.facebook.com", "accounts.google.com", "arn:aws:iam::123456789012:saml-provider/x", "unknown"):
        with refused("NotAuthorizedException", MISMATCH):
            identity.get_id(IdentityPoolId=made.pool_id, Logins={key: "token"})
    other = identity_pool(identity, SupportedLoginProviders={"accounts.google.com": "app"})
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        identity.get_id(IdentityPoolId=other, Logins=made.logins(idp))
    bare = identity_pool(identity)
    with refused("NotAuthorizedException", f"Identity pool - {bare} does not have identity providers configured."):
        identity.get_id(IdentityPoolId=bare, Logins=made.logins(idp))


def test_an_empty_login_breaks_a_constraint(emulator: Emulator, made: World) -> None:
    text = (
        "1 validation error detected: Value '{graph.facebook.com=}' at 'logins' failed to satisfy constraint: Map "
        "value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have "
        "length greater than or equal to 1]"
    )
    body = {"IdentityPoolId": made.pool_id, "Logins": {"graph.facebook.com": ""}}
    answer = call(emulator, "GetId", body, service="cognito-identity", headers={})
    assert answer.error == ("ValidationException", text)


def test_one_bad_login_fails_the_call(idp: Any, identity: Any, made: World) -> None:
    with refused("NotAuthorizedException", MISMATCH):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={**made.logins(idp), "graph.facebook.com": "token"})
    assert identity.list_identities(IdentityPoolId=made.pool_id, MaxResults=10)["Identities"] == []


@pytest.mark.parametrize("end", ["sign out", "disable", "delete"])
@pytest.mark.parametrize("checked", [True, False])
def test_server_side_token_check(idp: Any, identity: Any, end: str, checked: bool) -> None:
    made = world(idp, identity, provider={"ServerSideTokenCheck": checked})
    logins = made.logins(idp)
    identity_id = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    if end == "sign out":
        idp.admin_user_global_sign_out(**made.user.key)
    elif end == "disable":
        idp.admin_disable_user(**made.user.key)
    else:
        idp.admin_delete_user(**made.user.key)
    if checked:
        with refused("NotAuthorizedException", "Invalid login token."):
            identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)
    else:
        assert identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"] == identity_id


@pytest.mark.parametrize("issuer", ["aws", "local", "https://login.example/base/"])
def test_issuer_modes(issuer: str, clients: Clients) -> None:
    emulator = Emulator(issuer=issuer, check_responses=True, log_format="off")
    clients.emulator = emulator
    made = world(clients(), clients("cognito-identity"))
    token = made.logins(clients())[made.provider]
    identity = clients("cognito-identity")
    identity_id = identity.get_id(IdentityPoolId=made.pool_id, Logins={made.provider: token})["IdentityId"]
    from tests.builders import claims

    # The key that Amplify makes of the token's issuer.
    host = claims(token)["iss"].partition("://")[2]
    assert identity.get_id(IdentityPoolId=made.pool_id, Logins={host: token})["IdentityId"] == identity_id
    assert describe(identity, identity_id)["Logins"] == [made.provider]
    emulator.close()


def test_users_of_a_pool_with_the_updated_issuer(idp: Any, identity: Any, made: World) -> None:
    before = made.logins(idp)[made.provider]
    idp.update_user_pool(UserPoolId=made.app.pool_id, IssuerConfiguration={"Type": "UPDATED"})
    after = made.logins(idp)[made.provider]
    host = f"issuer-{made.provider}"
    given = [{made.provider: before}, {made.provider: after}, {host: after}]
    found = {identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"] for logins in given}
    assert len(found) == 1
    with refused("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName"):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={host: before})


# ── linking and merging ──────────────────────────────────────────────────────────────────────────────────────


def two_providers(idp: Any, identity: Any) -> tuple[str, dict[str, str], dict[str, str]]:
    """A pool with two user pools, and the logins of a user of each."""
    first, second = app(idp), app(idp)
    pool_id = identity_pool(identity, CognitoIdentityProviders=[user_pool_provider(first), user_pool_provider(second)])
    logins = [
        {provider_name(one): sign_in(idp, confirmed_user(idp, one, name))["IdToken"]}
        for one, name in ((first, "alice"), (second, "bob"))
    ]
    return pool_id, logins[0], logins[1]


def test_a_guest_signs_in_and_keeps_the_identity(idp: Any, identity: Any, made: World) -> None:
    guest = identity.get_id(IdentityPoolId=made.pool_id)["IdentityId"]
    logins = made.logins(idp)
    assert identity.get_open_id_token(IdentityId=guest, Logins=logins)["IdentityId"] == guest
    assert identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"] == guest
    assert describe(identity, guest)["Logins"] == [made.provider]
    with refused("NotAuthorizedException", f"Access to Identity '{guest}' is forbidden."):
        identity.get_open_id_token(IdentityId=guest)


def test_a_guest_who_is_known_becomes_who_they_are(idp: Any, identity: Any, made: World) -> None:
    logins = made.logins(idp)
    known = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    guest = identity.get_id(IdentityPoolId=made.pool_id)["IdentityId"]
    assert identity.get_open_id_token(IdentityId=guest, Logins=logins)["IdentityId"] == known
    listed = identity.list_identities(IdentityPoolId=made.pool_id, MaxResults=10)["Identities"]
    assert {one["IdentityId"] for one in listed} == {known, guest}
    enabled = identity.list_identities(IdentityPoolId=made.pool_id, MaxResults=10, HideDisabled=True)["Identities"]
    assert [one["IdentityId"] for one in enabled] == [known]
    with refused("NotAuthorizedException", f"Access to Identity '{guest}' is forbidden."):
        identity.get_open_id_token(IdentityId=guest, Logins=logins)


def test_logins_of_one_call_belong_together(idp: Any, identity: Any) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    both = identity.get_id(IdentityPoolId=pool_id, Logins={**alice, **bob})["IdentityId"]
    assert identity.get_id(IdentityPoolId=pool_id, Logins=alice)["IdentityId"] == both
    assert identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"] == both
    assert sorted(describe(identity, both)["Logins"]) == sorted([*alice, *bob])


def test_a_new_login_is_linked_with_the_proof_of_an_old_one(idp: Any, identity: Any) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    mine = identity.get_id(IdentityPoolId=pool_id, Logins=alice)["IdentityId"]
    with refused("NotAuthorizedException", MISMATCH):
        identity.get_open_id_token(IdentityId=mine, Logins=bob)
    assert identity.get_open_id_token(IdentityId=mine, Logins={**alice, **bob})["IdentityId"] == mine
    assert identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"] == mine


def test_identities_of_two_logins_are_merged(idp: Any, identity: Any, clock: Clock) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    first = identity.get_id(IdentityPoolId=pool_id, Logins=alice)["IdentityId"]
    clock.advance(1)
    second = identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"]
    clock.advance(1)
    named = identity.get_open_id_token(IdentityId=second, Logins={**alice, **bob})
    assert named["IdentityId"] == second
    assert subject(named["Token"]) == second
    assert identity.get_id(IdentityPoolId=pool_id, Logins=alice)["IdentityId"] == second
    assert "Logins" not in describe(identity, first)
    with refused("NotAuthorizedException", f"Access to Identity '{first}' is forbidden."):
        identity.get_open_id_token(IdentityId=first, Logins=alice)


def test_get_id_merges_into_the_oldest(idp: Any, identity: Any, clock: Clock) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    older = identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"]
    clock.advance(1)
    identity.get_id(IdentityPoolId=pool_id, Logins=alice)
    assert identity.get_id(IdentityPoolId=pool_id, Logins={**alice, **bob})["IdentityId"] == older


def test_two_users_of_one_provider_are_never_one_identity(idp: Any, identity: Any) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    (first,) = alice
    pool_of_alice = first.rpartition("/")[2]
    mine = identity.get_id(IdentityPoolId=pool_id, Logins={**alice, **bob})["IdentityId"]
    client = next(
        provider["ClientId"]
        for provider in identity.describe_identity_pool(IdentityPoolId=pool_id)["CognitoIdentityProviders"]
        if provider["ProviderName"] == first
    )
    from tests.builders import App

    carol = sign_in(idp, confirmed_user(idp, App(pool_of_alice, client), "carol"))["IdToken"]
    with refused("ResourceConflictException", "Logins are already linked to another account."):
        identity.get_open_id_token(IdentityId=mine, Logins={**bob, first: carol})
    assert len(describe(identity, mine)["Logins"]) == 2
    hers = identity.get_id(IdentityPoolId=pool_id, Logins={first: carol})["IdentityId"]
    with refused("ResourceConflictException", "Logins are already linked to another account."):
        identity.get_id(IdentityPoolId=pool_id, Logins={**bob, first: carol})
    assert identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"] == mine != hers


# ── unlinking, listing, deleting ─────────────────────────────────────────────────────────────────────────────


def test_unlink(idp: Any, identity: Any) -> None:
    pool_id, alice, bob = two_providers(idp, identity)
    mine = identity.get_id(IdentityPoolId=pool_id, Logins={**alice, **bob})["IdentityId"]
    identity.unlink_identity(IdentityId=mine, Logins=alice, LoginsToRemove=list(bob))
    assert describe(identity, mine)["Logins"] == list(alice)
    assert identity.get_id(IdentityPoolId=pool_id, Logins=bob)["IdentityId"] != mine
    with refused("NotAuthorizedException", MISMATCH):
        identity.unlink_identity(IdentityId=mine, Logins=alice, LoginsToRemove=list(bob))
    with refused("NotAuthorizedException", MISMATCH):
        identity.unlink_identity(IdentityId=mine, Logins=bob, LoginsToRemove=list(alice))


def test_without_logins_an_identity_is_out_of_reach(idp: Any, identity: Any, made: World) -> None:
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    identity.unlink_identity(IdentityId=mine, Logins=logins, LoginsToRemove=[made.provider])
    for given in ({}, logins):
        with refused("NotAuthorizedException", f"Access to Identity '{mine}' is forbidden."):
            identity.get_open_id_token(IdentityId=mine, Logins=given)
    assert identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"] != mine


def test_list_pages(identity: Any) -> None:
    pool_id = identity_pool(identity)
    ids = {identity.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(3)}
    first = identity.list_identities(IdentityPoolId=pool_id, MaxResults=2)
    rest = identity.list_identities(IdentityPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
    assert first["IdentityPoolId"] == pool_id
    assert {one["IdentityId"] for one in first["Identities"] + rest["Identities"]} == ids
    with refused("InvalidParameterException", "Invalid pagination token."):
        identity.list_identities(IdentityPoolId=pool_id, MaxResults=2, HideDisabled=True, NextToken=first["NextToken"])


def test_delete(idp: Any, identity: Any, made: World, clients: Clients) -> None:
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    denied = [{"IdentityId": mine, "ErrorCode": "AccessDenied"}]
    stranger = clients("cognito-identity", access_key="111111111111")
    assert stranger.delete_identities(IdentityIdsToDelete=[mine])["UnprocessedIdentityIds"] == denied
    assert identity.delete_identities(IdentityIdsToDelete=[mine])["UnprocessedIdentityIds"] == []
    with refused("ResourceNotFoundException", f"Identity '{mine}' not found."):
        describe(identity, mine)
    assert identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"] != mine


def test_documents_of_the_service(emulator: Emulator) -> None:
    base = "https://cognito-identity.amazonaws.com"
    configuration = send(emulator, "GET", "/.well-known/openid-configuration", base_url=base).json
    assert configuration["issuer"] == base
    assert configuration["jwks_uri"] == f"{base}/.well-known/jwks_uri"
    keys = send(emulator, "GET", "/.well-known/jwks_uri", base_url=base).json["keys"]
    assert [key["alg"] for key in keys] == ["RS512"]
