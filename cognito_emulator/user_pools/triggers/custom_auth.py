"""The three triggers of custom authentication: define, create and verify a challenge.

Source: reference lambda-triggers.md §4.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Origin, Subject, event

DEFINE = "DefineAuthChallenge"
CREATE = "CreateAuthChallenge"
VERIFY = "VerifyAuthChallengeResponse"


@dataclass(frozen=True)
class Decision:
    """What comes next: failure goes before tokens, tokens before a challenge."""

    fail: bool
    issue_tokens: bool
    challenge: str | None


@dataclass(frozen=True)
class Challenge:
    """A challenge that the function made up. `private` never leaves the service."""

    public: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    metadata: str | None = None


def define(call: Call, pool: Pool, origin: Origin, subject: Subject, session: Sequence[Json]) -> Decision:
    """Ask what comes next after the challenges so far, oldest first."""
    if invoke.arn_of(pool, DEFINE) is None:
        raise errors.custom_auth_not_configured()
    request: Json = {
        "userAttributes": subject.attributes(call, pool),
        "session": list(session),
        **origin.client_metadata,
        **subject.not_found,
    }
    prefilled = dict.fromkeys(("challengeName", "issueTokens", "failAuthentication"))
    answer = invoke.run(call, pool, DEFINE, _event(pool, origin, subject, DEFINE, request, prefilled))
    return Decision(answer.boolean("failAuthentication"), answer.boolean("issueTokens"), answer.text("challengeName"))


def create(
    call: Call, pool: Pool, origin: Origin, subject: Subject, session: Sequence[Json], challenge: str
) -> Challenge:
    """Ask for a challenge. `session` has those before it."""
    if invoke.arn_of(pool, CREATE) is None:
        raise errors.custom_auth_not_configured()
    request: Json = {
        "userAttributes": subject.attributes(call, pool),
        "challengeName": challenge,
        "session": list(session),
        **origin.client_metadata,
        **subject.not_found,
    }
    prefilled = dict.fromkeys(("publicChallengeParameters", "privateChallengeParameters", "challengeMetadata"))
    answer = invoke.run(call, pool, CREATE, _event(pool, origin, subject, CREATE, request, prefilled))
    return Challenge(
        answer.text_map("publicChallengeParameters") or {},
        answer.text_map("privateChallengeParameters") or {},
        answer.text("challengeMetadata"),
    )


def verify(call: Call, pool: Pool, origin: Origin, subject: Subject, private: dict[str, str], given: str) -> bool:
    """Ask whether an answer is right."""
    if invoke.arn_of(pool, VERIFY) is None:
        raise errors.custom_auth_not_configured()
    request: Json = {
        "userAttributes": subject.attributes(call, pool),
        "privateChallengeParameters": private,
        "challengeAnswer": given,
        **origin.client_metadata,
        **subject.not_found,
    }
    answer = invoke.run(call, pool, VERIFY, _event(pool, origin, subject, VERIFY, request, {"answerCorrect": None}))
    return answer.boolean("answerCorrect")


def _event(pool: Pool, origin: Origin, subject: Subject, trigger: str, request: Json, prefilled: Json) -> Json:
    return event(pool, origin.client_id, subject.name, f"{trigger}_Authentication", request, prefilled)
