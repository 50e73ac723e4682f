"""`cognito-emulator export` and `import`: a whole emulator moves from store to store."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

import cognito_emulator
from cognito_emulator.cli import main
from cognito_emulator.emulator import Emulator
from cognito_emulator.store.interface import Table
from cognito_emulator.tables import all_tables
from tests import builders
from tests.builders import App, Idp
from tests.wire import Clients


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COGNITO_EMULATOR_STORE", raising=False)


@pytest.fixture
def clients_of() -> Callable[[Emulator], Idp]:
    def make(emulator: Emulator) -> Idp:
        clients = Clients()
        clients.emulator = emulator
        return clients()

    return make


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The last line of a command that fails."""
    try:
        code: object = main(arguments)
    except SystemExit as end:
        code = end.code
    assert code in (1, 2)
    return capsys.readouterr().err.strip().splitlines()[-1]


def filled(url: str, clients_of: Callable[[Emulator], Idp]) -> dict[str, Any]:
    """Make an emulator with a bit of everything; what is needed to find it again."""
    emulator = Emulator(store=url, issuer="aws", log_format="off", check_responses=True)
    idp = clients_of(emulator)
    app = builders.app(idp, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    alice = builders.confirmed_user(idp, app, email="alice@example.com", given_name="Älice \U0001f600")
    idp.create_group(UserPoolId=app.pool_id, GroupName="admins", Precedence=3)
    idp.admin_add_user_to_group(**alice.key, GroupName="admins")
    tokens = builders.sign_in(idp, alice)
    builders.unconfirmed_user(idp, app, "bob", email="bob@example.com")
    emulator.clock.advance(hours=1)
    jwks = emulator.wsgi_app.handle(_get(f"/{app.pool_id}/.well-known/jwks.json")).body
    emulator.close()
    return {"app": app, "refresh": tokens["RefreshToken"], "jwks": jwks}


def check(url: str, clients_of: Callable[[Emulator], Idp], made: dict[str, Any]) -> None:
    """Everything that was made is there, and works."""
    emulator = Emulator(store=url, issuer="aws", log_format="off", check_responses=True)
    idp = clients_of(emulator)
    app: App = made["app"]
    assert 3590 < emulator.clock.offset < 3610
    assert emulator.wsgi_app.handle(_get(f"/{app.pool_id}/.well-known/jwks.json")).body == made["jwks"]
    access = builders.refresh(idp, app, made["refresh"])["AccessToken"]
    shown = builders.as_dict(idp.get_user(AccessToken=access)["UserAttributes"])
    assert shown["given_name"] == "Älice \U0001f600"
    assert builders.claims(access)["cognito:groups"] == ["admins"]
    [message] = emulator.messages.find(user_pool_id=app.pool_id, username="bob")
    idp.confirm_sign_up(ClientId=app.client_id, Username="bob", ConfirmationCode=message.code)
    [found] = idp.list_users(UserPoolId=app.pool_id, Filter='email = "bob@example.com"')["Users"]
    assert found["UserStatus"] == "CONFIRMED"
    builders.sign_in(idp, builders.User(app, "bob@example.com"))
    emulator.close()


def _get(path: str) -> Any:
    from cognito_emulator.aws.call import HttpRequest

    return HttpRequest("GET", path, "", {}, b"", "http://localhost")


def test_everything_moves_between_stores(
    tmp_path: Path,
    new_postgresql_database: Callable[[], str],
    clients_of: Callable[[Emulator], Idp],
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second, third = f"sqlite:///{tmp_path}/1.db", new_postgresql_database(), f"sqlite:///{tmp_path}/3.db"
    made = filled(first, clients_of)
    files = [str(tmp_path / f"{number}.json") for number in range(3)]
    assert main(["export", "--store", first, files[0]]) == 0
    assert main(["import", "--store", second, files[0]]) == 0
    assert main(["export", "--store", second, files[1]]) == 0
    assert main(["import", "--store", third, files[1]]) == 0
    assert main(["export", "--store", third, files[2]]) == 0
    assert len({Path(file).read_bytes() for file in files}) == 1
    err = capsys.readouterr().err.splitlines()
    assert len({line.replace("imported", "exported") for line in err}) == 1
    for url in (second, third):
        check(url, clients_of, made)


def test_the_document_is_readable(tmp_path: Path, clients_of: Callable[[Emulator], Idp]) -> None:
    url, file = f"sqlite:///{tmp_path}/x.db", tmp_path / "x.json"
    filled(url, clients_of)
    main(["export", "--store", url, str(file)])
    text = file.read_text()
    assert '"given_name": "Älice \U0001f600"' in text
    document = json.loads(text)
    assert {"pools", "clients", "users", "groups", "messages", "settings", "signing_keys"} <= document["tables"].keys()


def test_standard_streams(
    tmp_path: Path, clients_of: Callable[[Emulator], Idp], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = f"sqlite:///{tmp_path}/1.db", f"sqlite:///{tmp_path}/2.db"
    made = filled(first, clients_of)
    out = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(out, "utf-8"))
    assert main(["export", "--store", first]) == 0
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(out.getvalue()), "utf-8"))
    assert main(["import", "--store", second]) == 0
    check(second, clients_of, made)


def test_nothing_is_overwritten_unless_asked(
    tmp_path: Path, clients_of: Callable[[Emulator], Idp], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, file = f"sqlite:///{tmp_path}/1.db", f"sqlite:///{tmp_path}/2.db", str(tmp_path / "x.json")
    made, other = filled(first, clients_of), filled(second, clients_of)
    assert main(["export", "--store", first, file]) == 0
    before = Path(file).read_bytes()
    capsys.readouterr()
    said = failure(capsys, "export", "--store", second, file)
    assert said == f"cognito-emulator: {file} is there already; --overwrite writes over it"
    said = failure(capsys, "import", "--store", second, file)
    assert said.startswith("cognito-emulator: the store is not empty, it has ")
    assert Path(file).read_bytes() == before
    check(second, clients_of, other)
    assert main(["import", "--store", second, "--overwrite", file]) == 0
    check(second, clients_of, made)
    assert main(["export", "--store", second, "--overwrite", file]) == 0
    assert Path(file).read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export"], "error: name a store that lasts: --store sqlite:///<path> or postgresql://…"),
        (["import", "x.json", "--store", "memory:"], "cannot read x.json: No such file or directory"),
        (["export", "--store", "sqlite:///no.db"], "--store: there is no file no.db"),
        (["export", "--store", "papyrus:"], "no store answers to 'papyrus:'"),
        (["import", "--store", "sqlite:///no.db", "list.json"], "not a document of a store"),
        (["import", "--store", "sqlite:///no.db", "broken.json"], "broken.json is not JSON"),
        (["import", "--store", "sqlite:///no.db", "later.json"], "version 2; this release reads 1"),
        (["import", "--store", "sqlite:///no.db", "deep.json"], "deep.json is not JSON"),
        (["import", "--store", "sqlite:///no.db", "number.json"], "number.json is not JSON: NaN is no number"),
        (["import", "--store", "sqlite:///no.db", "user.json"], "not a record of users: attributes cannot be 5"),
    ],
)
def test_what_cannot_be_is_said(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]")
    Path("broken.json").write_text('{"format": ')
    Path("later.json").write_text('{"format": "store-document", "version": 2, "tables": {}}')
    Path("deep.json").write_text("[" * 100_000)
    Path("number.json").write_text('{"format": NaN}')
    user = '{"format": "store-document", "version": 1, "tables": {"users": [{"attributes": 5}]}}'
    Path("user.json").write_text(user)
    assert said in failure(capsys, *arguments)
    assert not Path("no.db").exists()


def test_no_table_is_forgotten() -> None:
    """Also one that stands outside the modules where tables are looked for."""
    everywhere = set()
    for module in pkgutil.walk_packages(cognito_emulator.__path__, "cognito_emulator."):
        if not module.name.endswith("__main__"):
            values = vars(importlib.import_module(module.name)).values()
            everywhere |= {value.name for value in values if isinstance(value, Table)}
    assert {table.name for table in all_tables()} == everywhere
