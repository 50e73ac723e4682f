"""Facts that recordings state in words, as checks. A text that has none fails the step: nothing passes unread."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cognito_emulator.conformance.compare import decode
from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.world import World

Check = Callable[[World, Reply], bool]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _claims(reply: Reply, token: str) -> dict[str, Any]:
    return decode(reply.body["AuthenticationResult"][token])[1]


def _first(w: World, token: str, name: str = "first") -> dict[str, Any]:
    return decode(w.facts[name][token])[1]


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def _shared_origin(w: World, reply: Reply) -> bool:
    access, identity = _claims(reply, "AccessToken"), _claims(reply, "IdToken")
    return _is_uuid(access["origin_jti"]) and access["origin_jti"] == identity["origin_jti"]


def _own_jti(w: World, reply: Reply) -> bool:
    access, identity = _claims(reply, "AccessToken")["jti"], _claims(reply, "IdToken")["jti"]
    return _is_uuid(access) and _is_uuid(identity) and access != identity


def _same_origin_as_first(w: World, reply: Reply) -> bool:
    first = _first(w, "AccessToken")["origin_jti"]
    return all(_claims(reply, token)["origin_jti"] == first for token in ("AccessToken", "IdToken"))


def _new_jti(w: World, reply: Reply) -> bool:
    access = _claims(reply, "AccessToken")["jti"]
    return access not in (_first(w, "AccessToken")["jti"], _claims(reply, "IdToken")["jti"])


def _new_origin(w: World, reply: Reply) -> bool:
    return _shared_origin(w, reply) and not _same_origin_as_first(w, reply)


def _one_rule_at_a_time(w: World, reply: Reply) -> bool:
    params = {"ClientId": w.client, "Username": "user", "Password": "abcdefgh"}
    second = w.send("SignUp", params)
    return second.error_type == "InvalidPasswordException" and (second.message or "").count(":") == 1


_CHECKS: dict[str, Check] = {
    "CodeDeliveryDetails is ABSENT": lambda w, r: "CodeDeliveryDetails" not in r.body,
    "AccountRecoverySetting is ABSENT for a pool created by API without it": lambda w, r: (
        "AccountRecoverySetting" not in r.body["UserPool"]
    ),
    "succeeds: a pool without UsernameAttributes accepts an e-mail-shaped Username": lambda w, r: (
        r.body["User"]["Username"] == "test@example.com"
    ),
    "scope is exactly the string aws.cognito.signin.user.admin": lambda w, r: (
        _claims(r, "AccessToken")["scope"] == "aws.cognito.signin.user.admin"
    ),
    "access.origin_jti is a UUID and equals id.origin_jti": _shared_origin,
    "access.jti and id.jti are UUIDs and differ": _own_jti,
    "origin_jti of refreshed access and id tokens equals the first": _same_origin_as_first,
    "jti of refreshed access differs from the first, and from refreshed id": _new_jti,
    "AuthFlow value REFRESH_TOKEN (old alias) is accepted although the client has only ADMIN_NO_SRP_AUTH": (
        lambda w, r: r.status == 200
    ),
    "AuthenticationResult holds new AccessToken and IdToken": lambda w, r: (
        {"AccessToken", "IdToken"} <= r.body["AuthenticationResult"].keys()
        and r.body["AuthenticationResult"]["AccessToken"] != w.facts["first"]["AccessToken"]
    ),
    "a new sign-in gets a new origin_jti (shared by access and id)": _new_origin,
    "USER_SRP_AUTH works on a client whose ExplicitAuthFlows is only [ADMIN_NO_SRP_AUTH] (legacy value)": (
        lambda w, r: "AuthenticationResult" in r.body
    ),
    "username == sub in the access token": lambda w, r: (
        _claims(r, "AccessToken")["username"] == _claims(r, "AccessToken")["sub"]
    ),
    "cognito:username == sub in the id token": lambda w, r: (
        _claims(r, "IdToken")["cognito:username"] == _claims(r, "IdToken")["sub"]
    ),
    "email claim present although SignUp sent no email attribute (it comes from Username)": lambda w, r: (
        _claims(r, "IdToken").get("email") == "test@moto.com"
    ),
    "no email in access token": lambda w, r: "email" not in _claims(r, "AccessToken"),
    "Password shorter than 6 characters: InvalidParameterException (model constraint, length >= 6), before the pool "
    "policy is looked at": lambda w, r: r.error_type == "InvalidParameterException",
    "then InvalidPasswordException for ONE violated rule at a time": _one_rule_at_a_time,
    "AdminDisableUser revokes tokens: a later REFRESH_TOKEN_AUTH with a refresh token from before fails on AWS": (
        lambda w, r: r.error_type == "NotAuthorizedException"
    ),
}


def failed(texts: list[str], world: World, reply: Reply) -> list[str]:
    """The texts that do not hold, or that nothing here can check."""
    broken = []
    for text in texts:
        check = _CHECKS.get(text)
        if check is None:
            broken.append(f"nothing checks: {text}")
            continue
        try:
            holds = check(world, reply)
        except (KeyError, TypeError, AttributeError):
            holds = False
        if not holds:
            broken.append(text)
    return broken
