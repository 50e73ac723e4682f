"""Work for other services that no request waits for."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Errands:
    """Runs what it is handed, one after the other, in a thread of its own. What fails is logged and lost."""

    def __init__(self, owner: object) -> None:
        self._waiting: queue.Queue[tuple[str, Callable[[], None]] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hand_over(self, what: str, run: Callable[[], None]) -> None:
        """Run something soon. `what` is what the log says of it: `… could not be delivered`."""
        self._waiting.put((what, run))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="cognito-emulator-errands", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Wait until everything that was handed over is done or lost."""
        self._waiting.join()

    def close(self) -> None:
        """Do what waits, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(5)

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            what, run = waiting
            try:
                run()
            except Exception as failure:
                logger.warning("%s could not be delivered: %s", what, failure)
            finally:
                self._waiting.task_done()
        self._waiting.task_done()
