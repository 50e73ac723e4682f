"""Operation functions and the models' names."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.aws.registry import Service
from cognito_emulator.services import SERVICES


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_function_is_an_operation_of_the_model(service: Service) -> None:
    """A misspelt function is found here."""
    assert set(service.functions) <= set(service.model.operation_names)
    assert service.unknown == []


def test_an_older_model_lacks_operations() -> None:
    """A function that the installed botocore does not know is passed over, and known ones still register."""
    service = Service("cognito-idp", (), constraint_error="InvalidParameterException")

    def operation_of_tomorrow(call: Any, params: Any) -> dict[str, Any]:
        return {}

    def get_user(call: Any, params: Any) -> dict[str, Any]:
        return {}

    assert service.operation(operation_of_tomorrow) is operation_of_tomorrow
    service.operation(get_user)
    assert service.unknown == ["operation_of_tomorrow"]
    assert list(service.functions) == ["GetUser"]


def test_an_operation_is_implemented_once() -> None:
    """Two functions for one operation are a mistake."""
    service = Service("cognito-idp", (), constraint_error="InvalidParameterException")

    def get_user(call: Any, params: Any) -> dict[str, Any]:
        return {}

    service.operation(get_user)
    with pytest.raises(LookupError, match="implemented twice"):
        service.operation(get_user)
