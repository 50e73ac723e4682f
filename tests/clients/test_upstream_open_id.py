"""npm `oidc-provider` as the identity provider of a pool: sign-in and consent there, tokens here."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import pytest
import requests

from .relying import CALLBACK
from .support import NodeClients, Server, claims_of, clean_environment, idp_client

SECRET = "a-secret-of-thirty-two-characters-or-more"
# What the provider signs its ID tokens with, by client.
ALGORITHMS = {"rsa": "RS256", "ec": "ES256", "hmac": "HS256"}
MAPPING = {"email": "email", "email_verified": "email_verified", "name": "name", "nickname": "groups"}


@pytest.fixture(scope="module")
def issuer(cognito_server: Server, node_clients: NodeClients) -> Iterator[str]:
    """The provider, with a client for each algorithm; the address of it."""
    config = {
        "callback": f"{cognito_server.endpoint_url}/oauth2/idpresponse",
        "clientSecret": SECRET,
        "clients": {name: {"id_token_signed_response_alg": algorithm} for name, algorithm in ALGORITHMS.items()},
        "conformIdTokenClaims": True,
    }
    with subprocess.Popen(
        [node_clients.node, str(node_clients.scripts / "openid_provider.mjs"), json.dumps(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=node_clients.scripts,
        env=clean_environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "oidc-provider did not start"
        yield json.loads(line)["issuer"]
        process.stdin.close()


@dataclass
class Federation:
    """A pool with the provider, and the browser of a person."""

    endpoint: str
    issuer: str
    idp: Any
    pool_id: str
    client_id: str
    browser: requests.Session

    def leave(self, **parameters: str) -> requests.Response:
        """From the app to the provider's sign-in page."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "state": "s-1",
            "identity_provider": "Corp",
            **parameters,
        }
        return self.follow(self.browser.get(f"{self.endpoint}/oauth2/authorize?{urlencode(query)}", **QUIETLY))

    def follow(self, answer: requests.Response) -> requests.Response:
        """Where redirects end, or the first one to the app."""
        while answer.is_redirect:
            there = urljoin(answer.url, answer.headers["Location"])
            if there.startswith(CALLBACK):
                return answer
            answer = self.browser.get(there, **QUIETLY)
        return answer

    def sign_in_there(self, page: requests.Response, subject: str) -> requests.Response:
        """Fill in the provider's sign-in page; its consent page, or the way back."""
        assert page.url.startswith(f"{self.issuer}/interaction/"), page.url
        return self.follow(
            self.browser.post(page.url, {"prompt": "login", "login": subject, "password": "any"}, **QUIETLY)
        )

    def agree(self, page: requests.Response) -> requests.Response:
        return self.follow(self.browser.post(page.url, {"prompt": "consent"}, **QUIETLY))

    def sign_in(self, subject: str = "ann", **parameters: str) -> dict[str, str]:
        """All the way; the parameters at the app."""
        return parameters_of(self.agree(self.sign_in_there(self.leave(**parameters), subject)))

    def tokens(self, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": self.client_id,
        }
        answer: dict[str, Any] = requests.post(f"{self.endpoint}/oauth2/token", form, timeout=30).json()
        return answer


QUIETLY: dict[str, Any] = {"allow_redirects": False, "timeout": 30}


def parameters_of(answer: requests.Response) -> dict[str, str]:
    there = answer.headers["Location"]
    assert there.startswith(CALLBACK), there
    return dict(parse_qsl(urlsplit(there).query))


def make_federation(server: Server, issuer: str, name: str = "rsa", **details: str) -> Federation:
    idp = idp_client(server.endpoint_url)
    pool = idp.create_user_pool(PoolName="upstream")["UserPool"]["Id"]
    idp.create_user_pool_domain(Domain=f"up-{pool.split('_')[1].lower()}", UserPoolId=pool)
    idp.create_identity_provider(
        UserPoolId=pool,
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={
            "client_id": name,
            "client_secret": SECRET,
            "authorize_scopes": "openid email profile",
            "attributes_request_method": "GET",
            "oidc_issuer": issuer,
            **details,
        },
        AttributeMapping=MAPPING,
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        SupportedIdentityProviders=["Corp"],
    )["UserPoolClient"]["ClientId"]
    return Federation(server.endpoint_url, issuer, idp, pool, client, requests.Session())


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_user_of_the_provider(cognito_server: Server, issuer: str, name: str) -> None:
    corp = make_federation(cognito_server, issuer, name)
    back = corp.sign_in("ann@corp", nonce="n-1")
    assert back["state"] == "s-1"
    claims = claims_of(corp.tokens(back["code"])["id_token"])
    assert claims["cognito:username"] == "Corp_ann@corp"
    assert claims["nonce"] == "n-1"
    assert (claims["email"], claims["email_verified"]) == ("ann@corp.example.com", True)
    assert claims["name"] == "ann of Corp"
    assert claims["nickname"] == "[staff,admins]"
    [identity] = claims["identities"]
    assert (identity["userId"], identity["providerType"], identity["issuer"]) == ("ann@corp", "OIDC", None)
    user = corp.idp.admin_get_user(UserPoolId=corp.pool_id, Username="Corp_ann@corp")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"


def test_who_is_signed_in_there_comes_straight_back(cognito_server: Server, issuer: str) -> None:
    corp = make_federation(cognito_server, issuer)
    first = claims_of(corp.tokens(corp.sign_in()["code"])["id_token"])
    corp.browser.cookies.clear(domain="127.0.0.1", path="/", name=f"cognito.{corp.pool_id}")
    second = claims_of(corp.tokens(parameters_of(corp.leave())["code"])["id_token"])
    assert second["sub"] == first["sub"]
    assert second["auth_time"] >= first["auth_time"]


@pytest.mark.parametrize("version", [1, 2])
def test_hints_are_passed_on(cognito_server: Server, issuer: str, version: int) -> None:
    """A prompt is for managed login only; the classic pages know none, and so the provider hears of none."""
    corp = make_federation(cognito_server, issuer)
    domain = corp.idp.describe_user_pool(UserPoolId=corp.pool_id)["UserPool"]["Domain"]
    corp.idp.update_user_pool_domain(Domain=domain, UserPoolId=corp.pool_id, ManagedLoginVersion=version)
    corp.sign_in()
    corp.browser.cookies.clear(domain="127.0.0.1", path="/", name=f"cognito.{corp.pool_id}")
    page = corp.leave(prompt="login", login_hint="bob@corp")
    if version == 1:
        assert "code" in parameters_of(page)
    else:
        assert urlsplit(page.url).path.startswith("/interaction/")  # asked again, though signed in there
        assert "bob@corp" in page.text


def test_who_refuses_their_consent_comes_back_without_a_code(cognito_server: Server, issuer: str) -> None:
    corp = make_federation(cognito_server, issuer)
    page = corp.sign_in_there(corp.leave(), "ann")
    back = parameters_of(corp.follow(corp.browser.get(f"{page.url}/abort", **QUIETLY)))
    assert (back["error"], back["state"]) == ("access_denied", "s-1")
    assert corp.idp.list_users(UserPoolId=corp.pool_id)["Users"] == []


def test_a_secret_that_the_provider_does_not_know(cognito_server: Server, issuer: str) -> None:
    corp = make_federation(cognito_server, issuer, client_secret=SECRET + "x")
    back = corp.sign_in()
    assert back["error"] == "invalid_request"
    assert "invalid_client" in back["error_description"]
    assert corp.idp.list_users(UserPoolId=corp.pool_id)["Users"] == []


def test_a_code_of_somebody_else(cognito_server: Server, issuer: str) -> None:
    """A code that was given to one state does not fit another: the provider's nonce gives it away."""
    corp = make_federation(cognito_server, issuer)
    mallory = make_federation(cognito_server, issuer)
    theirs = mallory.sign_in_there(mallory.leave(), "mallory")
    answer = mallory.browser.post(theirs.url, {"prompt": "consent"}, **QUIETLY)
    stolen = mallory.browser.get(answer.headers["Location"], **QUIETLY).headers["Location"]
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    ours = corp.sign_in_there(corp.leave(), "ann")
    answer = corp.browser.post(ours.url, {"prompt": "consent"}, **QUIETLY)
    back = corp.browser.get(answer.headers["Location"], **QUIETLY).headers["Location"]
    state = parse_qs(urlsplit(back).query)["state"][0]
    query = urlencode({"code": code, "state": state})
    answer = corp.browser.get(f"{corp.endpoint}/oauth2/idpresponse?{query}", **QUIETLY)
    assert parameters_of(answer)["error"] in ("invalid_request", "server_error")
    assert corp.idp.list_users(UserPoolId=corp.pool_id)["Users"] == []
