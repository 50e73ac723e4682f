"""Where the rest of the service meets threat protection.

What a sign-in remembers of it is in `SignIn.memory["threat"]`: the id of its event, where it comes from, the verdict,
and which challenges were answered how. The verdict is acted on once the first factor is proved.

Passwords are compared where they are sent: SRP never shows one. Source: developer guide, "Working with
compromised-credentials detection" (also: a user whose sign-in is blocked for that has to reset the password).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, mfa, repository
from cognito_emulator.user_pools.authentication import factors
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.records import Client, Pool, User
from cognito_emulator.user_pools.request_origin import RequestOrigin, origin_of
from cognito_emulator.user_pools.risk import configuration, evaluation, events, export, notification
from cognito_emulator.user_pools.risk.compromised import CompromisedPasswords
from cognito_emulator.user_pools.risk.configuration import ENFORCED, OFF
from cognito_emulator.user_pools.risk_records import AuthEvent
from cognito_emulator.user_pools.triggers.events import Origin

Json = dict[str, Any]
SIGN_UP, PASSWORD_CHANGE = "SIGN_UP", "PASSWORD_CHANGE"
_THREAT = "threat"
_KINDS = {"PASSWORD": "Password", "PASSWORD_VERIFIER": "Password", **dict.fromkeys((*mfa.FACTORS, "SMS_OTP"), "Mfa")}
_WRONG_PROOFS = ("NotAuthorizedException", "CodeMismatchException", "ExpiredCodeException")
# Answers that prove nothing by themselves: whether a custom challenge was passed is the define function's to say.
_NO_PROOF = frozenset({"SELECT_CHALLENGE", "CUSTOM_CHALLENGE"})


# ── requests of all kinds ────────────────────────────────────────────────────────────────────────────────────


def refuse_blocked_address(call: Call, pool: Pool, client: Client) -> None:
    """Refuse a request from an address that is always blocked. Raises `NotAuthorizedException`."""
    if configuration.mode_of(pool) != ENFORCED:
        return
    settings = configuration.in_force(call.reader, pool, client.id)
    if configuration.is_blocked(settings, origin_of(call, client).ip):
        raise errors.address_blocked()


def check_new_password(call: Call, pool: Pool, client: Client, password: str, event: str) -> None:
    """Refuse a new password that others know. Raises `InvalidPasswordException`."""
    if configuration.mode_of(pool) != ENFORCED:
        return
    settings = configuration.in_force(call.reader, pool, client.id)
    if not configuration.watches_passwords(settings, event) or not configuration.blocks_passwords(settings):
        return
    if call.emulator.part(CompromisedPasswords).knows(password):
        raise errors.compromised_password()


def record(call: Call, pool: Pool, client: Client, user: User, type: str, response: str = events.PASS) -> None:
    """Add an event that is no sign-in to the user's history, if the pool keeps one."""
    if configuration.mode_of(pool) == OFF:
        return
    origin = origin_of(call, client)
    event = AuthEvent(
        id=call.emulator.randomness.uuid(),
        pool_id=pool.id,
        user_key=user.key,
        number=0,
        type=type,
        response=response,
        created=call.now,
        risk={"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False},
        context=_context(origin),
        fingerprint=origin.fingerprint,
    )
    call.transact(lambda tx: events.keep(tx, event))
    export.tell(call, pool, client, user, event)


# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────


def begin(sign_in: SignIn) -> None:
    """Look at where a sign-in comes from, before anything is proved."""
    call, pool = sign_in.call, sign_in.pool
    mode = configuration.mode_of(pool, sign_in.flow)
    if mode == OFF:
        return
    settings = configuration.in_force(call.reader, pool, sign_in.client.id)
    origin = origin_of(call, sign_in.client)
    blocked = configuration.is_blocked(settings, origin.ip)
    if blocked and mode == ENFORCED and sign_in.user is None:
        raise errors.address_blocked()
    if sign_in.user is None:
        return
    verdict = evaluation.Verdict()
    if not blocked and not configuration.is_skipped(settings, origin.ip):
        verdict = evaluation.judge(call.reader, sign_in.user, origin, call.now)
    risk: Json = {"RiskDecision": "AccountTakeover" if verdict.level else "NoRisk"}
    if verdict.level:
        risk["RiskLevel"] = verdict.level
    risk["CompromisedCredentialsDetected"] = verdict.compromised
    sign_in.memory[_THREAT] = {
        "event_id": call.emulator.randomness.uuid(),
        "context": _context(origin),
        "fingerprint": origin.fingerprint,
        "created": call.now,
        "risk": risk,
        "challenges": [],
        "judged": False,
    }
    if blocked:
        _note_risk(sign_in, RiskDecision="Block")
        if mode == ENFORCED:
            _write_now(sign_in, events.FAIL)
            raise errors.address_blocked()


def event_id(sign_in: SignIn) -> str | None:
    """The id of a sign-in's event, which its tokens carry."""
    threat = sign_in.memory.get(_THREAT)
    return threat["event_id"] if threat else None


@contextmanager
def watching(sign_in: SignIn, challenge: str) -> Iterator[None]:
    """Record that a proof was wrong, if the block refuses it."""
    try:
        yield
    except AwsError as failure:
        if _THREAT in sign_in.memory and failure.type in _WRONG_PROOFS:
            _note_challenge(sign_in, challenge, "Failure")
            _write_now(sign_in, events.FAIL)
        raise


def note_password(sign_in: SignIn, password: str) -> None:
    """Look at a password that was sent, and is right."""
    if _THREAT not in sign_in.memory:
        return
    settings = configuration.in_force(sign_in.call.reader, sign_in.pool, sign_in.client.id)
    if configuration.watches_passwords(settings, "SIGN_IN") and sign_in.call.emulator.part(CompromisedPasswords).knows(
        password
    ):
        _note_risk(sign_in, CompromisedCredentialsDetected=True)


def proved(sign_in: SignIn, *, at_end: bool = False) -> None:
    """Act on the verdict, once, when something has been proved; `at_end` is before tokens are made.

    Raises `NotAuthorizedException` for a sign-in that is blocked, and `PasswordResetRequiredException` for a password
    that others know.
    """
    threat = sign_in.memory.get(_THREAT)
    if threat is None:
        return
    answered = [name for name in sign_in.passed if name not in _NO_PROOF]
    noted = threat.get("noted", 0)
    for name in answered[noted:]:
        _note_challenge(sign_in, name, "Success")
    sign_in.memory[_THREAT] = threat = {**sign_in.memory[_THREAT], "noted": len(answered)}
    if threat["judged"] or not (answered or at_end):
        return
    sign_in.memory[_THREAT] = {**threat, "judged": True}
    if configuration.mode_of(sign_in.pool, sign_in.flow) != ENFORCED:
        return
    settings = configuration.in_force(sign_in.call.reader, sign_in.pool, sign_in.client.id)
    _act_on_password(sign_in, settings)
    _act_on_level(sign_in, settings)


def going_on(sign_in: SignIn) -> None:
    """A challenge is about to be posed: with the writes of this step the event is in progress."""
    if sign_in.memory.get(_THREAT, {}).get("judged"):
        sign_in.writes.append(_writer(sign_in, events.IN_PROGRESS))


def finished(sign_in: SignIn) -> None:
    """Tokens are about to be given: with the writes of this step the event is a success."""
    if _THREAT in sign_in.memory:
        sign_in.writes.append(_writer(sign_in, events.PASS))


def _act_on_password(sign_in: SignIn, settings: Json) -> None:
    compromised = sign_in.memory[_THREAT]["risk"]["CompromisedCredentialsDetected"]
    user = sign_in.known_user
    if not compromised or user.status != "CONFIRMED" or not configuration.blocks_passwords(settings):
        return

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        repository.save_user(tx, sign_in.pool, current.with_(sign_in.call.now, status="RESET_REQUIRED"))

    sign_in.call.transact(step)
    _note_risk(sign_in, RiskDecision="Block")
    _write_now(sign_in, events.FAIL)
    raise errors.password_reset_required()


def _act_on_level(sign_in: SignIn, settings: Json) -> None:
    level = sign_in.memory[_THREAT]["risk"].get("RiskLevel")
    if level is None:
        return
    action, tells = configuration.takeover_action(settings, level)
    if action == "MFA_REQUIRED" and not _can_be_asked(sign_in):
        action = "BLOCK"
    if tells:
        threat = sign_in.memory[_THREAT]
        origin = Origin(sign_in.client.id, sign_in.metadata)
        about = (threat["event_id"], threat["context"])
        notification.notify(sign_in.call, sign_in.pool, origin, sign_in.known_user, settings, action, *about)
    if action == "BLOCK":
        _note_risk(sign_in, RiskDecision="Block")
        _write_now(sign_in, events.FAIL)
        raise errors.sign_in_blocked()
    if action.startswith("MFA"):
        sign_in.memory[factors.DEMANDED] = True


def _can_be_asked(sign_in: SignIn) -> bool:
    """Whether there is a second factor to ask for, or the first was as good as two."""
    if not factors.proved_password(sign_in):
        return True
    return bool(factors.usable(sign_in.call.reader, sign_in.pool, sign_in.known_user, demanded=True))


def _note_risk(sign_in: SignIn, **changes: Any) -> None:
    threat = sign_in.memory[_THREAT]
    sign_in.memory[_THREAT] = {**threat, "risk": {**threat["risk"], **changes}}


def _note_challenge(sign_in: SignIn, challenge: str, response: str) -> None:
    kind = _KINDS.get(challenge)
    if kind is not None:
        threat = sign_in.memory[_THREAT]
        entry = {"ChallengeName": kind, "ChallengeResponse": response}
        sign_in.memory[_THREAT] = {**threat, "challenges": [*threat["challenges"], entry]}


def _write_now(sign_in: SignIn, response: str) -> None:
    sign_in.call.transact(_writer(sign_in, response))


def _writer(sign_in: SignIn, response: str) -> Any:
    """The event as it is now, exported at once, and for the history to be written with the next transaction."""
    threat = sign_in.memory[_THREAT]
    event = AuthEvent(
        id=threat["event_id"],
        pool_id=sign_in.pool.id,
        user_key=sign_in.known_user.key,
        number=0,
        type=events.SIGN_IN,
        response=response,
        created=threat["created"],
        risk=threat["risk"],
        context=threat["context"],
        fingerprint=threat["fingerprint"],
        challenges=threat["challenges"],
    )
    export.tell(sign_in.call, sign_in.pool, sign_in.client, sign_in.known_user, event)
    return lambda tx: events.keep(tx, event)


def _context(origin: RequestOrigin) -> dict[str, str]:
    return {"IpAddress": origin.ip, "DeviceName": origin.device, "Timezone": origin.timezone}
