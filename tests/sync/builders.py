"""Identities with clients of their own, and short ways to read and write their datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.identity_pools.builders import identity_pool
from tests.wire import Clients

DATASET = "prefs"


@dataclass(frozen=True)
class Guest:
    """An identity, and a cognito-sync client with its credentials."""

    pool_id: str
    id: str
    client: Any

    @property
    def place(self) -> dict[str, str]:
        return {"IdentityPoolId": self.pool_id, "IdentityId": self.id}

    def listed(self, dataset: str = DATASET, client: Any = None, **params: Any) -> dict[str, Any]:
        answer = (client or self.client).list_records(**self.place, DatasetName=dataset, **params)
        return dict(answer)

    def write(
        self, *patches: dict[str, Any], dataset: str = DATASET, client: Any = None, **params: Any
    ) -> list[dict[str, Any]]:
        """One update in a session of its own; the records that the answer shows."""
        params.setdefault("SyncSessionToken", self.listed(dataset, client)["SyncSessionToken"])
        user = client or self.client
        answer = user.update_records(**self.place, DatasetName=dataset, RecordPatches=list(patches), **params)
        return list(answer["Records"])

    def values(self, dataset: str = DATASET) -> dict[str, str | None]:
        return {record["Key"]: record.get("Value") for record in self.listed(dataset)["Records"]}


def guest(clients: Clients, identity: Any, pool_id: str | None = None) -> Guest:
    """A new guest, of a new identity pool if none is given."""
    pool_id = pool_id or identity_pool(identity)
    identity_id = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    return as_identity(clients, identity, pool_id, identity_id)


def as_identity(
    clients: Clients, identity: Any, pool_id: str, identity_id: str, logins: dict[str, str] | None = None
) -> Guest:
    given = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins or {})["Credentials"]
    return Guest(pool_id, identity_id, clients("cognito-sync", access_key=given["AccessKeyId"]))


def put(key: str, value: str | None = "blue", count: int = 0, **members: Any) -> dict[str, Any]:
    """A patch that sets a record."""
    patch = {"Key": key, "Op": "replace", "SyncCount": count, **members}
    return patch if value is None else {**patch, "Value": value}


def remove(key: str, count: int) -> dict[str, Any]:
    """A patch that removes a record."""
    return {"Key": key, "Op": "remove", "SyncCount": count}
