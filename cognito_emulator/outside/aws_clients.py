"""Other AWS services, through boto3: the standard `AWS_ENDPOINT_URL` variables and credentials say where they are."""

from __future__ import annotations

import re
import sys
from typing import Any
from urllib.parse import urlsplit

MARK = "cognito-emulator"
"""In the user agent of every call that the emulator makes itself."""

_AWS_HOST = re.compile(r".*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)")


def client(service: str, region: str) -> Any:
    """A boto3 client. A client is made for each use: endpoints and credentials may have changed meanwhile."""
    import boto3
    from botocore.config import Config

    return boto3.client(service, region_name=region, config=Config(user_agent_extra=MARK))


def emulated_client(service: str, region: str, account: str) -> Any | None:
    """A client that acts as the service itself in an account; None where no emulated AWS is.

    An emulated AWS is moto in this process, or whatever the `AWS_ENDPOINT_URL` variables name. The real one is never
    asked: it does not know the emulator's roles.
    """
    import boto3
    from botocore.config import Config

    made = boto3.client(
        service,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key=MARK,
        config=Config(user_agent_extra=MARK, retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )
    if not moto_is_active() and _AWS_HOST.fullmatch(urlsplit(made.meta.endpoint_url).hostname or ""):
        return None
    # moto does not see the account in the access key.
    made.meta.events.register("before-sign.*.*", lambda request, **_: _name_account(request, account))
    return made


def _name_account(request: Any, account: str) -> None:
    request.headers["x-moto-account-id"] = account


def moto_is_active() -> bool:
    """Whether moto answers for AWS in this process."""
    moto = sys.modules.get("moto.core.models")
    return moto is not None and bool(moto.botocore_stubber.enabled)


def is_own(user_agent: str | None) -> bool:
    """Whether a request with that user agent is one of the emulator's own."""
    return user_agent is not None and MARK in user_agent.split()
