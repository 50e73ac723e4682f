"""Codes that are sent in the course of a sign-in, as first factor or as second.

A code lives as long as the session of its challenge. Its address counts as verified once the code came back.
Sources: recording `github-issue-logs/sms-mfa-wrong-code/1`; reference auth-flows.md §7 and §10,
user-pools.md §5.4 and §5.5 (digits, five wrong answers).
"""

from __future__ import annotations

import hmac

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, registration, repository, verification
from cognito_emulator.user_pools.authentication import factors, sessions
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.messages import masking
from cognito_emulator.user_pools.messages.send import require_channel, send
from cognito_emulator.user_pools.records import User
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.triggers.events import Origin

PURPOSE = "CustomMessage_Authentication"
_MFA_DIGITS = 6
_FIRST_FACTOR_DIGITS = 8


def pose(sign_in: SignIn, parameters: dict[str, str], attribute: str) -> Question:
    """Send a code to an address of the user; for a user who does not exist, only say so."""
    user = sign_in.user
    if user is None:
        return Question(_delivery(verification.made_up_details(sign_in.pool, parameters["USERNAME"])))
    second = factors.proved_password(sign_in)
    require_channel(sign_in.call.reader, sign_in.pool, attribute, PURPOSE)
    code = sign_in.call.emulator.randomness.digits(_MFA_DIGITS if second else _FIRST_FACTOR_DIGITS)
    destination = user.attributes[attribute]
    origin = Origin(sign_in.client.id, sign_in.metadata)
    send(sign_in.call, sign_in.pool, user, PURPOSE, attribute, destination, code, origin)
    shown = _delivery(masking.details(attribute, destination))
    if second:
        shown["USER_ID_FOR_SRP"] = user.username
    return Question(shown, {"code": code, "attribute": attribute, "address": destination})


def check(sign_in: SignIn, responses: dict[str, str], parameter: str) -> None:
    """Compare the code that came back. A wrong one leaves the session in force, up to a number of tries.

    A code that went to an address which is no longer the user's is a wrong one.
    """
    given = responses.get(parameter)
    if not given:
        raise errors.missing_parameter(parameter)
    sessions.check_tries(sign_in)
    code = sign_in.state.get("code")
    if code is None or not hmac.compare_digest(code.encode(), given.encode("utf-8", "surrogatepass")):
        sessions.count_wrong(sign_in)
        raise errors.invalid_code_or_state()
    if sign_in.known_user.attributes.get(sign_in.state["attribute"]) != sign_in.state["address"]:
        raise errors.invalid_code_or_state()
    _verify_address(sign_in, sign_in.state["attribute"])


def _delivery(details: dict[str, str]) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _verify_address(sign_in: SignIn, attribute: str) -> None:
    user, flag = sign_in.known_user, VERIFIED_FLAGS[attribute]
    if user.attributes.get(flag) == "true":
        return
    call, pool, address = sign_in.call, sign_in.pool, user.attributes.get(attribute)

    def verified(current: User) -> User:
        return current.with_(call.now, attributes={**current.attributes, flag: "true"})

    def write(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        if current.attributes.get(attribute) != address:
            raise errors.invalid_code_or_state()
        changed = verified(current)
        registration.claim_aliases(tx, pool, changed, call.now, force=False, taken_error=errors.alias_exists)
        repository.save_user(tx, pool, changed)

    sign_in.user = verified(user)
    sign_in.writes.append(write)
