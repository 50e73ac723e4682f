"""Functions behind a Lambda API: AWS's own, or whatever `AWS_ENDPOINT_URL_LAMBDA` or `AWS_ENDPOINT_URL` name."""

from __future__ import annotations

import json
import logging
from typing import Any

from cognito_emulator.outside import aws_clients
from cognito_emulator.outside.functions.kinds import CannotInvoke, FunctionFailed, Invocation, TimedOut, region_of

logger = logging.getLogger(__name__)
# What Lambda says of trouble on its own side. A service that cannot be reached counts as that.
SERVICE_ERROR = "ServiceException"


class LambdaApi:
    """Invokes functions through boto3."""

    def run(self, invocation: Invocation) -> bytes:
        """Invoke synchronously. Source: Lambda API reference, Invoke."""
        answer = self._invoke(invocation, "RequestResponse")
        payload: bytes = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise FunctionFailed(error_message(payload))
        return payload

    def post(self, invocation: Invocation) -> None:
        """Invoke asynchronously: Lambda queues the event."""
        self._invoke(invocation, "Event")

    def close(self) -> None:
        pass

    def _invoke(self, invocation: Invocation, kind: str) -> Any:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

        seconds = invocation.seconds
        config = Config(connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1})
        try:
            client = aws_clients.client("lambda", region_of(invocation.arn), config=config)
            return client.invoke(FunctionName=invocation.arn, InvocationType=kind, Payload=invocation.event)
        except (ReadTimeoutError, ConnectTimeoutError) as error:
            raise TimedOut from error
        except ClientError as error:
            logger.warning("%s could not be invoked: %s", invocation.arn, error)
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            raise CannotInvoke(error.response["Error"]["Code"], again=status >= 500) from error
        except BotoCoreError as error:
            logger.warning(
                "%s could not be invoked: %s (no function of that name is registered with the emulator)",
                invocation.arn,
                error,
            )
            raise CannotInvoke(SERVICE_ERROR) from error


def error_message(payload: bytes) -> str | None:
    """The `errorMessage` that a runtime reports of a function that failed."""
    try:
        message = json.loads(payload).get("errorMessage")
    except (ValueError, AttributeError):
        return None
    return message if message is None or isinstance(message, str) else json.dumps(message)
