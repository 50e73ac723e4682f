"""Methods of other people's classes, replaced for a while and put back exactly.

A library that is not imported yet is not imported because of us: importing httpx takes 100 ms, moto and botocore
more. While patches are in place a finder at the head of `sys.meta_path` watches for these modules and patches one
when somebody imports it. A finder costs one dictionary look-up per imported module, and nothing when nobody imports;
the alternatives (import everything, or patch below all libraries in `socket`) are slower or see encrypted bytes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec


@dataclass(frozen=True)
class Patch:
    """One method: `attribute` of class `owner` in `module`, and what makes the replacement of the original."""

    module: str
    owner: str
    attribute: str
    replacement_of: Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class _Applied:
    owner: type[Any]
    attribute: str
    original: Callable[..., Any]
    replacement: Callable[..., Any]


class Patches:
    """A set of patches: all in place between `install` and `remove`, none outside."""

    def __init__(self, patches: Sequence[Patch]) -> None:
        self._by_module: dict[str, list[Patch]] = {}
        for patch in patches:
            self._by_module.setdefault(patch.module, []).append(patch)
        self._applied: list[_Applied] = []
        self._buried: list[_Applied] = []
        self._finder = _Finder(frozenset(self._by_module), self._imported)
        self._installed = False
        # Nothing is imported and no foreign code runs under this lock: it is taken inside imports.
        self._lock = threading.Lock()

    def install(self) -> None:
        with self._lock:
            self._installed = True
            sys.meta_path.insert(0, self._finder)
            for name in self._by_module:
                module = sys.modules.get(name)
                if module is not None:
                    self._apply(name, module)

    def remove(self) -> None:
        with self._lock:
            self._installed = False
            if self._finder in sys.meta_path:
                sys.meta_path.remove(self._finder)
            while self._applied:
                self._undo(self._applied.pop())

    def _imported(self, name: str, module: ModuleType) -> None:
        with self._lock:
            if self._installed:
                self._apply(name, module)

    def _apply(self, name: str, module: ModuleType) -> None:
        for patch in self._by_module[name]:
            owner = getattr(module, patch.owner, None)
            original = vars(owner).get(patch.attribute) if owner is not None else None
            if owner is None or original is None:
                continue  # another version of the library, or an import under way in another thread
            original = self._dig_out(owner, patch.attribute, original)
            replacement = patch.replacement_of(original)
            setattr(owner, patch.attribute, replacement)
            self._applied.append(_Applied(owner, patch.attribute, original, replacement))

    def _undo(self, applied: _Applied) -> None:
        if vars(applied.owner).get(applied.attribute) is applied.replacement:
            setattr(applied.owner, applied.attribute, applied.original)
        else:
            # Somebody patched on top of us and has not left yet. Our replacement, which does nothing by itself when
            # no mock is active, stays below; if they put it back, the next mock to be installed takes it away.
            self._buried.append(applied)

    def _dig_out(self, owner: type[Any], attribute: str, current: Callable[..., Any]) -> Callable[..., Any]:
        for applied in self._buried:
            if applied.replacement is current:
                self._buried.remove(applied)
                return self._dig_out(owner, attribute, applied.original)
        return current


class _Finder:
    """Finds the watched modules where they are, and tells when one has been imported."""

    def __init__(self, names: frozenset[str], imported: Callable[[str, ModuleType], None]) -> None:
        self._names = names
        self._imported = imported

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self._names:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._imported)  # type: ignore[arg-type, assignment]
                return spec
        return None


class _Loader:
    """Steps aside for the module's own loader, and then tells."""

    def __init__(self, loader: Loader, imported: Callable[[str, ModuleType], None]) -> None:
        self._loader = loader
        self._imported = imported

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._imported(module.__name__, module)
