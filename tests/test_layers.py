"""The layers of docs/architecture.md: who may import whom, who may touch the outside. Read from the source, unrun."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import cognito_emulator

ROOT = Path(cognito_emulator.__file__).parent
NAME = "cognito_emulator"
# A package imports from lower ranks only. `conformance` checks the others, so it stands above them.
RANKS = {
    **dict.fromkeys(("config", "clock", "randomness", "http_messages", "__version__"), 0),
    **dict.fromkeys(("store", "outside"), 1),
    **dict.fromkeys(("aws", "settings", "saml"), 2),
    "emulator": 3,
    "user_pools": 4,
    "identity_pools": 5,
    "sync": 6,
    "services": 7,
    "oauth": 7,
    **dict.fromkeys(("control", "tables"), 8),
    "http": 9,
    **dict.fromkeys(("mock", "conformance", "gateway"), 10),
    "cli": 11,
    **dict.fromkeys(("pytest_plugin", "__main__"), 12),
}
# Imports inside functions that go up: the emulator hands out its own front.
UPWARD = {("emulator", "http"), ("emulator", "user_pools")}
# Modules that reach AWS, or stand in for it, through boto3.
AWS_CLIENTS = ("outside.", "mock.", "http.live", "conformance.")
# A service of another name, with errors of its own, inside the package of one that needs it.
OTHER_SERVICES = ("identity_pools.sts",)


@cache
def modules() -> dict[str, Path]:
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.rglob("*.py")}
    return {name.removesuffix(".__init__") or "__init__": path for name, path in found.items()}


@cache
def imports(name: str) -> list[str]:
    """What a module imports when it runs, by dotted name; imports for type checkers do not count."""
    tree = ast.parse(modules()[name].read_text())
    return list(_imports(tree))


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child)


def own(name: str) -> list[str]:
    """What a module imports of this package, without the package's name."""
    prefix = f"{NAME}."
    return [found.removeprefix(prefix) for found in imports(name) if found.startswith(prefix)]


def inside(package: str) -> list[str]:
    return [name for name in modules() if name == package or name.startswith(f"{package}.")]


@pytest.mark.parametrize("name", [name for name in sorted(modules()) if name != "__init__"])
def test_imports_go_down(name: str) -> None:
    top = name.split(".")[0]
    for found in own(name):
        other = found.split(".")[0]
        if other != top and (top, other) not in UPWARD:
            assert RANKS[other] < RANKS[top], f"{name} imports {found}"


def test_every_package_has_its_place() -> None:
    assert {name.split(".")[0] for name in modules()} - {"__init__"} <= set(RANKS)


def test_operations_do_not_import_each_other() -> None:
    for service in ("user_pools", "identity_pools", "sync"):
        package = f"{service}.operations"
        for name in inside(package):
            assert not [found for found in own(name) if found.startswith(package)], name


def test_nothing_in_a_service_imports_its_operations() -> None:
    """The service names its modules; nobody else knows them."""
    for service in ("user_pools", "identity_pools", "sync"):
        for name in inside(service):
            assert not [found for found in own(name) if found.startswith(f"{service}.operations")], name


def test_records_and_errors_stand_at_the_bottom_of_a_service() -> None:
    for service in ("user_pools", "identity_pools", "sync"):
        for name in inside(f"{service}.records"):
            assert not [found for found in own(name) if found.startswith(f"{service}.")], name
        for name in inside(f"{service}.errors"):
            foreign = [found for found in own(name) if found.startswith(f"{service}.")]
            assert all(found.startswith(f"{service}.errors") for found in foreign), name


def test_a_service_asks_another_only_through_its_package() -> None:
    private = ("repository", "records", "operations")
    for name in modules():
        for service in ("user_pools", "identity_pools"):
            if name.split(".")[0] not in (service, "conformance", "oauth"):
                assert not [
                    found for found in own(name) if found.startswith(tuple(f"{service}.{part}" for part in private))
                ], name


def test_boto3_stays_outside() -> None:
    for name in modules():
        libraries = [found for found in imports(name) if found.split(".")[0] in ("boto3", "botocore")]
        libraries = [found for found in libraries if not found.startswith("botocore.exceptions.")]
        assert not libraries or name.startswith(AWS_CLIENTS) or name == "pytest_plugin", f"{name} imports {libraries}"


def test_texts_of_errors_are_in_one_place() -> None:
    """No operation and no domain module makes an error of its own: each asks `errors` for it by name."""
    for service in ("user_pools", "identity_pools", "sync"):
        for name in inside(service):
            if name.startswith(f"{service}.errors") or name in OTHER_SERVICES:
                continue
            for node in ast.walk(ast.parse(modules()[name].read_text())):
                made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AwsError"
                assert not made, f"{name} makes an error"


def test_files_stay_readable() -> None:
    for name, path in modules().items():
        assert len(path.read_text().splitlines()) <= 400, name
