"""`/forgotPassword` and `/confirmforgotPassword`: a new password by a code.

Source: reference oauth-and-hosted-ui.md §3.1.
"""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.pages import door, fields, render, state
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import recovery

MISMATCH = "error.passwords_differ"


def page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _submit)


def confirm_page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show_confirm, _submit_confirm)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    return render.page(
        visit,
        "forgot_password.html",
        **state.take_messages(visit, data),
        username=data.get("username", ""),
        username_label=fields.username_label(visit.pool),
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    username = visit.form.get("username", "").strip()
    if not username:
        return door.go(visit, "/forgotPassword")
    try:
        delivery = recovery.begin(visit.call, visit.pool, request.client, username)
    except AwsError as failure:
        state.save(visit, {"username": username, "error": door.text_of(failure)})
        return door.go(visit, "/forgotPassword")
    state.save(visit, {"username": username, "delivery": delivery, "seconds": state.CODE_SECONDS})
    return door.go(visit, "/confirmforgotPassword")


def _show_confirm(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    if not data.get("username"):
        return door.go(visit, "/forgotPassword")
    return render.page(
        visit,
        "reset_password.html",
        **state.take_messages(visit, data),
        username=data["username"],
        delivery=data.get("delivery"),
        rules=fields.password_rules(visit.pool),
    )


def _submit_confirm(request: AuthorizationRequest) -> HttpResponse:
    visit, form = request.visit, request.visit.form
    data = state.load(visit)
    username = data.get("username")
    if not username:
        return door.go(visit, "/forgotPassword")
    password = form.get("password", "")
    if password != form.get("confirm_password", password):
        state.save(visit, {**data, "error": MISMATCH})
        return door.go(visit, "/confirmforgotPassword")
    code = form.get("code", "").strip()
    try:
        recovery.complete(visit.call, visit.pool, request.client, username, code, password)
    except AwsError as failure:
        state.save(visit, {**data, "error": door.text_of(failure)})
        return door.go(visit, "/confirmforgotPassword")
    state.save(visit, {"username": username, "notice": "notice.password_changed"})
    return door.go(visit, "/login")
