"""Feedback on events from who has the notification, by the API or by a link in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.risk import configuration, events

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

USER = "User"


def checked_user(reader: Reader, pool: Pool, username: str, event_id: str, token: str) -> User:
    """The user whom a feedback token speaks for. Raises `NotAuthorizedException` for a wrong one."""
    configuration.require_enabled(pool)
    user = repository.user_for_admin(reader, pool, username)
    events.check_feedback_token(pool, user, event_id, token)
    return user


def by_link(emulator: Emulator, pool_id: str, username: str, event_id: str, token: str, value: str) -> None:
    """Take the feedback of a link in a notification."""
    pool = repository.pool_by_id(emulator.store.reader, pool_id)
    if pool is None:
        raise errors.user_pool_does_not_exist(pool_id)
    user = checked_user(emulator.store.reader, pool, username, event_id, token)
    now = emulator.clock.now()

    def step(tx: Transaction) -> None:
        events.give_feedback(tx, user, event_id, value, USER, now)

    emulator.store.transact(step)
