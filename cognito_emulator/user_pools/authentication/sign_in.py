"""A sign-in under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.aws.call import Answer, Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.records import AuthSession, Client, Pool, User

Json = dict[str, Any]
Write = Callable[[Transaction], None]


@dataclass(frozen=True)
class Finished:
    """The end of a sign-in: the answer, and what has to be written for it to be true."""

    answer: Answer
    keep: Write


Finish = Callable[["SignIn"], Finished]


@dataclass(slots=True)
class SignIn:
    """Who signs in where, and how far they are.

    `user` is None for one who does not exist but must not be told so. `passed` lists what was answered, in order.
    `writes` belong to the step under way: they are made together, when the step has succeeded.
    `memory` is what the flow keeps for itself from the first step to the last.
    `metadata` is what the functions of the step under way get as `clientMetadata`: the ClientMetadata of a challenge
    answer, nothing at the start of a sign-in. `validation_data` is what goes to functions that check who begins one.
    `entry_session` is the session string that a new sign-in came with.
    `next_challenge` is set by an answer that chooses what comes next; `available` is what the user may choose from.
    """

    call: Call
    pool: Pool
    client: Client
    user: User | None
    flow: str
    admin: bool
    passed: list[str] = field(default_factory=list)
    memory: Json = field(default_factory=dict)
    metadata: dict[str, str] | None = None
    validation_data: dict[str, str] | None = None
    session: AuthSession | None = None
    writes: list[Write] = field(default_factory=list)
    entry_session: str | None = None
    next_challenge: str | None = None
    available: list[str] = field(default_factory=list)
    finish: Finish | None = None

    @property
    def known_user(self) -> User:
        """The user of a sign-in that got past the first factor."""
        assert self.user is not None
        return self.user

    @property
    def state(self) -> Json:
        """What the challenge that is being answered kept for itself."""
        return self.session.state["challenge"] if self.session else {}


@dataclass(frozen=True)
class Question:
    """A challenge as it is posed: parameters for the client, and what is kept for checking the answer.

    `handle` stands in for the session string where the protocol has another carrier (SRP's secret block);
    such an answer has no `Session`, unless `with_session` has it repeat the handle. `alias` is a second name of the
    session, for clients that do not send it back.
    """

    parameters: dict[str, str]
    state: Json = field(default_factory=dict)
    handle: str | None = None
    with_session: bool = False
    alias: str | None = None
