"""An authenticator app set up within a sign-in: each step gives the next session of the challenge MFA_SETUP.

Used by AssociateSoftwareToken and VerifySoftwareToken, and by the pages of the pool's domain.
Source: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/2-4`; reference auth-flows.md §7.
"""

from __future__ import annotations

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import mfa, repository, software_tokens
from cognito_emulator.user_pools.authentication import sessions
from cognito_emulator.user_pools.authentication.challenges import mfa_setup
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.records import SESSIONS


def associate(sign_in: SignIn) -> tuple[str, str]:
    """A new secret, and the next session."""
    secret, write = software_tokens.associate(sign_in.call, sign_in.pool, sign_in.known_user)
    sign_in.writes.append(write)
    return secret, _next_session(sign_in, verified=False)


def verify(sign_in: SignIn, code: str, name: str) -> str:
    """Put the secret in force with its first code and turn the factor on; the session that answers the challenge."""
    sign_in.writes.append(software_tokens.verify(sign_in.call, sign_in.pool, sign_in.known_user, code, name))
    sign_in.writes.append(lambda tx: _enable(tx, sign_in))
    return _next_session(sign_in, verified=True)


def _next_session(sign_in: SignIn, *, verified: bool) -> str:
    handle = sessions.new_handle(sign_in.call)
    session, spent = sessions.renewed(sign_in, handle, {mfa_setup.VERIFIED: verified}), sign_in.session
    assert spent is not None

    def step(tx: Transaction) -> None:
        sessions.spend(tx, spent)
        for write in sign_in.writes:
            write(tx)
        tx.insert(SESSIONS, session)

    sign_in.call.transact(step)
    return handle


def _enable(tx: Transaction, sign_in: SignIn) -> None:
    current = repository.reload(tx, sign_in.known_user)
    enabled = mfa.enabled_at_set_up(current, mfa.SOFTWARE_TOKEN)
    repository.save_user(tx, sign_in.pool, current.with_(sign_in.call.now, mfa=enabled))
