"""Published AWS CLI commands as parameters of operations, parsed by the AWS CLI itself."""

from __future__ import annotations

import shlex
from contextlib import redirect_stderr
from functools import cache
from io import StringIO
from typing import Any

Json = dict[str, Any]


class CannotParse(Exception):
    """A command that cannot stand alone (it reads a file that is not published), or that no AWS CLI is there for."""


class _Caught(Exception):
    def __init__(self, params: Json) -> None:
        super().__init__()
        self.params = params


class _Catcher:
    """Stands where the AWS CLI has its caller of operations."""

    def invoke(self, service: str, operation: str, parameters: Json, parsed_globals: Any) -> int:
        raise _Caught(parameters)


@cache
def _driver() -> Any:
    try:
        from awscli.clidriver import create_clidriver
    except ImportError:
        raise CannotParse("the AWS CLI is not installed") from None
    return create_clidriver()


def parameters(command: str) -> Json:
    """The parameters of `aws <service> <operation> …`. Raises `CannotParse`."""
    words = shlex.split(command)
    if "--cli-input-json" in words:
        raise CannotParse(f"{words[words.index('--cli-input-json') + 1]} is not published")
    _, service, operation, *arguments = words
    if "--max-items" in arguments:
        # The CLI counts these items itself: no part of the request.
        at = arguments.index("--max-items")
        del arguments[at : at + 2]
    table = _driver()._get_command_table()
    found = table[service]._get_command_table()[operation]
    found._operation_caller = _Catcher()
    parser = _driver()._create_parser(table)
    # The CLI's own paging options would only add what the request does not carry.
    parsed, _ = parser.parse_known_args([service, operation, "--region", "us-east-1", "--no-paginate"])
    try:
        with redirect_stderr(StringIO()):
            found(arguments, parsed)
    except _Caught as caught:
        return caught.params
    except SystemExit:
        raise CannotParse(f"the AWS CLI refuses: {command}") from None
    raise CannotParse(f"the AWS CLI calls nothing for: {command}")
