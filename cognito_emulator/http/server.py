"""The production server: the WSGI application on granian, which reads and writes HTTP outside Python's lock.

One worker runs in this process, on the server that granian has for Python without that lock; it needs no such Python.
Granian's other server would fork: a second interpreter (half as much memory again), and a process that stays behind
when the first is killed. Several workers are processes; they share the socket, and their state in a database.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer
from granian.server.mp import MPServer
from granian.server.mt import MTServer

from cognito_emulator import __version__
from cognito_emulator.emulator import Emulator
from cognito_emulator.http import console, listener
from cognito_emulator.http.crew import Crew
from cognito_emulator.http.listener import CannotServe
from cognito_emulator.store import open_store

if TYPE_CHECKING:
    from cognito_emulator.config import Config

__all__ = ["GRACE_SECONDS", "CannotServe", "serve", "serve_asgi"]

GRACE_SECONDS = 5
"""How long requests under way may take to finish when the server is told to stop."""

IDLE_SECONDS = 300
"""How long an idle connection is kept: longer than clients keep theirs, so that it is they who close it."""

CONNECTIONS = 65_536
"""How many connections are held at the same time, idle ones too (granian calls it backpressure)."""


def serve(config: Config, exit_with_stdin: bool = False) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP. Raises CannotServe if that is not possible."""
    _check(config)
    with listener.bind(config.host, config.port) as sock:
        server = (_OneProcess if config.workers == 1 else _Processes)(config, sock, exit_with_stdin)
        console.set_up(config.log_format)
        _hear_every_signal()
        server.run()


def serve_asgi(application: Callable[..., Any], name: str, config: Config, exit_with_stdin: bool = False) -> None:
    """Serve another application, an ASGI one, in the same way, under a name. Raises CannotServe."""
    _check_tls(config)
    with listener.bind(config.host, config.port) as sock:
        server = _Asgi(application, name, config, sock, exit_with_stdin)
        console.set_up(config.log_format)
        _hear_every_signal()
        server.run()


def _check(config: Config) -> None:
    _check_tls(config)
    if config.workers < 1 or config.threads < 1:
        raise CannotServe("--workers and --threads are 1 or more")
    if config.workers > 1 and config.store == "memory:":
        raise CannotServe(
            f"--workers {config.workers} cannot share --store memory:, which is the memory of one process; "
            "use --store sqlite:///<path> or postgresql://…, or one worker"
        )
    if config.workers > 1 and config.with_moto:
        raise CannotServe("--with-moto works with one worker: moto's state is the memory of one process")
    if config.seed is not None and config.store != "memory:":
        raise CannotServe(
            f"--seed {config.seed} repeats ids, and --store keeps those of the last run; use --store memory:"
        )


def _check_tls(config: Config) -> None:
    certificate, key = config.tls_certificate, config.tls_key
    if not certificate and not key:
        return
    if not certificate or not key:
        raise CannotServe("--tls-certificate and --tls-key are given together, or not at all")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:  # SSLError is an OSError
        raise CannotServe(f"--tls-certificate {certificate} --tls-key {key}: {error}") from None


def _open(config: Config, address: str) -> Emulator:
    try:
        store = open_store(config.store)
    except Exception as error:
        raise CannotServe(f"--store: {error}") from error
    try:
        emulator = Emulator(config, store=store)
    except ValueError as error:
        raise CannotServe(f"--function: {error}") from error
    emulator.functions.endpoint_url = address
    emulator.functions.all_of_aws = config.with_moto
    if config.with_moto:
        _start_moto(emulator)
    return emulator


def _start_moto(emulator: Emulator) -> None:
    from cognito_emulator.http.rest_of_aws import MotoIsMissing, RestOfAws

    try:
        emulator.part(RestOfAws)
    except MotoIsMissing as error:
        raise CannotServe(str(error)) from None


class _Server(AbstractServer[Any]):
    """What both servers share: the socket that they are given, the line that they print, the signals that stop them."""

    _ssp: Any
    _shd: Any
    _sfd: Any

    name = "cognito-emulator"
    kind = Interfaces.WSGI

    def __init__(self, config: Config, sock: socket.socket, exit_with_stdin: bool) -> None:
        super().__init__(
            self.name,
            address=config.host,
            port=sock.getsockname()[1],
            interface=self.kind,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000),
            websockets=False,
            workers=config.workers,
            blocking_threads=config.threads,
            runtime_mode=RuntimeModes.mt,
            runtime_threads=1,
            backlog=listener.BACKLOG,
            backpressure=CONNECTIONS,
            ssl_cert=Path(config.tls_certificate) if config.tls_certificate else None,
            ssl_key=Path(config.tls_key) if config.tls_key else None,
            ssl_protocol_min=SSLProtocols.tls12,
            respawn_failed_workers=True,
            workers_kill_timeout=GRACE_SECONDS,
            log_level=LogLevels.error,
            # Granian's own handlers write to standard output; its records go where all others go.
            log_dictconfig={"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}},
        )
        self._config = config
        self._socket = sock
        self._address = listener.url(config.host, sock, "https" if config.tls_certificate else "http")
        self._exit_with_stdin = exit_with_stdin

    def run(self) -> None:
        """Serve until told to stop."""
        raise NotImplementedError

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._sfd = self._worker_fd()
        self._shd = listener.holder(self._sfd)

    def _worker_fd(self) -> int:
        raise NotImplementedError

    def _drop_shared_socket(self) -> None:
        self._socket.close()

    def _spawn_workers(self, *arguments: Any) -> None:
        super()._spawn_workers(*arguments)  # type: ignore[no-untyped-call]
        _in_background(self._announce)
        if self._exit_with_stdin:
            _in_background(self._stop_at_end_of_input)

    def _announce(self) -> None:
        listener.wait_until_served(self._socket)
        print(f"{self.name} {__version__} listening on {self._address}", flush=True)

    def _stop_at_end_of_input(self) -> None:
        while os.read(0, 4096):
            pass
        self.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def signal_handler_reload(self, *_: Any) -> None:
        self.signal_handler_interrupt()  # type: ignore[no-untyped-call]


class _OneProcess(_Server, MTServer):
    """One worker, in a thread of this process."""

    def run(self) -> None:
        emulator = _open(self._config, self._address)
        try:
            crew = Crew(emulator.wsgi_app)
            AbstractServer.serve(self, target_loader=lambda: crew, wrap_loader=False)
        finally:
            emulator.close()

    def _worker_fd(self) -> int:
        return self._socket.dup().detach()  # a worker closes what it was given

    def _check_gil(self) -> None:
        pass

    def _stop_workers(self) -> None:
        # A thread cannot be killed when its time is over; the process can.
        self.workers_kill_timeout = None
        _in_background(partial(_exit_after, GRACE_SECONDS))
        super()._stop_workers()  # type: ignore[no-untyped-call]


class _Asgi(_OneProcess):
    """An ASGI application in a thread of this process, on an event loop of its own."""

    kind = Interfaces.ASGI

    def __init__(
        self, application: Callable[..., Any], name: str, config: Config, sock: socket.socket, exit_with_stdin: bool
    ) -> None:
        self.name = name
        super().__init__(config.with_(threads=1), sock, exit_with_stdin)
        self._application = application

    def run(self) -> None:
        AbstractServer.serve(self, target_loader=lambda: self._application, wrap_loader=False)


class _Processes(_Server, MPServer):
    """Several workers, each a process."""

    _sso: Any

    def _worker_fd(self) -> int:
        self._sso = self._socket  # makes its number valid in processes that are not forks
        return self._socket.fileno()

    def run(self) -> None:
        _open(self._config, self._address).close()  # what is wrong with an option is said once, here
        self.serve(target_loader=partial(_application, self._config, self._address), wrap_loader=False)


def _application(config: Config, address: str) -> Crew:
    """The application of a worker process. It ends with its parent, and only by its parent's word."""
    if sys.platform != "win32":
        os.setpgrp()  # Ctrl-C is for the parent, which lets the workers finish
    _hear_every_signal()
    _in_background(_stop_with_parent)
    console.set_up(config.log_format)
    emulator = _open(config, address)
    multiprocessing.util.Finalize(None, emulator.close, exitpriority=0)
    return Crew(emulator.wsgi_app)


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        _exit_after(GRACE_SECONDS)


def _hear_every_signal() -> None:
    """Deliver the first signal a second time.

    Python runs signal handlers between two instructions of the main thread. One that comes just before that thread
    begins to wait would be handled when the next one comes: seen in 1 of 250 starts that were stopped at once.
    """
    if sys.platform == "win32":
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    main_thread = threading.get_ident()

    def repeat() -> None:
        number = os.read(reader, 1)[0]
        time.sleep(0.05)
        signal.pthread_kill(main_thread, number)

    _in_background(repeat)


def _exit_after(seconds: float) -> None:
    time.sleep(seconds)
    os._exit(0)


def _in_background(task: Callable[[], None]) -> None:
    threading.Thread(target=task, daemon=True).start()
