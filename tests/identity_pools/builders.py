"""Identity pools, logins and roles with defaults for everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.builders import App, Idp, User, app, claims, confirmed_user, sign_in

ACCOUNT = "123456789012"
REGION = "us-east-1"
DEVELOPER = "login.example"


def role(name: str) -> str:
    """The ARN of a role of the account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


ROLES = {"authenticated": role("Authenticated"), "unauthenticated": role("Guest")}


def identity_pool(identity: Any, *, roles: dict[str, str] | None = ROLES, guests: bool = True, **settings: Any) -> str:
    """A new identity pool with roles; its id."""
    wanted = {"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": guests, **settings}
    pool_id = str(identity.create_identity_pool(**wanted)["IdentityPoolId"])
    if roles:
        identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles)
    return pool_id


def provider_name(app: App) -> str:
    return f"cognito-idp.{REGION}.amazonaws.com/{app.pool_id}"


def user_pool_provider(app: App, **settings: Any) -> dict[str, Any]:
    """A `CognitoIdentityProvider`."""
    return {"ProviderName": provider_name(app), "ClientId": app.client_id, **settings}


@dataclass(frozen=True)
class World:
    """An identity pool with a user pool, and a user of it."""

    pool_id: str
    app: App
    user: User

    @property
    def provider(self) -> str:
        return provider_name(self.app)

    def logins(self, idp: Idp, user: User | None = None) -> dict[str, str]:
        """`Logins` of a user who signs in now."""
        return {self.provider: sign_in(idp, user or self.user)["IdToken"]}


def world(idp: Idp, identity: Any, **settings: Any) -> World:
    """A pool that takes the users of a user pool."""
    made = app(idp)
    providers = [user_pool_provider(made, **settings.pop("provider", {}))]
    pool_id = identity_pool(identity, CognitoIdentityProviders=providers, **settings)
    return World(pool_id, made, confirmed_user(idp, made))


def subject(token: str) -> str:
    return str(claims(token)["sub"])
