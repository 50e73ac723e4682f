"""What the AWS provider does for `aws_cognito_user_pool_replica`, newer than the version in `arguments-6.62.json`.

Source: hashicorp/terraform-provider-aws, internal/service/cognitoidp/user_pool_replica.go, and the scenarios of
user_pool_replica_test.go. The provider asks everything in the pool's primary region, its tags too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cognito_emulator import mock_cognito

THERE = "eu-central-1"
KEY = {
    "KeyType": "CUSTOMER_MANAGED_KEY",
    "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
}


class Replica:
    """The calls of the resource, for one pool."""

    def __init__(self, idp: Any, advance: Any) -> None:
        self.idp = idp
        self._advance = advance
        self.pool = idp.create_user_pool(PoolName="replicated", KeyConfiguration=KEY)["UserPool"]["Id"]
        self._named = {"UserPoolId": self.pool, "RegionName": THERE}

    def create(self, tags: dict[str, str], status: str = "INACTIVE") -> None:
        self.idp.create_user_pool_replica(**self._named, UserPoolTags=tags)
        self._wait({"CREATING"}, {"INACTIVE", "ACTIVE"})
        if status == "ACTIVE":
            self.update(status)

    def update(self, status: str) -> None:
        self.idp.update_user_pool_replica(**self._named, Status=status)
        self._wait({"CREATING", "ACTIVE", "INACTIVE"}, {status})

    def delete(self) -> None:
        self.idp.delete_user_pool_replica(**self._named)
        self._wait({"ACTIVE", "INACTIVE", "DELETING"}, {None})

    def read(self) -> dict[str, Any] | None:
        listed = self.idp.list_user_pool_replicas(UserPoolId=self.pool)
        assert "NextToken" not in listed
        for one in listed["UserPoolReplicas"]:
            if one["Role"] == "SECONDARY" and one["RegionName"] == THERE:
                return dict(one)
        return None

    def tags(self) -> dict[str, str]:
        """What a read does after it: the tags, by the replica's ARN."""
        found: dict[str, str] = self.idp.list_tags_for_resource(ResourceArn=self.arn)["Tags"]
        return found

    @property
    def arn(self) -> str:
        found = self.read()
        assert found is not None
        return str(found["UserPoolArn"])

    def _wait(self, pending: set[str], wanted: set[str | None]) -> None:
        for _ in range(100):
            status = (self.read() or {}).get("Status")
            if status in wanted:
                return
            assert status in pending
            self._advance(1)
        pytest.fail(f"never became one of {wanted}")


@pytest.fixture
def replica() -> Iterator[Replica]:
    with mock_cognito() as emulator:
        yield Replica(boto3.client("cognito-idp", region_name="eu-west-1"), emulator.clock.advance)


def test_made_and_deleted(replica: Replica) -> None:
    replica.create({})
    found = replica.read()
    assert found is not None
    assert (found["Role"], found["Status"], replica.tags()) == ("SECONDARY", "INACTIVE", {})
    replica.delete()
    with pytest.raises(replica.idp.exceptions.ResourceNotFoundException):
        replica.idp.delete_user_pool_replica(UserPoolId=replica.pool, RegionName=THERE)
    replica.idp.delete_user_pool(UserPoolId=replica.pool)
    with pytest.raises(replica.idp.exceptions.ResourceNotFoundException):
        replica.read()


def test_status(replica: Replica) -> None:
    replica.create({}, "ACTIVE")
    replica.update("INACTIVE")
    replica.delete()


def test_tags(replica: Replica) -> None:
    replica.create({"key1": "value1"})
    assert replica.tags() == {"key1": "value1"}
    replica.idp.tag_resource(ResourceArn=replica.arn, Tags={"key1": "value1updated", "key2": "value2"})
    assert replica.tags() == {"key1": "value1updated", "key2": "value2"}
