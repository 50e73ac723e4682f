"""Scopes of the user pool domain: which there are, and which attributes each lets an app see.

Source: reference oauth-and-hosted-ui.md §9; developer guide, "Access control with resource servers".
"""

from __future__ import annotations

from collections.abc import Iterable

ADMIN = "aws.cognito.signin.user.admin"
OPENID = "openid"
REGISTER = "aws.cognito/dcr/register"
"""The service's own scope to register app clients: no resource server has it."""
STANDARD = frozenset({OPENID, "email", "phone", "profile", ADMIN})
# Scopes that mean something only together with openid.
NEED_OPENID = frozenset({"email", "phone", "profile"})

_PROFILE = frozenset(
    {
        "birthdate",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "picture",
        "preferred_username",
        "profile",
        "updated_at",
        "website",
        "zoneinfo",
    }
)
_EMAIL = frozenset({"email", "email_verified"})
_PHONE = frozenset({"phone_number", "phone_number_verified"})
_ALWAYS = frozenset({"sub", "identities"})
# Both attributes of an address have to be readable by a client that asks for its scope.
READ_TOGETHER = {"email": _EMAIL, "phone": _PHONE}


def visible(scopes: Iterable[str], attributes: dict[str, str]) -> dict[str, str]:
    """The attributes that an ID token or userInfo shows: with `openid` and none of the others, all of them."""
    granted = NEED_OPENID & set(scopes)
    if not granted:
        return attributes
    return {name: value for name, value in attributes.items() if name in _ALWAYS or _shown(name, granted)}


def _shown(name: str, granted: frozenset[str]) -> bool:
    if "profile" in granted and (name in _PROFILE or name.startswith("custom:")):
        return True
    return ("email" in granted and name in _EMAIL) or ("phone" in granted and name in _PHONE)
