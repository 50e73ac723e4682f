"""Provisioned limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Idp, refused
from tests.wire import Clients


def definition(category: str = "UserAuthentication", **attributes: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category, **attributes}}


def limit(idp: Idp, category: str = "UserAuthentication") -> tuple[int, int]:
    """The provisioned and the free value."""
    shown = idp.get_provisioned_limit(LimitDefinition=definition(category))["Limit"]
    assert shown["LimitDefinition"] == definition(category)
    return shown["ProvisionedLimitValue"], shown["FreeLimitValue"]


def test_an_account_begins_with_the_free_limit(idp: Idp) -> None:
    assert limit(idp) == (120, 120)
    assert limit(idp, "UserCreation") == (50, 50)


def test_a_limit_is_set_for_one_category_account_and_region(idp: Idp, clients: Clients) -> None:
    updated = idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=200)["Limit"]
    assert updated == {"LimitDefinition": definition(), "ProvisionedLimitValue": 200, "FreeLimitValue": 120}
    assert limit(idp) == (200, 120)
    assert limit(idp, "UserRead") == (120, 120)
    assert limit(clients(region="eu-west-1")) == (120, 120)
    assert limit(clients(access_key="999999999999")) == (120, 120)
    idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=120)
    assert limit(idp) == (120, 120)


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (119, "InvalidParameterException", "RequestedLimitValue must not be less than the default limit of 120."),
        (
            1201,
            "ServiceQuotaExceededException",
            "RequestedLimitValue must not be greater than the account-level maximum limit of 1200.",
        ),
    ],
)
def test_a_limit_has_bounds(idp: Idp, value: int, type: str, text: str) -> None:
    with refused(type, text):
        idp.update_provisioned_limit(LimitDefinition=definition(), RequestedLimitValue=value)
    assert limit(idp) == (120, 120)


def test_a_limit_is_named_by_its_category(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "Limit for the API category Nothing does not exist."):
        idp.get_provisioned_limit(LimitDefinition=definition("Nothing"))
    text = "Attributes of the limit class API_CATEGORY must have exactly the key Category."
    with refused("InvalidParameterException", text):
        idp.get_provisioned_limit(LimitDefinition=definition(More="x"))
