"""What version 6 of the AWS provider does, call by call: apply, an empty plan, change, import, destroy.

The provider is stood in for by `tests/terraform/provider`; `test_life_cycle.py` runs the real one where it is there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .managed import managed_pool
from .provider.world import KINDS, World, load

HERE = Path(__file__).parent
HOME = HERE / "configurations" / "v6"
# Arguments that made.tf.json leaves out: an asset has either its bytes or the id of another asset, which is not known
# before there is one; the tags of the data source only narrow what an output shows.
LEFT_OUT = {
    "aws_cognito_managed_login_branding": {"asset.resource_id"},
    "data.aws_cognito_identity_pool": {"tags"},
}
REFERENCES = {"user_pool_id", "client_id", "identity_pool_id"}
# What changed.tf.json has as made.tf.json has it. A change of most of these makes a new resource; the others can have
# no second value, or not while the rest of the configuration stays.
UNCHANGED = {
    "aws_cognito_identity_pool": {"developer_provider_name", "identity_pool_name"},
    "aws_cognito_identity_pool_provider_principal_tag": {"identity_provider_name", "principal_tags"},
    "aws_cognito_identity_provider": {"provider_name", "provider_type"},
    "aws_cognito_managed_login_branding": {
        "asset.bytes",
        "asset.category",
        "asset.color_mode",
        "asset.extension",
        "use_cognito_provided_values",
    },
    "aws_cognito_managed_user_pool_client": {
        "allowed_oauth_flows_user_pool_client",
        "analytics_configuration.application_arn",
        "refresh_token_rotation.feature",
        "supported_identity_providers",
    },
    "aws_cognito_resource_server": {"identifier"},
    "aws_cognito_user": {"username"},
    "aws_cognito_user_group": {"name"},
    "aws_cognito_user_in_group": {"group_name", "username"},
    "aws_cognito_user_pool": {
        "alias_attributes",
        "email_configuration.email_sending_account",
        "lambda_config.custom_email_sender.lambda_version",
        "lambda_config.custom_sms_sender.lambda_version",
        "username_attributes",
        "username_configuration.case_sensitive",
    },
    "aws_cognito_user_pool_client": {"refresh_token_rotation.feature"},
    "aws_cognito_user_pool_domain": {"domain"},
}
ARGUMENTS = json.loads((HERE / "arguments-6.62.json").read_text(encoding="utf-8"))


def used(config: Any, every: set[str], path: str = "") -> set[str]:
    """The arguments that a configuration has."""
    found = set()
    for name, value in config.items():
        inner = f"{path}.{name}" if path else name
        if any(one.startswith(inner + ".") for one in every):
            for block in value if isinstance(value, list) else [value]:
                found |= used(block, every, inner)
        else:
            found.add(inner)
    return found


def test_every_argument_is_used() -> None:
    document = json.loads((HOME / "made.tf.json").read_text(encoding="utf-8"))
    for section, kinds in (("resource", ARGUMENTS["resources"]), ("data", ARGUMENTS["data_sources"])):
        assert document[section].keys() == kinds.keys()
        for kind, arguments in kinds.items():
            every = set(arguments)
            found = set().union(*(used(one, every) for one in document[section][kind].values())) - {"depends_on"}
            left_out = LEFT_OUT.get(kind if section == "resource" else f"data.{kind}", set())
            assert found == every - left_out, kind
    assert KINDS.keys() == ARGUMENTS["resources"].keys()


@pytest.fixture
def managing(world: World) -> World:
    """An empty state beside clients that some other service made."""
    world.variables["managed_pool_id"] = managed_pool(world.api.client("idp"))
    return world


def test_life_cycle(managing: World) -> None:
    world = managing
    made, changed, bare = (load(HOME / f"{name}.tf.json") for name in ("made", "changed", "bare"))
    world.apply(made)
    assert world.plan(made) == {}
    world.apply(changed)
    assert world.plan(changed) == {}
    world.forget(changed)
    assert world.plan(changed) == {}
    world.apply(bare)
    assert world.plan(bare) == {}


def test_every_changed_argument_is_noticed(managing: World) -> None:
    """The plan of changed.tf.json against what made.tf.json made shows each argument, so that an empty one counts."""
    made, changed = (load(HOME / f"{name}.tf.json") for name in ("made", "changed"))
    world = managing
    world.apply(made)
    noticed: dict[str, set[str]] = {}
    for address, changes in world.plan(changed).items():
        noticed.setdefault(address.split(".")[0], set()).update(changes)
    for kind, arguments in ARGUMENTS["resources"].items():
        resource = world.kinds[kind]
        names = {one for one in arguments if one not in ("region",) and one.split(".")[0] not in resource.unread}
        unnoticed = {
            one for one in names if not any(one == n or one.startswith(n + ".") for n in noticed.get(kind, ()))
        }
        assert unnoticed - REFERENCES - LEFT_OUT.get(kind, set()) == UNCHANGED.get(kind, set()), kind
