"""WEB_AUTHN: a passkey signs the challenge. Source: reference auth-flows.md §10."""

from __future__ import annotations

import orjson

from cognito_emulator.user_pools import errors, passkeys
from cognito_emulator.user_pools.authentication import methods
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "WEB_AUTHN"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """The options that the browser's `navigator.credentials.get` takes, as JSON text."""
    options = passkeys.request_options(sign_in.call, sign_in.pool, sign_in.known_user)
    return Question(
        {"CREDENTIAL_REQUEST_OPTIONS": orjson.dumps(options).decode()},
        {"challenge": options["challenge"], "rp": options["rpId"], "verification": options["userVerification"]},
    )


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Check the signature, and that it is by a passkey of this user."""
    credential = responses.get("CREDENTIAL")
    if not credential:
        raise errors.missing_parameter("CREDENTIAL")
    passkey, write = passkeys.verify(sign_in.call, sign_in.known_user, sign_in.state, credential)
    sign_in.memory[methods.PASSKEY] = methods.of_passkey(passkey)
    sign_in.writes.append(write)
