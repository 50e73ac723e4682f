"""Roles and their policies, as moto's IAM has them, hold for calls of Cognito itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cognito_emulator import mock_cognito
from cognito_emulator.outside import aws_clients
from tests.builders import refused
from tests.identity_pools.builders import ACCOUNT, REGION, identity_pool, role

OWN = (
    f"arn:aws:cognito-sync:{REGION}:{ACCOUNT}:identitypool/${{cognito-identity.amazonaws.com:aud}}"
    "/identity/${cognito-identity.amazonaws.com:sub}/*"
)
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/Guest/CognitoIdentityCredentials"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    with mock_cognito(check_responses=True), mock_aws():
        yield


def client(service: str, credentials: Json | None = None) -> Any:
    keys = {}
    if credentials is not None:
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretKey"],
            "aws_session_token": credentials["SessionToken"],
        }
    return boto3.client(service, region_name=REGION, **keys)


def allow(action: str | list[str], resource: str = "*", effect: str = "Allow") -> Json:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


class Pool:
    """An identity pool whose guests have a role with these inline policies."""

    def __init__(self, *policies: Json) -> None:
        self.identity = client("cognito-identity")
        self.id = identity_pool(self.identity, roles={"unauthenticated": role("Guest")})
        trust = {
            "Effect": "Allow",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": self.id}},
        }
        client("iam").create_role(RoleName="Guest", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        for number, policy in enumerate(policies):
            client("iam").put_role_policy(
                RoleName="Guest", PolicyName=f"policy{number}", PolicyDocument=json.dumps(policy)
            )

    def guest(self) -> tuple[dict[str, str], Json]:
        """Where a new guest's data are, and their credentials."""
        me = self.identity.get_id(IdentityPoolId=self.id)["IdentityId"]
        keys = self.identity.get_credentials_for_identity(IdentityId=me)["Credentials"]
        return {"IdentityPoolId": self.id, "IdentityId": me}, keys


def denied(place: dict[str, str], operation: str, ending: str = "/dataset/prefs") -> tuple[str, str]:
    resource = f"arn:aws:cognito-sync:{REGION}:{ACCOUNT}:identitypool/{place['IdentityPoolId']}"
    resource += f"/identity/{place['IdentityId']}{ending}"
    text = f"User: {CALLER} is not authorized to perform: cognito-sync:{operation} on resource: {resource}"
    return "AccessDeniedException", text


def test_a_role_has_to_allow_cognito_sync() -> None:
    place, keys = Pool(allow("s3:*")).guest()
    sync = client("cognito-sync", keys)
    with refused(*denied(place, "ListRecords")):
        sync.list_records(**place, DatasetName="prefs")
    with refused(*denied(place, "ListDatasets", "/dataset/null")):
        sync.list_datasets(**place)
    with refused(*denied(place, "DescribeIdentityUsage", "")):
        sync.describe_identity_usage(**place)


def test_a_role_may_allow_the_own_data_only() -> None:
    pool = Pool(allow("cognito-sync:*", OWN))
    mine, keys = pool.guest()
    theirs, _ = pool.guest()
    sync = client("cognito-sync", keys)
    token = sync.list_records(**mine, DatasetName="prefs")["SyncSessionToken"]
    patch = {"Key": "color", "Op": "replace", "SyncCount": 0, "Value": "blue"}
    sync.update_records(**mine, DatasetName="prefs", SyncSessionToken=token, RecordPatches=[patch])
    assert [one["DatasetName"] for one in sync.list_datasets(**mine)["Datasets"]] == ["prefs"]
    with refused(*denied(theirs, "ListRecords")):
        sync.list_records(**theirs, DatasetName="prefs")


def test_no_role_opens_the_data_of_others() -> None:
    pool = Pool(allow("cognito-sync:*"))
    _, keys = pool.guest()
    theirs, _ = pool.guest()
    sync = client("cognito-sync", keys)
    wrong_credentials = ("NotAuthorizedException", "These credentials are not valid for accessing this resource")
    with refused(*wrong_credentials):
        sync.list_records(**theirs, DatasetName="prefs")
    with refused(*wrong_credentials):
        sync.get_cognito_events(IdentityPoolId=pool.id)


def test_single_datasets_and_refusals() -> None:
    only = OWN.replace("/*", "/dataset/prefs")
    place, keys = Pool(allow("cognito-sync:*", only), allow("cognito-sync:DeleteDataset", "*", "Deny")).guest()
    sync = client("cognito-sync", keys)
    assert sync.list_records(**place, DatasetName="prefs")["DatasetExists"] is False
    with refused(*denied(place, "ListRecords", "/dataset/other")):
        sync.list_records(**place, DatasetName="other")
    with refused(*denied(place, "DeleteDataset")):
        sync.delete_dataset(**place, DatasetName="prefs")


def test_attached_policies_count_and_a_role_that_is_gone_allows_nothing() -> None:
    place, keys = Pool().guest()
    sync, iam = client("cognito-sync", keys), client("iam")
    with refused(*denied(place, "ListRecords")):
        sync.list_records(**place, DatasetName="prefs")
    policy = iam.create_policy(PolicyName="sync", PolicyDocument=json.dumps(allow("cognito-sync:List*")))
    arn = policy["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="Guest", PolicyArn=arn)
    sync.list_records(**place, DatasetName="prefs")
    iam.detach_role_policy(RoleName="Guest", PolicyArn=arn)
    iam.delete_role(RoleName="Guest")
    with refused(*denied(place, "ListRecords")):
        sync.list_records(**place, DatasetName="prefs")


def test_session_policies_count_too() -> None:
    pool = Pool(allow("cognito-sync:*"))
    place, _ = pool.guest()
    token = pool.identity.get_open_id_token(IdentityId=place["IdentityId"])["Token"]
    given = client("sts").assume_role_with_web_identity(
        RoleArn=role("Guest"),
        RoleSessionName="CognitoIdentityCredentials",
        WebIdentityToken=token,
        Policy=json.dumps(allow("cognito-sync:ListDatasets")),
    )["Credentials"]
    sync = client("cognito-sync", {**given, "SecretKey": given["SecretAccessKey"]})
    assert sync.list_datasets(**place)["Datasets"] == []
    with refused(*denied(place, "ListRecords")):
        sync.list_records(**place, DatasetName="prefs")


def test_identity_pools_and_user_pools_are_under_policies() -> None:
    pool = Pool(allow(["cognito-identity:Describe*", "cognito-idp:ListUserPools"]))
    _, keys = pool.guest()
    identity, idp = client("cognito-identity", keys), client("cognito-idp", keys)
    arn = f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/{pool.id}"
    action = "cognito-identity:DeleteIdentityPool"
    text = f"User: {CALLER} is not authorized to perform: {action} on resource: {arn}"
    reason = f"because no identity-based policy allows the {action} action"
    with refused("AccessDeniedException", f"{text} {reason}"):
        identity.delete_identity_pool(IdentityPoolId=pool.id)
    with refused("NotAuthorizedException", "DescribeIdentityPool can only be called with developer credentials."):
        identity.describe_identity_pool(IdentityPoolId=pool.id)
    assert idp.list_user_pools(MaxResults=1)["UserPools"] == []
    action = "cognito-idp:CreateUserPool"
    reason = f"because no identity-based policy allows the {action} action"
    with refused(
        "AccessDeniedException", f"User: {CALLER} is not authorized to perform: {action} on resource: * {reason}"
    ):
        idp.create_user_pool(PoolName="mine")


def test_public_operations_need_no_policy() -> None:
    pool = Pool()
    place, keys = pool.guest()
    identity = client("cognito-identity", keys)
    assert identity.get_open_id_token(IdentityId=place["IdentityId"])["IdentityId"] == place["IdentityId"]


def test_a_role_that_nobody_could_look_at_is_not_looked_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = client("cognito-identity")
    pool_id = identity_pool(identity, roles={"unauthenticated": role("Nobody")})
    me = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    with monkeypatch.context() as without_iam:
        without_iam.setattr(aws_clients, "moto_is_active", lambda: False)
        keys = identity.get_credentials_for_identity(IdentityId=me)["Credentials"]
    sync = client("cognito-sync", keys)
    assert sync.list_datasets(IdentityPoolId=pool_id, IdentityId=me)["Datasets"] == []
