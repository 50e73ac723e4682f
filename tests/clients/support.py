"""What the client tests share: a server, a user pool with an app client on it, and the Node scripts."""

from __future__ import annotations

import base64
import hmac
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode
from urllib.request import urlopen

import boto3
from filelock import FileLock

REGION = "eu-west-1"
PASSWORD = "Correct-horse-7"
EMAIL = "jane@example.com"
MASKED_EMAIL = "j***@e***"

NODE_SOURCES = Path(__file__).parent / "node"
OLDEST_NODE = 20


class Server(Protocol):
    """A live emulator."""

    @property
    def endpoint_url(self) -> str: ...


def control(endpoint: str, path: str, **query: str) -> dict[str, Any]:
    """One GET of the emulator's control API."""
    with urlopen(f"{endpoint}/_emulator/{path}?{urlencode(query)}", timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


@dataclass(frozen=True)
class App:
    """A user pool with one app client, and where an application finds them."""

    endpoint: str
    pool_id: str
    client_id: str
    client_secret: str | None
    idp: Any

    @property
    def region(self) -> str:
        return self.pool_id.split("_")[0]

    @property
    def local_issuer(self) -> str:
        """The issuer in the emulator's default mode: the address that the client called, and the pool id."""
        return f"{self.endpoint}/{self.pool_id}"

    @property
    def aws_issuer(self) -> str:
        """The issuer that AWS has, and the emulator with ``--issuer aws``."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool_id}"

    @property
    def jwks_url(self) -> str:
        return f"{self.endpoint}/{self.pool_id}/.well-known/jwks.json"

    def config(self, flow: str, **values: Any) -> dict[str, Any]:
        """The argument of a Node script."""
        return {
            "flow": flow,
            "endpoint": self.endpoint,
            "region": self.region,
            "userPoolId": self.pool_id,
            "clientId": self.client_id,
            **values,
        }

    def read_code(self, username: str, purpose: str) -> str:
        """The code in the newest message with this purpose to the user."""
        messages = control(self.endpoint, "messages", userPoolId=self.pool_id, username=username, wait="5")["messages"]
        codes = [message["code"] for message in messages if message["purpose"] == purpose]
        assert codes, f"no {purpose} message for {username} in {messages}"
        code: str = codes[-1]
        return code

    def add_user(self, username: str, password: str = PASSWORD, email: str = EMAIL) -> None:
        """A confirmed user with a verified email address."""
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=username, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=username, Password=password, Permanent=True)

    def add_invited_user(self, username: str, temporary_password: str, email: str = EMAIL) -> None:
        """A user whom an administrator made, and who has to choose a password at the first sign-in."""
        self.idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=username,
            TemporaryPassword=temporary_password,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )

    def sign_in(self, username: str, password: str = PASSWORD) -> dict[str, Any]:
        """The tokens of a user without MFA."""
        answer = self.idp.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def register_totp(self, username: str, password: str = PASSWORD) -> str:
        """Give the user an authenticator app as preferred factor; the answer is its secret."""
        access_token = self.sign_in(username, password)["AccessToken"]
        secret: str = self.idp.associate_software_token(AccessToken=access_token)["SecretCode"]
        self.idp.verify_software_token(AccessToken=access_token, UserCode=totp(secret))
        self.idp.set_user_mfa_preference(
            AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        return secret


def idp_client(endpoint: str, region: str = REGION) -> Any:
    """A boto3 client for user pools that depends on nothing in the environment."""
    return boto3.client(
        "cognito-idp",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def create_app(server: Server, pool: dict[str, Any] | None = None, client: dict[str, Any] | None = None) -> App:
    """A new user pool that verifies email addresses, and an app client with every way of signing in."""
    endpoint = server.endpoint_url.rstrip("/")
    idp = idp_client(endpoint)
    pool_id = idp.create_user_pool(PoolName="clients", AutoVerifiedAttributes=["email"], **(pool or {}))["UserPool"][
        "Id"
    ]
    flows = [
        "USER_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "CUSTOM_AUTH",
        "USER_AUTH",
        "REFRESH_TOKEN_AUTH",
    ]
    created = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="application",
        ExplicitAuthFlows=[f"ALLOW_{flow}" for flow in flows],
        **(client or {}),
    )["UserPoolClient"]
    return App(endpoint, pool_id, created["ClientId"], created.get("ClientSecret"), idp)


def create_totp_app(server: Server, mode: str = "OPTIONAL", pool: dict[str, Any] | None = None) -> App:
    """Like `create_app`, in a pool where users may have (``OPTIONAL``) or must have (``ON``) an authenticator app."""
    app = create_app(server, pool)
    app.idp.set_user_pool_mfa_config(
        UserPoolId=app.pool_id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration=mode
    )
    return app


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, not verified."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def totp(secret: str, step_offset: int = 0) -> str:
    """The TOTP code (RFC 6238: SHA-1, 30 seconds, 6 digits) of the current time step, or of one near it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = (int(time.time()) // 30 + step_offset).to_bytes(8, "big")
    digest = hmac.new(key, counter, "sha1").digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def clean_environment(**values: str) -> dict[str, str]:
    """The environment without any AWS setting of the machine, and with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    isolation = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return {**kept, **isolation, **values}


@dataclass(frozen=True)
class NodeClients:
    """The scripts of the folder ``node``, next to their installed packages."""

    node: str
    scripts: Path

    def run(self, script: str, config: dict[str, Any], timeout: float = 60) -> dict[str, Any]:
        """Run one script; the answer is the JSON object on the last line that it prints."""
        finished = subprocess.run(
            [self.node, str(self.scripts / script), json.dumps(config)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            cwd=self.scripts,
            env=clean_environment(),
            check=False,
        )
        assert finished.returncode == 0, f"{script} {config['flow']} failed:\n{finished.stdout}\n{finished.stderr}"
        result: dict[str, Any] = json.loads(finished.stdout.strip().splitlines()[-1])
        return result


def missing_for_node() -> str | None:
    """Why the Node scripts cannot run on this machine, or nothing."""
    node = shutil.which("node")
    if node is None:
        return "node is not installed"
    if shutil.which("npm") is None:
        return "npm is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(version.lstrip("v").split(".")[0] or 0) < OLDEST_NODE:
        return f"node {version} is older than the clients support ({OLDEST_NODE})"
    return None


@contextmanager
def installed_node_clients() -> Iterator[NodeClients]:
    """The Node scripts in a folder of their own beside the packages of the lock file.

    The packages are installed once per machine and lock file, outside the source tree, and whole: other test
    processes wait at the lock, and an installation that was broken off is never found under the final name.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node is not None
    assert npm is not None
    manifests = [NODE_SOURCES / name for name in ("package.json", "package-lock.json", ".npmrc")]
    key = sha256(b"\0".join(path.read_bytes() for path in manifests)).hexdigest()[:16]
    cache = cache_folder()
    home = cache / f"node-{key}"
    with FileLock(cache / f"node-{key}.lock", timeout=600):
        if not home.exists():
            _install(npm, manifests, home)
    scripts = Path(tempfile.mkdtemp(prefix="scripts-", dir=home))
    try:
        for source in NODE_SOURCES.glob("*.mjs"):
            shutil.copy(source, scripts)
        yield NodeClients(node, scripts)
    finally:
        shutil.rmtree(scripts, ignore_errors=True)


def _install(npm: str, manifests: list[Path], home: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix="installing-", dir=home.parent))
    try:
        for manifest in manifests:
            shutil.copy(manifest, unfinished)
        finished = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=unfinished,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert finished.returncode == 0, f"npm ci failed:\n{finished.stdout}\n{finished.stderr}"
        unfinished.rename(home)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def cache_folder() -> Path:
    """The first of the user's cache folder and the temporary folder that can be written to."""
    named = os.environ.get("COGNITO_EMULATOR_TEST_CACHE")
    user_cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    candidates = [Path(named)] if named else [Path(user_cache), Path(tempfile.gettempdir())]
    for candidate in candidates:
        folder = candidate / "cognito-emulator-tests"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise RuntimeError(f"none of {', '.join(map(str, candidates))} can hold the Node packages")
