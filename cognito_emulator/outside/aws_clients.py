"""Other AWS services, through boto3: the standard `AWS_ENDPOINT_URL` variables and credentials say where they are."""

from __future__ import annotations

import re
import sys
from typing import Any
from urllib.parse import urlsplit

MARK = "cognito-emulator"
"""In the user agent of every call that the emulator makes itself."""

_AWS_HOST = re.compile(r".*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)")


def client(service: str, region: str, config: Any = None) -> Any:
    """A boto3 client. A client is made for each use: endpoints and credentials may have changed meanwhile."""
    import boto3
    from botocore.config import Config

