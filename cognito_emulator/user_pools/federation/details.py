"""ProviderDetails and AttributeMapping: what has to be given, and what the service adds.

Sources: botocore's model, CreateIdentityProvider.ProviderDetails; reference federation.md §1.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cognito_emulator.aws.call import Call
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool

Json = dict[str, Any]
Details = dict[str, str]

# The provider's attribute with the user's id, which the service maps to `username` itself.
SUBJECTS = {
    "Facebook": "id",
    "Google": "sub",
    "LoginWithAmazon": "user_id",
    "OIDC": "sub",
    "SignInWithApple": "sub",
}
SOCIAL = frozenset(SUBJECTS) - {"OIDC"}
_REQUIRED = {
    "Facebook": ("client_id", "client_secret", "authorize_scopes"),
    "Google": ("client_id", "client_secret", "authorize_scopes"),
    "LoginWithAmazon": ("client_id", "client_secret", "authorize_scopes"),
    "OIDC": ("client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"),
    "SignInWithApple": ("client_id", "team_id", "key_id", "private_key"),
}
_ADDED: dict[str, Details] = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "LoginWithAmazon": {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
}
_FACEBOOK_VERSION = "v17.0"
_DISCOVERED = {
    "attributes_url": "userinfo_endpoint",
    "authorize_url": "authorization_endpoint",
    "jwks_uri": "jwks_uri",
    "token_url": "token_endpoint",
}
# Names that no public host has.
_LOCAL = (".localhost", ".local", ".internal", ".test")
# What Google tells: the fields of the People API and the claims of its ID tokens. `hd` is refused by the service.
# Sources: developers.google.com/people/api/rest/v1/people/get; a deployment that met "invalid mapping: [hd]".
_GOOGLE = frozenset(
    {
        "access_token",
        "addresses",
        "ageRanges",
        "biographies",
        "birthdate",
        "birthdays",
        "calendarUrls",
        "clientData",
        "coverPhotos",
        "email",
        "emailAddresses",
        "email_verified",
        "events",
        "externalIds",
        "family_name",
        "gender",
        "genders",
        "given_name",
        "id_token",
        "imClients",
        "interests",
        "locale",
        "locales",
        "locations",
        "memberships",
        "metadata",
        "miscKeywords",
        "name",
        "names",
        "nicknames",
        "occupations",
        "organizations",
        "phoneNumbers",
        "photos",
        "picture",
        "profile",
        "refresh_token",
        "relations",
        "sipAddresses",
        "skills",
        "sub",
        "urls",
        "userDefined",
    }
)
_VERSION = re.compile(r"v\d+\.\d+")


@dataclass(frozen=True)
class Checked:
    """Details as they are kept: what is shown, what is not, and the SAML metadata document.

    `metadata_due` is when that document is to be read again, if it came by URL.
    """

    details: Details
    hidden: Details = field(default_factory=dict)
    metadata: str = ""
    metadata_due: float | None = None


def check_name(name: str, kind: str) -> None:
    """Social providers have the name of their type; no other has."""
    if (kind in SOCIAL and name != kind) or (kind not in SOCIAL and name in SOCIAL) or name.upper() == "COGNITO":
        raise errors.provider_cannot_be_of_type(name, kind)


def complete(call: Call, kind: str, given: Details) -> Checked:
    """The details with what the service adds. Raises `InvalidParameterException`.

    May ask the provider: for its discovery document (OIDC) or its metadata (SAML).
    """
    if kind == "SAML":
        from cognito_emulator.user_pools.federation import saml_details

        return saml_details.complete(call, given)
    if any(not given.get(name) for name in _REQUIRED[kind]):
        raise errors.provider_details_required(kind)
    if kind == "OIDC":
        return Checked(_open_id(call, given))
    if kind == "Facebook":
        return Checked({**_facebook(given), **given})
    hidden = {name: given[name] for name in ("private_key",) if name in given and kind == "SignInWithApple"}
    shown = {name: value for name, value in given.items() if name not in hidden}
    return Checked({**_ADDED[kind], **shown}, hidden)


def mapping_of(kind: str, given: dict[str, str], pool: Pool) -> dict[str, str]:
    """The attribute mapping; the service itself maps the user's id, except for SAML.

    Raises `InvalidParameterException` for attributes that the pool has not, or that Google does not tell.
    """
    wrong = [name for name in given if name != "username" and (name not in pool.schema or name == "sub")]
    if kind == "Google":
        wrong += [source for source in given.values() if source not in _GOOGLE]
    if wrong:
        raise errors.invalid_mapping(wrong)
    return {**given, "username": SUBJECTS[kind]} if kind in SUBJECTS else given


def _facebook(given: Details) -> Details:
    version = given.get("api_version", _FACEBOOK_VERSION)
    if not _VERSION.fullmatch(version):
        raise errors.invalid_provider_detail("api_version", version)
    return {
        "attributes_url": f"https://graph.facebook.com/{version}/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": f"https://www.facebook.com/{version}/dialog/oauth",
        "token_request_method": "GET",
        "token_url": f"https://graph.facebook.com/{version}/oauth/access_token",
    }


def _open_id(call: Call, given: Details) -> Details:
    if given["attributes_request_method"] not in ("GET", "POST"):
        raise errors.attributes_request_method(given["attributes_request_method"])
    for name in ("oidc_issuer", *_DISCOVERED):
        if given.get(name) and not _may_be_asked(given[name]):
            raise errors.open_id_over_http()
    found = {} if all(given.get(name) for name in _DISCOVERED) else _discovered(call, given["oidc_issuer"])
    return {**found, **given, "attributes_url_add_attributes": "false"}


def _may_be_asked(url: str) -> bool:
    """HTTPS, as on AWS; and HTTP of this machine and its network, which is how the emulator reaches local providers."""
    if url.startswith("https://"):
        return True
    host = (urlsplit(url).hostname or "").lower() if url.startswith("http://") else ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(_LOCAL))


def _discovered(call: Call, issuer: str) -> Details:
    try:
        document = http_fetch.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        return {name: str(document[member]) for name, member in _DISCOVERED.items()}
    except (http_fetch.Unreachable, KeyError, TypeError):
        if call.emulator.config.fake_idp:  # nobody is going to ask there
            return {name: f"{issuer.rstrip('/')}/{member}" for name, member in _DISCOVERED.items()}
        raise errors.discovery_failed(issuer) from None
