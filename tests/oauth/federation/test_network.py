"""What is asked of a provider over the network, and what the app hears when that comes to nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.request import OpenerDirector

import pytest

from tests.builders import Idp
from tests.oauth.federation.conftest import CORP, Federation
from tests.oauth.federation.test_open_id import refused_with

JWKS = "error_description=Timeout in calling jwks uri"


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> str:
    """Where nobody answers in time; nobody waits for it here."""
    url, open_ = "http://silent.test/", OpenerDirector.open

    def no_answer(opener: OpenerDirector, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.full_url.startswith(url):
            raise TimeoutError("timed out")
        return open_(opener, request, *args, **kwargs)

    monkeypatch.setattr(OpenerDirector, "open", no_answer)
    return url


def moved(corp: Federation, idp: Idp, **details: str) -> None:
    """The provider is elsewhere."""
    idp.update_identity_provider(
        UserPoolId=corp.pool_id, ProviderName=CORP, ProviderDetails={**corp.provider.details, **details}
    )


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("token_url", "Timeout occurred in calling IdP token endpoint"),
        ("jwks_uri", JWKS),
        ("attributes_url", "Read timed out"),
    ],
)
def test_a_provider_that_does_not_answer(corp: Federation, idp: Idp, silent: str, what: str, text: str) -> None:
    """Source: developer guide, "Authorize endpoint" (error examples)."""
    moved(corp, idp, **{what: silent})
    refused_with(corp, corp.sign_in(), "invalid_request", text)


@pytest.mark.parametrize(
    ("what", "text"),
    [("token_url", "Connection reset"), ("jwks_uri", JWKS), ("attributes_url", "Connection reset")],
)
def test_a_provider_that_is_away(corp: Federation, idp: Idp, what: str, text: str) -> None:
    moved(corp, idp, **{what: "http://127.0.0.1:9/"})
    refused_with(corp, corp.sign_in(), "invalid_request", text)


@pytest.mark.parametrize(("hops", "let_in"), [(20, True), (21, False)])
def test_redirects_are_followed(corp: Federation, hops: int, let_in: bool) -> None:
    """Source: developer guide, "Using OIDC identity providers with a user pool"."""
    keys = corp.provider.answer("/jwks")
    places = ["/jwks", *(f"/hop/{number}" for number in range(hops))]
    corp.provider.answers = {here: (302, there.encode()) for here, there in pairwise(places)}
    corp.provider.answers[places[-1]] = keys
    page = corp.sign_in()
    assert ("code" in page.query) == let_in
    if not let_in:
        assert page.query["error_description"] == JWKS


def test_requests_say_whose_they_are(corp: Federation) -> None:
    corp.sign_in()
    assert {request.headers["user-agent"] for request in corp.provider.asked} == {"Amazon/Cognito"}
