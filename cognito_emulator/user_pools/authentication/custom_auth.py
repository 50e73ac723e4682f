"""CUSTOM_AUTH: the pool's functions decide what is asked, and when it is enough.

What the flow remembers (`SignIn.memory`): `name`, as the user typed it; `history`, the challenges so far as the
functions see them; `noted`, how many of the passed challenges are in it; `srp_a`, where the sign-in began with SRP.
Sources: reference auth-flows.md §9, lambda-triggers.md §4.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication import sessions, standing
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.triggers import custom_auth as triggers
from cognito_emulator.user_pools.triggers.events import Origin, Subject

NAME = "CUSTOM_AUTH"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
Parameters = dict[str, str]


def check(parameters: Parameters) -> None:
    """A sign-in that begins with SRP has to bring the client's public value."""
    if parameters.get("CHALLENGE_NAME") == "SRP_A":
        if not parameters.get("SRP_A"):
            raise errors.missing_parameter("SRP_A")
        parse_srp_a(parameters["SRP_A"])


def start(sign_in: SignIn, parameters: Parameters) -> tuple[str, Parameters] | None:
    """Look at the user; what comes first is the define function's decision, as everything after it."""
    if sign_in.user is None and not sign_in.client.hides_unknown_users:
        raise errors.user_does_not_exist()
    if sign_in.user is not None:
        standing.check_before_password(sign_in.client, sign_in.user)
    sign_in.memory = {**sign_in.memory, "name": parameters["USERNAME"], "history": [], "noted": 0}
    if parameters.get("CHALLENGE_NAME") == "SRP_A":
        sign_in.memory["srp_a"] = parameters["SRP_A"]
        note(sign_in, "SRP_A", True, None)
    return None


def has_policy(sign_in: SignIn) -> bool:
    """Without a password nothing is added to what the functions ask: no MFA, and no new password to be set."""
    return PASSWORD_VERIFIER in sign_in.passed


def follow(sign_in: SignIn, parameters: Parameters) -> tuple[str, Parameters] | None:
    """Ask the define function what comes next; None means tokens."""
    _note_passed(sign_in)
    with losing_session(sign_in):
        decision = triggers.define(sign_in.call, sign_in.pool, origin(sign_in), subject(sign_in), history(sign_in))
        if decision.fail or (decision.issue_tokens and sign_in.user is None):
            raise errors.incorrect_username_or_password()
        if decision.issue_tokens:
            _check_may_have_tokens(sign_in)
            return None
        if decision.challenge == CUSTOM_CHALLENGE:
            return CUSTOM_CHALLENGE, {}
        srp_a = sign_in.memory.get("srp_a")
        if decision.challenge == PASSWORD_VERIFIER and srp_a and PASSWORD_VERIFIER not in sign_in.passed:
            return PASSWORD_VERIFIER, {"USERNAME": sign_in.memory["name"], "SRP_A": srp_a}
        raise errors.unrecognizable_function_output()


def history(sign_in: SignIn) -> list[dict[str, Any]]:
    """The challenges so far, oldest first."""
    entries: list[dict[str, Any]] = sign_in.memory["history"]
    return entries


def note(sign_in: SignIn, challenge: str, right: bool, metadata: str | None) -> None:
    """Add a challenge that was answered to the history."""
    entry = {"challengeName": challenge, "challengeResult": right, "challengeMetadata": metadata}
    sign_in.memory = {**sign_in.memory, "history": [*sign_in.memory["history"], entry]}


def origin(sign_in: SignIn) -> Origin:
    return Origin(sign_in.client.id, sign_in.metadata)


def subject(sign_in: SignIn) -> Subject:
    return Subject.of(sign_in.client, sign_in.user, sign_in.memory["name"])


@contextmanager
def losing_session(sign_in: SignIn) -> Iterator[None]:
    """A function that fails, or refuses, takes the session with it.

    Source: aws-samples/amazon-cognito-passwordless-email-auth#17 (`Invalid session for the user.` on the next try).
    """
    try:
        yield
    except Exception:
        session = sign_in.session
        if session is not None:
            sign_in.call.transact(lambda tx: sessions.drop(tx, session))
        raise


def _note_passed(sign_in: SignIn) -> None:
    """Bring challenges of the service's own (password, MFA, device) into the history."""
    for challenge in sign_in.passed[sign_in.memory["noted"] :]:
        if challenge != CUSTOM_CHALLENGE:
            note(sign_in, challenge, True, None)
    sign_in.memory = {**sign_in.memory, "noted": len(sign_in.passed)}


def _check_may_have_tokens(sign_in: SignIn) -> None:
    if not sign_in.known_user.enabled:
        raise errors.user_is_disabled()
