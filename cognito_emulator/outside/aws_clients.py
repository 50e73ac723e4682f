"""Other AWS services, through boto3: the standard `AWS_ENDPOINT_URL` variables and credentials say where they are."""

from __future__ import annotations

import re
import sys
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from cognito_emulator import config

MARK = "cognito-emulator"
"""In the user agent of every call that the emulator makes itself."""

# Credentials of a role are good for an hour; they are used for a quarter of one.
_ROLE_SECONDS = 900
# Of the services that are asked, those whose id is not the name of their client.
_SERVICE_IDS = {"logs": "cloudwatch-logs"}
_AWS_HOST = re.compile(r".*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)")


def client(service: str, region: str, config: Any = None) -> Any:
    """A boto3 client. A client is made for each use: endpoints and credentials may have changed meanwhile."""
    import boto3
    from botocore.config import Config

    marked = Config(user_agent_extra=MARK)
    merged = marked.merge(config) if config is not None else marked
    return boto3.client(service, region_name=region or None, config=merged)


def client_at(endpoint_url: str | None, service: str, region: str, account: str) -> Any:
    """A boto3 client of an emulator at an address, as one of its accounts; without an address, of AWS itself."""
    import boto3
    from botocore.config import Config

    own = {"aws_access_key_id": account, "aws_secret_access_key": MARK} if endpoint_url is not None else {}
    settings = Config(user_agent_extra=MARK, retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=20)
    return boto3.client(service, region_name=region, endpoint_url=endpoint_url, config=settings, **own)


@cache
def regions_of(service: str) -> frozenset[str]:
    """The regions in which AWS has a service."""
    import boto3

    return frozenset(boto3.session.Session().get_available_regions(service))


class EmulatedAws:
    """Clients that act as the service itself, in an emulated AWS.

    That is moto in this process, or whatever the `AWS_ENDPOINT_URL` variables name. The real one is never asked: it
    does not know the emulator's roles. Clients are kept, because making one takes long.
    """

    def __init__(self, owner: object) -> None:
        self._clients: dict[tuple[str, str, str, str | None], Any] = {}
        self._in_roles: dict[tuple[str | None, ...], tuple[float, Any]] = {}

    def client(self, service: str, region: str, account: str) -> Any | None:
        """A client for an account and region; None where no emulated AWS is."""
        url = _endpoint_url(service)
        if url is None and not moto_is_active():
            return None
        key = (service, region, account, url)
        if key not in self._clients:
            self._clients[key] = self._make(service, region, account)
        return self._clients[key]

    def client_in_role(
        self, service: str, region: str, account: str, role: str | None, external_id: str | None
    ) -> Any | None:
        """As `client`, with the credentials of a role, if there is one and the emulated AWS has an STS.

        Raises what STS answers if the role cannot be assumed.
        """
        plain = self.client(service, region, account)
        sts = self.client("sts", region, account) if plain is not None and role is not None else None
        if sts is None:
            return plain
        key = (service, region, account, _endpoint_url(service), role, external_id)
        until, made = self._in_roles.get(key, (0.0, None))
        if time.monotonic() < until:
            return made
        proof = {"ExternalId": external_id} if external_id else {}
        answer = sts.assume_role(RoleArn=role, RoleSessionName=MARK, **proof)["Credentials"]
        credentials = {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }
        made = self._make(service, region, account, credentials)
        self._in_roles[key] = (time.monotonic() + _ROLE_SECONDS, made)
        return made

    def _make(self, service: str, region: str, account: str, credentials: dict[str, str] | None = None) -> Any:
        import boto3
        from botocore.config import Config

        made = boto3.session.Session().client(
            service,
            region_name=region,
            **(credentials or {"aws_access_key_id": account, "aws_secret_access_key": MARK}),
            config=Config(user_agent_extra=MARK, retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
        )
        # moto does not see the account in the access key.
        made.meta.events.register("before-sign.*.*", lambda request, **_: _name_account(request, account))
        return made


def is_emulated(service: str) -> bool:
    """Whether a service is not AWS's, but moto in this process or what the user named."""
    return moto_is_active() or _endpoint_url(service) is not None


def _endpoint_url(service: str) -> str | None:
    """The endpoint that the user set for a service, if it is not AWS's."""
    url = config.aws_endpoint_url(_SERVICE_IDS.get(service, service))
    if url is None and config.has_aws_config_file():
        import botocore.session
        from botocore.configprovider import ConfiguredEndpointProvider
        from botocore.exceptions import BotoCoreError

        session = botocore.session.Session()
        try:
            profile = session.get_scoped_config()
            url = ConfiguredEndpointProvider(session.full_config, profile, service).provide()
        except BotoCoreError:
            return None
    return url if url and not _AWS_HOST.fullmatch(urlsplit(url).hostname or "") else None


def _name_account(request: Any, account: str) -> None:
    request.headers["x-moto-account-id"] = account


def moto_is_active() -> bool:
    """Whether moto answers for AWS in this process."""
    moto = sys.modules.get("moto.core.models")
    return moto is not None and bool(moto.botocore_stubber.enabled)


def is_own(user_agent: str | None) -> bool:
    """Whether a request with that user agent is one of the emulator's own."""
    return user_agent is not None and MARK in user_agent.split()
