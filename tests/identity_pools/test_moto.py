"""With moto beside: its STS makes the credentials, its IAM has the roles, and enforces what they may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from cognito_emulator import mock_cognito
from cognito_emulator.emulator import Emulator
from tests.builders import App, app, confirmed_user, refused, sign_in
from tests.identity_pools.builders import ACCOUNT, REGION, identity_pool, provider_name, role, user_pool_provider

NO_ROLE = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
SUB = "${cognito-identity.amazonaws.com:sub}"


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    mocks: list[Any] = [mock_cognito(check_responses=True), mock_aws()]
    if getattr(request, "param", "") == "moto first":
        mocks.reverse()
    with mocks[0] as first, mocks[1] as second:
        yield first if isinstance(first, Emulator) else second


either_order = pytest.mark.parametrize("emulator", ["cognito first", "moto first"], indirect=True)


def client(service: str, credentials: dict[str, Any] | None = None) -> Any:
    keys: dict[str, Any] = {}
    if credentials is not None:
        secret = credentials.get("SecretKey") or credentials["SecretAccessKey"]
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": secret,
            "aws_session_token": credentials["SessionToken"],
        }
    return boto3.client(service, region_name=REGION, **keys)


def trust(pool_id: str, amr: str = "authenticated", *, tags: bool = False, **changes: Any) -> dict[str, Any]:
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"] if tags else "sts:AssumeRoleWithWebIdentity"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": actions,
        "Condition": {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": pool_id},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": amr},
        },
        **changes,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def create_role(name: str, trust_policy: dict[str, Any], *statements: dict[str, Any]) -> str:
    iam = client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust_policy))
    if statements:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=json.dumps(document))
    return role(name)


class Scene:
    """A pool of identities with a user pool; `statements` are what its roles allow."""

    def __init__(self, *statements: dict[str, Any], **changes: Any) -> None:
        self.identity, self.idp = client("cognito-identity"), client("cognito-idp")
        self.app: App = app(self.idp)
        providers = [user_pool_provider(self.app)]
        self.pool_id = identity_pool(self.identity, roles=None, CognitoIdentityProviders=providers)
        authenticated = create_role("Authenticated", trust(self.pool_id, **changes), *statements)
        guest = create_role("Guest", trust(self.pool_id, "unauthenticated"), *statements)
        self.identity.set_identity_pool_roles(
            IdentityPoolId=self.pool_id, Roles={"authenticated": authenticated, "unauthenticated": guest}
        )

    def user(self, name: str, **attributes: str) -> dict[str, str]:
        """`Logins` of a new user."""
        user = confirmed_user(self.idp, self.app, name, **attributes)
        return {provider_name(self.app): sign_in(self.idp, user)["IdToken"]}

    def identity_id(self, logins: dict[str, str]) -> str:
        return str(self.identity.get_id(IdentityPoolId=self.pool_id, Logins=logins)["IdentityId"])

    def credentials(self, logins: dict[str, str]) -> tuple[str, dict[str, Any]]:
        identity_id = self.identity_id(logins)
        got = self.identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)
        return identity_id, got["Credentials"]

    def token(self, logins: dict[str, str]) -> str:
        return str(self.identity.get_open_id_token(IdentityId=self.identity_id(logins), Logins=logins)["Token"])


def denied(operation: Any, *codes: str, **given: Any) -> None:
    with pytest.raises(ClientError) as caught:
        operation(**given)
    assert caught.value.response["Error"]["Code"] in codes


# ── credentials and trust ────────────────────────────────────────────────────────────────────────────────────


@either_order
def test_the_credentials_are_known_to_sts(emulator: Emulator) -> None:
    scene = Scene()
    _, credentials = scene.credentials(scene.user("alice"))
    who = client("sts", credentials).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Authenticated/CognitoIdentityCredentials"
    assert who["Account"] == ACCOUNT
    _, guest = scene.credentials({})
    assert client("sts", guest).get_caller_identity()["Arn"].split("/")[1] == "Guest"


def test_a_role_that_does_not_exist(emulator: Emulator) -> None:
    scene = Scene()
    scene.identity.set_identity_pool_roles(IdentityPoolId=scene.pool_id, Roles={"unauthenticated": role("Nobody")})
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        scene.credentials({})


@pytest.mark.parametrize(
    "changes",
    [
        {"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:another"}}},
        {"Condition": {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}}},
        {"Condition": {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "graph.facebook.com"}}},
        {"Action": "sts:AssumeRole"},
        {"Effect": "Deny"},
        {"Principal": {"Federated": "accounts.google.com"}},
        {"Principal": {"AWS": "*"}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}},
    ],
)
def test_a_role_that_does_not_trust_the_identity(emulator: Emulator, changes: dict[str, Any]) -> None:
    scene = Scene(**changes)
    logins = scene.user("alice")
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        scene.credentials(logins)
    with pytest.raises(ClientError) as caught:
        client("sts").assume_role_with_web_identity(
            RoleArn=role("Authenticated"), RoleSessionName="me", WebIdentityToken=scene.token(logins)
        )
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["Error"]["Message"] == "Not authorized to perform sts:AssumeRoleWithWebIdentity"


def test_a_role_may_trust_a_provider_or_an_identity(emulator: Emulator) -> None:
    scene = Scene()
    logins = scene.user("alice")
    amr = {"cognito-identity.amazonaws.com:amr": f"{provider_name(scene.app)}:CognitoSignIn:*"}
    sub = {"cognito-identity.amazonaws.com:sub": scene.identity_id(logins)}
    for number, condition in enumerate(({"ForAnyValue:StringLike": amr}, {"StringEquals": sub})):
        arn = create_role(f"Role{number}", trust(scene.pool_id, Condition=condition))
        scene.identity.set_identity_pool_roles(IdentityPoolId=scene.pool_id, Roles={"authenticated": arn})
        assert scene.credentials(logins)[1]["AccessKeyId"]


@either_order
def test_the_basic_flow(emulator: Emulator) -> None:
    scene = Scene()
    logins = scene.user("alice")
    answer = client("sts").assume_role_with_web_identity(
        RoleArn=role("Authenticated"), RoleSessionName="me", WebIdentityToken=scene.token(logins)
    )
    assert answer["SubjectFromWebIdentityToken"] == scene.identity_id(logins)
    who = client("sts", answer["Credentials"]).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Authenticated/me"
    # Tokens that are not of identity pools are none of the emulator's business.
    other = client("sts").assume_role_with_web_identity(
        RoleArn=role("Any"), RoleSessionName="me", WebIdentityToken="somebody-elses"
    )
    assert other["Credentials"]["AccessKeyId"]


# ── what a session may do ────────────────────────────────────────────────────────────────────────────────────


OWN_FOLDER = (
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::files/{SUB}/*"},
    {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::files",
        "Condition": {"StringLike": {"s3:prefix": [f"{SUB}/*"]}},
    },
)


@either_order
@pytest.mark.parametrize("flow", ["enhanced", "basic", "guest"])
def test_everybody_has_a_folder_in_s3(emulator: Emulator, flow: str) -> None:
    scene = Scene(*OWN_FOLDER)
    client("s3").create_bucket(Bucket="files")
    logins = {} if flow == "guest" else scene.user("alice")
    if flow == "basic":
        mine = scene.identity_id(logins)
        credentials = client("sts").assume_role_with_web_identity(
            RoleArn=role("Authenticated"), RoleSessionName="me", WebIdentityToken=scene.token(logins)
        )["Credentials"]
    else:
        mine, credentials = scene.credentials(logins)
    other, _ = scene.credentials(scene.user("bob"))
    client("s3").put_object(Bucket="files", Key=f"{other}/secret", Body=b"bob's")

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        s3 = client("s3", credentials)
        s3.put_object(Bucket="files", Key=f"{mine}/note", Body=b"mine")
        assert s3.get_object(Bucket="files", Key=f"{mine}/note")["Body"].read() == b"mine"
        listed = s3.list_objects_v2(Bucket="files", Prefix=f"{mine}/")
        assert [entry["Key"] for entry in listed["Contents"]] == [f"{mine}/note"]
        denied(s3.get_object, "AccessDenied", Bucket="files", Key=f"{other}/secret")
        denied(s3.put_object, "AccessDenied", Bucket="files", Key=f"{other}/secret", Body=b"")
        denied(s3.list_objects_v2, "AccessDenied", Bucket="files", Prefix=f"{other}/")
        denied(s3.list_objects_v2, "AccessDenied", Bucket="files")
        denied(s3.delete_object, "AccessDenied", Bucket="files", Key=f"{mine}/note")

    enforced()


def test_everybody_has_rows_in_dynamodb(emulator: Emulator) -> None:
    actions = ["GetItem", "PutItem", "Query", "UpdateItem", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"]
    scene = Scene(
        {
            "Effect": "Allow",
            "Action": [f"dynamodb:{action}" for action in actions],
            "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/notes",
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SUB]}},
        }
    )
    for table in ("notes", "others"):
        client("dynamodb").create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "owner", "AttributeType": "S"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    mine, credentials = scene.credentials(scene.user("alice"))
    other, _ = scene.credentials(scene.user("bob"))

    def key(owner: str, n: int = 1) -> dict[str, Any]:
        return {"owner": {"S": owner}, "n": {"N": str(n)}}

    def query(owner: str) -> dict[str, Any]:
        return {
            "TableName": "notes",
            "KeyConditionExpression": "#o = :o",
            "ExpressionAttributeNames": {"#o": "owner"},
            "ExpressionAttributeValues": {":o": {"S": owner}},
        }

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        table = client("dynamodb", credentials)
        table.put_item(TableName="notes", Item=key(mine))
        assert table.get_item(TableName="notes", Key=key(mine))["Item"] == key(mine)
        assert table.query(**query(mine))["Count"] == 1
        table.batch_write_item(RequestItems={"notes": [{"PutRequest": {"Item": key(mine, 2)}}]})
        table.transact_write_items(TransactItems=[{"Put": {"TableName": "notes", "Item": key(mine, 3)}}])
        no = ("AccessDenied", "AccessDeniedException")
        denied(table.get_item, *no, TableName="notes", Key=key(other))
        denied(table.put_item, *no, TableName="notes", Item=key(other))
        denied(table.query, *no, **query(other))
        mixed = [{"PutRequest": {"Item": key(mine, 4)}}, {"PutRequest": {"Item": key(other)}}]
        denied(table.batch_write_item, *no, RequestItems={"notes": mixed})
        denied(table.get_item, *no, TableName="others", Key=key(mine))
        denied(table.scan, *no, TableName="notes")

    enforced()


def test_guests_get_no_more_than_the_session_policies_allow(emulator: Emulator) -> None:
    scene = Scene({"Effect": "Allow", "Action": "*", "Resource": "*"})
    _, guest = scene.credentials({})
    _, user = scene.credentials(scene.user("alice"))

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        assert client("iam", user).list_users()["Users"] == []
        denied(client("iam", guest).list_users, "AccessDenied")
        assert client("s3", guest).list_buckets()["Buckets"] == []
        assert client("sts", guest).get_caller_identity()["Account"] == ACCOUNT

    enforced()


def test_session_policies_of_the_basic_flow(emulator: Emulator) -> None:
    scene = Scene({"Effect": "Allow", "Action": "*", "Resource": "*"})
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    credentials = client("sts").assume_role_with_web_identity(
        RoleArn=role("Authenticated"),
        RoleSessionName="me",
        WebIdentityToken=scene.token(scene.user("alice")),
        Policy=json.dumps(policy),
    )["Credentials"]

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        assert client("s3", credentials).list_buckets()["Buckets"] == []
        denied(client("iam", credentials).list_users, "AccessDenied")

    enforced()


def test_principal_tags(emulator: Emulator) -> None:
    team = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::files/${aws:PrincipalTag/team}/*",
    }
    scene = Scene(team, tags=True)
    scene.identity.set_principal_tag_attribute_map(
        IdentityPoolId=scene.pool_id,
        IdentityProviderName=provider_name(scene.app),
        PrincipalTags={"team": "nickname"},
    )
    client("s3").create_bucket(Bucket="files")
    for folder in ("red", "blue"):
        client("s3").put_object(Bucket="files", Key=f"{folder}/note", Body=b"")
    logins = scene.user("alice", nickname="red")
    _, credentials = scene.credentials(logins)

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        s3 = client("s3", credentials)
        assert s3.get_object(Bucket="files", Key="red/note")["Body"].read() == b""
        denied(s3.get_object, "AccessDenied", Bucket="files", Key="blue/note")

    enforced()
    # Without sts:TagSession in the trust policy the role cannot be assumed with tags.
    arn = create_role("NoTags", trust(scene.pool_id), team)
    scene.identity.set_identity_pool_roles(IdentityPoolId=scene.pool_id, Roles={"authenticated": arn})
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        scene.credentials(logins)


def test_credentials_can_be_had_under_enforcement(emulator: Emulator) -> None:
    scene = Scene(*OWN_FOLDER)
    logins = scene.user("alice")

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        assert scene.credentials(logins)[1]["AccessKeyId"]
        token = scene.token(logins)
        answer = client("sts").assume_role_with_web_identity(
            RoleArn=role("Authenticated"), RoleSessionName="me", WebIdentityToken=token
        )
        assert answer["Credentials"]["AccessKeyId"]

    enforced()


def test_other_callers_are_motos(emulator: Emulator) -> None:
    iam = client("iam")
    iam.create_user(UserName="admin")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="admin", PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="admin")["AccessKey"]

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        assert boto3.client("s3", region_name=REGION, **keys).list_buckets()["Buckets"] == []
        with pytest.raises(ClientError):
            boto3.client("iam", region_name=REGION, **keys).list_users()

    enforced()


def test_without_moto_the_emulator_knows_its_credentials() -> None:
    with mock_cognito(check_responses=True):
        identity = client("cognito-identity")
        pool_id = identity_pool(identity, roles={"unauthenticated": role("Guest")})
        guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
        credentials = identity.get_credentials_for_identity(IdentityId=guest)["Credentials"]
        who = client("sts", credentials).get_caller_identity()
        assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Guest/CognitoIdentityCredentials"
        token = identity.get_open_id_token(IdentityId=guest)["Token"]
        answer = client("sts").assume_role_with_web_identity(
            RoleArn=role("Any"), RoleSessionName="me", WebIdentityToken=token
        )
        assert client("sts", answer["Credentials"]).get_caller_identity()["Account"] == ACCOUNT
