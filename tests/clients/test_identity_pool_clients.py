"""JavaScript clients of identity pools, whose credentials reach S3: the SDK's credential providers, and Amplify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from cognito_emulator.http.live import LiveServer
from tests.builders import App, app, confirmed_user, sign_in
from tests.identity_pools.builders import ACCOUNT, identity_pool, role
from tests.identity_pools.test_with_moto import enforce

from .support import PASSWORD, NodeClients

REGION = "us-east-1"
SCRIPT = "identity_pools.mjs"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """Cognito and the rest of AWS at one address; what a role does not allow is refused."""
    with LiveServer(with_moto=True, issuer="local") as server:
        yield server


def client(server: LiveServer, service: str, credentials: Json | None = None) -> Any:
    keys = credentials or {"accessKeyId": "testing", "secretAccessKey": "testing", "sessionToken": None}
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=server.endpoint_url,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )


@dataclass(frozen=True)
class World:
    """An identity pool with two user pools, whose identities have a folder each in a bucket."""

    server: LiveServer
    pool_id: str
    first: App
    second: App

    def provider(self, app: App) -> str:
        return f"cognito-idp.{REGION}.amazonaws.com/{app.pool_id}"

    def run(self, node_clients: NodeClients, flow: str, **values: Any) -> Json:
        given = {"endpoint": self.server.endpoint_url, "region": REGION, "identityPoolId": self.pool_id}
        enforce(self.server, 0)
        try:
            return node_clients.run(SCRIPT, {"flow": flow, "bucket": "files", **given, **values})
        finally:
            enforce(self.server, 1_000_000)

    def caller(self, credentials: Json) -> str:
        return str(client(self.server, "sts", credentials).get_caller_identity()["Arn"])


@pytest.fixture
def world(server: LiveServer) -> World:
    server.reset()
    identity, iam = client(server, "cognito-identity"), client(server, "iam")
    idp = client(server, "cognito-idp")
    apps = [app(idp), app(idp)]
    providers = [
        {"ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{one.pool_id}", "ClientId": one.client_id} for one in apps
    ]
    pool_id = identity_pool(identity, roles=None, CognitoIdentityProviders=providers)
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool_id}},
    }
    own = {
        "Effect": "Allow",
        "Action": "s3:*Object",
        "Resource": "arn:aws:s3:::files/${cognito-identity.amazonaws.com:sub}/*",
    }
    for name in ("Guest", "Authenticated", "Editor", "Admin"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    identity.set_identity_pool_roles(
        IdentityPoolId=pool_id,
        Roles={"unauthenticated": role("Guest"), "authenticated": role("Authenticated")},
        RoleMappings={f"{providers[0]['ProviderName']}:{providers[0]['ClientId']}": mapping},
    )
    client(server, "s3").create_bucket(Bucket="files")
    return World(server, pool_id, *apps)


def reached(identity_id: str) -> Json:
    return {"own": f"of {identity_id}", "other": "AccessDenied"}


def arn(name: str) -> str:
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/CognitoIdentityCredentials"


def test_guests(world: World, node_clients: NodeClients) -> None:
    result = world.run(node_clients, "guests")
    first, again = result["first"], result["again"]
    assert first["identityId"] == again["identityId"]
    assert first["identityId"].startswith(f"{REGION}:")
    assert 0 < first["secondsLeft"] <= 3600
    assert world.caller(first) == arn("Guest")
    assert result["reached"] == reached(first["identityId"])


def test_several_logins_and_the_choice_of_a_role(world: World, node_clients: NodeClients) -> None:
    idp = client(world.server, "cognito-idp")
    tokens = {}
    for made in (world.first, world.second):
        user = confirmed_user(idp, made, "alice")
        for number, group in enumerate(("Editor", "Admin")):
            idp.create_group(UserPoolId=made.pool_id, GroupName=group, RoleArn=role(group), Precedence=number)
            idp.admin_add_user_to_group(UserPoolId=made.pool_id, Username="alice", GroupName=group)
        tokens[world.provider(made)] = sign_in(idp, user)["IdToken"]
    result = world.run(
        node_clients, "logins", logins=tokens, customRoleArn=role("Admin"), foreignRoleArn=role("Authenticated")
    )
    identity_id = result["chosen"]["identityId"]
    assert result["alone"] == [identity_id, identity_id]
    assert (world.caller(result["chosen"]), world.caller(result["custom"])) == (arn("Editor"), arn("Admin"))
    assert result["custom"]["identityId"] == identity_id
    assert result["foreign"] == {
        "name": "NotAuthorizedException",
        "message": f"Access to Role '{role('Authenticated')}' is forbidden.",
    }
    assert result["bare"] == {
        "name": "NotAuthorizedException",
        "message": f"Access to Identity '{identity_id}' is forbidden.",
    }
    assert result["reached"] == reached(identity_id)


def test_amplify_guest_signs_in(world: World, node_clients: NodeClients) -> None:
    idp = client(world.server, "cognito-idp")
    confirmed_user(idp, world.first, "alice", PASSWORD)
    result = world.run(
        node_clients,
        "amplify",
        username="alice",
        password=PASSWORD,
        userPoolId=world.first.pool_id,
        clientId=world.first.client_id,
    )
    guest, user, next_guest, again = (result[name] for name in ("guest", "user", "nextGuest", "again"))
    assert [one["signedIn"] for one in (guest, user, next_guest, again)] == [False, True, False, True]
    # The guest becomes the user and keeps the identity; a guest whose login is known becomes the one it has.
    assert guest["identityId"] == user["identityId"] == result["refreshed"]["identityId"] == again["identityId"]
    assert next_guest["identityId"] != guest["identityId"]
    for session in (guest, user, next_guest, again):
        assert session["reached"] == reached(session["identityId"])
    described = client(world.server, "cognito-identity").describe_identity(IdentityId=user["identityId"])
    assert described["Logins"] == [world.provider(world.first)]
    listed = client(world.server, "cognito-identity").list_identities(
        IdentityPoolId=world.pool_id, MaxResults=10, HideDisabled=True
    )
    assert [one["IdentityId"] for one in listed["Identities"]] == [user["identityId"]]
