"""Terraform makes, reads, changes, imports and destroys every `aws_cognito_*` there is, and never wants more.

A plan that is empty right after an apply says that each answer of the emulator equals what was configured.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.http.live import LiveServer

from . import arguments, tool
from .managed import managed_pool
from .provider.world import KINDS

CONFIGURATIONS = Path(__file__).parent / "configurations"


# By major version, for those that were tried: arguments with the same value in changed.tf as in made.tf. A change makes
# a new resource or, where a reason stands beside it, the provider fails at it.
UNCHANGED = {
    3: {
        "aws_cognito_identity_pool": {"developer_provider_name", "identity_pool_name"},
        "aws_cognito_identity_pool_roles_attachment": set(),
        "aws_cognito_identity_provider": {
            "idp_identifiers",  # an update reads another argument of that name, which is not there
            "provider_name",
            "provider_type",
        },
        "aws_cognito_resource_server": {"identifier", "name"},
        "aws_cognito_user_group": {"name"},
        "aws_cognito_user_pool": {
            "alias_attributes",
            "name",
            "username_attributes",
            "username_configuration.case_sensitive",
            "email_configuration.email_sending_account",
            "user_pool_add_ons.advanced_security_mode",  # others need a tier, which this version cannot name
        },
        "aws_cognito_user_pool_client": {"generate_secret"},
        "aws_cognito_user_pool_domain": {"domain"},
        "aws_cognito_user_pool_ui_customization": set(),
    }
}
REFERENCES = {
    "user_pool_id",
    "client_id",
    "identity_pool_id",
    "cognito_identity_providers.client_id",
    "cognito_identity_providers.provider_name",
}


def changes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """What a plan says of each resource; reading data is not counted."""
    return [change for change in plan.get("resource_changes", []) if change["change"]["actions"] != ["read"]]


def wanted(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a plan would change, by address."""
    found = {}
    for change in changes(plan):
        if change["change"]["actions"] != ["no-op"]:
            before, after = change["change"]["before"] or {}, change["change"]["after"] or {}
            names = sorted({*before, *after})
            pairs = {name: (before.get(name), after.get(name)) for name in names}
            values = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            found[change["address"]] = {"actions": change["change"]["actions"], "values": values}
    return found


def write_imports(workspace: tool.Workspace) -> list[str]:
    """Ask for the import of everything in the state; the answer is the addresses."""
    blocks, addresses = [], []
    for resource in workspace.resources():
        name = KINDS[resource["type"]].import_id.format_map(resource["values"])
        blocks.append(f'import {{\n  to = {resource["address"]}\n  id = "{name}"\n}}\n')
        addresses.append(resource["address"])
    (workspace.folder / "imports.tf").write_text("\n".join(blocks))
    return sorted(addresses)


def not_changed(every: dict[str, set[str]], before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
    """The arguments, by type of resource, whose values two states agree on."""
    old, new = arguments.values(before), arguments.values(after)
    return {
        kind: {path for path in paths - REFERENCES if old[kind].get(path) == new[kind].get(path)}
        for kind, paths in every.items()
    }


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("major", "version"), [(3, "3.39.0"), (6, "6.62.0")])
def test_life_cycle(major: int, version: str, terraform: list[str], server: LiveServer, tmp_path: Path) -> None:
    provider = tool.provider(major, version)
    if provider is None:
        pytest.skip(f"no version {major} of the AWS provider here: {tool.MIRROR} names no mirror that has one")
    home = CONFIGURATIONS / f"v{major}"
    suffix = "tf" if (home / "made.tf").exists() else "tf.json"
    made, changed, bare, override, settings = (
        home / f"{name}.{suffix}" for name in ("made", "changed", "bare", "imported_override", "provider")
    )
    always = [settings, *home.glob("*.png")]
    managed = managed_pool(server.client())
    variables = {"endpoint": server.endpoint_url, "managed_pool_id": managed}
    workspace = tool.Workspace(tmp_path, terraform, provider, variables)

    workspace.use(*always, made)
    workspace.run("init", "-input=false", "-no-color")
    workspace.apply()
    plan = workspace.plan()
    assert wanted(plan) == {}
    every, before = arguments.of_schema(workspace.schema()), workspace.resources()
    if major in UNCHANGED:
        assert arguments.used(plan) == every

    workspace.use(*always, changed)
    assert wanted(workspace.plan()) != {}
    workspace.apply_plan()
    assert wanted(workspace.plan()) == {}
    unchanged = not_changed(every, before, workspace.resources())
    for kind, paths in UNCHANGED.get(major, {}).items():
        assert unchanged[kind] == paths, kind

    workspace.use(*always, changed, override)
    addresses = write_imports(workspace)
    workspace.forget()
    plan = workspace.plan()
    assert sorted(change["address"] for change in changes(plan) if change["change"].get("importing")) == addresses
    assert wanted(plan) == {}
    workspace.apply_plan()

    workspace.use(*always, bare)
    workspace.apply()
    assert wanted(workspace.plan()) == {}

    workspace.run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert [pool["Id"] for pool in server.client().list_user_pools(MaxResults=60)["UserPools"]] == [managed]
    assert server.client("cognito-identity").list_identity_pools(MaxResults=60)["IdentityPools"] == []
