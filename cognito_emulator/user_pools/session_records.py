"""The records of user sessions: what a user is signed in with, where the pool keeps track of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.store.interface import Index, Table
from cognito_emulator.user_pools.records import Json, milliseconds

TOKEN, SSO = "TOKEN", "SSO"


@dataclass(frozen=True, slots=True)
class UserSession:
    """A session that is tracked: of tokens (`tkn…`), or of a browser that is signed in at the pool's domain (`sso…`).

    `origin_jti` names the sign-in of a token session, `origin_id` the SSO session that it came through. `device` and
    `ip` are those of the last activity.
    """

    id: str
    pool_id: str
    user_key: str
    client_id: str
    created: float
    last_active: float
    expires: float
    device: str
    ip: str
    origin_jti: str = ""
    origin_id: str = ""

    @property
    def type(self) -> str:
        return SSO if self.id.startswith("sso") else TOKEN


@dataclass(frozen=True, slots=True)
class SessionConfiguration:
    """The session configuration of a pool (`client_id` is empty) or of one client, as it was set."""

    pool_id: str
    client_id: str
    settings: Json


USER_SESSIONS = Table(
    "user_sessions",
    UserSession,
    lambda session: (session.pool_id, session.user_key, session.id),
    (
        Index(
            "recent",
            lambda session: (
                session.pool_id,
                session.user_key,
                session.type,
                milliseconds(session.last_active),
                session.id,
            ),
        ),
        Index("expires", lambda session: (milliseconds(session.expires),)),
    ),
)
SESSION_CONFIGURATIONS = Table(
    "session_configurations",
    SessionConfiguration,
    lambda configuration: (configuration.pool_id, configuration.client_id),
)

OF_USERS: tuple[Table[Any], ...] = (USER_SESSIONS,)
TABLES: tuple[Table[Any], ...] = (*OF_USERS, SESSION_CONFIGURATIONS)
