"""Replicas. None of these texts was seen on AWS; the types are those that the API reference names."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, resource_not_found


def operation_not_enabled(text: str) -> AwsError:
    return AwsError("OperationNotEnabledException", text)


def not_in_secondary_region(operation: str) -> AwsError:
    return operation_not_enabled(f"{operation} is not supported in a secondary region of the user pool.")


def replica_is_inactive(region: str) -> AwsError:
    return operation_not_enabled(f"The replica of the user pool in {region} is not active.")


def replica_does_not_exist(region: str) -> AwsError:
    return resource_not_found(f"The user pool has no replica in {region}.")


def replica_exists(region: str) -> AwsError:
    return invalid_parameter(f"The user pool has a replica in {region} already.")


def region_is_primary(region: str) -> AwsError:
    return invalid_parameter(f"{region} is the primary region of the user pool.")


def invalid_region(region: str) -> AwsError:
    return invalid_parameter(f"Invalid region: {region}")


def multi_region_key_required() -> AwsError:
    return invalid_parameter("Replication requires a user pool with a customer managed multi-region key.")


def replica_not_ready(region: str) -> AwsError:
    return invalid_parameter(f"The replica in {region} is being created.")


def replica_must_be_inactive(region: str) -> AwsError:
    return invalid_parameter(f"The replica in {region} must be inactive to be deleted.")


def pool_has_replicas() -> AwsError:
    return invalid_parameter("The user pool cannot be deleted because it has replicas.")
