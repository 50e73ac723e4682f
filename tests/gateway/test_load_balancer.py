"""`authenticate-cognito`, as application load balancers have it, with the emulator's own sign-in pages."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from jose import jws

from .app import App
from .support import Pool, Visitor

SHARDS = ("AWSELBAuthSessionCookie-0", "AWSELBAuthSessionCookie-1")


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def signed_in(visitor: Visitor, gateway: str) -> Visitor:
    """A browser with a session."""
    visitor.follow(visitor.sign_in(visitor.follow(f"{gateway}/app/")))
    return visitor


def oidc_headers(answer: requests.Response) -> dict[str, str]:
    """What the app got of the user, without `x-amzn-oidc-` in front."""
    assert answer.status_code == 200, answer.text
    found = dict(answer.json()["headers"])
    return {name[12:]: value for name, value in found.items() if name.startswith("x-amzn-oidc-")}


def test_from_the_app_to_the_sign_in_page_and_back(gateway: str, pool: Pool, visitor: Visitor, app: App) -> None:
    wanted = f"{gateway}/app/page?x=%2F&y=1"
    first = visitor.get(wanted)
    assert (first.status_code, app.seen) == (302, [])
    assert first.headers["server"] == "awselb/2.0"
    location = urlsplit(first.headers["Location"])
    port = urlsplit(pool.server.endpoint_url).port
    assert location.netloc == f"{pool.domain}.auth.us-east-1.localhost:{port}"
    assert location.path == "/oauth2/authorize"
    query = {name: values[0] for name, values in parse_qs(location.query).items()}
    state = query.pop("state")
    assert query == {
        "client_id": pool.web_client,
        "redirect_uri": f"{gateway}/oauth2/idpresponse",
        "response_type": "code",
        "scope": "openid email",
        "lang": "de",
        "prompt": "login",
    }
    back = visitor.sign_in(visitor.follow(first.headers["Location"]))
    assert back.startswith(f"{gateway}/oauth2/idpresponse?code=")
    assert parse_qs(urlsplit(back).query)["state"] == [state]
    done = visitor.get(back)
    assert (done.status_code, done.headers["Location"]) == (302, wanted)
    answer = visitor.get(wanted)
    assert answer.json()["target"] == "/app/page?x=%2F&y=1"
    headers = oidc_headers(answer)
    claims = jwt.decode(headers["accesstoken"], options={"verify_signature": False})
    assert (claims["client_id"], claims["username"]) == (pool.web_client, "jane")
    assert headers["identity"] == claims["sub"]


def test_the_data_is_signed_as_the_load_balancer_signs_it(gateway: str, pool: Pool, signed_in: Visitor) -> None:
    headers = oidc_headers(signed_in.get(f"{gateway}/app/x"))
    data = headers["data"]
    parts = data.split(".")
    assert all(len(part) % 4 == 0 for part in parts)
    assert parts[2].endswith("==")
    header = json.loads(base64.urlsafe_b64decode(parts[0]))
    assert set(header) == {"typ", "kid", "alg", "iss", "client", "signer", "exp"}
    assert (header["alg"], header["client"]) == ("ES256", pool.web_client)
    assert header["signer"].startswith("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/")
    key = requests.get(f"{gateway}/_gateway/public-keys/{header['kid']}", timeout=30).text
    assert key.startswith("-----BEGIN PUBLIC KEY-----\n")
    claims = jwt.decode(data, key, algorithms=["ES256"])
    assert claims == {
        "sub": headers["identity"],
        "username": "jane",
        "email": "jane@example.com",
        "email_verified": "true",
        "exp": header["exp"],
        "iss": header["iss"],
    }
    assert header["iss"].endswith(f"/{pool.id}")
    assert json.loads(jws.verify(data, key, ["ES256"])) == claims
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{parts[0]}.{parts[1]}.{'A' * 86}==", key, algorithms=["ES256"])


def test_the_public_key_has_a_host_of_its_own(gateway: str, signed_in: Visitor) -> None:
    data = oidc_headers(signed_in.get(f"{gateway}/app/x"))["data"]
    kid = jwt.get_unverified_header(data)["kid"]
    host = {"Host": "public-keys.auth.elb.eu-west-1.amazonaws.com"}
    found = requests.get(f"{gateway}/{kid}", headers=host, timeout=30)
    assert found.text == requests.get(f"{gateway}/_gateway/public-keys/{kid}", timeout=30).text
    assert requests.get(f"{gateway}/{kid[:-1]}", headers=host, timeout=30).status_code == 404
    assert requests.get(f"{gateway}/{kid}", timeout=30).status_code == 404


def test_cookies(gateway: str, visitor: Visitor) -> None:
    first = visitor.get(f"{gateway}/app/")
    nonce = first.headers["Set-Cookie"]
    assert nonce.startswith("AWSALBAuthNonce=")
    assert nonce.endswith("; Path=/; HttpOnly")
    done = visitor.get(visitor.sign_in(visitor.follow(first.headers["Location"])))
    lines = done.raw.headers.getlist("Set-Cookie")
    assert lines[-1] == "AWSALBAuthNonce=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly"
    assert lines[0].startswith("AWSELBAuthSessionCookie-0=")
    assert all("; Expires=" in line and line.endswith("; Path=/; HttpOnly") for line in lines)
    assert all(len(line.partition(";")[0]) < 4096 for line in lines)


def test_cookies_are_for_tls_only_where_the_browser_came_by_it(gateway: str) -> None:
    headers = {"X-Forwarded-Proto": "https", "Host": "app.example.com"}
    answer = requests.get(f"{gateway}/app/", headers=headers, allow_redirects=False, timeout=30)
    assert answer.headers["Set-Cookie"].endswith("; Path=/; Secure; HttpOnly")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["redirect_uri"] == ["https://app.example.com/oauth2/idpresponse"]


def test_a_large_session_is_in_several_cookies(gateway: str, pool: Pool, visitor: Visitor) -> None:
    profile = "".join(sha256(bytes([number])).hexdigest() for number in range(32))
    pool.user("large", email="large@example.com", profile=profile)
    action = f"{gateway}/again/"
    page = visitor.follow(action)
    visitor.follow(visitor.sign_in(page, "large"))
    names = {cookie.name for cookie in visitor.session.cookies if cookie.name.startswith("Again-")}
    assert {"Again-0", "Again-1"} <= names
    assert "accesstoken" in oidc_headers(visitor.get(action))
    visitor.session.cookies.clear(domain="localhost.local", path="/", name="Again-1")
    assert visitor.get(action).status_code == 302


@pytest.mark.parametrize("change", ["flipped", "cut", "swapped", "empty"])
def test_cookies_that_the_gateway_did_not_make(gateway: str, signed_in: Visitor, change: str) -> None:
    good = {cookie.name: cookie.value or "" for cookie in signed_in.session.cookies if cookie.name in SHARDS}
    first = good[SHARDS[0]]
    changed = {
        "flipped": {**good, SHARDS[0]: first[:40] + ("A" if first[40] != "A" else "B") + first[41:]},
        "cut": {SHARDS[0]: first[:-8]},
        "swapped": {SHARDS[0]: good.get(SHARDS[1], ""), SHARDS[1]: first[:100]},
        "empty": {SHARDS[0]: ""},
    }[change]
    answer = requests.get(f"{gateway}/app/", cookies=changed, allow_redirects=False, timeout=30)
    assert answer.status_code == 302


def test_a_session_is_of_its_action_only(gateway: str, signed_in: Visitor) -> None:
    """`/allow/` is for the same client and cookie, with another scope."""
    assert oidc_headers(signed_in.get(f"{gateway}/allow/")) == {}
    session = next(cookie.value for cookie in signed_in.session.cookies if cookie.name == SHARDS[0])
    cookies = {"Again-0": session or ""}
    assert requests.get(f"{gateway}/again/", cookies=cookies, allow_redirects=False, timeout=30).status_code == 302


def test_allow_and_deny(gateway: str, app: App) -> None:
    forged = {"x-amzn-oidc-identity": "root", "X_Amzn_Oidc_Data": "a.b.c"}
    assert oidc_headers(requests.get(f"{gateway}/allow/x", headers=forged, timeout=30)) == {}
    app.seen.clear()
    answer = requests.get(f"{gateway}/deny/x", timeout=30)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "text/html"
    assert "<h1>401 Authorization Required</h1>" in answer.text
    assert requests.post(f"{gateway}/allow/x", timeout=30).status_code == 404
    assert app.seen == []


def test_the_session_ends_with_its_timeout(gateway: str, visitor: Visitor, clock: Any) -> None:
    url = f"{gateway}/again/x"
    assert visitor.follow(visitor.sign_in(visitor.follow(url))).status_code == 200
    first = oidc_headers(visitor.get(url))["accesstoken"]
    clock.advance(3700)
    renewed = visitor.get(url)
    second = oidc_headers(renewed)["accesstoken"]
    assert second != first
    assert "Again-0=" in renewed.headers["Set-Cookie"]
    assert oidc_headers(visitor.get(url))["accesstoken"] == second
    clock.advance(3600)
    assert visitor.get(url).status_code == 302


def test_a_session_ends_when_its_tokens_cannot_be_renewed(
    gateway: str, pool: Pool, visitor: Visitor, clock: Any
) -> None:
    pool.user("leaver", email="leaver@example.com")
    url = f"{gateway}/again/x"
    assert visitor.follow(visitor.sign_in(visitor.follow(url), "leaver")).status_code == 200
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="leaver")
    assert visitor.get(url).status_code == 200
    clock.advance(3700)
    assert visitor.get(url).status_code == 302


def test_logging_out(gateway: str, pool: Pool, signed_in: Visitor) -> None:
    """The app expires the cookies and sends the browser to the domain's logout; then there is a sign-in page again."""
    for cookie in list(signed_in.session.cookies):
        if cookie.name.startswith("AWSELBAuthSessionCookie-"):
            signed_in.session.cookies.clear(cookie.domain, cookie.path, cookie.name)
    again = signed_in.get(f"{gateway}/app/")
    domain = "http://" + urlsplit(again.headers["Location"]).netloc
    signed_in.get(f"{domain}/logout?client_id={pool.web_client}&logout_uri={gateway}/")
    assert urlsplit(signed_in.follow(f"{gateway}/app/").url).path == "/login"


def is_page(answer: requests.Response, status: int) -> bool:
    assert (answer.status_code, answer.headers["server"]) == (status, "awselb/2.0")
    return f"<h1>{status} " in answer.text


def test_a_callback_of_another_browser_does_not_spend_the_code(gateway: str, visitor: Visitor) -> None:
    back = visitor.sign_in(visitor.follow(f"{gateway}/app/"))
    assert is_page(requests.get(back, allow_redirects=False, timeout=30), 401)
    other = {"AWSALBAuthNonce": "A" * 16}
    assert is_page(requests.get(back, cookies=other, allow_redirects=False, timeout=30), 401)
    assert visitor.follow(back).status_code == 200


def test_callbacks_that_cannot_be(gateway: str, visitor: Visitor) -> None:
    state = parse_qs(urlsplit(visitor.get(f"{gateway}/app/").headers["Location"]).query)["state"][0]
    callback = f"{gateway}/oauth2/idpresponse"
    assert is_page(visitor.get(callback), 401)
    assert is_page(visitor.get(f"{callback}?code=x&state=x"), 401)
    assert is_page(visitor.get(f"{callback}?code=x&state={state[:-4]}AAAA"), 401)
    assert is_page(visitor.get(f"{callback}?state={state}"), 401)
    assert is_page(visitor.get(f"{callback}?error=access_denied&state={state}"), 401)
    assert is_page(visitor.get(f"{callback}?error=invalid_request&state={state}"), 561)
    assert is_page(visitor.get(f"{callback}?code=nonsense&state={state}"), 561)


def test_a_sign_in_takes_no_more_than_15_minutes(gateway: str, visitor: Visitor, clock: Any) -> None:
    page = visitor.follow(f"{gateway}/app/")
    clock.advance(901)
    first = visitor.get(f"{gateway}/oauth2/idpresponse?" + urlsplit(visitor.sign_in(page)).query)
    assert is_page(first, 401)


def test_a_sign_in_leads_to_no_other_host(gateway: str, visitor: Visitor) -> None:
    request = requests.Request("GET", gateway).prepare()
    request.url = f"{gateway}//elsewhere.example/../app/"
    assert visitor.session.send(request, allow_redirects=False, timeout=30).status_code == 400
    request.url = f"{gateway}//app/x"
    first = visitor.session.send(request, allow_redirects=False, timeout=30)
    done = visitor.get(visitor.sign_in(visitor.follow(first.headers["Location"])))
    assert done.headers["Location"] == f"{gateway}//app/x"


def test_clients_that_a_load_balancer_cannot_use(gateway: str, pool: Pool, visitor: Visitor) -> None:
    back = visitor.sign_in(visitor.follow(f"{gateway}/wrong-secret/"))
    assert is_page(visitor.get(back), 561)
    state = parse_qs(urlsplit(visitor.get(f"{gateway}/no-secret/").headers["Location"]).query)["state"][0]
    assert is_page(visitor.get(f"{gateway}/oauth2/idpresponse?code=x&state={state}"), 500)
