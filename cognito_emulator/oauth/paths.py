"""Which paths are the domain's, told without importing what answers them."""

from __future__ import annotations

import re

REGISTER = "/oauth2/register"
# The endpoints that scripts of any origin may call. Source: reference oauth-and-hosted-ui.md §11.
OPEN = frozenset({"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"})

# What answers errors as JSON. Scripts of other origins may not register: CORS is documented for the others only.
JSON = OPEN | {REGISTER}

PAGES = frozenset(
    {
        "/authorize",
        "/changePassword",
        "/confirm",
        "/confirmUser",
        "/confirmforgotPassword",
        "/error",
        "/fake-idp",
        "/forgotPassword",
        "/login",
        "/logout",
        "/mfa",
        "/oauth2/authorize",
        "/oauth2/idpresponse",
        REGISTER,
        "/passkeys/add",
        "/resendcode",
        "/saml2/idpresponse",
        "/saml2/logout",
        "/signup",
    }
)

_REGISTER_WITH = re.compile(r"/([\w-]+_[0-9a-zA-Z]+)/oauth2/register")
_FILE = re.compile(r"/(?:[\w-]+_[0-9a-zA-Z]+/[\w+]+/\d{14}/assets/images/image\.jpg|static/[\w.-]+)")
_PREFIX_HOST = re.compile(r"([a-z0-9-]+)\.auth(?:-fips)?\.([a-z0-9-]+)\.(amazoncognito\.com|localhost)")


def is_closed(path: str) -> bool:
    """Whether a path is not for scripts of other origins."""
    return path in PAGES or registers_with(path) is not None


def registers_with(path: str) -> str | None:
    """The pool that the path of its registration endpoint names: on a host of all pools nothing else would."""
    found = _REGISTER_WITH.fullmatch(path)
    return found.group(1) if found else None


def is_ours(path: str) -> bool:
    """Whether a path belongs to a user pool domain, on whatever host."""
    return is_closed(path) or path in OPEN or bool(_FILE.fullmatch(path))


def prefix_of_host(host: str) -> tuple[str, str] | None:
    """Prefix and region of a host name that is a prefix domain's, in AWS's form or ending in `localhost`."""
    found = _PREFIX_HOST.fullmatch(host)
    return (found.group(1), found.group(2)) if found else None
