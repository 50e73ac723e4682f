"""Every option of the emulator, once: name, type, default and help. The only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

PREFIX = "COGNITO_EMULATOR_"


def _option(default: Any, help: str, **metadata: Any) -> Any:
    return field(default=default, metadata={"help": help, **metadata})


@dataclass(frozen=True)
class Config:
    """Options. Each is also a `serve` option and an environment variable `COGNITO_EMULATOR_<NAME>`."""

    host: str = _option("127.0.0.1", "address to listen on")
    port: int = _option(9229, "port to listen on; 0 picks a free one")
    tls_certificate: str | None = _option(
        None,
        "serve https with the certificate (and its chain) in this PEM file; needs --tls-key",
        metavar="FILE",
    )
    tls_key: str | None = _option(None, "private key of --tls-certificate, a PEM file", metavar="FILE")
    store: str = _option("memory:", "where state lives: memory:, sqlite:///path or postgresql://…")
    issuer: str = _option(
        "local",
        "issuer of tokens: local (scheme, host and port that the client called), "
        "aws (https://cognito-idp.<region>.amazonaws.com), or a fixed base URL",
    )
    region: str = _option("us-east-1", "region of calls that name none")
    account_id: str = _option("123456789012", "account of callers whose access key is not an account id")
    strict: bool = _option(False, "refuse settings that are stored but that nothing acts on yet")
    delivery: str = _option(
        "outbox",
        "besides the outbox, messages go to: outbox (nowhere else), smtp, "
        "or aws (SES and SNS, as the pool is configured)",
        choices=("outbox", "smtp", "aws"),
    )
    with_moto: bool = _option(
        False, "serve the rest of AWS (S3, DynamoDB, IAM, STS, ...) by moto at the same address; needs the extra [moto]"
    )
    login_providers: str = _option(
        "",
        "where the login providers of identity pools are, if not where they say: "
        "PROVIDER=URL[,PROVIDER=URL...], such as graph.facebook.com=http://localhost:8080",
    )
    identity_providers: str = _option(
        "",
        "where the identity providers of user pools are, if not where they say: PROVIDER=URL[,PROVIDER=URL...], "
        "such as Google=http://localhost:8080; each URL has an OpenID Connect discovery document under it",
    )
    fake_idp: bool = _option(
        False,
        "sign-in with social and OpenID Connect providers goes to a page of the emulator, where anybody can be chosen",
    )
    smtp: str = _option("smtp://127.0.0.1:1025", "SMTP server for --delivery smtp")
    function: tuple[str, ...] = _option(
        (),
        "a Lambda function in a local file, as NAME=FILE[:HANDLER] (.py, .js, .mjs, .cjs); may be given repeatedly",
        metavar="NAME=FILE",
    )
    compromised_passwords: str | None = _option(
        None,
        "file with a password in each line that threat protection takes for compromised; "
        "without it, a few well-known ones",
        metavar="FILE",
    )
    threads: int = _option(32, "requests served at the same time (by each worker)")
    workers: int = _option(1, "processes that serve requests; more than one need a store on disk or in a database")
    log_format: str = _option("text", "access log: text, json or off", choices=("text", "json", "off"))
    seed: int | None = _option(None, "seed of ids, codes and secrets, to make a run repeatable")
    check_responses: bool = _option(False, "check every answer against botocore's model (for the test-suite)")

    def with_(self, **changes: Any) -> Config:
        return replace(self, **changes)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Config:
        """Options from `COGNITO_EMULATOR_*` variables, under those that are given (None: not given).

        Raises ValueError, with the variable's name, for a value that cannot be.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for option in fields(cls):
            variable = PREFIX + option.name.upper()
            text = environment.get(variable)
            if text is not None and given.get(option.name) is None:
                values[option.name] = _parse_variable(variable, option, text)
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)


def _parse_variable(variable: str, option: Field[Any], text: str) -> Any:
    choices = option.metadata.get("choices")
    try:
        value = parse_option(str(option.type), text)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from None
    if choices is not None and value not in choices:
        raise ValueError(f"{variable}: {text!r} is none of {', '.join(choices)}")
    return value


def environment_of_child(**variables: str) -> dict[str, str]:
    """The environment of a process that the emulator starts: its own, and `variables`.

    Endpoints of AWS services that the user has set count more than ours. A process always has credentials, as
    functions at AWS do: made-up ones where the user has none.
    """
    own = {name: value for name, value in os.environ.items() if name.startswith("AWS_ENDPOINT_URL")}
    made_up = {} if _has_credentials() else {"AWS_ACCESS_KEY_ID": "emulator", "AWS_SECRET_ACCESS_KEY": "emulator"}
    return {**os.environ, **made_up, **variables, **own}


def _has_credentials() -> bool:
    named = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    files = (os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"), "~/.aws/config")
    return any(name in os.environ for name in named) or any(os.path.exists(os.path.expanduser(file)) for file in files)


def environment_variable(name: str) -> str | None:
    """A variable of the environment, for files of settings that name it."""
    return os.environ.get(name)


def aws_endpoint_url(service_id: str) -> str | None:
    """The endpoint of an AWS service as the standard variables name it: by its service id (`cloudwatch-logs`).

    Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
    """
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    variable = f"AWS_ENDPOINT_URL_{service_id.upper().replace('-', '_')}"
    return os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL") or None


def has_aws_config_file() -> bool:
    """Whether there is an AWS configuration file, which may name endpoints."""
    path = os.environ.get("AWS_CONFIG_FILE", "~/.aws/config")
    return os.path.isfile(os.path.expanduser(path))


def parse_option(kind: str, text: str) -> Any:
    """The value of an option written as text; one that may be given repeatedly has commas. Raises ValueError."""
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind == "bool":
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off", ""):
            raise ValueError(f"not a yes or no: {text}")
        return text.lower() in ("1", "true", "yes", "on")
    if kind.startswith("int"):
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"not a whole number: {text}") from None
    return text
