"""`/confirm` and `/resendcode`: the code of a sign-up. Source: reference oauth-and-hosted-ui.md §3.1."""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.pages import door, passkeys, render, state, steps
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import sign_up as domain
from cognito_emulator.user_pools.authentication import engine
from cognito_emulator.user_pools.records import User


def page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _submit)


def resend_page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _resend)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    if not data.get("username"):
        return door.go(visit, "/login")
    return render.page(
        visit,
        "confirm.html",
        **state.take_messages(visit, data),
        username=data["username"],
        delivery=data.get("delivery"),
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    """Check the code. Who signed up with this browser is signed in by that."""
    visit, form = request.visit, request.visit.form
    if "resend" in form:
        return _resend(request)
    data = state.load(visit)
    username = data.get("username")
    if not username:
        return door.go(visit, "/login")
    try:
        user = domain.confirm(visit.call, visit.pool, request.client, username, form.get("code", "").strip())
    except AwsError as failure:
        state.save(visit, {**data, "error": door.text_of(failure)})
        return door.go(visit, "/confirm")
    if data.get("signed_up") == user.key:
        return _sign_in(request, username, user)
    state.save(visit, {"username": username, "notice": "notice.confirmed"})
    return door.go(visit, "/login")


def _resend(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    username = data.get("username")
    if not username:
        return door.go(visit, "/login")
    try:
        delivery = domain.resend(visit.call, visit.pool, request.client, username)
    except AwsError as failure:
        state.save(visit, {**data, "error": door.text_of(failure)})
    else:
        state.save(visit, {**data, "delivery": delivery, "notice": "notice.code_sent"})
    return door.go(visit, "/confirm")


def _sign_in(request: AuthorizationRequest, username: str, user: User) -> HttpResponse:
    visit = request.visit
    remembered = {"username": username, "add_passkey": visit.site.managed_login and _offers_passkey(request)}
    finish = steps.finish(request, remembered)
    return steps.attempt(
        request,
        username,
        lambda: engine.start_confirmed(visit.call, visit.pool, request.client, user, finish, steps.aims(request)),
        "/login",
        remembered,
    )


def _offers_passkey(request: AuthorizationRequest) -> bool:
    return passkeys.offered(request.visit.pool, request.client)
