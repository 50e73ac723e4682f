"""What a release wrote, every later one opens: files of earlier releases, and all that is in them still works.

Before a release whose records or layout differ from those of the last: `python -m tests.store.test_earlier` writes the
files of the present one to `earlier/`, named by its version.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cognito_emulator import __version__
from cognito_emulator.cli import main
from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import App, User
from tests.conftest import START
from tests.factors import TOTP_FACTOR, code_at, respond
from tests.identity_pools.builders import identity_pool
from tests.sync.builders import as_identity, put
from tests.wire import Clients

FOLDER = Path(__file__).parent / "earlier"
VERSIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))


def emulator_on(url: str) -> tuple[Emulator, Clients]:
    """An emulator whose clock stands where it stood when the files were written."""
    emulator = Emulator(store=url, clock=Clock(START), issuer="aws", log_format="off", check_responses=True)
    clients = Clients()
    clients.emulator = emulator
    return emulator, clients


def fill(url: str) -> dict[str, Any]:
    """Make a bit of everything; what is needed to find it again."""
    emulator, clients = emulator_on(url)
    idp, identity = clients(), clients("cognito-identity")
    app = builders.app(idp, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    alice = builders.confirmed_user(idp, app, email="alice@example.com", email_verified="true", given_name="Älice")
    idp.create_group(UserPoolId=app.pool_id, GroupName="admins", Precedence=3)
    idp.admin_add_user_to_group(**alice.key, GroupName="admins")
    tokens = builders.sign_in(idp, alice)
    secret = idp.associate_software_token(AccessToken=tokens["AccessToken"])["SecretCode"]
    idp.verify_software_token(AccessToken=tokens["AccessToken"], UserCode=code_at(secret, emulator, -1))
    preferred = {"Enabled": True, "PreferredMfa": True}
    idp.set_user_mfa_preference(AccessToken=tokens["AccessToken"], SoftwareTokenMfaSettings=preferred)
    builders.unconfirmed_user(idp, app, "bob", email="bob@example.com")
    me = as_identity(clients, identity, *_new_identity(identity))
    me.write(put("color"))
    emulator.close()
    made = {
        "pool": app.pool_id,
        "client": app.client_id,
        "totp": secret,
        "identity_pool": me.pool_id,
        "identity": me.id,
    }
    return {**made, "access": tokens["AccessToken"], "refresh": tokens["RefreshToken"]}


def _new_identity(identity: Any) -> tuple[str, str]:
    pool_id = identity_pool(identity)
    return pool_id, identity.get_id(IdentityPoolId=pool_id)["IdentityId"]


def check(url: str, made: dict[str, Any]) -> None:
    """Everything that was made is there, and works."""
    emulator, clients = emulator_on(url)
    idp, app = clients(), App(made["pool"], made["client"])
    shown = builders.as_dict(idp.get_user(AccessToken=made["access"])["UserAttributes"])
    assert shown["given_name"] == "Älice"
    fresh = builders.refresh(idp, app, made["refresh"])
    assert builders.header(fresh["AccessToken"]) == builders.header(made["access"])
    assert builders.claims(fresh["AccessToken"])["cognito:groups"] == ["admins"]
    alice = User(app, "alice@example.com")
    code = code_at(made["totp"], emulator)
    signed_in = respond(idp, alice, builders.begin(idp, alice), SOFTWARE_TOKEN_MFA_CODE=code)
    assert signed_in["AuthenticationResult"]["AccessToken"]
    [message] = emulator.messages.find(user_pool_id=app.pool_id, username="bob")
    idp.confirm_sign_up(ClientId=app.client_id, Username="bob", ConfirmationCode=message.code)
    [found] = idp.list_users(UserPoolId=app.pool_id, Filter='email = "bob@example.com"')["Users"]
    assert found["UserStatus"] == "CONFIRMED"
    identity = clients("cognito-identity")
    assert as_identity(clients, identity, made["identity_pool"], made["identity"]).values("prefs") == {"color": "blue"}
    emulator.close()


def made_by(version: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FOLDER / f"{version}.made.json").read_text())
    return made


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_sqlite_is_opened(version: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "state.db") as connection:
        connection.executescript((FOLDER / f"{version}.sql").read_text())
    connection.close()
    check(f"sqlite:///{tmp_path}/state.db", made_by(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_is_imported(version: str, store_url: str) -> None:
    assert main(["import", "--store", store_url, str(FOLDER / f"{version}.json")]) == 0
    check(store_url, made_by(version))


def test_there_is_a_file() -> None:
    assert VERSIONS


def _write_files() -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state.db"
        made = fill(url)
        file = FOLDER / __version__
        assert main(["export", "--store", url, "--overwrite", f"{file}.json"]) == 0
        connection = sqlite3.connect(f"{folder}/state.db")
        Path(f"{file}.sql").write_text("\n".join(connection.iterdump()) + "\n")
        connection.close()
        Path(f"{file}.made.json").write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(_write_files())
