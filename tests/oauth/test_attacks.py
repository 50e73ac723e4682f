"""Bad input at the domain: refused in AWS's way (error page, redirect or JSON), and nothing stored."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools.tokens.keys import KeyRing
from tests.builders import PASSWORD, Idp, User, claims, confirmed_user, everything_in, header, pool, refused
from tests.oauth.browser import Browser, Page
from tests.oauth.conftest import (
    CALLBACK,
    HOST,
    SIGNED_OUT,
    VERIFIER,
    Relying,
    challenge_of,
    oauth_client,
    relying,
)

Rely = Callable[..., Relying]
PAGES = (
    "/oauth2/authorize",
    "/authorize",
    "/login",
    "/signup",
    "/confirm",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/changePassword",
    "/mfa",
)
OPEN_REDIRECTS = (
    "https://evil.example",
    "//evil.example/callback",
    "/\\evil.example",
    f"{CALLBACK}.evil.example",
    f"{CALLBACK}/",
    f"{CALLBACK}?next=https://evil.example",
    f"{CALLBACK}#",
    f"{CALLBACK}/../../evil",
    f"{CALLBACK}%2f..",
    f" {CALLBACK}",
    CALLBACK.upper(),
    CALLBACK.replace("https:", "http:"),
    CALLBACK.replace("https://", "https://evil.example@"),
    CALLBACK.replace("app.example.com", "app.example.com:443"),
    CALLBACK.replace("app.example.com", "app.example.com\\@evil.example"),
    f"{CALLBACK}\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u202ehttps://evil.example",
)
SCRIPT = "\"'><script>alert(1)</script>"


def nothing_stored(emulator: Emulator, send: Callable[[], Page], *but: str) -> Page:
    """What is answered; no table but those named may have changed."""
    before = everything_in(emulator, but=frozenset(but))
    page = send()
    assert everything_in(emulator, but=frozenset(but)) == before
    return page


# ── redirects to elsewhere ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES)
def test_no_path_leads_to_an_unregistered_callback(app: Relying, alice: User, path: str) -> None:
    """Signed in or not: the error page of the domain, with no word of the callback."""
    client, signed_in = app.app.client_id, app.browser()
    app.code(signed_in, alice)
    before = everything_in(app.emulator)
    for uri in OPEN_REDIRECTS:
        for browser, kind in ((app.browser(), "code"), (signed_in, "code"), (signed_in, "token")):
            page = browser.get(f"{path}?{app.query(redirect_uri=uri, response_type=kind)}")
            assert page.location == f"{HOST}/error?error=redirect_mismatch&client_id={client}", uri
            assert "evil" not in str(page.headers)
    assert everything_in(app.emulator) == before


def test_signing_out_leads_to_registered_addresses_only(app: Relying) -> None:
    client = app.app.client_id
    before = everything_in(app.emulator)
    for uri in OPEN_REDIRECTS:
        by_logout = urlencode({"client_id": client, "logout_uri": uri.replace("callback", "bye")})
        page = app.browser().get(f"/logout?{by_logout}")
        assert page.query == {"error": "Required String parameter 'redirect_uri' is not present", "client_id": client}
        by_redirect = urlencode({"client_id": client, "redirect_uri": uri, "response_type": "code"})
        page = app.browser().get(f"/logout?{by_redirect}")
        assert page.location == f"{HOST}/error?error=redirect_mismatch&client_id={client}", uri
    assert everything_in(app.emulator) == before


def test_lists_of_callbacks_and_of_sign_outs_are_two(app: Relying) -> None:
    client = app.app.client_id
    page = app.browser().get(f"/logout?{urlencode({'client_id': client, 'logout_uri': CALLBACK})}")
    assert page.location.startswith(f"{HOST}/error?")
    page = app.authorize(app.browser(), redirect_uri=SIGNED_OUT)
    assert page.location == f"{HOST}/error?error=redirect_mismatch&client_id={client}"


@pytest.mark.parametrize("name", ["state", "nonce", "lang", "login_hint", "scope", "response_type", "prompt"])
def test_no_parameter_adds_a_header(rely: Rely, name: str) -> None:
    app = rely(version=2)
    value = "de\r\nSet-Cookie: evil=1; Path=/\r\n\r\n<html>"
    for path in ("/oauth2/authorize", "/login", "/logout"):
        page = app.browser().get(f"{path}?{app.query(**{name: value})}")
        assert page.status in (200, 302)
        assert not any("evil" in line for line in page.set_cookies)
        assert all("\n" not in text and "\r" not in text for text in page.headers.values())


# ── PKCE and codes ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["plain", "s256", "S512", "", None])
def test_the_method_cannot_be_weakened(app: Relying, alice: User, method: str | None) -> None:
    browser = app.browser()
    app.code(browser, alice)
    page = nothing_stored(
        app.emulator,
        lambda: app.authorize(browser, code_challenge=challenge_of(VERIFIER), code_challenge_method=method),
    )
    assert page.location == f"{CALLBACK}?state=xyz&error=invalid_request"


@pytest.mark.parametrize(
    "verifier", [None, "", "x", VERIFIER[:-1], VERIFIER.upper(), f"{VERIFIER} ", challenge_of(VERIFIER), "\x00" * 43]
)
def test_a_code_with_a_challenge_needs_its_verifier(app: Relying, alice: User, verifier: str | None) -> None:
    challenge = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
    code = app.code(app.browser(), alice, **challenge)
    given = {} if verifier is None else {"code_verifier": verifier}
    page = nothing_stored(app.emulator, lambda: app.exchange(code, **given), "authorization_codes")
    assert (page.status, page.json) == (400, {"error": "invalid_grant"})
    assert app.exchange(code, code_verifier=VERIFIER).json == {"error": "invalid_grant"}  # it is spent


def test_a_challenge_cannot_be_taken_off_on_the_pages(app: Relying, alice: User) -> None:
    """The form of a sign-in belongs to the request that it was shown for; another one has a code of its own."""
    browser = app.browser()
    asked = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
    shown = app.authorize(browser, follow=True, **asked)
    form = shown.form("cognitoSignInForm")
    assert urlencode(asked) in form.action
    page = browser.submit(shown, "cognitoSignInForm", username=alice.username, password=alice.password)
    assert app.exchange(page.query["code"]).json == {"error": "invalid_grant"}


def test_a_replayed_code_gets_nothing_and_leaves_the_tokens(app: Relying, alice: User, idp: Idp) -> None:
    """AWS documents that a code works once; nothing that its tokens are revoked when it comes again."""
    code = app.code(app.browser(), alice)
    tokens = app.exchange(code).json
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id, GenerateSecret=True))
    for who in (app, other, app):
        page = nothing_stored(app.emulator, lambda who=who: who.exchange(code))  # type: ignore[misc]
        assert (page.status, page.json) == (400, {"error": "invalid_grant"})
    assert app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status == 200


def test_a_code_in_the_hands_of_another_client(app: Relying, alice: User, idp: Idp) -> None:
    """Neither with its own credentials, nor with the id of the client that the code is for."""
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id, GenerateSecret=True))
    code = app.code(app.browser(), alice)
    mixed = nothing_stored(app.emulator, lambda: other.exchange(code, client_id=app.app.client_id))
    assert (mixed.status, mixed.json) == (400, {"error": "invalid_client"})
    page = nothing_stored(app.emulator, lambda: other.exchange(code), "authorization_codes")
    assert (page.status, page.json) == (400, {"error": "invalid_grant"})


def test_a_code_for_another_callback_of_the_client(rely: Rely, idp: Idp) -> None:
    other = "https://app.example.com/other"
    app = rely(client={"CallbackURLs": [CALLBACK, other]})
    code = app.code(app.browser(), confirmed_user(idp, app.app))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": other}
    page = nothing_stored(app.emulator, lambda: app.token(**form), "authorization_codes")
    assert (page.status, page.json) == (400, {"error": "unauthorized_client"})


# ── clients and tokens ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["basic", "post"])
@pytest.mark.parametrize("secret", ["", "wrong", "*", "\x00", "é"])
def test_no_client_without_its_secret(rely: Rely, idp: Idp, form: str, secret: str) -> None:
    app = rely(client={"GenerateSecret": True})
    tokens = app.tokens(confirmed_user(idp, app.app))
    given = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    headers = {}
    if form == "basic":
        pair = base64.b64encode(f"{app.app.client_id}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        given |= {"client_id": app.app.client_id, "client_secret": secret}
    before = everything_in(app.emulator)
    for path, status in (("/oauth2/token", 400), ("/oauth2/revoke", 401)):
        page = app.browser().post(path, {"token": tokens["refresh_token"], **given}, **headers)
        assert (page.status, page.json["error"]) == (status, "invalid_client")
    assert everything_in(app.emulator) == before


def forgeries(app: Relying, token: str) -> dict[str, str]:
    """Access tokens that a pool did not sign."""
    keys = app.emulator.part(KeyRing).of(app.app.pool_id)
    said, kid = claims(token), header(token)["kid"]
    public = keys.access.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def encoded(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    import hashlib
    import hmac

    body = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(said)}"
    mac = base64.urlsafe_b64encode(hmac.digest(public, body.encode(), hashlib.sha256)).rstrip(b"=").decode()
    signed = token.rsplit(".", 1)
    more = {**said, "username": "admin"}
    return {
        "none": f"{encoded({'alg': 'none', 'kid': kid})}.{encoded(said)}.",
        "none with the signature": f"{encoded({'alg': 'none', 'kid': kid})}.{encoded(said)}.{signed[1]}",
        "hmac with the public key": f"{body}.{mac}",
        "other claims": f"{signed[0].split('.')[0]}.{encoded(more)}.{signed[1]}",
        "the key of id tokens": jwt.encode(said, keys.id.private, "RS256", headers={"kid": keys.id.kid}),
        "the key of id tokens, renamed": jwt.encode(said, keys.id.private, "RS256", headers={"kid": kid}),
        "no signature": f"{signed[0]}.",
    }


def test_forged_tokens_open_nothing(app: Relying, alice: User, idp: Idp) -> None:
    token = app.tokens(alice)["access_token"]
    before = everything_in(app.emulator)
    for name, forged in forgeries(app, token).items():
        page = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {forged}")
        assert (page.status, page.json["error"]) == (401, "invalid_token"), name
        with pytest.raises(idp.exceptions.NotAuthorizedException):
            idp.get_user(AccessToken=forged)
    assert everything_in(app.emulator) == before
    assert app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {token}").status == 200


def test_a_signature_of_another_pool_opens_nothing(app: Relying, alice: User, rely: Rely, idp: Idp) -> None:
    other = rely(domain="other")
    token = app.tokens(alice)["access_token"]
    keys = app.emulator.part(KeyRing)
    said = {**claims(token), "iss": claims(token)["iss"].replace(app.app.pool_id, other.app.pool_id)}
    forged = jwt.encode(said, keys.of(app.app.pool_id).access.private, "RS256", headers={"kid": header(token)["kid"]})
    with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
        idp.get_user(AccessToken=forged)


# ── frames, scripts, forms from elsewhere ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [1, 2])
def test_no_page_may_be_framed(rely: Rely, version: int) -> None:
    """Pages, redirects and errors alike."""
    app = rely(version=version)
    for path in (*PAGES, "/error", "/logout", "/passkeys/add", "/confirmUser", "/oauth2/idpresponse"):
        page = app.browser().get(f"{path}?{app.query()}")
        assert page.headers["x-frame-options"] == "DENY", path
        assert page.headers["x-content-type-options"] == "nosniff", path
        if page.status != 302:
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"], path


def test_names_of_providers_and_users_are_text(idp: Idp, emulator: Emulator) -> None:
    """A provider may be called `<b/>`, a user `<script>…`: the model lets such names pass."""
    pool_id = pool(idp)
    name = "<img/onerror=alert(1)>"
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName=name,
        ProviderType="OIDC",
        ProviderDetails={
            "client_id": "a",
            "client_secret": "b",
            "authorize_scopes": "openid",
            "attributes_request_method": "GET",
            "oidc_issuer": "https://idp.example.com",
            **{f"{one}_url": f"https://idp.example.com/{one}" for one in ("authorize", "token", "attributes")},
            "jwks_uri": "https://idp.example.com/jwks",
        },
    )
    app = relying(idp, emulator, client={"SupportedIdentityProviders": ["COGNITO", name]}, pool_id=pool_id)
    evil = confirmed_user(idp, app.app, "<script>alert(1)</script>")
    browser = app.browser()
    app.code(browser, evil)
    other = Relying(idp, emulator, oauth_client(idp, pool_id, SupportedIdentityProviders=["COGNITO", name]))
    page = other.authorize(browser, follow=True)  # offers to go on as that user, and has the provider's button
    assert escape("<script>alert(1)</script>") in page.html
    assert escape(name) in page.html
    assert "<script>" not in page.html
    assert "<img/" not in page.html


@pytest.mark.parametrize("where", ["/error", "/confirmUser", "/login", "/signup", "/logout", "/oauth2/authorize"])
def test_script_in_every_parameter_is_text(app: Relying, where: str) -> None:
    names = ("error", "error_description", "client_id", "user_name", "confirmation_code", "state", "lang", "login_hint")
    before = everything_in(app.emulator)
    for name in names:
        query = urlencode({**dict.fromkeys(("client_id", "redirect_uri"), "x"), name: SCRIPT})
        page = app.browser().get(f"{where}?{query}", follow=True)
        assert "<script>" not in page.html, name
        assert not re.search(r"\son\w+=", page.html), name
    assert everything_in(app.emulator) == before


def test_a_form_from_elsewhere_stores_nothing(app: Relying, alice: User) -> None:
    browser = app.browser()
    browser.get(f"/login?{app.query()}")
    before = everything_in(app.emulator)
    for path in PAGES[2:]:
        form = {"username": alice.username, "password": PASSWORD, "_csrf": "made-up"}
        page = browser.post(f"{path}?{app.query()}", form)
        assert page.location.startswith(f"{HOST}/error?error=invalid_request"), path
    assert everything_in(app.emulator) == before


def test_a_session_cookie_is_good_at_its_own_pool_only(app: Relying, alice: User, rely: Rely) -> None:
    other = rely(domain="other")
    browser = app.browser()
    app.code(browser, alice)
    cookie = browser.cookies["acme.auth.us-east-1.amazoncognito.com"]["cognito"]
    thief = Browser(app.emulator, "https://other.auth.us-east-1.amazoncognito.com")
    thief.cookies["other.auth.us-east-1.amazoncognito.com"] = {"cognito": cookie}
    page = nothing_stored(app.emulator, lambda: thief.get(f"/oauth2/authorize?{other.query()}"))
    assert page.location.startswith("https://other.auth.us-east-1.amazoncognito.com/login?")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"=" * 10_000, b"a=1&" * 1_000, b"%", b"grant_type=%00"])
def test_bodies_that_are_nonsense(app: Relying, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    before = everything_in(app.emulator)
    for path in ("/oauth2/token", "/oauth2/revoke"):
        page = app.browser().request("POST", path, body, **kind)
        assert (page.status, page.json) == (400, {"error": "invalid_request"})
    assert everything_in(app.emulator) == before
