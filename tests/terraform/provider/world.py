"""Apply, plan, import and destroy, over all resources of a configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from . import settings, user_pool, user_pool_parts
from .resource import Api, Changes, Resource
from .values import Json

REFERENCE = re.compile(r"\$\{([a-z_]+)\.([a-z_]+)(?:\.([a-z_]+))?\}")

KINDS: dict[str, type[Resource]] = {
    one.type: one
    for module in (user_pool, user_pool_parts, settings)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Resource) and one is not Resource
}


def load(path: Path) -> dict[str, Json]:
    """The resources of a configuration, by address."""
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return {f"{kind}.{name}": one for kind, named in document["resource"].items() for name, one in named.items()}


def in_order(configs: dict[str, Json]) -> list[str]:
    """The addresses, each after what it refers to."""
    done: list[str] = []

    def visit(address: str) -> None:
        if address in done:
            return
        for kind, name, _ in REFERENCE.findall(json.dumps(configs[address])):
            if kind in KINDS:
                visit(f"{kind}.{name}")
        for before in configs[address].get("depends_on", []):
            visit(before)
        done.append(address)

    for address in configs:
        visit(address)
    return done


class World:
    """A state, and what is done to make the world equal to a configuration."""

    def __init__(self, api: Api, arguments: dict[str, list[str]], variables: dict[str, str]) -> None:
        self.api = api
        self.kinds = {name: kind(api, set(arguments[name])) for name, kind in KINDS.items()}
        self.variables = variables
        self.state: dict[str, Json] = {}

    def kind(self, address: str) -> Resource:
        return self.kinds[address.split(".")[0]]

    def resolved(self, value: Any) -> Any:
        """A value with what its references stand for."""
        if isinstance(value, dict):
            return {name: self.resolved(one) for name, one in value.items() if name != "depends_on"}
        if isinstance(value, list):
            return [self.resolved(one) for one in value]
        if isinstance(value, str) and (found := REFERENCE.fullmatch(value)):
            if found[1] == "var":
                return self.variables[found[2]]
            return self.state[f"{found[1]}.{found[2]}"][found[3]]
        return value

    def plan(self, configs: dict[str, Json]) -> dict[str, Changes]:
        """Everything that differs between the world and a configuration."""
        shown: dict[str, Changes] = {address: {"": ("there", None)} for address in set(self.state) - set(configs)}
        for address in in_order(configs):
            config = self.resolved(configs[address])
            found = self.kind(address).read(self.state[address])
            changes = {"": (None, "there")} if found is None else self.kind(address).plan(config, found)
            if changes:
                shown[address] = changes
        return shown

    def apply(self, configs: dict[str, Json]) -> None:
        for address in [one for one in reversed(self.state) if one not in configs]:
            self._delete(address)
        replaced: list[str] = []
        for address in in_order(configs):
            kind, config = self.kind(address), self.resolved(configs[address])
            if address in self.state:
                found = kind.read(self.state[address])
                assert found is not None, f"{address} is gone"
                changes = kind.plan(config, found)
                old = {**self.state[address], **found}
                changed = {path.split(".")[0] for path in changes} | self._unread_changes(kind, config, old)
                if changed & kind.replaces:
                    self._delete(address)
                    replaced.append(address)
                elif changed:
                    kind.update(old, config)
            self._remember(address, kind, config)

    def _unread_changes(self, kind: Resource, config: Json, old: Json) -> set[str]:
        return {name for name in kind.unread if config.get(name) != old.get(name) and name in config}

    def _remember(self, address: str, kind: Resource, config: Json) -> None:
        if address not in self.state:
            self.state[address] = kind.create(config)
        else:
            made = {n: v for n, v in self.state[address].items() if n in ("id", "arn", "endpoint")}
            keys = {n: self.state[address][n] for n in kind.key.values() if n in self.state[address]}
            self.state[address] = {**keys, **made, **config}

    def _delete(self, address: str) -> None:
        self.kind(address).delete(self.state.pop(address))

    def forget(self, configs: dict[str, Json]) -> None:
        """Import everything anew: only the ids are known, what no call answers, and how attributes are written."""
        for address, state in self.state.items():
            kind = self.kind(address)
            known = {name: state[name] for name in {*kind.key.values(), *kind.unread, "endpoint"} if name in state}
            schema = {"schema": configs[address]["schema"]} if "schema" in configs[address] else {}
            found = kind.read({**known, **schema})
            assert found is not None, f"{address} cannot be read by its id"
            self.state[address] = {**found, **known}

    def destroy(self) -> None:
        for address in list(reversed(self.state)):
            self._delete(address)
