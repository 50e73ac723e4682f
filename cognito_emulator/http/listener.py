"""The socket that the server listens on, and the address that clients use.

Granian would make the socket itself, with SO_REUSEPORT: a second emulator on the same port would start without a word
and get half of the connections. This one is exclusive, and is there before the first worker is.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from granian._granian import SocketHolder

BACKLOG = 1024


class CannotServe(Exception):
    """The server cannot start; the text says why, in one line."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 picks a free one. Raises CannotServe."""
    if not 0 <= port <= 65_535:  # getaddrinfo would cut it off
        raise CannotServe(f"cannot listen on port {port}: there are 0 to 65535")
    try:
        addresses = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # "localhost" has two addresses; clients that resolve it try the other one when IPv4 is refused, few vice versa.
        addresses.sort(key=lambda address: address[0] != socket.AF_INET)
        family, kind, protocol, _, address = addresses[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address[0] == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from None
    listener.setblocking(False)
    return listener


def holder(fd: int) -> Any:
    """The socket as granian's workers take it."""
    if sys.platform == "win32":
        return _SocketHolder(fd)
    if sys.platform.startswith(("linux", "freebsd")):
        return _SocketHolder(fd, False, BACKLOG)
    return _SocketHolder(fd, False)


_SocketHolder: Any = SocketHolder  # its stub knows no constructor


def url(host: str, listener: socket.socket, scheme: str) -> str:
    """The address for clients on this machine: one that is open to all is reached by its loopback address."""
    port = listener.getsockname()[1]
    name = _LOOPBACK.get(host, host)
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def wait_until_served(listener: socket.socket) -> None:
    """Return when a worker answers. The question is no HTTP, so that the application does not see it."""
    address = listener.getsockname()
    with socket.socket(listener.family, socket.SOCK_STREAM) as probe:
        probe.connect((_LOOPBACK.get(address[0], address[0]), *address[1:]))
        probe.sendall(b"?\r\n\r\n")
        probe.recv(1)


_LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


def _cannot_listen(host: str, port: int, error: OSError) -> CannotServe:
    name = f"[{host}]" if ":" in host else host
    return CannotServe(f"cannot listen on {name}:{port}: {error.strerror or error}")
