"""Codes that are sent in the course of a sign-in, as first factor or as second.

A code lives as long as the session of its challenge. Its address counts as verified once the code came back.
Sources: recording `github-issue-logs/sms-mfa-wrong-code/1`; reference auth-flows.md §7 and §10,
user-pools.md §5.4 and §5.5 (digits, five wrong answers).
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import attribute_changes, errors, mfa, repository, verification
from cognito_emulator.user_pools.authentication import factors, sessions
from cognito_emulator.user_pools.authentication.methods import SET_UP
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.messages import masking
from cognito_emulator.user_pools.messages.send import require_channel, send
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.triggers.events import Origin

PURPOSE = "CustomMessage_Authentication"
_FACTORS = {attribute: factor for factor, attribute in mfa.ADDRESSES.items()}
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
    destination = sign_in.memory.get(SET_UP) or user.attributes[attribute]
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
    attribute, address = sign_in.state["attribute"], sign_in.state["address"]
    if address not in (sign_in.memory.get(SET_UP), sign_in.known_user.attributes.get(attribute)):
        raise errors.invalid_code_or_state()
    _keep_address(sign_in, attribute, address)


def _delivery(details: dict[str, str]) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _keep_address(sign_in: SignIn, attribute: str, address: str) -> None:
    """The address is verified; one that was given to set a factor up becomes the user's, with the factor on."""
    call, pool, user = sign_in.call, sign_in.pool, sign_in.known_user
    set_up = sign_in.memory.get(SET_UP) == address
    if user.attributes.get(VERIFIED_FLAGS[attribute]) == "true" and not set_up:
        return

    def write(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        if not set_up and current.attributes.get(attribute) != address:
            raise errors.invalid_code_or_state()
        changed = attribute_changes.set_verified(tx, pool, current, attribute, address, call.now)
        if set_up:
            repository.save_user(tx, pool, replace(changed, mfa=mfa.enabled_at_set_up(changed, _FACTORS[attribute])))

    verified = {attribute: address, VERIFIED_FLAGS[attribute]: "true"}
    sign_in.user = user.with_(call.now, attributes={**user.attributes, **verified})
    sign_in.writes.append(write)
