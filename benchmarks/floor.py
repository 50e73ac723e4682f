"""The floor of a sign-in, served: an HTTP exchange, a password check and two RSA signatures, and nothing else.

No emulator in Python can do more sign-ins than this on the same machine.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import world
from benchmarks.load import load
from benchmarks.peers import OURS, PEERS, ROOT, running

ANSWER = b"x" * 3600
"""As long as the answer to a sign-in."""


class Floor:
    """A WSGI application."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        self._key = generate_private_key(65537, 2048)
        self._salt = os.urandom(16)
        self._hash = self._hashed(world.PASSWORD)

    def _hashed(self, password: str) -> bytes:
        from cognito_emulator.user_pools.credentials import passwords

        return hashlib.pbkdf2_hmac("sha256", password.encode(), self._salt, passwords.ITERATIONS)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        environ["wsgi.input"].read()
        assert self._hashed(world.PASSWORD) == self._hash
        for _ in range(2):
            self._key.sign(b"x" * 700, PKCS1v15(), SHA256())
        start_response("200 OK", [("Content-Length", str(len(ANSWER)))])
        return [ANSWER]


def __getattr__(name: str) -> Floor:
    """`application`, made where it is served."""
    if name == "application":
        return Floor()
    raise AttributeError(name)


def rate(connections: int, seconds: float) -> float:
    """Sign-ins per second that are nothing but their floor."""
    ours = next(peer for peer in PEERS if peer.name == OURS)

    def command(home: Path, port: int) -> list[str]:
        return [
            str(home / "bin" / "python"),
            "-m",
            "granian",
            "--interface=wsgi",
            f"--port={port}",
            "--blocking-threads=2",
            "--no-ws",
            "benchmarks.floor:application",
        ]

    with running(replace(ours, command=command, environment=lambda port: {"PYTHONPATH": str(ROOT)}), request) as server:
        return max(load(server.url, request(server.url), connections, seconds).rate for _ in range(3))


def request(url: str) -> bytes:
    """A request as long as that of a sign-in."""
    parameters = {"USERNAME": world.name(0), "PASSWORD": world.PASSWORD}
    return world.request(
        url, "InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "a" * 26, "AuthParameters": parameters}
    )
