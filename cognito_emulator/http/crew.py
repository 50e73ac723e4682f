"""Few threads while requests are quick, all of them as soon as one has to wait.

What the interpreter's lock costs grows with the threads that want it: with a thread for each of eight connections, a
third of a quick request's time went into handing the lock over. But threads are needed where requests wait: for a
function that calls the emulator back, for another server, for a long poll. So threads that are superfluous rest after
an answer, and come back as soon as a request takes long, or when there is nothing left to do.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cognito_emulator.http.app import read_request

if TYPE_CHECKING:
    from cognito_emulator.http.app import Application

__all__ = ["Crew"]

TICK_SECONDS = 0.02
"""How often it is looked how requests go, as long as somebody rests. One that takes longer is one that waits."""

MANY_ANSWERS = 8
"""So many answers in that time, and requests do not wait: one that hangs back is only made up for."""

CALM_SECONDS = 1.0
"""How long all threads stay after a request that waited."""

IDLE_SECONDS = 0.25
"""How long there is no request until those who rest come back."""


def threads_at_work() -> int:
    """How many threads are worth having while none waits: one computes, the others make signatures."""
    return 2 if (os.cpu_count() or 1) < 3 else 3


class Crew:
    """Our application for a server with a pool of threads, which it must have call `close` on answers (PEP 3333)."""

    def __init__(self, application: Application, at_work: int | None = None) -> None:
        self._application = application
        self._at_work = at_work or threads_at_work()
        self._begun: dict[int, float] = {}
        self._active: set[int] = set()  # threads that answered since it was looked last
        self._answers = 0  # roughly: threads count without a lock
        self._surplus = 0
        self._resting: list[threading.Lock] = []
        self._some_rest = threading.Event()
        self._stay_until = 0.0
        self._watch: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def resting(self) -> int:
        """How many threads rest."""
        return len(self._resting)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = read_request(environ)  # a slow upload keeps its thread, but is nobody's work
        me = threading.get_ident()
        self._begun[me] = time.monotonic()
        try:
            answer = self._application.respond(request, start_response)
        finally:
            self._begun.pop(me, None)
        self._active.add(me)
        self._answers += 1
        return _Last(answer, self._rest) if self._is_superfluous() else answer

    def _is_superfluous(self) -> bool:
        """Whether enough others are in the middle of a request, or it was seen that too many take turns."""
        # Of two that finish at once both may miss the other one here: then too few rest, never too many.
        if len(self._begun) < self._at_work and self._surplus <= 0:
            return False
        with self._lock:
            if time.monotonic() < self._stay_until:
                return False
            if len(self._begun) < self._at_work:
                if self._surplus <= 0:
                    return False
                self._surplus -= 1
            return True

    def _rest(self) -> None:
        rest = threading.Lock()
        rest.acquire()
        with self._lock:
            self._active.discard(threading.get_ident())
            self._resting.append(rest)
            self._some_rest.set()
            if self._watch is None:
                self._watch = threading.Thread(target=self._look_after, name="crew", daemon=True)
                self._watch.start()
        rest.acquire()

    def _look_after(self) -> None:
        last_answer = 0.0
        while self._some_rest.wait():
            answers = self._answers
            time.sleep(TICK_SECONDS)
            now = time.monotonic()
            answers = self._answers - answers
            slow = [thread for thread, then in list(self._begun.items()) if now - then > TICK_SECONDS]
            for thread in slow:
                self._begun.pop(thread, None)  # who waits is not at work
            if answers:
                last_answer = now
            if slow and answers < MANY_ANSWERS:
                self._stay_until = now + CALM_SECONDS
            if now < self._stay_until or now - last_answer > IDLE_SECONDS:
                self._call()
            else:
                self._call(len(slow))
                self._count()

    def _count(self) -> None:
        """See how many too many take turns."""
        with self._lock:
            active, self._active = self._active, set()
            self._surplus = len(active) - self._at_work

    def _call(self, number: int | None = None) -> None:
        """Bring back so many of those who rest, or all."""
        with self._lock:
            called = self._resting[:number]
            del self._resting[: len(called)]
            if not self._resting:
                self._some_rest.clear()
                self._surplus = 0
                self._active.clear()
        for rest in called:
            rest.release()


class _Last:
    """An answer after which its thread does something else: servers close what they have sent."""

    def __init__(self, answer: Iterable[bytes], then: Callable[[], None]) -> None:
        self._answer = answer
        self.close = then

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)
