"""Replicas: their life, and what the other region serves."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests import builders
from tests.builders import App, Idp, refused
from tests.wire import Clients

KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd"}
OTHER = "eu-west-1"
INVALID, NOT_ENABLED = "InvalidParameterException", "OperationNotEnabledException"


@pytest.fixture
def there(clients: Clients) -> Idp:
    """A client of the other region."""
    return clients(region=OTHER)


def app(idp: Idp, **settings: Any) -> App:
    return builders.app(idp, **{"KeyConfiguration": KEY, **settings})


def replicate(idp: Idp, clock: Clock, pool_id: str, status: str = "ACTIVE") -> None:
    idp.create_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER)
    clock.advance(5)
    idp.update_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER, Status=status)


def statuses(idp: Idp, pool_id: str) -> dict[str, tuple[str, str]]:
    listed = idp.list_user_pool_replicas(UserPoolId=pool_id)["UserPoolReplicas"]
    return {replica["RegionName"]: (replica["Role"], replica["Status"]) for replica in listed}


def test_the_life_of_a_replica(idp: Idp, there: Idp, clock: Clock) -> None:
    pool_id = app(idp).pool_id
    assert statuses(idp, pool_id) == {"us-east-1": ("PRIMARY", "ACTIVE")}
    made = idp.create_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER)["UserPoolReplica"]
    arn = f"arn:aws:cognito-idp:{OTHER}:123456789012:userpool/{pool_id}"
    assert made == {"RegionName": OTHER, "Status": "CREATING", "Role": "SECONDARY", "UserPoolArn": arn}
    with refused(INVALID, f"The replica in {OTHER} is being created."):
        idp.update_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER, Status="ACTIVE")
    clock.advance(5)
    everywhere = {OTHER: ("SECONDARY", "INACTIVE"), "us-east-1": ("PRIMARY", "ACTIVE")}
    assert statuses(idp, pool_id) == statuses(there, pool_id) == everywhere
    updated = there.update_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER, Status="ACTIVE")
    assert updated["UserPoolReplica"]["Status"] == "ACTIVE"
    with refused(INVALID, f"The replica in {OTHER} must be inactive to be deleted."):
        idp.delete_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER)
    with refused(INVALID, "The user pool cannot be deleted because it has replicas."):
        idp.delete_user_pool(UserPoolId=pool_id)
    idp.update_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER, Status="INACTIVE")
    with refused(NOT_ENABLED, "DeleteUserPoolReplica is not supported in a secondary region of the user pool."):
        there.delete_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER)
    deleted = idp.delete_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER)["UserPoolReplica"]
    assert deleted["Status"] == "DELETING"
    assert statuses(idp, pool_id) == {"us-east-1": ("PRIMARY", "ACTIVE")}
    with refused("ResourceNotFoundException", f"User pool {pool_id} does not exist."):
        there.describe_user_pool(UserPoolId=pool_id)
    idp.delete_user_pool(UserPoolId=pool_id)


def test_replicas_that_cannot_be(idp: Idp, clock: Clock) -> None:
    pool_id = app(idp).pool_id
    replicate(idp, clock, pool_id)
    for region, text in (
        (OTHER, f"The user pool has a replica in {OTHER} already."),
        ("us-east-1", "us-east-1 is the primary region of the user pool."),
        ("nowhere", "Invalid region: nowhere"),
    ):
        with refused(INVALID, text):
            idp.create_user_pool_replica(UserPoolId=pool_id, RegionName=region)
    with refused("ResourceNotFoundException", "The user pool has no replica in ap-south-1."):
        idp.update_user_pool_replica(UserPoolId=pool_id, RegionName="ap-south-1", Status="ACTIVE")
    with refused(INVALID, "us-east-1 is the primary region of the user pool."):
        idp.delete_user_pool_replica(UserPoolId=pool_id, RegionName="us-east-1")
    text = "Replication requires a user pool with a customer managed multi-region key."
    with refused(INVALID, text):
        idp.create_user_pool_replica(UserPoolId=builders.pool(idp), RegionName=OTHER)
    lite = builders.pool(idp, UserPoolTier="LITE", KeyConfiguration=KEY)
    text = "The following features need to be disabled for the LITE pricing tier configured: Multi-Region Replication"
    with refused("FeatureUnavailableInTierException", text):
        idp.create_user_pool_replica(UserPoolId=lite, RegionName=OTHER)


def test_users_sign_in_at_an_active_replica(idp: Idp, there: Idp, clock: Clock) -> None:
    made = app(idp)
    alice = builders.confirmed_user(idp, made, email="a@example.com")
    with refused("ResourceNotFoundException", f"User pool client {made.client_id} does not exist."):
        builders.begin(there, alice)
    replicate(idp, clock, made.pool_id)
    tokens = builders.sign_in(there, alice)
    claims = builders.claims(tokens["AccessToken"])
    assert claims["iss"] == f"https://cognito-idp.us-east-1.amazonaws.com/{made.pool_id}"
    assert there.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert builders.refresh(there, made, tokens["RefreshToken"])["AccessToken"]
    text = "UpdateUserAttributes is not supported in a secondary region of the user pool."
    with refused(NOT_ENABLED, text):
        there.update_user_attributes(
            AccessToken=tokens["AccessToken"], UserAttributes=builders.attributes(name="Alice")
        )
    with refused(NOT_ENABLED, "SignUp is not supported in a secondary region of the user pool."):
        builders.unconfirmed_user(there, made, "bob")
    there.global_sign_out(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=tokens["AccessToken"])


def test_an_inactive_replica_serves_administrators_only(idp: Idp, there: Idp, clock: Clock) -> None:
    made = app(idp)
    alice = builders.confirmed_user(idp, made)
    replicate(idp, clock, made.pool_id, "INACTIVE")
    with refused(NOT_ENABLED, f"The replica of the user pool in {OTHER} is not active."):
        builders.begin(there, alice)
    assert there.admin_get_user(UserPoolId=made.pool_id, Username="alice")["Username"] == "alice"
    assert [user["Username"] for user in there.list_users(UserPoolId=made.pool_id)["Users"]] == ["alice"]
    shown = there.describe_user_pool_client(UserPoolId=made.pool_id, ClientId=made.client_id)["UserPoolClient"]
    assert shown["ClientId"] == made.client_id


def test_a_replica_is_not_changed(idp: Idp, there: Idp, clock: Clock) -> None:
    pool_id = app(idp).pool_id
    replicate(idp, clock, pool_id)
    for call, name, params in (
        (there.admin_create_user, "AdminCreateUser", {"Username": "bob"}),
        (there.create_user_pool_client, "CreateUserPoolClient", {"ClientName": "x"}),
        (there.create_group, "CreateGroup", {"GroupName": "x"}),
        (there.update_user_pool, "UpdateUserPool", {}),
        (there.create_user_pool_replica, "CreateUserPoolReplica", {"RegionName": "ap-south-1"}),
    ):
        with refused(NOT_ENABLED, f"{name} is not supported in a secondary region of the user pool."):
            call(UserPoolId=pool_id, **params)
    with refused("ResourceNotFoundException", f"User pool {pool_id} does not exist."):
        there.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[])
    assert idp.list_users(UserPoolId=pool_id)["Users"] == []


def test_a_replica_has_tags_of_its_own(idp: Idp, there: Idp, clock: Clock) -> None:
    pool_id = app(idp, UserPoolTags={"place": "here"}).pool_id
    idp.create_user_pool_replica(UserPoolId=pool_id, RegionName=OTHER, UserPoolTags={"place": "there"})
    primary = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}"
    arn = primary.replace("idp:us-east-1", f"idp:{OTHER}")
    shown = there.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert (shown["Arn"], shown["UserPoolTags"]) == (arn, {"place": "there"})
    there.tag_resource(ResourceArn=arn, Tags={"more": "1"})
    there.untag_resource(ResourceArn=arn, TagKeys=["place"])
    assert there.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"more": "1"}
    assert idp.list_tags_for_resource(ResourceArn=primary)["Tags"] == {"place": "here"}
    idp.tag_resource(ResourceArn=arn, Tags={"less": "0"})
    idp.untag_resource(ResourceArn=arn, TagKeys=["more"])
    assert idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"less": "0"}
    assert there.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"less": "0"}
    with refused("ResourceNotFoundException", f"User pool {pool_id} does not exist."):
        idp.list_tags_for_resource(ResourceArn=primary.replace("idp:us-east-1", "idp:ap-south-1"))
    with refused("ResourceNotFoundException", f"User pool {pool_id} does not exist."):
        there.list_tags_for_resource(ResourceArn=primary)
