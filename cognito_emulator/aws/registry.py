"""Operation functions by model name. Names are checked against botocore's model when a service is first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.models import Operation, ServiceModel, service_model

OperationFunction = Callable[[Call, Params], Answer]
IgnoredSettings = Callable[[str, Params], list[str]]


class Service:
    """One AWS service: its model, and the functions that implement its operations.

    `modules` are the modules that register operations; they are imported on first use. `constraint_error` is
    the error type that the service answers for violated constraints.
    """

    def __init__(self, name: str, modules: tuple[str, ...], *, constraint_error: str) -> None:
        self.name = name
        self.constraint_error = constraint_error
        self._modules = modules
        self._functions: dict[str, OperationFunction] = {}
        self.unknown: list[str] = []
        self.ignored_settings: IgnoredSettings = lambda operation, params: []

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
        name = self._names.get(function.__name__.replace("_", ""))
        if name is None:
            self.unknown.append(function.__name__)
            return function
        if name in self._functions:
            raise LookupError(f"{self.name}:{name} is implemented twice")
        self._functions[name] = function
        return function

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
