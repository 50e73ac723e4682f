"""Developer-authenticated identities."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests.builders import claims, header, refused
from tests.identity_pools.builders import World, identity_pool, world

PROVIDER = "login.dev"
MISMATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."


@pytest.fixture
def pool_id(identity: Any) -> str:
    return identity_pool(identity, DeveloperProviderName=PROVIDER)


def token_for(identity: Any, pool_id: str, user: str, **given: Any) -> dict[str, Any]:
    logins = {PROVIDER: user, **given.pop("others", {})}
    return dict(identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins=logins, **given))


def lookup(identity: Any, pool_id: str, **given: Any) -> tuple[str, list[str]]:
    answer = identity.lookup_developer_identity(IdentityPoolId=pool_id, **given)
    return answer["IdentityId"], answer["DeveloperUserIdentifierList"]


def test_the_token(identity: Any, pool_id: str, clock: Clock) -> None:
    answer = token_for(identity, pool_id, "alice")
    said = claims(answer["Token"])
    assert header(answer["Token"]) == {"kid": "us-east-11", "typ": "JWS", "alg": "RS512"}
    now = int(clock.now())
    assert said == {
        "sub": answer["IdentityId"],
        "aud": pool_id,
        "amr": ["authenticated", PROVIDER, f"{PROVIDER}:{pool_id}:alice"],
        "iss": "https://cognito-identity.amazonaws.com",
        "https://cognito-identity.amazonaws.com/identity-pool-arn": (
            f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}"
        ),
        "exp": now + 900,
        "iat": now,
    }
    longer = token_for(identity, pool_id, "alice", TokenDuration=86400)
    assert longer["IdentityId"] == answer["IdentityId"]
    assert claims(longer["Token"])["exp"] == now + 86400


def test_the_token_is_a_login(identity: Any, pool_id: str) -> None:
    answer = token_for(identity, pool_id, "alice")
    logins = {"cognito-identity.amazonaws.com": answer["Token"]}
    got = identity.get_credentials_for_identity(IdentityId=answer["IdentityId"], Logins=logins)
    assert got["IdentityId"] == answer["IdentityId"]
    assert got["Credentials"]["AccessKeyId"].startswith("ASIA")
    other = token_for(identity, pool_id, "bob")["IdentityId"]
    with refused("NotAuthorizedException", f"Access to Identity '{other}' is forbidden."):
        identity.get_credentials_for_identity(IdentityId=other, Logins=logins)


def test_the_token_is_no_login_elsewhere(identity: Any, pool_id: str) -> None:
    answer = token_for(identity, pool_id, "alice")
    logins = {"cognito-identity.amazonaws.com": answer["Token"]}
    cognito_token = ("NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.")
    with refused(*cognito_token):
        identity.get_id(IdentityPoolId=pool_id, Logins=logins)
    with refused(*cognito_token):
        identity.get_open_id_token(IdentityId=answer["IdentityId"], Logins=logins)
    with refused(*cognito_token):
        identity.get_credentials_for_identity(IdentityId=answer["IdentityId"], Logins={PROVIDER: answer["Token"]})


def test_foreign_tokens_are_no_cognito_tokens(idp: Any, identity: Any) -> None:
    made = world(idp, identity)
    (token,) = made.logins(idp).values()
    with refused("NotAuthorizedException", "Invalid login token. Not a Cognito token."):
        identity.get_id(IdentityPoolId=made.pool_id, Logins={"cognito-identity.amazonaws.com": token})


def test_tokens_of_other_pools_and_times(identity: Any, pool_id: str, clock: Clock) -> None:
    answer = token_for(identity, pool_id, "alice")
    logins = {"cognito-identity.amazonaws.com": answer["Token"]}
    stranger = identity.get_id(IdentityPoolId=identity_pool(identity))["IdentityId"]

    def use(logins: dict[str, str], whose: str = answer["IdentityId"]) -> None:
        identity.get_credentials_for_identity(IdentityId=whose, Logins=logins)

    with refused("NotAuthorizedException", "Invalid login token. Incorrect token audience."):
        use(logins, stranger)
    expires = claims(answer["Token"])["exp"]
    clock.advance(900)
    with refused("NotAuthorizedException", f"Invalid login token. Token expired: {int(clock.now())} >= {expires}"):
        use(logins)
    head, payload, signature = answer["Token"].split(".")
    forged = {"cognito-identity.amazonaws.com": f"{head}.{payload}.{signature[:-8]}AAAAAAAA"}
    with refused("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."):
        use(forged)


def test_the_provider_is_for_developers_only(identity: Any, pool_id: str) -> None:
    no_public_provider = ("InvalidParameterException", "Please provide a valid public provider")
    with refused(*no_public_provider):
        identity.get_id(IdentityPoolId=pool_id, Logins={PROVIDER: "alice"})
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    with refused(*no_public_provider):
        identity.get_open_id_token(IdentityId=guest, Logins={PROVIDER: "alice"})


def test_a_login_of_the_provider_is_required(idp: Any, identity: Any, made: World) -> None:
    text = "Please provide a login of the developer provider of this identity pool."
    with refused("InvalidParameterException", text):
        identity.get_open_id_token_for_developer_identity(IdentityPoolId=made.pool_id, Logins=made.logins(idp))
    with refused("InvalidParameterException", "This identity pool does not support the specified developer provider"):
        identity.get_open_id_token_for_developer_identity(IdentityPoolId=made.pool_id, Logins={PROVIDER: "alice"})


def test_a_guest_becomes_a_user_of_the_backend(identity: Any, pool_id: str) -> None:
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    assert token_for(identity, pool_id, "alice", IdentityId=guest)["IdentityId"] == guest
    assert lookup(identity, pool_id, IdentityId=guest) == (guest, ["alice"])
    another = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    text = "This developer user identifier is already registered with Cognito."
    with refused("DeveloperUserAlreadyRegisteredException", text):
        token_for(identity, pool_id, "alice", IdentityId=another)


def test_an_identity_with_other_logins_needs_one_of_them(idp: Any, identity: Any) -> None:
    made = world(idp, identity, DeveloperProviderName=PROVIDER)
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    with refused("NotAuthorizedException", MISMATCH):
        token_for(identity, made.pool_id, "alice", IdentityId=mine)
    assert token_for(identity, made.pool_id, "alice", IdentityId=mine, others=logins)["IdentityId"] == mine
    assert token_for(identity, made.pool_id, "alice")["IdentityId"] == mine


def test_lookup(identity: Any, pool_id: str) -> None:
    mine = token_for(identity, pool_id, "alice")["IdentityId"]
    assert lookup(identity, pool_id, DeveloperUserIdentifier="alice") == (mine, ["alice"])
    assert lookup(identity, pool_id, IdentityId=mine) == (mine, ["alice"])
    assert lookup(identity, pool_id, IdentityId=mine, DeveloperUserIdentifier="alice") == (mine, ["alice"])
    other = token_for(identity, pool_id, "bob")["IdentityId"]
    with refused("ResourceConflictException", "The developer user identifier belongs to another identity."):
        lookup(identity, pool_id, IdentityId=other, DeveloperUserIdentifier="alice")
    with refused("ResourceNotFoundException", "Developer user identifier 'carol' not found."):
        lookup(identity, pool_id, DeveloperUserIdentifier="carol")
    with refused("InvalidParameterException", "Either IdentityId or DeveloperUserIdentifier is required."):
        lookup(identity, pool_id)


def test_merge(identity: Any, pool_id: str) -> None:
    ids = {user: token_for(identity, pool_id, user)["IdentityId"] for user in ("alice", "bob", "carol")}
    merge = {"DeveloperProviderName": PROVIDER, "IdentityPoolId": pool_id}
    answer = identity.merge_developer_identities(SourceUserIdentifier="alice", DestinationUserIdentifier="bob", **merge)
    assert answer["IdentityId"] == ids["bob"]
    assert lookup(identity, pool_id, DeveloperUserIdentifier="alice")[0] == ids["bob"]
    found = identity.lookup_developer_identity(IdentityPoolId=pool_id, IdentityId=ids["bob"], MaxResults=1)
    rest = identity.lookup_developer_identity(
        IdentityPoolId=pool_id, IdentityId=ids["bob"], MaxResults=1, NextToken=found["NextToken"]
    )
    assert sorted(found["DeveloperUserIdentifierList"] + rest["DeveloperUserIdentifierList"]) == ["alice", "bob"]
    assert token_for(identity, pool_id, "alice")["IdentityId"] == ids["bob"]
    with refused("NotAuthorizedException", f"Access to Identity '{ids['alice']}' is forbidden."):
        lookup(identity, pool_id, IdentityId=ids["alice"])
    with refused("ResourceNotFoundException", "Developer user identifier 'dave' not found."):
        identity.merge_developer_identities(SourceUserIdentifier="dave", DestinationUserIdentifier="bob", **merge)
    with refused("InvalidParameterException", "This identity pool does not support the specified developer provider"):
        identity.merge_developer_identities(
            SourceUserIdentifier="carol",
            DestinationUserIdentifier="bob",
            IdentityPoolId=pool_id,
            DeveloperProviderName="other",
        )


def test_twenty_logins_are_the_most(identity: Any, pool_id: str) -> None:
    merge = {"DeveloperProviderName": PROVIDER, "IdentityPoolId": pool_id, "DestinationUserIdentifier": "0"}
    for number in range(21):
        token_for(identity, pool_id, str(number))
    for number in range(1, 20):
        identity.merge_developer_identities(SourceUserIdentifier=str(number), **merge)
    with refused("InvalidParameterException", "An identity can have at most 20 linked logins."):
        identity.merge_developer_identities(SourceUserIdentifier="20", **merge)
    assert len(lookup(identity, pool_id, IdentityId=token_for(identity, pool_id, "0")["IdentityId"])[1]) == 20


def test_unlink(identity: Any, pool_id: str) -> None:
    mine = token_for(identity, pool_id, "alice")["IdentityId"]
    other = token_for(identity, pool_id, "bob")["IdentityId"]
    given = {"IdentityPoolId": pool_id, "DeveloperProviderName": PROVIDER, "DeveloperUserIdentifier": "alice"}
    with refused("ResourceConflictException", "The developer user identifier belongs to another identity."):
        identity.unlink_developer_identity(IdentityId=other, **given)
    identity.unlink_developer_identity(IdentityId=mine, **given)
    assert token_for(identity, pool_id, "alice")["IdentityId"] != mine
    with refused("NotAuthorizedException", f"Access to Identity '{mine}' is forbidden."):
        identity.get_open_id_token(IdentityId=mine)
