"""Shapes that several operations answer."""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.user_pools import assurance, mfa
from cognito_emulator.user_pools.records import Client, Group, Pool, User
from cognito_emulator.user_pools.schema import attributes

Json = dict[str, Any]


def user_pool(pool: Pool, number_of_users: int) -> Json:
    """`UserPoolType`. The levels of authentication have their names in effect, whether given or not."""
    return {
        **pool.settings,
        "AcrConfiguration": assurance.configuration(pool.settings),
        "Arn": pool.arn,
        "CreationDate": Timestamp(pool.created),
        "EstimatedNumberOfUsers": number_of_users,
        "Id": pool.id,
        "LastModifiedDate": Timestamp(pool.modified),
        "Name": pool.name,
        "SchemaAttributes": list(pool.schema.values()),
        "UserPoolTags": pool.tags,
    }


def user_pool_description(pool: Pool) -> Json:
    """`UserPoolDescriptionType`, as ListUserPools shows it."""
    return {
        "CreationDate": Timestamp(pool.created),
        "Id": pool.id,
        "LambdaConfig": pool.settings["LambdaConfig"],
        "LastModifiedDate": Timestamp(pool.modified),
        "Name": pool.name,
    }


def user_pool_client(client: Client) -> Json:
    """`UserPoolClientType`."""
    shown: Json = {
        **client.settings,
        "ClientId": client.id,
        "ClientName": client.name,
        "ClientType": client.kind,
        "CreationDate": Timestamp(client.created),
        "LastModifiedDate": Timestamp(client.modified),
        "UserPoolId": client.pool_id,
    }
    if client.secrets:
        shown["ClientSecret"] = client.secrets[0]["value"]
    return shown


def user(record: User, names: list[str] | None = None) -> Json:
    """`UserType`, as lists and AdminCreateUser show it; `names` limits the attributes."""
    shown = record.attributes
    if names is not None:
        shown = {name: value for name, value in shown.items() if name in names}
    return {
        "Attributes": attributes.listed(shown),
        **mfa.legacy_options(record),
        "Enabled": record.enabled,
        "UserCreateDate": Timestamp(record.created),
        "UserLastModifiedDate": Timestamp(record.modified),
        "UserStatus": record.status,
        "Username": record.username,
    }


def group(record: Group) -> Json:
    """`GroupType`."""
    shown: Json = {
        "CreationDate": Timestamp(record.created),
        "GroupName": record.name,
        "LastModifiedDate": Timestamp(record.modified),
        "UserPoolId": record.pool_id,
    }
    optional = {"Description": record.description, "RoleArn": record.role_arn, "Precedence": record.precedence}
    return {**shown, **{name: value for name, value in optional.items() if value is not None}}
