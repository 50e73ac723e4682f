"""Pools, clients and users with defaults for everything, so that a test names only what it is about."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_emulator.emulator import Emulator
from cognito_emulator.tables import all_tables

Idp = Any
PASSWORD = "Correct-Horse-1"
OTHER_PASSWORD = "Battery-Staple-2"
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
ALL_FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_CUSTOM_AUTH",
]


@contextmanager
def refused(type: str, text: str | None) -> Iterator[None]:
    """The block ends with exactly that error of the service."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert (error["Code"], error.get("Message")) == (type, text)


def everything_in(emulator: Emulator, *, but: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    """Every record of every table, save those of the tables named: what a refused request must not change."""
    reader = emulator.store.reader
    return {table.name: reader.page(table, None, ()).records for table in all_tables() if table.name not in but}


def attributes(**values: str) -> list[dict[str, str]]:
    """Attributes as requests list them; `custom__x` stands for `custom:x`."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()]


def as_dict(listed: list[dict[str, str]]) -> dict[str, str]:
    """Attributes as answers list them, by name."""
    return {attribute["Name"]: attribute["Value"] for attribute in listed}


@dataclass(frozen=True)
class App:
    """A user pool with an app client that allows every flow."""

    pool_id: str
    client_id: str
    secret: str | None = None

    def hash(self, username: str) -> dict[str, str]:
        """`SecretHash`, if the client has a secret."""
        if self.secret is None:
            return {}
        return {"SecretHash": secret_hash(self.client_id, self.secret, username)}


@dataclass(frozen=True)
class User:
    """A user who can sign in."""

    app: App
    username: str
    password: str = PASSWORD
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> dict[str, str]:
        """How Admin operations name the user."""
        return {"UserPoolId": self.app.pool_id, "Username": self.username}


def pool(idp: Idp, **settings: Any) -> str:
    """A new user pool; its id."""
    created = idp.create_user_pool(**{"PoolName": "pool", **settings})
    return str(created["UserPool"]["Id"])


def app_client(idp: Idp, pool_id: str, **settings: Any) -> str:
    """A new app client with every flow; its id."""
    wanted = {"ClientName": "client", "ExplicitAuthFlows": ALL_FLOWS, **settings}
    created = idp.create_user_pool_client(UserPoolId=pool_id, **wanted)
    return str(created["UserPoolClient"]["ClientId"])


def app(idp: Idp, client: dict[str, Any] | None = None, **pool_settings: Any) -> App:
    """A new pool with an app client."""
    pool_id = pool(idp, **pool_settings)
    wanted = {"ClientName": "client", "ExplicitAuthFlows": ALL_FLOWS, **(client or {})}
    created = idp.create_user_pool_client(UserPoolId=pool_id, **wanted)["UserPoolClient"]
    return App(pool_id, created["ClientId"], created.get("ClientSecret"))


def hiding(idp: Idp, client: dict[str, Any] | None = None, **pool_settings: Any) -> App:
    """As `app`, with a client that does not tell whether a user exists."""
    return app(idp, {"PreventUserExistenceErrors": "ENABLED", **(client or {})}, **pool_settings)


def confirmed_user(idp: Idp, app: App, username: str = "alice", password: str = PASSWORD, **given: str) -> User:
    """A confirmed user with a password."""
    idp.admin_create_user(
        UserPoolId=app.pool_id, Username=username, MessageAction="SUPPRESS", UserAttributes=attributes(**given)
    )
    idp.admin_set_user_password(UserPoolId=app.pool_id, Username=username, Password=password, Permanent=True)
    return User(app, username, password, given)


def unconfirmed_user(idp: Idp, app: App, username: str = "alice", password: str = PASSWORD, **given: str) -> User:
    """A user who signed up."""
    idp.sign_up(
        ClientId=app.client_id,
        Username=username,
        Password=password,
        UserAttributes=attributes(**given),
        **app.hash(username),
    )
    return User(app, username, password, given)


def invited_user(idp: Idp, app: App, username: str = "alice", password: str = "Temporary-1", **given: str) -> User:
    """A user with a temporary password."""
    idp.admin_create_user(
        UserPoolId=app.pool_id,
        Username=username,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(**given),
    )
    return User(app, username, password, given)


def begin(idp: Idp, user: User, flow: str = "USER_PASSWORD_AUTH", **parameters: str) -> dict[str, Any]:
    """The answer of InitiateAuth with a password."""
    sent = {"USERNAME": user.username, "PASSWORD": user.password, **parameters}
    if user.app.secret is not None:
        sent.setdefault("SECRET_HASH", secret_hash(user.app.client_id, user.app.secret, sent["USERNAME"]))
    answer: dict[str, Any] = idp.initiate_auth(ClientId=user.app.client_id, AuthFlow=flow, AuthParameters=sent)
    return answer


def sign_in(idp: Idp, user: User, **parameters: str) -> dict[str, Any]:
    """The tokens of a sign-in with a password."""
    result: dict[str, Any] = begin(idp, user, **parameters)["AuthenticationResult"]
    return result


def refresh(idp: Idp, app: App, token: str, **parameters: str) -> dict[str, Any]:
    """The tokens of a refresh."""
    answer = idp.initiate_auth(
        ClientId=app.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token, **parameters},
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def secret_hash(client_id: str, secret: str, username: str) -> str:
    """SECRET_HASH as the developer guide defines it."""
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def claims(token: str) -> dict[str, Any]:
    """The claims of a JWT."""
    return _part(token, 1)


def header(token: str) -> dict[str, Any]:
    """The header of a JWT."""
    return _part(token, 0)


def _part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return decoded
