"""The emulator: the one object on which all state hangs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from cognito_emulator.aws.errors import ignored_setting
from cognito_emulator.aws.pagination import PageTokens
from cognito_emulator.clock import Clock, SharedClock
from cognito_emulator.config import Config
from cognito_emulator.randomness import KeySupply, Randomness
from cognito_emulator.settings import Settings
from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store

if TYPE_CHECKING:
    from cognito_emulator.http.app import Application
    from cognito_emulator.outside.functions import Functions, Given
    from cognito_emulator.user_pools.messages.outbox import Outbox
    from cognito_emulator.user_pools.risk.evaluation import RiskDecisions

logger = logging.getLogger(__name__)
P = TypeVar("P")


class Emulator:
    """An Amazon Cognito of its own: configuration, clock, randomness and store.

    Options may be given as a `Config` or by name (`Emulator(region="eu-west-1")`). Clock, randomness, store (an
    object, or its URL) and key supply can be injected. Two emulators in one process never see each other.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        store: Store | str | None = None,
        key_supply: KeySupply | None = None,
        functions: Given | None = None,
        **options: Any,
    ) -> None:
        if isinstance(store, str):
            options["store"], store = store, None
        self.config = (config or Config()).with_(**options)
        self.randomness = randomness or Randomness(self.config.seed)
        self.store = store or open_store(self.config.store)
        self.settings = Settings(self.store)
        self.clock = clock or self._own_clock()
        self.key_supply = key_supply or KeySupply()
        self._given_functions: Given = functions or {}
        if self._given_functions or self.config.function:
            _ = self.functions  # says at once what is wrong with them
        self._parts: dict[Callable[[Emulator], Any], Any] = {}
        self._parts_lock = threading.RLock()
        self._ignored: dict[str, set[str]] = {}

    def _own_clock(self) -> Clock:
        if not self.store.shared:
            return Clock()
        return SharedClock(
            lambda: float(self.settings.get("clock offset") or 0.0),
            lambda to: self.settings.change("clock offset", lambda offset: to(float(offset or 0.0))),
        )

    def part(self, kind: Callable[[Emulator], P]) -> P:
        """The one `kind(self)` of this emulator, made on first use: caches and helpers of a service live there."""
        part = self._parts.get(kind)
        if part is None:
            with self._parts_lock:
                part = self._parts.get(kind)
                if part is None:
                    part = self._parts[kind] = kind(self)
        return part

    @cached_property
    def functions(self) -> Functions:
        """The Lambda functions that triggers call."""
        from cognito_emulator.outside.functions import Functions, functions_of

        given = {**functions_of(self.config.function), **self._given_functions}
        return Functions(given, new_id=self.randomness.uuid)

    @cached_property
    def wsgi_app(self) -> Application:
        """The WSGI application over this emulator: every endpoint there is."""
        from cognito_emulator.http.app import Application

        return Application(self)

    @property
    def messages(self) -> Outbox:
        """E-mails and text messages that the emulator sent."""
        from cognito_emulator.user_pools.messages.outbox import Outbox

        return self.part(Outbox)

    @property
    def risk(self) -> RiskDecisions:
        """Decides, in place of the rules, how risky attempts to sign in are."""
        from cognito_emulator.user_pools.risk.evaluation import RiskDecisions

        return self.part(RiskDecisions)

    @property
    def page_tokens(self) -> PageTokens:
        """Tokens of pages. Their secret is asked for each time: another process may have reset the store."""
        secret = self.settings.get_or_make("page token secret", lambda: self.randomness.bytes(32).hex())
        return PageTokens(bytes.fromhex(secret))

    def note_ignored(self, operation: str, setting: str) -> None:
        """Remember (and log, once) that a setting was stored although nothing acts on it yet.

        Raises an error that says so under `--strict`.
        """
        if self.config.strict:
            raise ignored_setting(operation, setting)
        settings = self._ignored.setdefault(operation, set())
        if setting not in settings:
            settings.add(setting)
            logger.warning("%s: %s is stored, but nothing acts on it yet", operation, setting)

    @property
    def ignored(self) -> dict[str, list[str]]:
        """Settings that were stored without effect, by operation."""
        return {operation: sorted(settings) for operation, settings in self._ignored.items()}

    def reset(self) -> None:
        """Drop all state; the clock goes back to system time."""
        self.store.clear()
        self.clock.set(None)
        self._ignored.clear()
        with self._parts_lock:
            parts, self._parts = self._parts, {}
        for part in parts.values():
            getattr(part, "close", lambda: None)()

    def close(self) -> None:
        """Give back what the emulator holds: files, connections, keys."""
        with self._parts_lock:
            parts, self._parts = self._parts, {}
        for part in parts.values():
            getattr(part, "close", lambda: None)()
        if "functions" in self.__dict__:
            self.functions.close()
        self.store.close()
