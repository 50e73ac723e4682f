"""Spring Security itself: an app of Spring Boot, whose users sign in at a pool's domain.

It runs where there are a JDK and the jars: `COGNITO_EMULATOR_SPRING_JARS` names a folder with those of spring-boot,
spring-boot-autoconfigure, spring-webmvc, spring-security-config and spring-security-oauth2-client and of what they need
(`make spring` gets them). Elsewhere test_spring.py plays by Spring's rules.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from .relying import make_client, sign_in_at
from .support import PASSWORD, Server, clean_environment, idp_client

JARS = os.environ.get("COGNITO_EMULATOR_SPRING_JARS")
if JARS is None:
    pytest.skip("COGNITO_EMULATOR_SPRING_JARS names no folder (`make spring` makes one)", allow_module_level=True)
if shutil.which("javac") is None:
    pytest.skip("no JDK is installed", allow_module_level=True)

pytestmark = pytest.mark.timeout(300)
CLASSPATH = f"{Path(JARS).resolve()}/*"
QUIETLY: dict[str, Any] = {"allow_redirects": False, "timeout": 30}


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app, compiled."""
    folder = tmp_path_factory.mktemp("spring")
    source = Path(__file__).parent / "spring" / "App.java"
    command = ["javac", "-parameters", "-cp", CLASSPATH, "-d", str(folder), str(source)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return folder


@dataclass(frozen=True)
class SpringApp:
    """The app, listening, and the client that it is at the pool."""

    url: str
    config: dict[str, Any]
    issuer: str

    def leave(self, person: requests.Session) -> str:
        """Where the app sends somebody whom it does not know."""
        first = person.get(f"{self.url}/", **QUIETLY)
        assert first.headers["Location"].endswith("/oauth2/authorization/cognito")
        return str(person.get(first.headers["Location"], **QUIETLY).headers["Location"])

    def sign_in(self, person: requests.Session) -> dict[str, Any]:
        """All the way; what the app knows of the person."""
        back = sign_in_at(self.leave(person), "jane", PASSWORD)
        assert back.startswith(f"{self.url}/login/oauth2/code/cognito?"), back
        arrived = person.get(back, **QUIETLY)
        assert arrived.headers["Location"].startswith(f"{self.url}/?continue"), arrived.headers
        answer: dict[str, Any] = person.get(arrived.headers["Location"], timeout=30).json()
        return answer


@contextmanager
def spring(server: Server, classes: Path, *, logout: str = "cognito", discovers: bool = True) -> Iterator[SpringApp]:
    """The app on a free port; the pool's client learns its callback when it listens."""
    config = make_client(server, GenerateSecret=True, AllowedOAuthScopes=["openid", "email", "profile"])
    issuer = f"{config['endpoint']}/{config['userPoolId']}"
    base = "spring.security.oauth2.client"
    settings = {
        "server.address": "127.0.0.1",
        "server.port": "0",
        "app.logout": logout,
        f"{base}.registration.cognito.client-id": config["clientId"],
        f"{base}.registration.cognito.client-secret": config["clientSecret"],
        f"{base}.registration.cognito.scope": "openid,email",
        f"{base}.provider.cognito.user-name-attribute": "username",
    }
    places = {
        "authorization-uri": f"{config['endpoint']}/oauth2/authorize",
        "token-uri": f"{config['endpoint']}/oauth2/token",
        "user-info-uri": f"{config['endpoint']}/oauth2/userInfo",
        "jwk-set-uri": f"{issuer}/.well-known/jwks.json",
    }
    provider = {"issuer-uri": issuer} if discovers else places
    settings |= {f"{base}.provider.cognito.{name}": value for name, value in provider.items()}
    if not discovers:
        settings[f"{base}.registration.cognito.authorization-grant-type"] = "authorization_code"
        settings[f"{base}.registration.cognito.redirect-uri"] = "{baseUrl}/login/oauth2/code/{registrationId}"
    log = classes / f"{config['clientId']}.log"
    command = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", f"{classes}:{CLASSPATH}", "App"]
    command += [f"--{name}={value}" for name, value in settings.items()]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=clean_environment()) as process,
    ):
        try:
            url = f"http://localhost:{_port(process, log)}"
            _register(config, f"{url}/login/oauth2/code/cognito", f"{url}/")
            yield SpringApp(url, config, issuer)
        finally:
            process.terminate()


def _port(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 200
    while process.poll() is None and time.monotonic() < deadline:
        if found := re.search(r"Tomcat started on port (\d+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"Spring did not start:\n{log.read_text()}")


def _register(config: dict[str, Any], callback: str, signed_out: str) -> None:
    idp = idp_client(config["endpoint"])
    key = {"UserPoolId": config["userPoolId"], "ClientId": config["clientId"]}
    client = idp.describe_user_pool_client(**key)["UserPoolClient"]
    kept = ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlows", "AllowedOAuthScopes", "SupportedIdentityProviders")
    settings = {name: client[name] for name in kept}
    idp.update_user_pool_client(**key, **settings, CallbackURLs=[callback], LogoutURLs=[signed_out])


def test_login_and_logout(cognito_server: Server, classes: Path) -> None:
    with spring(cognito_server, classes) as app:
        person = requests.Session()
        asked = parse_qs(urlsplit(app.leave(person)).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert {"state", "nonce"} <= set(asked)
        knows = app.sign_in(person)
        assert (knows["name"], knows["email"], knows["issuer"]) == ("jane", "jane@example.com", app.issuer)
        assert knows["info"]["username"] == "jane"
        left = person.post(f"{app.url}/logout", **QUIETLY).headers["Location"]
        assert person.get(left, **QUIETLY).headers["Location"] == f"{app.url}/"
        assert "Location" in person.get(f"{app.url}/", **QUIETLY).headers


def test_the_logout_of_oidc_is_refused(cognito_server: Server, classes: Path) -> None:
    with spring(cognito_server, classes, logout="oidc") as app:
        person = requests.Session()
        app.sign_in(person)
        left = person.post(f"{app.url}/logout", **QUIETLY).headers["Location"]
        assert {"id_token_hint", "post_logout_redirect_uri"} == set(parse_qs(urlsplit(left).query))
        refused = person.get(left, timeout=30)
        assert (refused.status_code, urlsplit(refused.url).path) == (400, "/error")


def test_another_issuer(aws_issuer_server: Server, classes: Path) -> None:
    """The document says AWS's issuer: the app does not even start."""
    with (
        pytest.raises(AssertionError, match=r"did not match the requested issuer"),
        spring(aws_issuer_server, classes),
    ):
        pass


def test_the_issuer_of_aws_without_discovery(aws_issuer_server: Server, classes: Path) -> None:
    with spring(aws_issuer_server, classes, discovers=False) as app:
        knows = app.sign_in(requests.Session())
        assert knows["issuer"] == f"https://cognito-idp.eu-west-1.amazonaws.com/{app.config['userPoolId']}"
