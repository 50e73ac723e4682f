"""Other AWS services, through boto3: the standard `AWS_ENDPOINT_URL` variables and credentials say where they are."""

from __future__ import annotations

from typing import Any


def client(service: str, region: str, config: Any = None) -> Any:
    """A boto3 client. A client is made for each use: endpoints and credentials may have changed meanwhile."""
    import boto3

    return boto3.client(service, region_name=region or None, config=config)
