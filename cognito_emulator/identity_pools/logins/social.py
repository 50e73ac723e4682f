"""Access tokens of Facebook, Amazon, Twitter and Digits: only the provider can read them, so it is asked.

Sources: Facebook Graph API `/app` and `/me`; Login with Amazon `/auth/o2/tokeninfo`; Twitter API 1.1
`account/verify_credentials` with OAuth 1.0a (RFC 5849); reference identity-pools.md §3, §7 and §10.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.logins.open_id import provider_places
from cognito_emulator.identity_pools.logins.verified import Verified
from cognito_emulator.identity_pools.records import IdentityPool
from cognito_emulator.outside import http_fetch
from cognito_emulator.randomness import ALPHANUMERIC

Json = dict[str, Any]
_HOSTS = {
    "graph.facebook.com": "https://graph.facebook.com",
    "www.amazon.com": "https://api.amazon.com",
    "api.twitter.com": "https://api.twitter.com",
    "www.digits.com": "https://api.digits.com",
}


def verify(call: Call, pool: IdentityPool, name: str, token: str) -> Verified:
    """The user behind an access token.

    Raises `NotAuthorizedException` for a token that the provider does not know or that is another app's.
    """
    base = provider_places(call.emulator.config.login_providers).get(name, _HOSTS[name])
    app = pool.social_providers[name]
    ask: Callable[[Call, str, str, str], Json] = _ASK[name]
    claims = ask(call, base, app, token)
    subject = str(claims["sub"])
    shown_app = app.partition(";")[0]
    return Verified(name, subject, f"{name}:{shown_app}:{subject}", claims, mapping=name, tag_provider=name)


def _facebook(call: Call, base: str, app: str, token: str) -> Json:
    parameter = f"access_token={quote(token, safe='')}"
    owner = _ask("graph.facebook.com", f"{base}/app?{parameter}")
    if str(owner.get("id")) not in app.split(";"):
        raise errors.unsupported_provider()
    user = _ask("graph.facebook.com", f"{base}/me?fields=id&{parameter}")
    identity = {"app_id": owner["id"], "user_id": user["id"]}
    return {"iss": "graph.facebook.com", "aud": owner["id"], "sub": user["id"], **identity}


def _amazon(call: Call, base: str, app: str, token: str) -> Json:
    info = _ask("www.amazon.com", f"{base}/auth/o2/tokeninfo?access_token={quote(token, safe='')}")
    if app not in (info.get("aud"), info.get("app_id")):
        raise errors.unsupported_provider()
    return {"iss": "www.amazon.com", "aud": info["aud"], "sub": info["user_id"], "user_id": info["user_id"]}


def _twitter(call: Call, base: str, app: str, token: str) -> Json:
    user = _ask_with_oauth(call, "api.twitter.com", f"{base}/1.1/account/verify_credentials.json", app, token)
    return {"iss": "api.twitter.com", "aud": app, "sub": user["id_str"]}


def _digits(call: Call, base: str, app: str, token: str) -> Json:
    user = _ask_with_oauth(call, "www.digits.com", f"{base}/1.1/sdk/account.json", app, token)
    return {"iss": "www.digits.com", "aud": app, "sub": user["id_str"]}


_ASK: dict[str, Callable[[Call, str, str, str], Json]] = {
    "graph.facebook.com": _facebook,
    "www.amazon.com": _amazon,
    "api.twitter.com": _twitter,
    "www.digits.com": _digits,
}


def _ask_with_oauth(call: Call, provider: str, url: str, app: str, token: str) -> Json:
    """Ask with a request that is signed for an app (`key;secret`) and a user (`token;secret`)."""
    consumer_key, _, consumer_secret = app.partition(";")
    user_token, separator, user_secret = token.partition(";")
    if not separator:
        raise errors.invalid_token()
    parameters = {
        "oauth_consumer_key": consumer_key,
        "oauth_nonce": call.emulator.randomness.text(32, ALPHANUMERIC),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(call.now)),
        "oauth_token": user_token,
        "oauth_version": "1.0",
    }
    listed = "&".join(f"{_escape(name)}={_escape(value)}" for name, value in sorted(parameters.items()))
    base_string = "&".join(("GET", _escape(url), _escape(listed)))
    key = f"{_escape(consumer_secret)}&{_escape(user_secret)}".encode()
    signature = base64.b64encode(hmac.new(key, base_string.encode(), hashlib.sha1).digest()).decode()
    header = ", ".join(
        f'{name}="{_escape(value)}"' for name, value in sorted({**parameters, "oauth_signature": signature}.items())
    )
    return _ask(provider, url, {"Authorization": f"OAuth {header}"})


def _escape(text: str) -> str:
    return quote(text, safe="~")


def _ask(provider: str, url: str, headers: dict[str, str] | None = None) -> Json:
    """A provider's answer. Raises `ExternalServiceException` if there is none, `NotAuthorizedException` for a no."""
    try:
        reply = http_fetch.send("GET", url, headers)
    except http_fetch.Unreachable:
        raise errors.provider_unreachable(provider) from None
    try:
        answer = json.loads(reply.body)
    except ValueError:
        answer = None
    if 400 <= reply.status < 500:
        raise errors.access_token_expired() if _says_expired(answer) else errors.invalid_token()
    if not reply.ok or not isinstance(answer, dict):
        raise errors.provider_unreachable(provider)
    return answer


def _says_expired(answer: Any) -> bool:
    """Whether Facebook says that a token's time is over.

    Source: Facebook's documentation, "Debug and handle errors" (error 190 with the subcode 463).
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    return isinstance(error, dict) and error.get("code") == 190 and error.get("error_subcode") == 463
