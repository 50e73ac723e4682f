"""`/mfa` and `/changePassword`: the page of whatever challenge the sign-in engine poses.

Source: reference oauth-and-hosted-ui.md §3.1 (names of fields), auth-flows.md §6, §7 and §10 (challenges).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import completion, errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL
from cognito_emulator.oauth.pages import door, fields, forgot_password, render, state, steps
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.authentication import engine

Data = dict[str, Any]
Responses = dict[str, str]
_PREFIX = "userAttributes."


@dataclass(frozen=True)
class Form:
    """How a challenge looks: its template, what the template needs, and how its form is an answer."""

    template: str
    context: Callable[[Visit, Data], dict[str, Any]]
    responses: Callable[[Parameters, Data], Responses]


def page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _submit)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    form = _form(data)
    if steps.page_of(data["step"]) != visit.request.path:
        return door.go(visit, steps.page_of(data["step"]))
    return render.page(
        visit, form.template, **state.take_messages(visit, data), step=data["step"], **form.context(visit, data)
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    form, challenge, username = _form(data), data["step"], data["username"]
    given = visit.form
    if given.get("new_password") != given.get("confirm_password", given.get("new_password")):
        state.save(visit, {**data, "error": forgot_password.MISMATCH})
        return door.go(visit, steps.page_of(challenge))
    responses = {"USERNAME": username, **form.responses(given, data)}
    finish = completion.finish(request, LOCAL)
    return steps.attempt(
        request,
        username,
        lambda: engine.answer(
            visit.call,
            visit.pool,
            request.client,
            challenge,
            responses,
            data["session"],
            admin=False,
            finish=finish,
        ),
        steps.page_of(challenge),
        data,
    )


def _form(data: Data) -> Form:
    form = FORMS.get(data.get("step", ""))
    if form is None:
        raise errors.sign_in_cancelled()
    return form


def _nothing(visit: Visit, data: Data) -> dict[str, Any]:
    return {}


def _code_context(visit: Visit, data: Data) -> dict[str, Any]:
    return {"destination": data["parameters"].get("CODE_DELIVERY_DESTINATION")}


def _code_form(name: str) -> Form:
    return Form("code.html", _code_context, lambda form, data: {name: form.get("authentication_code", "").strip()})


def _missing_attributes(data: Data) -> list[str]:
    names: list[str] = orjson.loads(data["parameters"].get("requiredAttributes") or "[]")
    return [name.removeprefix(_PREFIX) for name in names]


def _new_password_context(visit: Visit, data: Data) -> dict[str, Any]:
    missing = [fields.field(name, required=True) for name in _missing_attributes(data)]
    return {"rules": fields.password_rules(visit.pool), "fields": missing, "username": data["username"]}


def _new_password(form: Parameters, data: Data) -> Responses:
    given = fields.given(form, _missing_attributes(data))
    return {
        "NEW_PASSWORD": form.get("new_password", ""),
        **{f"{_PREFIX}{name}": value for name, value in given.items()},
    }


FORMS: dict[str, Form] = {
    "NEW_PASSWORD_REQUIRED": Form("new_password.html", _new_password_context, _new_password),
    "SMS_MFA": _code_form("SMS_MFA_CODE"),
    "EMAIL_OTP": _code_form("EMAIL_OTP_CODE"),
    "SMS_OTP": _code_form("SMS_OTP_CODE"),
    "SOFTWARE_TOKEN_MFA": _code_form("SOFTWARE_TOKEN_MFA_CODE"),
}
