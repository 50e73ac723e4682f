"""The command line: what it accepts, says and refuses."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from cognito_emulator import __version__
from cognito_emulator.cli import COMMANDS, argument_parser, main
from cognito_emulator.cli.options import config_of
from cognito_emulator.config import Config


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings are not under test."""
    for option in fields(Config):
        monkeypatch.delenv(f"COGNITO_EMULATOR_{option.name.upper()}", raising=False)


def parse(*arguments: str) -> Config:
    return config_of(argument_parser().parse_args(["serve", *arguments]))


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and last line of standard error."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    return code, capsys.readouterr().err.strip().splitlines()[-1]


def test_without_arguments_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "serve" in capsys.readouterr().out


@pytest.mark.parametrize("module", ["cognito_emulator", "cognito_emulator.cli"])
def test_it_runs_as_a_module(module: str) -> None:
    finished = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, f"cognito-emulator {__version__}\n", "")


def test_every_option_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for option in fields(Config):
        assert f"--{option.name.replace('_', '-')}" in text
        assert f"COGNITO_EMULATOR_{option.name.upper()}" in text


def test_options_that_are_not_given_have_their_defaults() -> None:
    assert parse() == Config()


def test_options_are_read_as_what_they_are() -> None:
    given = parse("--port", "0", "--seed", "7", "--strict", "--account-id", "000000000001", "--log-format=json")
    assert given == Config(port=0, seed=7, strict=True, account_id="000000000001", log_format="json")


def test_the_environment_is_under_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGNITO_EMULATOR_REGION", "eu-west-1")
    monkeypatch.setenv("COGNITO_EMULATOR_PORT", "4000")
    monkeypatch.setenv("COGNITO_EMULATOR_STRICT", "yes")
    assert parse("--port", "5000") == Config(region="eu-west-1", port=5000, strict=True)
    assert parse("--no-strict").strict is False


def test_a_variable_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COGNITO_EMULATOR_PORT", "http")
    assert refusal(capsys, "serve") == (
        2,
        "cognito-emulator: error: COGNITO_EMULATOR_PORT: not a whole number: http",
    )
    monkeypatch.delenv("COGNITO_EMULATOR_PORT")
    monkeypatch.setenv("COGNITO_EMULATOR_LOG_FORMAT", "xml")
    assert refusal(capsys, "serve") == (
        2,
        "cognito-emulator: error: COGNITO_EMULATOR_LOG_FORMAT: 'xml' is none of text, json, off",
    )


def test_an_option_that_cannot_be_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refusal(capsys, "serve", "--port", "http")
    assert (code, line) == (2, "cognito-emulator serve: error: argument --port: not a whole number: http")
    code, line = refusal(capsys, "serve", "--log-format", "xml")
    assert code == 2
    assert "--log-format" in line


def test_several_workers_cannot_share_memory(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refusal(capsys, "serve", "--port", "0", "--workers", "2")
    assert code == 1
    assert line.startswith("cognito-emulator: --workers 2 cannot share --store memory:")


def test_a_store_that_nothing_answers_to_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refusal(capsys, "serve", "--port", "0", "--store", "papyrus:")
    assert code == 1
    assert line.startswith("cognito-emulator: --store: no store answers to 'papyrus:'")


def test_parsing_imports_nothing_of_the_emulator_but_its_options() -> None:
    script = (
        "import sys, cognito_emulator.cli as cli; cli.argument_parser().parse_args(['serve', '--port', '0']);"
        "print(*sorted(name for name in sys.modules if name.startswith(('cognito', 'granian', 'boto', 'asyncio'))))"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(finished.stdout.split()) <= {
        "cognito_emulator",
        "cognito_emulator.config",
        "cognito_emulator.cli",
        "cognito_emulator.cli.options",
        "cognito_emulator.cli.state",
        *(f"cognito_emulator.cli.{command}" for command in COMMANDS),
    }


def test_functions_are_given_repeatedly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse("--function", "a=x.py:f", "--function=b=y.mjs").function == ("a=x.py:f", "b=y.mjs")
    monkeypatch.setenv("COGNITO_EMULATOR_FUNCTION", "a=x.py:f, b=y.mjs")
    assert parse().function == ("a=x.py:f", "b=y.mjs")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("nameless.py", "nameless.py: a function is given as NAME=FILE[:HANDLER]"),
        ("a=/nowhere/handler.py:f", "/nowhere/handler.py:f: there is no file /nowhere/handler.py"),
        ("a=handler.rb", "handler.rb: a function's file ends in .py, .js, .mjs or .cjs"),
    ],
)
def test_a_function_that_cannot_be(capsys: pytest.CaptureFixture[str], given: str, complaint: str) -> None:
    code, text = refusal(capsys, "serve", "--port=0", "--function", given)
    assert (code, text) == (1, f"cognito-emulator: --function: {complaint}")
