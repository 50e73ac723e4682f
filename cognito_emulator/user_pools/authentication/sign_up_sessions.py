"""Sessions that lead from a sign-up straight into a first sign-in with the flow USER_AUTH.

SignUp and ConfirmSignUp give one to clients with that flow; ConfirmSignUp's is good for one InitiateAuth, with
which the confirmation code counts as the first factor. Sources: reference auth-flows.md §2; `SignUp`,
`ConfirmSignUp` and `InitiateAuth` in botocore's model; aws-amplify 6 (confirms without SignUp's session).
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.authentication import sessions
from cognito_emulator.user_pools.authentication.flows import enabled_flows
from cognito_emulator.user_pools.authentication.methods import SIGNED_UP
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.records import AuthSession, Client, Pool, User

_FLOW = "USER_AUTH"
_BEGUN = "SIGNING_UP"


def after_sign_up(call: Call, pool: Pool, client: Client, user: User) -> str | None:
    """The session that SignUp answers, for clients that can use it."""
    return _new(call, pool, client, user, _BEGUN, None)


def begun(call: Call, pool: Pool, client: Client, username: str, handle: str | None) -> AuthSession | None:
    """The session that ConfirmSignUp names. Raises `NotAuthorizedException` for any but this user's own."""
    if handle is None:
        return None
    sign_in = sessions.resume(call, pool, client, handle, _BEGUN, admin=False)
    sessions.require_user(sign_in, username)
    return sign_in.session


def after_confirmation(call: Call, pool: Pool, client: Client, user: User, spent: AuthSession | None) -> str | None:
    """The session that ConfirmSignUp answers, for clients that can use it. It takes the place of SignUp's."""
    return _new(call, pool, client, user, SIGNED_UP, spent)


def _new(call: Call, pool: Pool, client: Client, user: User, challenge: str, spent: AuthSession | None) -> str | None:
    if _FLOW not in enabled_flows(client) or pool.settings["UserPoolTier"] == "LITE":
        return None
    handle = sessions.new_handle(call)
    sign_in = SignIn(call, pool, client, user, _FLOW, admin=False)
    session = sessions.opened(sign_in, challenge, Question({}), handle)

    def step(tx: Transaction) -> None:
        if spent is not None:
            sessions.spend(tx, spent)
        sessions.keep(tx, session)

    call.transact(step)
    return handle
