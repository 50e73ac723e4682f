"""Operation functions by model name. Names are checked against botocore's model when a service is first used."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.models import Operation, ServiceModel, service_model

OperationFunction = Callable[[Call, Params], Answer]
IgnoredSettings = Callable[[str, Params], list[str]]
Admission = Callable[[Call, Params], None]
Resource = Callable[[Call], str]
"""The ARN of what a call is about, as policies name it; `*` for calls that are about nothing in particular."""

_DECORATED = re.compile(rb"^@operation\s+def (\w+)\(", re.MULTILINE)


class Service:
    """One AWS service: its model, and the functions that implement its operations.

    `modules` are the modules that register operations. Each is imported when one of its operations is first called:
    all of them together take longer than anything else at the start of a test run or a server. `constraint_error` is
    the error type that the service answers for violated constraints. `admit` is asked before an operation runs;
    it raises for requests that are too many.
    """

    def __init__(self, name: str, modules: tuple[str, ...], *, constraint_error: str) -> None:
        self.name = name
        self.constraint_error = constraint_error
        self._modules = modules
        self._functions: dict[str, OperationFunction] = {}
        self.unknown: list[str] = []
        self.ignored_settings: IgnoredSettings = lambda operation, params: []
        self.admit: Admission = lambda call, params: None
        self.resource: Resource = lambda call: "*"

    @cached_property
    def model(self) -> ServiceModel:
        return service_model(self.name)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name.lower(): name for name in self.model.operation_names}

    def operation(self, function: OperationFunction) -> OperationFunction:
        """Register a function, named as boto3 names the operation (`admin_get_user` → `AdminGetUser`).

        A name that the installed botocore does not know is kept in `unknown`: an older botocore lacks the newest
        operations, and its clients cannot call them. A test with the newest asserts that there are none.
        """
        name = self._operation_name(function.__name__)
        if name is None:
            self.unknown.append(function.__name__)
            return function
        if name in self._functions:
            raise LookupError(f"{self.name}:{name} is implemented twice")
        self._functions[name] = function
        return function

    def _operation_name(self, function: str) -> str | None:
        return self._names.get(function.replace("_", ""))

    def function(self, operation: str) -> OperationFunction | None:
        """The function of an operation by model name; None if nothing implements it."""
        function = self._functions.get(operation)
        if function is None and operation in self._homes:
            import_module(self._homes[operation])
            function = self._functions[operation]
        return function

    @cached_property
    def _homes(self) -> dict[str, str]:
        """The module of each operation, read from the text of the modules, which are not imported for it."""
        homes: dict[str, str] = {}
        for module in self._modules:
            spec = find_spec(module)
            if spec is None or spec.origin is None:
                raise LookupError(f"{self.name} has no module {module}")
            for function in _DECORATED.findall(Path(spec.origin).read_bytes()):
                name = self._operation_name(function.decode())
                if name is not None:
                    homes[name] = module
        return homes

    @cached_property
    def functions(self) -> dict[str, OperationFunction]:
        """All implemented operations by model name."""
        for module in self._modules:
            import_module(module)
        return self._functions

    def find(self, name: str) -> Operation | None:
        return self.model.operation(name)

    @property
    def missing(self) -> list[str]:
        """Operations of the model that nothing implements."""
        return [name for name in self.model.operation_names if name not in self.functions]
