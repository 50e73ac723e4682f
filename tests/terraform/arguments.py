"""Which arguments a provider's resources take, and which of them a configuration uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Arguments of Terraform rather than of Cognito: the state's own name, and the union with the provider's default tags.
GENERAL = {"id", "tags_all"}


def of_schema(schema: Json) -> dict[str, set[str]]:
    """The arguments, as dotted paths, of every `aws_cognito_*` resource in what `providers schema -json` prints."""
    (provider,) = (one for name, one in schema["provider_schemas"].items() if name.endswith("/hashicorp/aws"))
    schemas: Json = provider["resource_schemas"]
    return {name: set(_of_block(one["block"])) for name, one in schemas.items() if name.startswith("aws_cognito_")}


def _of_block(block: Json, prefix: str = "") -> Iterator[str]:
    for name, attribute in block.get("attributes", {}).items():
        if (attribute.get("optional") or attribute.get("required")) and prefix + name not in GENERAL:
            yield prefix + name
    for name, nested in block.get("block_types", {}).items():
        yield from _of_block(nested["block"], f"{prefix}{name}.")


def used(plan: Json) -> dict[str, set[str]]:
    """The arguments that the configuration of a plan (`terraform show -json`) uses, by type of resource."""
    found: dict[str, set[str]] = {}
    for resource in plan["configuration"]["root_module"]["resources"]:
        if resource["mode"] == "managed":
            found.setdefault(resource["type"], set()).update(_of_expressions(resource.get("expressions", {})))
    return found


def _of_expressions(expressions: Json, prefix: str = "") -> Iterator[str]:
    for name, value in expressions.items():
        if isinstance(value, list):
            for block in value:
                yield from _of_expressions(block, f"{prefix}{name}.")
        else:
            yield prefix + name


def values(resources: list[Json]) -> dict[str, dict[str, list[Any]]]:
    """Every value in a state, by type of resource and path of the argument."""
    found: dict[str, dict[str, list[Any]]] = {}
    for resource in sorted(resources, key=lambda one: str(one["address"])):
        for path, value in _leaves(resource["values"]):
            found.setdefault(resource["type"], {}).setdefault(path, []).append(value)
    return found


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    blocks = value if isinstance(value, list) and value and isinstance(value[0], dict) else None
    for one in blocks if blocks is not None else [value]:
        if isinstance(one, dict) and (blocks is not None or not path):
            for name, inner in one.items():
                yield from _leaves(inner, f"{path}.{name}" if path else name)
        else:
            yield path, one
