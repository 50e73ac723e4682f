"""Pre sign-up: may this user be registered, and does anything need no confirmation?

Sources: reference lambda-triggers.md §4.1; events that apps caught and keep in their tests (a sign-up has the
attributes that were given, and no flags of verification).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Origin, event

TRIGGER = "PreSignUp"
SIGN_UP = "PreSignUp_SignUp"
ADMIN_CREATE_USER = "PreSignUp_AdminCreateUser"
EXTERNAL_PROVIDER = "PreSignUp_ExternalProvider"


@dataclass(frozen=True)
class Verdict:
    """What the function said of a new user."""

    confirm: bool = False
    verify_email: bool = False
    verify_phone: bool = False

    @property
    def verified(self) -> list[str]:
        """The addresses that count as verified."""
        return ["email"] * self.verify_email + ["phone_number"] * self.verify_phone


def validation_data(params: Json) -> dict[str, str]:
    """The ValidationData of a request as a mapping."""
    return {pair["Name"]: pair.get("Value", "") for pair in params.get("ValidationData", [])}


def run(
    call: Call,
    pool: Pool,
    origin: Origin,
    source: str,
    user_name: str,
    attributes: Mapping[str, str],
    validation_data: Mapping[str, str] | None = None,
) -> Verdict:
    """Ask the pool's function about a user who is not in the pool yet; so there is no `sub` and no status.

    A function that throws keeps the user out.
    """
    if invoke.arn_of(pool, TRIGGER) is None:
        return Verdict()
    given = {name: value for name, value in attributes.items() if name != "sub"}
    data = dict(validation_data) if validation_data else None
    if source == EXTERNAL_PROVIDER:
        given = {"cognito:email_alias": "", "cognito:phone_number_alias": "", **given}
        data = {}
    request: Json = {
        "userAttributes": given,
        "validationData": data,
        **origin.client_metadata,
    }
    prefilled = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
    answer = invoke.run(call, pool, TRIGGER, event(pool, origin.client_id, user_name, source, request, prefilled))
    return Verdict(
        answer.boolean("autoConfirmUser"), answer.boolean("autoVerifyEmail"), answer.boolean("autoVerifyPhone")
    )
