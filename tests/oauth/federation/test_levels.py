"""Authentication levels of users who come from a provider: what it is asked for, and what its answer means here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Idp, claims
from tests.oauth.conftest import CALLBACK
from tests.oauth.federation.conftest import CORP, Federation

LOA = {level: f"urn:cognito:loa:{level}" for level in (1, 2, 3, 4)}


@pytest.fixture
def mapped(idp: Idp, corp: Federation) -> Federation:
    """The provider calls the levels 2 and 4 silver and gold."""
    idp.update_identity_provider(
        UserPoolId=corp.pool_id, ProviderName=CORP, AcrMapping={"Level2": "silver", "Level4": "gold"}
    )
    return corp


def level(corp: Federation, wanted: str, **said: Any) -> tuple[str, list[str]]:
    """What the ID token says of the level after a sign-in."""
    asked = corp.leave(acr_values=wanted)
    corp.says(asked, **said)
    page = corp.come_back(asked)
    assert page.location.startswith(f"{CALLBACK}?code="), page.location
    found = claims(corp.app.exchange(page.query["code"]).json["id_token"])
    return found["acr"], found["amr"]


def test_the_provider_is_asked_in_its_own_words(mapped: Federation) -> None:
    assert mapped.leave(acr_values=f"{LOA[4]} {LOA[3]} {LOA[2]}")["acr_values"] == "gold silver"
    assert "acr_values" not in mapped.leave(acr_values=LOA[3])
    assert "acr_values" not in mapped.leave()


def test_a_provider_without_a_mapping_is_asked_for_nothing(corp: Federation) -> None:
    assert "acr_values" not in corp.leave(acr_values=LOA[4])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"acr": "gold", "amr": ["pwd", "otp", "mfa"]}, (LOA[4], ["pwd", "otp", "mfa"])),
        ({"acr": "silver", "amr": ["sms"]}, (LOA[2], ["sms"])),
        ({"acr": "gold", "amr": ["face", "mfa"]}, (LOA[4], ["mfa"])),
        ({"acr": "bronze"}, (LOA[1], ["fed"])),
        ({"acr": 4, "amr": "pwd"}, (LOA[1], ["fed"])),
        ({}, (LOA[1], ["fed"])),
    ],
)
def test_what_the_provider_says(mapped: Federation, said: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert level(mapped, LOA[4], **said) == expected


def test_tokens_of_an_app_that_asks_for_no_level(mapped: Federation) -> None:
    assert "acr" not in claims(mapped.tokens(acr="gold")["id_token"])


def test_a_session_that_is_too_weak_goes_to_the_provider_again(mapped: Federation) -> None:
    level(mapped, LOA[2], acr="silver")
    page = mapped.app.authorize(mapped.browser, identity_provider=CORP, acr_values=LOA[2])
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert level(mapped, LOA[4], acr="gold")[0] == LOA[4]
    page = mapped.app.authorize(mapped.browser, identity_provider=CORP, acr_values=LOA[4])
    assert page.location.startswith(f"{CALLBACK}?code=")


def test_only_providers_of_the_type_oidc_have_a_mapping(idp: Idp, corp: Federation) -> None:
    google = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.create_identity_provider(
            UserPoolId=corp.pool_id,
            ProviderName="Google",
            ProviderType="Google",
            ProviderDetails=google,
            AcrMapping={"Level1": "x"},
        )
    assert idp.list_identity_providers(UserPoolId=corp.pool_id)["Providers"][0]["ProviderName"] == CORP
