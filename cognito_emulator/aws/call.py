"""One call of one operation: everything an operation function may know about its request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from cognito_emulator.http_messages import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.store.interface import Reader, Transaction

__all__ = ["Answer", "Call", "HttpRequest", "HttpResponse", "Params"]

Params = dict[str, Any]
Answer = dict[str, Any]
T = TypeVar("T")


@dataclass(slots=True)
class Call:
    """A call under way.

    `region` and `account` are those of the caller's signature (or of the host, or of the configuration);
    `now` is the emulator's time at its beginning, in seconds; `signed` tells whether the call had a signature,
    `region_named` whether the caller named the region (by signature or host) or it is the configured one. `params`
    is what the operation was given (nothing, if the call did not come as an operation).
    """

    emulator: Emulator
    operation: str
    region: str
    account: str
    request_id: str
    now: float
    request: HttpRequest
    signed: bool = False
    access_key: str = ""
    region_named: bool = False
    params: Params = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        """Reads outside a transaction."""
        return self.emulator.store.reader

    def transact(self, step: Callable[[Transaction], T]) -> T:
        """Run `step` in one short transaction; it may be run again if it loses a race, so it must be pure."""
        return self.emulator.store.transact(step)
