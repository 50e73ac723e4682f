"""The gateway as a server: its configuration file, and what is wrong with it said before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_emulator.gateway import configuration
from cognito_emulator.gateway.settings import BadConfiguration, with_variables

if TYPE_CHECKING:
    from cognito_emulator.config import Config

__all__ = ["BadConfiguration", "document_in", "serve"]

NAME = "cognito-emulator gateway"
MISSING = "the gateway needs two libraries more: pip install 'cognito-emulator[gateway]'"


def document_in(path: Path) -> dict[str, Any]:
    """The document in a YAML file, or a JSON one, with `${NAME}` replaced from the environment.

    Raises BadConfiguration, OSError.
    """
    from cognito_emulator.config import environment_variable

    try:
        import yaml
    except ImportError as error:
        raise BadConfiguration(f"{MISSING} ({error})") from None
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise BadConfiguration(f"not YAML{line}: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"not YAML: {error}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise BadConfiguration("settings are expected, such as Target: http://127.0.0.1:3000")
    replaced: dict[str, Any] = with_variables(document, environment_variable)
    return replaced


def serve(document: dict[str, Any], config: Config, exit_with_stdin: bool = False) -> None:
    """Serve until a signal comes. Raises BadConfiguration, and CannotServe as the emulator's server does."""
    read = configuration.read(document)
    try:
        from cognito_emulator.gateway.app import Gateway
    except ImportError as error:
        raise BadConfiguration(f"{MISSING} ({error})") from None
    from cognito_emulator.http.server import serve_asgi

    serve_asgi(Gateway(read, config.log_format), NAME, config, exit_with_stdin)
