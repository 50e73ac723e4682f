"""SOFTWARE_TOKEN_MFA: a code of the user's authenticator app, after the password.

Sources: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/4-6`,
`aws-model-examples/model-example-initiateauth-1/1`; reference auth-flows.md §7.
"""

from __future__ import annotations

from cognito_emulator.user_pools import errors, software_tokens
from cognito_emulator.user_pools.authentication import sessions
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "SOFTWARE_TOKEN_MFA"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    user = sign_in.known_user
    token = software_tokens.of(sign_in.call, user)
    shown = {"USER_ID_FOR_SRP": user.username}
    if token is not None and token.name:
        shown["FRIENDLY_DEVICE_NAME"] = token.name
    return Question(shown)


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Check the code; a wrong one leaves the session in force, a right one is good once."""
    code = responses.get("SOFTWARE_TOKEN_MFA_CODE")
    if not code:
        raise errors.missing_parameter("SOFTWARE_TOKEN_MFA_CODE")
    sessions.check_tries(sign_in)
    write = software_tokens.check_code(sign_in.call, sign_in.known_user, code)
    if write is None:
        sessions.count_wrong(sign_in)
        raise errors.invalid_software_token_code()
    sign_in.writes.append(write)
