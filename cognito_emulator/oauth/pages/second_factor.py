"""`/mfa` and `/changePassword`: the page of whatever challenge the sign-in engine poses.

Source: reference oauth-and-hosted-ui.md §3.1 (names of fields), auth-flows.md §6, §7 and §10 (challenges).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from cognito_emulator.aws.call import Answer, HttpResponse
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.pages import door, fields, forgot_password, render, state, steps
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.authentication import engine, sessions, token_set_up
from cognito_emulator.user_pools.authentication.sign_in import Finish

Data = dict[str, Any]
Responses = dict[str, str]
_PREFIX = "userAttributes."


def _answer(request: AuthorizationRequest, data: Data, responses: Responses, finish: Finish) -> Answer:
    visit = request.visit
    return engine.answer(
        visit.call,
        visit.pool,
        request.client,
        data["step"],
        {"USERNAME": data["username"], **responses},
        data["session"],
        admin=False,
        finish=finish,
    )


@dataclass(frozen=True)
class Form:
    """How a challenge looks: its template, what the template needs, how its form is an answer, and who takes that."""

    template: str
    context: Callable[[Visit, Data], dict[str, Any]]
    responses: Callable[[Parameters, Data], Responses]
    answer: Callable[[AuthorizationRequest, Data, Responses, Finish], Answer] = _answer


def page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _submit)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    form = _form(data)
    if steps.page_of(data["step"]) != visit.request.path:
        return door.go(visit, steps.page_of(data["step"]))
    return render.page(
        visit,
        form.template,
        **state.take_messages(visit, data),
        step=data["step"],
        username=data["username"],
        **form.context(visit, data),
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    form, page, given = _form(data), steps.page_of(data["step"]), visit.form
    if given.get("new_password") != given.get("confirm_password", given.get("new_password")):
        state.save(visit, {**data, "error": forgot_password.MISMATCH})
        return door.go(visit, page)
    finish = steps.finish(request, data)
    return steps.attempt(
        request,
        data["username"],
        lambda: form.answer(request, data, form.responses(given, data), finish),
        page,
        data,
    )


def _form(data: Data) -> Form:
    form = FORMS.get(data.get("step", ""))
    if form is None:
        raise errors.sign_in_cancelled()
    return form


def _nothing(visit: Visit, data: Data) -> dict[str, Any]:
    return {}


# ── codes, choices, passkeys ─────────────────────────────────────────────────────────────────────────────────


def _code_context(visit: Visit, data: Data) -> dict[str, Any]:
    return {"destination": data["parameters"].get("CODE_DELIVERY_DESTINATION")}


def _code_form(name: str) -> Form:
    return Form("code.html", _code_context, lambda form, data: {name: form.get("authentication_code", "").strip()})


def _factor_context(visit: Visit, data: Data) -> dict[str, Any]:
    return {"choices": orjson.loads(data["parameters"]["MFAS_CAN_CHOOSE"])}


def _first_factor_context(visit: Visit, data: Data) -> dict[str, Any]:
    """What to begin with. People type passwords: that a program could prove one by SRP is not their choice."""
    return {"choices": [challenge for challenge in data["available"] if challenge != "PASSWORD_SRP"]}


def _choice(form: Parameters, data: Data) -> Responses:
    return {"ANSWER": form.get("answer", "")}


def _passkey_context(visit: Visit, data: Data) -> dict[str, Any]:
    return {"act": "get", "options": data["parameters"]["CREDENTIAL_REQUEST_OPTIONS"]}


# ── a new password ───────────────────────────────────────────────────────────────────────────────────────────


def _missing_attributes(data: Data) -> list[str]:
    names: list[str] = orjson.loads(data["parameters"].get("requiredAttributes") or "[]")
    return [name.removeprefix(_PREFIX) for name in names]


def _new_password_context(visit: Visit, data: Data) -> dict[str, Any]:
    missing = [fields.field(name, required=True) for name in _missing_attributes(data)]
    return {"rules": fields.password_rules(visit.pool), "fields": missing}


def _new_password(form: Parameters, data: Data) -> Responses:
    given = fields.given(form, _missing_attributes(data))
    return {
        "NEW_PASSWORD": form.get("new_password", ""),
        **{f"{_PREFIX}{name}": value for name, value in given.items()},
    }


# ── set-up of a second factor ────────────────────────────────────────────────────────────────────────────────

# Fields for addresses that codes can go to, and the responses that they are.
_ADDRESSES = {
    "EMAIL_OTP": {"factor": "EMAIL_OTP", "name": "email", "type": "email", "autocomplete": "email"},
    "SMS_MFA": {"factor": "SMS_MFA", "name": "phone_number", "type": "tel", "autocomplete": "tel"},
}
_ADDRESS_RESPONSES = {"email": "EMAIL", "phone_number": "PHONE_NUMBER"}


def _set_up_context(visit: Visit, data: Data) -> dict[str, Any]:
    import segno

    offered = orjson.loads(data["parameters"]["MFAS_CAN_SETUP"])
    addresses = [address for factor, address in _ADDRESSES.items() if factor in offered]
    secret = data.get("secret")
    if not secret:
        return {"secret": None, "qr": None, "addresses": addresses}
    account = quote(f"{visit.pool.name}:{data['username']}")
    uri = f"otpauth://totp/{account}?{urlencode({'secret': secret, 'issuer': visit.pool.name})}"
    image = segno.make(uri, micro=False).svg_data_uri(scale=4, border=2)
    return {"secret": secret, "qr": image, "addresses": addresses}


def _set_up_responses(form: Parameters, data: Data) -> Responses:
    for field, response in _ADDRESS_RESPONSES.items():
        if form.get(field):
            return {response: form[field].strip()}
    return {"CODE": form.get("authentication_code", "").strip(), "NAME": form.get("device_name", "").strip()}


def _set_up(request: AuthorizationRequest, data: Data, responses: Responses, finish: Finish) -> Answer:
    """An address is answered to the challenge. The app's first code is verified, and the session that this gives
    answers the challenge.
    """
    if "CODE" not in responses:
        return _answer(request, data, responses, finish)
    visit = request.visit
    sign_in = sessions.resume(visit.call, visit.pool, request.client, data["session"], data["step"], False, finish)
    handle = token_set_up.verify(sign_in, responses["CODE"], responses["NAME"])
    return _answer(request, {**data, "session": handle}, {}, finish)


FORMS: dict[str, Form] = {
    "EMAIL_OTP": _code_form("EMAIL_OTP_CODE"),
    "MFA_SETUP": Form("set_up.html", _set_up_context, _set_up_responses, _set_up),
    "NEW_PASSWORD_REQUIRED": Form("new_password.html", _new_password_context, _new_password),
    "PASSWORD": Form("password.html", _nothing, lambda form, data: {"PASSWORD": form.get("password", "")}),
    "SELECT_CHALLENGE": Form("choose.html", _first_factor_context, _choice),
    "SELECT_MFA_TYPE": Form("choose.html", _factor_context, _choice),
    "SMS_MFA": _code_form("SMS_MFA_CODE"),
    "SMS_OTP": _code_form("SMS_OTP_CODE"),
    "SOFTWARE_TOKEN_MFA": _code_form("SOFTWARE_TOKEN_MFA_CODE"),
    "WEB_AUTHN": Form("passkey.html", _passkey_context, lambda form, data: {"CREDENTIAL": form.get("credential", "")}),
}
