"""Deletes user pools that scenarios leave behind, with what AWS wants deleted first: domains, replicas, protection."""

from __future__ import annotations

from typing import Any, Protocol

from cognito_emulator.conformance.endpoint import Endpoint, Reply


class Caller(Protocol):
    """What calls operations: a `World`."""

    endpoint: Endpoint

    def send(self, operation: str, params: Any, service: str = ..., **how: Any) -> Reply: ...
    def advance(self, seconds: float) -> None: ...


def delete_pool(world: Caller, pool_id: str) -> None:
    """Delete a user pool, if it is there."""
    pool = {"UserPoolId": pool_id}
    if world.send("DeleteUserPool", pool).status == 200:
        return
    shown = world.send("DescribeUserPool", pool)
    if shown.status != 200:
        return
    settings = shown.body["UserPool"]
    for name in ("CustomDomain", "Domain"):
        if name in settings:
            world.send("DeleteUserPoolDomain", {**pool, "Domain": settings[name]})
    _delete_replicas(world, pool)
    if settings.get("DeletionProtection") == "ACTIVE":
        world.send("UpdateUserPool", {**pool, "DeletionProtection": "INACTIVE"})
    world.send("DeleteUserPool", pool)


def _delete_replicas(world: Caller, pool: dict[str, str]) -> None:
    listed = world.send("ListUserPoolReplicas", pool)
    for replica in listed.body["UserPoolReplicas"] if listed.status == 200 else ():
        if replica["Role"] != "SECONDARY":
            continue
        which = {**pool, "RegionName": replica["RegionName"]}
        if replica["Status"] == "CREATING" and world.endpoint.has_control:
            world.advance(600)
        if replica["Status"] == "ACTIVE":
            world.send("UpdateUserPoolReplica", {**which, "Status": "INACTIVE"})
        world.send("DeleteUserPoolReplica", which)
