"""The end of a sign-in at the domain: back to the app, with a code or (implicit grant) with tokens.

Source: reference oauth-and-hosted-ui.md §2.2.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Answer, HttpResponse
from cognito_emulator.oauth import browser_session, responses
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import Proof
from cognito_emulator.oauth.site import hashed
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import assurance
from cognito_emulator.user_pools.authentication import methods
from cognito_emulator.user_pools.authentication.sign_in import Finish, Finished, SignIn, Write
from cognito_emulator.user_pools.domain_records import AUTHORIZATION_CODES, AuthorizationCode, BrowserSession
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.records import User
from cognito_emulator.user_pools.risk import protection
from cognito_emulator.user_pools.tokens import issue

CODE_SECONDS = 300
_ANSWER = "Response"


def finish(request: AuthorizationRequest, provider: str, *, then: str | None = None) -> Finish:
    """What a sign-in on the pages ends in: a browser session, and the way back to the app.

    `then` is a page in between; it goes on with `silently`.
    """

    def finished(sign_in: SignIn) -> Finished:
        visit, user = request.visit, sign_in.known_user
        done = methods.of(sign_in)
        proof = Proof(done, assurance.level_of(done), protection.event_id(sign_in) or "")
        begun = browser_session.begin(visit, request.client, user, provider, proof)
        if then is not None:
            response = responses.redirect(f"{then}?{visit.request.query}")
            return Finished({_ANSWER: response}, begun.keep)
        response, keep = _back(request, user, begun.session)

        def write(tx: Transaction) -> None:
            begun.keep(tx)
            keep(tx)

        return Finished({_ANSWER: response}, write)

    return finished


def response_of(answer: Answer) -> HttpResponse | None:
    """The way back to the app, if the engine's answer is the end of a sign-in."""
    response: HttpResponse | None = answer.get(_ANSWER)
    return response


def silently(request: AuthorizationRequest, browser: browser_session.SignedInBrowser) -> HttpResponse:
    """Back to the app for a user who is signed in with this browser."""
    response, keep = _back(request, browser.user, browser.session)
    request.visit.call.transact(keep)
    return response


def federated(request: AuthorizationRequest, user: User, provider: str, proof: Proof) -> HttpResponse:
    """Back to the app for a user whom an external provider vouches for."""
    visit = request.visit
    begun = browser_session.begin(visit, request.client, user, provider, proof)
    response, keep = _back(request, user, begun.session)

    def write(tx: Transaction) -> None:
        begun.keep(tx)
        keep(tx)

    visit.call.transact(write)
    return response


def _back(request: AuthorizationRequest, user: User, session: BrowserSession) -> tuple[HttpResponse, Write]:
    if request.implicit:
        return _with_tokens(request, user, session)
    visit = request.visit
    value = visit.call.emulator.randomness.uuid()
    code = AuthorizationCode(
        id=hashed(value),
        pool_id=visit.pool.id,
        client_id=request.client.id,
        user_key=user.key,
        redirect_uri=request.redirect_uri,
        scopes=request.scopes,
        auth_time=session.auth_time,
        expires=visit.call.now + CODE_SECONDS,
        challenge=request.challenge,
        nonce=request.nonce,
        resource=request.resource,
        session_id=session.session_id,
        event_id=session.event_id,
        assurance=_assurance(request, session),
    )

    def keep(tx: Transaction) -> None:
        purge(tx, AUTHORIZATION_CODES, visit.call.now)
        tx.insert(AUTHORIZATION_CODES, code)

    return request.to_app({"code": value, **_state(request)}), keep


def _with_tokens(request: AuthorizationRequest, user: User, session: BrowserSession) -> tuple[HttpResponse, Write]:
    visit = request.visit
    grant = issue.Grant(
        scopes=request.scopes,
        auth_time=session.auth_time,
        nonce=request.nonce,
        resource=request.resource,
        session_id=session.session_id,
        event_id=session.event_id,
        assurance=_assurance(request, session),
    )
    signed_in = issue.grant(visit.call, visit.pool, request.client, user, grant, refreshable=False)
    result = signed_in.result
    parameters = {"id_token": result["IdToken"]} if "IdToken" in result else {}
    parameters |= {
        "access_token": result["AccessToken"],
        "expires_in": str(result["ExpiresIn"]),
        "token_type": result["TokenType"],
        **_state(request),
    }
    return request.to_app(parameters), signed_in.keep


def _assurance(request: AuthorizationRequest, session: BrowserSession) -> dict[str, Any] | None:
    """What tokens say of the level, for an app that asked for one."""
    if not request.levels:
        return None
    return assurance.claims(request.visit.pool.settings, session.level, session.methods)


def _state(request: AuthorizationRequest) -> dict[str, str]:
    return {"state": request.state} if request.state is not None else {}
