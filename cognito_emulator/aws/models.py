"""botocore's service models as small immutable views, loaded on first use and kept.

The JSON files are read straight from the installed botocore package, without importing botocore itself:
that import costs more than a whole start of the emulator.
"""

from __future__ import annotations

import gzip
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from cognito_emulator.aws.model_corrections import CORRECTIONS

Json = dict[str, Any]


class Shape:
    """One shape of a model: its type, its constraints and its members."""

    def __init__(self, model: ServiceModel, name: str, traits: Json) -> None:
        self._model = model
        self.name = name
        self.type: str = traits["type"]
        self.sensitive: bool = traits.get("sensitive", False)
        self.min: int | None = traits.get("min")
        self.max: int | None = traits.get("max")
        self.pattern: str | None = traits.get("pattern")
        # What values really have to match, where the service is stricter than the pattern that it states.
        self.matched_pattern: str | None = traits.get("matchedPattern")
        self.enum: tuple[str, ...] = tuple(traits.get("enum", ()))
        self.required: tuple[str, ...] = tuple(traits.get("required", ()))
        self.document: bool = traits.get("document", False)
        self.exception: bool = traits.get("exception", False)
        self.error: Json = traits.get("error", {})
        self.fault: bool = traits.get("fault", False)
        self._traits = traits

    @cached_property
    def members(self) -> dict[str, Shape]:
        """Members of a structure by wire name."""
        return {name: self._model.shape(ref["shape"]) for name, ref in self._traits.get("members", {}).items()}

    def location_of(self, member: str) -> tuple[str, str]:
        """Where a member travels in REST-JSON: (`uri` | `querystring` | `header` | `body`, wire name)."""
        reference = self._traits["members"][member]
        return reference.get("location", "body"), reference.get("locationName", member)

    @cached_property
    def element(self) -> Shape:
        """Element shape of a list."""
        return self._model.shape(self._traits["member"]["shape"])

    @cached_property
    def key(self) -> Shape:
        return self._model.shape(self._traits["key"]["shape"])

    @cached_property
    def value(self) -> Shape:
        return self._model.shape(self._traits["value"]["shape"])


class Operation:
    """One operation of a service model."""

    def __init__(self, model: ServiceModel, name: str, definition: Json) -> None:
        self.service = model.name
        self.name = name
        self.input: Shape | None = model.shape(definition["input"]["shape"]) if "input" in definition else None
        self.output: Shape | None = model.shape(definition["output"]["shape"]) if "output" in definition else None
        self.public: bool = definition.get("authtype") == "none"
        self.method: str = definition["http"]["method"]
        self.path: str = definition["http"]["requestUri"]
        self.status: int = definition["http"].get("responseCode", 200)
        self.errors: tuple[str, ...] = tuple(error["shape"] for error in definition.get("errors", ()))

    def __repr__(self) -> str:
        return f"<Operation {self.service}:{self.name}>"


class ServiceModel:
    """A service as botocore describes it."""

    def __init__(self, name: str, definition: Json) -> None:
        self.name = name
        metadata = definition["metadata"]
        self.protocol: str = metadata["protocol"]
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.signing_name: str = metadata.get("signingName", metadata["endpointPrefix"])
        self._definition = definition
        self._shapes: dict[str, Shape] = {}
        self._operations: dict[str, Operation] = {}

    @property
    def operation_names(self) -> tuple[str, ...]:
        return tuple(self._definition["operations"])

    def shape(self, name: str) -> Shape:
        if name not in self._shapes:
            self._shapes[name] = Shape(self, name, self._definition["shapes"][name])
        return self._shapes[name]

    def operation(self, name: str) -> Operation | None:
        """The operation of that model name, or None."""
        if name not in self._operations and name in self._definition["operations"]:
            self._operations[name] = Operation(self, name, self._definition["operations"][name])
        return self._operations.get(name)


@cache
def service_model(name: str) -> ServiceModel:
    """The newest API version of a service in the installed botocore, with the visible corrections applied."""
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("botocore is not installed; its service models are what the emulator is built on")
    versions = sorted(Path(spec.submodule_search_locations[0], "data", name).iterdir())
    packed = versions[-1] / "service-2.json.gz"
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else (versions[-1] / "service-2.json").read_bytes()
    definition: Json = orjson.loads(raw)
    for shape, change in CORRECTIONS.get(name, {}).items():
        if shape in definition["shapes"]:
            definition["shapes"][shape].update(change.traits)
    return ServiceModel(name, definition)
