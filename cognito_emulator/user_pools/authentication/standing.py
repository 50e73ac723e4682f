"""May this user sign in at all? Checks of state, apart from any proof.

Sources: recordings `github-issue-logs/unconfirmed-right-password/1`, `…/external-user-password-auth/1`,
`…/unverified-alias/1`; reference user-pools.md §1.3 and auth-flows.md §3.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Client, Pool, User


def unknown_user(client: Client) -> AwsError:
    """What a sign-in hears whose user does not exist."""
    return errors.incorrect_username_or_password() if client.hides_unknown_users else errors.user_does_not_exist()


def check_before_password(client: Client, user: User) -> None:
    """Refuse users whose state counts more than their password."""
    if user.status == "EXTERNAL_PROVIDER" and user.password is None:
        raise errors.not_authorized_to_get_auth_details()
    if not user.enabled and not client.hides_unknown_users:
        raise errors.user_is_disabled()
    if user.status == "UNCONFIRMED":
        raise errors.user_is_not_confirmed()
    if user.status == "RESET_REQUIRED" and user.password is None:
        if client.hides_unknown_users:
            raise errors.incorrect_username_or_password()
        raise errors.password_reset_required()


def check_first_factor(user: User) -> None:
    """Refuse users who may not begin a sign-in with anything."""
    if user.status == "EXTERNAL_PROVIDER":
        raise errors.not_authorized_to_get_auth_details()
    if not user.enabled:
        raise errors.user_is_disabled()
    if user.status == "UNCONFIRMED":
        raise errors.user_is_not_confirmed()


def check_going_on(user: User, *, with_password: bool) -> None:
    """Refuse users whom an administrator disabled, or whose password they reset, while the sign-in was under way."""
    if not user.enabled:
        raise errors.user_is_disabled()
    if with_password and user.status == "RESET_REQUIRED":
        raise errors.password_reset_required()


def check_after_password(pool: Pool, user: User, now: float) -> None:
    """Refuse users whose right password does not help them."""
    from cognito_emulator.user_pools.credentials.passwords import temporary_password_expired

    if not user.enabled:
        raise errors.user_is_disabled()
    if user.status == "RESET_REQUIRED":
        raise errors.password_reset_required()
    if temporary_password_expired(pool, user, now):
        raise errors.temporary_password_expired()
