"""The outbox: every message that the emulator sent, with its code as data."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_emulator.clock import iso
from cognito_emulator.store.interface import Index, Page, Table, Transaction

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

KEPT = 10_000
_POLL = 0.1


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail or text message.

    `medium` is `EMAIL` or `SMS`; `code` the code or temporary password in it; `purpose` the Lambda trigger
    source that stands for it (`CustomMessage_SignUp`, …); `created` seconds since the epoch. `number` orders
    messages.
    """

    id: str
    number: int
    medium: str
    destination: str
    subject: str
    body: str
    code: str
    purpose: str
    user_pool_id: str
    username: str
    created: float

    def as_json(self) -> dict[str, Any]:
        """The message as the control API shows it."""
        return {
            "id": self.id,
            "medium": self.medium,
            "destination": self.destination,
            "subject": self.subject,
            "body": self.body,
            "code": self.code,
            "purpose": self.purpose,
            "userPoolId": self.user_pool_id,
            "username": self.username,
            "createdAt": iso(self.created),
        }


MESSAGES = Table(
    "messages",
    Message,
    lambda message: (message.number, message.id),
    (
        Index("destination", lambda m: (m.destination.casefold(), m.number)),
        Index("user", lambda m: (m.user_pool_id, m.username, m.number)),
    ),
)


class Outbox:
    """Messages of one emulator, oldest first. The newest ten thousand are kept."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._arrived = threading.Condition()
        self._last_number = 0

    def add(self, **fields: Any) -> Message:
        """Keep a message and wake who waits for it."""
        emulator = self._emulator
        message = Message(
            id=emulator.randomness.uuid(), number=self._next_number(), created=emulator.clock.now(), **fields
        )

        def step(tx: Transaction) -> None:
            tx.insert(MESSAGES, message)
            if message.number % 64 == 0 and tx.count(MESSAGES, None, ()) > KEPT:
                for old in tx.page(MESSAGES, None, (), limit=128).records:
                    tx.delete(MESSAGES, old.number, old.id)

        emulator.store.transact(step)
        with self._arrived:
            self._arrived.notify_all()
        return message

    def find(
        self, *, user_pool_id: str | None = None, username: str | None = None, destination: str | None = None
    ) -> list[Message]:
        """Messages to a destination, to a user or of a pool (all that are given must fit)."""
        return [
            message
            for message in self._candidates(user_pool_id, username, destination)
            if (user_pool_id is None or message.user_pool_id == user_pool_id)
            and (username is None or message.username == username)
            and (destination is None or message.destination.casefold() == destination.casefold())
        ]

    def wait(
        self,
        *,
        user_pool_id: str | None = None,
        username: str | None = None,
        destination: str | None = None,
        after: Message | None = None,
        timeout: float = 5.0,
    ) -> Message:
        """The newest message that fits, waiting up to `timeout` seconds for one.

        With `after` only messages newer than that one count. Raises `TimeoutError`.
        """
        deadline = time.monotonic() + timeout
        while True:
            found = self.find(user_pool_id=user_pool_id, username=username, destination=destination)
            if found and (after is None or found[-1].number > after.number):
                return found[-1]
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no message to {destination or username or user_pool_id or 'anyone'}")
            with self._arrived:
                # Another process may write to the same store: look again now and then.
                self._arrived.wait(min(left, _POLL))

    def clear(
        self, *, user_pool_id: str | None = None, username: str | None = None, destination: str | None = None
    ) -> None:
        """Drop the messages to a destination, to a user or of a pool; without any of those, all."""
        gone = self.find(user_pool_id=user_pool_id, username=username, destination=destination)

        def step(tx: Transaction) -> None:
            for message in gone:
                tx.delete(MESSAGES, message.number, message.id)

        self._emulator.store.transact(step)

    def _candidates(self, pool_id: str | None, username: str | None, destination: str | None) -> list[Message]:
        reader = self._emulator.store.reader
        page: Page[Message]
        if destination is not None:
            page = reader.page(MESSAGES, "destination", (destination.casefold(),))
        elif pool_id is not None and username is not None:
            page = reader.page(MESSAGES, "user", (pool_id, username))
        elif pool_id is not None:
            page = reader.page(MESSAGES, "user", (pool_id,))
        else:
            page = reader.page(MESSAGES, None, ())
        return sorted(page.records, key=lambda message: message.number)

    def _next_number(self) -> int:
        """Microseconds of system time, never the same twice: the emulator's clock may run backwards."""
        with self._arrived:
            self._last_number = max(self._last_number + 1, time.time_ns() // 1000)
            return self._last_number
