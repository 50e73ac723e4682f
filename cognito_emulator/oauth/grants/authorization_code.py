"""The authorization code grant. Source: reference oauth-and-hosted-ui.md §5, §6.2 and §6.3."""

from __future__ import annotations

from typing import Any

from cognito_emulator.oauth import errors, pkce
from cognito_emulator.oauth.site import hashed
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records, user_sessions
from cognito_emulator.user_pools.domain_records import AUTHORIZATION_CODES, AuthorizationCode
from cognito_emulator.user_pools.records import Client, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.tokens import issue, scopes


def exchange(visit: Visit, client: Client) -> dict[str, Any]:
    """Tokens for a code, which is spent by that, whether the exchange succeeds or not."""
    given = visit.given
    if not client.settings["AllowedOAuthFlowsUserPoolClient"] or "code" not in client.settings["AllowedOAuthFlows"]:
        raise errors.unauthorized_client()
    if not given.get("code") or not given.get("redirect_uri"):
        raise errors.bad_request()
    code = _spend(visit, given["code"])
    if code is None or code.client_id != client.id or code.expires <= visit.call.now:
        raise errors.invalid_grant()
    if code.redirect_uri != given["redirect_uri"]:
        raise errors.unauthorized_client()
    if code.challenge is not None and not pkce.proves(code.challenge, given.get("code_verifier")):
        raise errors.invalid_grant()
    if code.session_id and user_sessions.is_over(
        visit.call.reader, code.pool_id, code.user_key, code.session_id, visit.call.now
    ):
        raise errors.invalid_grant()
    user = _user(visit, code)
    check_readable(client, code.scopes)
    grant = issue.Grant(
        code.scopes, code.auth_time, code.nonce, code.resource, code.session_id, code.event_id, code.assurance
    )
    signed_in = issue.grant(visit.call, visit.pool, client, user, grant, refreshable=True)
    visit.call.transact(signed_in.keep)
    return signed_in.result


def check_readable(client: Client, granted: list[str]) -> None:
    """Refuse scopes of an address whose attributes the client may not read both."""
    for scope, names in scopes.READ_TOGETHER.items():
        if scope in granted and len(attributes.readable(client, dict.fromkeys(names, ""))) < len(names):
            raise errors.invalid_grant()


def _spend(visit: Visit, value: str) -> AuthorizationCode | None:
    """Take a code out of the store: only one exchange gets it."""

    def step(tx: Transaction) -> AuthorizationCode | None:
        code = tx.get(AUTHORIZATION_CODES, hashed(value))
        if code is None or code.pool_id != visit.pool.id:
            return None
        tx.delete(AUTHORIZATION_CODES, code.id)
        return code

    return visit.call.transact(step)


def _user(visit: Visit, code: AuthorizationCode) -> User:
    user = visit.call.reader.get(records.USERS, code.pool_id, code.user_key)
    if user is None or not user.enabled:
        raise errors.invalid_grant()
    return user
