"""The history of a user, as AdminListUserAuthEvents shows it. The newest five hundred events are kept, for two years.

Sources: developer guide, "Viewing user event history" (two years); `AuthEventType` in botocore's model; recording
`aws-cli-examples/cli-example-admin-list-user-auth-events/1`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Any

from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.clock import iso
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.risk_records import AUTH_EVENTS, AuthEvent

Json = dict[str, Any]
KEPT = 500
KEPT_SECONDS = 2 * 365 * 86_400.0
SIGN_IN, SIGN_UP, FORGOT_PASSWORD = "SignIn", "SignUp", "ForgotPassword"
PASSWORD_CHANGE, RESEND_CODE = "PasswordChange", "ResendCode"
PASS, FAIL, IN_PROGRESS = "Pass", "Fail", "InProgress"


def keep(tx: Transaction, event: AuthEvent) -> None:
    """Write an event, or what has become of it since it was written first."""
    whose = (event.pool_id, event.user_key)
    earlier = tx.get(AUTH_EVENTS, *whose, event.id)
    if earlier is not None:
        tx.put(AUTH_EVENTS, replace(event, number=earlier.number, created=earlier.created, feedback=earlier.feedback))
        return
    last = tx.page(AUTH_EVENTS, "order", whose, limit=1, reverse=True).records
    number = last[0].number + 1 if last else 1
    tx.insert(AUTH_EVENTS, replace(event, number=number))
    if number > KEPT:
        for old in tx.page(AUTH_EVENTS, "order", whose, limit=2).records:
            if old.number <= number - KEPT:
                tx.delete(AUTH_EVENTS, *whose, old.id)


def latest(reader: Reader, user: User, limit: int, now: float) -> list[AuthEvent]:
    """The newest events of a user, the newest first."""
    found = reader.page(AUTH_EVENTS, "order", (user.pool_id, user.key), limit=limit, reverse=True).records
    return [event for event in found if not _is_too_old(event, now)]


def _is_too_old(event: AuthEvent, now: float) -> bool:
    return now - event.created > KEPT_SECONDS


def page(reader: Reader, user: User, size: int, token: str | None, now: float) -> tuple[list[AuthEvent], str | None]:
    """One page of a user's events, newest first, and the token of the next: `<event id>#<time>` of its last event."""
    found = latest(reader, user, KEPT + 1, now)
    start = 0
    if token is not None:
        tokens = [_token(event) for event in found]
        if token not in tokens:
            raise errors.invalid_pagination_token()
        start = tokens.index(token) + 1
    shown_now = found[start : start + size]
    more = len(found) > start + size
    return shown_now, _token(shown_now[-1]) if more else None


def _token(event: AuthEvent) -> str:
    return f"{event.id}#{iso(event.created)}"


def shown(event: AuthEvent) -> Json:
    """An event as the list shows it."""
    described: Json = {
        "EventId": event.id,
        "EventType": event.type,
        "CreationDate": Timestamp(event.created),
        "EventResponse": event.response,
        "EventRisk": event.risk,
        "ChallengeResponses": event.challenges,
        "EventContextData": {name: value for name, value in event.context.items() if value},
    }
    if event.feedback is not None:
        date = Timestamp(event.feedback["FeedbackDate"])
        described["EventFeedback"] = {**event.feedback, "FeedbackDate": date}
    return described


def give_feedback(tx: Transaction, user: User, event_id: str, value: str, provider: str, now: float) -> None:
    """Note whether an attempt was the user's own. Raises `ResourceNotFoundException` for an unknown event."""
    event = tx.get(AUTH_EVENTS, user.pool_id, user.key, event_id)
    if event is None or _is_too_old(event, now):
        raise errors.auth_event_does_not_exist(event_id)
    feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": now}
    tx.put(AUTH_EVENTS, replace(event, feedback=feedback))


def feedback_token(pool: Pool, user: User, event_id: str) -> str:
    """What a notification carries, so that its reader can answer for the event."""
    message = f"feedback:{user.sub}:{event_id}".encode()
    return hmac.new(bytes.fromhex(pool.secret), message, hashlib.sha256).hexdigest()


def check_feedback_token(pool: Pool, user: User, event_id: str, token: str) -> None:
    """Raises `NotAuthorizedException` for a token that was not made for that event."""
    if not hmac.compare_digest(feedback_token(pool, user, event_id).encode(), token.encode("utf-8", "surrogatepass")):
        raise errors.invalid_feedback_token()
