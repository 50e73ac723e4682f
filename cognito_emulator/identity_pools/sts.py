"""A small STS, for who has no other: AssumeRoleWithWebIdentity, AssumeRole and GetCallerIdentity.

It speaks the Query protocol at the emulator's own address. Tokens of the service are checked here wherever the
credentials come from in the end, because emulators of STS take any token.

Sources: STS API reference; reference identity-pools.md §4 (text of the refusal).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from cognito_emulator.aws import credentials
from cognito_emulator.aws.call import Call, HttpRequest, HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.clock import iso
from cognito_emulator.identity_pools import repository, sessions, tokens
from cognito_emulator.identity_pools.records import Session
from cognito_emulator.outside import aws_clients

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

Params = Mapping[str, str]
VERSION = "2011-06-15"
_NAMESPACE = f"https://sts.amazonaws.com/doc/{VERSION}/"
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")


def params_of(request: HttpRequest) -> dict[str, str]:
    """The parameters of a Query call: in the body, or in the query of a GET."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return dict(parse_qsl(request.query, keep_blank_values=True))


def is_for_us(request: HttpRequest) -> bool:
    """Whether a Query call is for this STS although there is another: it shows one of the service's own tokens.

    The call that the emulator then makes itself goes to the other.
    """
    params = params_of(request)
    if params.get("Action") != "AssumeRoleWithWebIdentity" or aws_clients.is_own(request.headers.get("user-agent")):
        return False
    return tokens.is_of_service(params.get("WebIdentityToken", ""))


def answer(emulator: Emulator, request: HttpRequest, region: str | None) -> tuple[str, HttpResponse]:
    """Answer a Query call; also returns the operation's name, for the access log."""
    params = params_of(request)
    action = params.get("Action", "")
    request_id = emulator.randomness.uuid()
    try:
        function = _ACTIONS.get(action)
        if function is None or params.get("Version", VERSION) != VERSION:
            raise _invalid_action(action, params.get("Version", VERSION))
        result = function(_call(emulator, request, action, region, request_id), params)
    except AwsError as failure:
        return f"sts:{action or '-'}", _error(failure, request_id)
    metadata = {"RequestId": request_id}
    body = _xml({f"{action}Response": {f"{action}Result": result, "ResponseMetadata": metadata}})
    return f"sts:{action}", _response(200, body)


def _call(emulator: Emulator, request: HttpRequest, action: str, region: str | None, request_id: str) -> Call:
    caller = credentials.caller_of(request)
    return Call(
        emulator=emulator,
        operation=action,
        region=caller.region if caller else region or emulator.config.region,
        account=caller.account(emulator.config.account_id) if caller else emulator.config.account_id,
        request_id=request_id,
        now=emulator.clock.now(),
        request=request,
        signed=caller is not None,
        access_key=caller.access_key if caller else "",
        region_named=caller is not None or region is not None,
    )


# ── operations ───────────────────────────────────────────────────────────────────────────────────────────────


def _assume_role_with_web_identity(call: Call, params: Params) -> dict[str, Any]:
    """Credentials for the bearer of a token of the service."""
    wanted = _wanted(params)
    token = _required(params, "WebIdentityToken", "webIdentityToken")
    if not tokens.is_of_service(token):
        raise AwsError("InvalidIdentityToken", "No OpenIDConnect provider found in your account for this token")
    claims = tokens.claims_of(call.emulator, token)
    if claims is None:
        raise AwsError("InvalidIdentityToken", "Couldn't verify signature of the token")
    if call.now >= claims["exp"]:
        raise AwsError(
            "ExpiredTokenException",
            f"Token expired: current date/time {int(call.now)} must be before the expiration date/time {claims['exp']}",
        )
    own = aws_clients.is_own(call.request.headers.get("user-agent"))
    try:
        session = sessions.with_web_identity(call, wanted, claims, lambda: token, ask_others=not own)
    except sessions.NotAllowed:
        raise _access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity") from None
    return {
        **_granted(session),
        "SubjectFromWebIdentityToken": claims["sub"],
        "Provider": str(claims["iss"]).removeprefix("https://"),
        "Audience": claims["aud"],
    }


def _assume_role(call: Call, params: Params) -> dict[str, Any]:
    """Credentials of a role for another caller."""
    wanted = _wanted(params)
    arn = _caller(call)["Arn"]
    try:
        session = sessions.with_caller(call, wanted, arn, params.get("ExternalId"))
    except sessions.NotAllowed:
        raise _access_denied(
            f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: {wanted.role_arn}"
        ) from None
    return _granted(session)


def _get_caller_identity(call: Call, params: Params) -> dict[str, Any]:
    """Who signed the request."""
    return _caller(call)


_ACTIONS: dict[str, Callable[[Call, Params], dict[str, Any]]] = {
    "AssumeRole": _assume_role,
    "AssumeRoleWithWebIdentity": _assume_role_with_web_identity,
    "GetCallerIdentity": _get_caller_identity,
}


def _caller(call: Call) -> dict[str, str]:
    if not call.signed:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    session = repository.session(call.reader, call.access_key)
    if session is None:
        return {"UserId": call.account, "Account": call.account, "Arn": f"arn:aws:iam::{call.account}:root"}
    if call.now >= session.expires:
        raise AwsError("ExpiredToken", "The security token included in the request is expired", 403)
    return {"UserId": f"{session.role_id}:{session.name}", "Account": session.account, "Arn": session.arn}


def _granted(session: Session) -> dict[str, Any]:
    return {
        "Credentials": {
            "AccessKeyId": session.access_key,
            "SecretAccessKey": session.secret_key,
            "SessionToken": session.token,
            "Expiration": iso(session.expires),
        },
        "AssumedRoleUser": {"AssumedRoleId": f"{session.role_id}:{session.name}", "Arn": session.arn},
    }


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────


def _wanted(params: Params) -> sessions.Wanted:
    role_arn = _required(params, "RoleArn", "roleArn")
    name = _required(params, "RoleSessionName", "roleSessionName")
    if not _ROLE.fullmatch(role_arn):
        raise AwsError("ValidationError", f"{role_arn} is invalid")
    if not _SESSION_NAME.fullmatch(name):
        raise _constraint(name, "roleSessionName", r"Member must satisfy regular expression pattern: [\w+=,.@-]*")
    return sessions.Wanted(role_arn, name, _seconds(params), _policies(params), _policy_arns(params))


def _seconds(params: Params) -> int:
    text = params.get("DurationSeconds", "3600")
    if not text.isdigit():
        raise AwsError("MalformedInput", "Start of structure or map found where not expected.")
    if int(text) < 900:
        raise _constraint(text, "durationSeconds", "Member must have value greater than or equal to 900")
    if int(text) > 43200:
        raise _constraint(text, "durationSeconds", "Member must have value less than or equal to 43200")
    return int(text)


def _policies(params: Params) -> list[dict[str, Any]]:
    if not params.get("Policy"):
        return []
    try:
        return [dict(json.loads(params["Policy"]))]
    except (ValueError, TypeError):
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None


def _policy_arns(params: Params) -> list[str]:
    arns = {name: value for name, value in params.items() if re.fullmatch(r"PolicyArns\.member\.\d+\.arn", name)}
    return [arns[name] for name in sorted(arns, key=lambda name: int(name.split(".")[2]))]


def _required(params: Params, name: str, shown: str) -> str:
    value = params.get(name)
    if not value:
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value null at '{shown}' failed to satisfy constraint: "
            "Member must not be null",
        )
    return value


def _constraint(value: str, name: str, sentence: str) -> AwsError:
    return AwsError(
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {sentence}",
    )


def _access_denied(text: str) -> AwsError:
    return AwsError("AccessDenied", text, 403)


def _invalid_action(action: str, version: str) -> AwsError:
    return AwsError("InvalidAction", f"Could not find operation {action} for version {version}")


# ── the Query protocol ───────────────────────────────────────────────────────────────────────────────────────


def _error(failure: AwsError, request_id: str) -> HttpResponse:
    error = {"Type": "Sender", "Code": failure.type, "Message": failure.message or ""}
    return _response(failure.status, _xml({"ErrorResponse": {"Error": error, "RequestId": request_id}}))


def _response(status: int, body: str) -> HttpResponse:
    return HttpResponse(status, {"Content-Type": "text/xml"}, body.encode())


def _xml(document: Mapping[str, Any]) -> str:
    ((root, content),) = document.items()
    return f'<{root} xmlns="{_NAMESPACE}">{_elements(content)}</{root}>'


def _elements(content: Any) -> str:
    if isinstance(content, Mapping):
        return "".join(f"<{name}>{_elements(value)}</{name}>" for name, value in content.items())
    return escape(str(content))
