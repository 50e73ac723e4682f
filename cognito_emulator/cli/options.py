"""The emulator's options as command line options, generated from `Config`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

from cognito_emulator.cli import UsageError
from cognito_emulator.config import PREFIX, Config, parse_option


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add an option for each field of `Config` (or for those named). None means that it was not given."""
    for option in fields(Config):
        if not names or option.name in names:
            _add_option(parser, option)


def config_of(arguments: argparse.Namespace) -> Config:
    """The options that were given, over environment variables, over defaults."""
    given = {option.name: getattr(arguments, option.name, None) for option in fields(Config)}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    try:
        return Config.from_environment(**given)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _add_option(parser: argparse.ArgumentParser, option: Field[Any]) -> None:
    flag = "--" + option.name.replace("_", "-")
    default = "" if option.default in (None, False, ()) else f"default: {option.default}; "
    text = f"{option.metadata['help']} ({default}environment: {PREFIX}{option.name.upper()})".replace("%", "%%")
    if option.type == "bool":
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=text)
        return
    if option.type.startswith("tuple"):
        parser.add_argument(flag, action="append", metavar=option.metadata.get("metavar"), help=text)
        return
    choices = option.metadata.get("choices")
    metavar = None if choices else option.name.upper()
    parser.add_argument(flag, type=_reader(str(option.type)), choices=choices, metavar=metavar, help=text)


def _reader(kind: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return parse_option(kind, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read
