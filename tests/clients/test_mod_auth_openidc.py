"""Apache's mod_auth_openidc: a relying party in C, with client_secret_basic, PKCE, state, nonce and a strict issuer."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from .relying import make_client, sign_in_at
from .support import PASSWORD, Server

APACHE = shutil.which("apache2", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")
if APACHE is None or not (MODULES / "mod_auth_openidc.so").exists():
    pytest.skip(
        "Apache with mod_auth_openidc (Debian: libapache2-mod-auth-openidc) is missing", allow_module_level=True
    )

SETTINGS = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
DocumentRoot {folder}/pages
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI http://localhost:{port}/callback
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCCryptoPassphrase only-for-tests
OIDCScope "openid email"
OIDCPKCEMethod S256
OIDCSessionType client-cookie
OIDCRemoteUserClaim username
OIDCPassClaimsAs environment
<Location />
  AuthType openid-connect
  Require valid-user
  Header set X-User "expr=%{{REMOTE_USER}}"
  Header set X-Email "expr=%{{reqenv:OIDC_CLAIM_email}}"
  Header set X-Issuer "expr=%{{reqenv:OIDC_CLAIM_iss}}"
</Location>
"""


@dataclass(frozen=True)
class Site:
    """A page behind Apache, and the client that it is at the pool."""

    url: str
    config: dict[str, Any]
    log: Path

    def visit(self, person: requests.Session, url: str | None = None) -> requests.Response:
        return person.get(url or f"{self.url}/index.html", allow_redirects=False, timeout=30)

    def sign_in(self, person: requests.Session) -> requests.Response:
        """From the page through the sign-in and back; the page."""
        left = self.visit(person).headers["Location"]
        arrived = self.visit(person, sign_in_at(left, "jane", PASSWORD))
        assert arrived.status_code == 302, self.log.read_text()
        return self.visit(person, arrived.headers["Location"])


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Apache's user may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "pages").mkdir()
        (folder / "pages" / "index.html").write_text("behind the door")
        yield folder


@contextlib.contextmanager
def apache(folder: Path, server: Server, **changes: str) -> Iterator[Site]:
    """Apache in the foreground. Somebody else may have taken the port meanwhile: then it is another one."""
    for _ in range(5):
        port = free_port()
        config = make_client(
            server,
            GenerateSecret=True,
            CallbackURLs=[f"http://localhost:{port}/callback"],
            LogoutURLs=[f"http://localhost:{port}/bye"],
        )
        given = {
            "folder": str(folder),
            "port": str(port),
            "modules": str(MODULES),
            "user": "User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            "issuer": f"{config['endpoint']}/{config['userPoolId']}",
            "client_id": config["clientId"],
            "client_secret": config["clientSecret"],
            **changes,
        }
        (folder / "apache.conf").write_text(SETTINGS.format(**given))
        assert APACHE is not None
        with subprocess.Popen([APACHE, "-f", str(folder / "apache.conf"), "-D", "FOREGROUND"]) as process:
            try:
                if _listens(process, port):
                    yield Site(f"http://localhost:{port}", config, folder / "error.log")
                    return
            finally:
                process.terminate()
    raise AssertionError(f"Apache did not start:\n{(folder / 'error.log').read_text()}")


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
        time.sleep(0.05)
    return False


def test_a_page_behind_apache(cognito_server: Server, folder: Path) -> None:
    with apache(folder, cognito_server) as site:
        person = requests.Session()
        left = site.visit(person)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["Location"]).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        page = site.sign_in(person)
        assert (page.status_code, page.text) == (200, "behind the door")
        assert page.headers["X-User"] == "jane"
        assert page.headers["X-Email"] == "jane@example.com"
        assert page.headers["X-Issuer"] == f"{site.config['endpoint']}/{site.config['userPoolId']}"
        # What comes back to the wrong browser is refused: the state is not one of its own.
        stolen = sign_in_at(site.visit(requests.Session()).headers["Location"], "jane", PASSWORD)
        assert site.visit(requests.Session(), stolen).status_code == 400


def test_signing_out_needs_the_parameters_of_cognito(cognito_server: Server, folder: Path) -> None:
    with apache(folder, cognito_server) as site:
        person = requests.Session()
        site.sign_in(person)
        bye = f"{site.url}/bye"
        left = site.visit(person, f"{site.url}/callback?{urlencode({'logout': bye})}").headers["Location"]
        assert left.startswith(f"{site.config['endpoint']}/logout?post_logout_redirect_uri=")
        refused = requests.get(left, timeout=30)
        assert (refused.status_code, urlsplit(refused.url).path) == (400, "/error")
        assert site.visit(person).status_code == 302  # signed out of Apache all the same
        query = urlencode({"client_id": site.config["clientId"], "logout_uri": bye})
        done = requests.get(f"{site.config['endpoint']}/logout?{query}", allow_redirects=False, timeout=30)
        assert done.headers["Location"] == bye


def test_the_issuer_of_aws_sends_browsers_to_aws(aws_issuer_server: Server, folder: Path) -> None:
    """Discovery under AWS's issuer names AWS's hosts: with a program that discovers, the default just works."""
    with apache(folder, aws_issuer_server) as site:
        left = site.visit(requests.Session()).headers["Location"]
        assert urlsplit(left).netloc.endswith(".auth.eu-west-1.amazoncognito.com")


def test_a_wrong_secret(cognito_server: Server, folder: Path) -> None:
    with apache(folder, cognito_server, client_secret="not-the-secret") as site:
        person = requests.Session()
        arrived = site.visit(person, sign_in_at(site.visit(person).headers["Location"], "jane", PASSWORD))
        assert "Location" not in arrived.headers
        assert "X-User" not in arrived.headers
        assert "invalid_client" in site.log.read_text()
