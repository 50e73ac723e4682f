"""Names that others rely on. Source: interface.md."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import cognito_emulator
from cognito_emulator.config import PREFIX, Config
from cognito_emulator.emulator import Emulator


def test_the_package() -> None:
    assert cognito_emulator.__all__ == ["Emulator", "__version__", "mock_cognito"]
    for name in cognito_emulator.__all__:
        assert getattr(cognito_emulator, name)
    assert cognito_emulator.Emulator is Emulator
    with pytest.raises(AttributeError, match="nonsense"):
        _ = cognito_emulator.nonsense
    assert (Path(cognito_emulator.__file__).parent / "py.typed").exists()


def test_console_script_and_plugin() -> None:
    (script,) = entry_points(group="console_scripts", name="cognito-emulator")
    assert script.value == "cognito_emulator.cli:main"
    (plugin,) = entry_points(group="pytest11", name="cognito_emulator")
    assert plugin.value == "cognito_emulator.pytest_plugin"


def test_fixtures_of_the_plugin(request: pytest.FixtureRequest) -> None:
    from cognito_emulator import pytest_plugin

    assert request.config.pluginmanager.get_plugin("cognito_emulator") is pytest_plugin
    for name in ("mock_cognito", "cognito_server"):
        assert hasattr(pytest_plugin, name)


@pytest.mark.parametrize("option", ["host", "port", "store", "issuer", "region", "account_id"])
def test_options_and_their_variables(option: str) -> None:
    assert option in {field.name for field in fields(Config)}
    value = "5" if option == "port" else "x"
    config = Config.from_environment({PREFIX + option.upper(): value})
    assert str(getattr(config, option)) == value


def test_defaults() -> None:
    config = Config()
    assert (config.host, config.port, config.store, config.issuer) == ("127.0.0.1", 9229, "memory:", "local")


def test_what_an_emulator_has() -> None:
    emulator = Emulator()
    assert callable(emulator.wsgi_app)
    assert emulator.messages.find() == []
    assert emulator.clock.now() > 1_700_000_000
    assert emulator.ignored == {}
    emulator.reset()
    emulator.close()


def test_importing_the_package_costs_nothing() -> None:
    """pytest loads the plugin in every run of every project that has the package installed."""
    heavy = "('boto3', 'botocore', 'cryptography', 'jwt', 'werkzeug', 'regex', 'granian', 'sqlalchemy')"
    code = f"import sys, cognito_emulator; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
