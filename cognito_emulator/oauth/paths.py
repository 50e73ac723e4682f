"""Which paths are the domain's, told without importing what answers them."""

from __future__ import annotations

import re

# The endpoints that scripts of any origin may call. Source: reference oauth-and-hosted-ui.md §11.
OPEN = frozenset({"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"})

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
        "/passkeys/add",
        "/resendcode",
        "/saml2/idpresponse",
        "/saml2/logout",
        "/signup",
    }
)

_FILE = re.compile(r"/(?:[\w-]+_[0-9a-zA-Z]+/[\w+]+/\d{14}/assets/images/image\.jpg|static/[\w.-]+)")
_PREFIX_HOST = re.compile(r"([a-z0-9-]+)\.auth(?:-fips)?\.([a-z0-9-]+)\.(amazoncognito\.com|localhost)")


def is_ours(path: str) -> bool:
    """Whether a path belongs to a user pool domain, on whatever host."""
    return path in PAGES or path in OPEN or bool(_FILE.fullmatch(path))


def prefix_of_host(host: str) -> tuple[str, str] | None:
    """Prefix and region of a host name that is a prefix domain's, in AWS's form or ending in `localhost`."""
    found = _PREFIX_HOST.fullmatch(host)
    return (found.group(1), found.group(2)) if found else None
