"""A pool whose users come from an OpenID Connect provider of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp
from tests.oauth.browser import Browser, Page, parameters
from tests.oauth.conftest import Relying, relying
from tests.oauth.federation.provider import Provider, running

CORP = "Corp"


@pytest.fixture
def provider(key_supply: KeySupply) -> Iterator[Provider]:
    key = key_supply.take()
    with running(key) as provider:
        yield provider
    key_supply.recycle([key])


@dataclass
class Federation:
    """An app, and the provider that its users come from."""

    app: Relying
    provider: Provider
    name: str = CORP
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.browser()

    @property
    def pool_id(self) -> str:
        return self.app.app.pool_id

    def leave(self, **changes: str | None) -> dict[str, str]:
        """The parameters with which the browser arrives at the provider."""
        page = self.app.authorize(self.browser, **{"identity_provider": self.name, **changes})
        assert page.status == 302, page.html
        assert page.location.startswith(f"{self.provider.url}/authorize?"), page.location
        return {name: values[0] for name, values in parameters(page.location).items()}

    def says(self, asked: dict[str, str], subject: str = "10158", **claims: Any) -> None:
        """What the provider will say of the person."""
        now = int(self.app.emulator.clock.now())
        basic = {"iss": self.provider.url, "aud": "an-id", "sub": subject, "iat": now, "exp": now + 600}
        nonce = {"nonce": asked["nonce"]} if "nonce" in asked else {}
        self.provider.claims = {**basic, **nonce, **claims}

    def come_back(self, asked: dict[str, str], **changes: str) -> Page:
        given = {"code": "their-code", "state": asked["state"], **changes}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return self.browser.get(f"/oauth2/idpresponse?{query}")

    def sign_in(self, subject: str = "10158", **claims: Any) -> Page:
        """All the way; the redirect to the app."""
        asked = self.leave()
        self.says(asked, subject, **claims)
        return self.come_back(asked)

    def tokens(self, subject: str = "10158", **claims: Any) -> dict[str, Any]:
        page = self.sign_in(subject, **claims)
        assert "code" in page.query, page.location
        found: dict[str, Any] = self.app.exchange(page.query["code"]).json
        return found


def federation(
    idp: Idp,
    emulator: Emulator,
    provider: Provider,
    mapping: dict[str, str] | None = None,
    client: dict[str, Any] | None = None,
    supported: list[str] | None = None,
    **settings: Any,
) -> Federation:
    from tests.builders import pool

    pool_id = pool(idp, **settings)
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName=CORP,
        ProviderType="OIDC",
        ProviderDetails=provider.details,
        AttributeMapping=mapping or {"email": "email", "name": "name"},
        IdpIdentifiers=["corp.example.com"],
    )
    wanted = {"SupportedIdentityProviders": supported or [CORP, "COGNITO"], **(client or {})}
    return Federation(relying(idp, emulator, client=wanted, pool_id=pool_id), provider)


@pytest.fixture
def corp(idp: Idp, emulator: Emulator, provider: Provider) -> Federation:
    """A pool with the provider Corp."""
    return federation(idp, emulator, provider)
