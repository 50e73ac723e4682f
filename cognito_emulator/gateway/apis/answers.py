"""What API Gateway answers when it does not let a request through: status, headers and bodies of both kinds of API.

Sources, HTTP APIs: developer guide, "Troubleshooting issues with HTTP API JWT authorizers" (body and
`www-authenticate`); serverless-application-model issue 1300 and public transcripts (`scope=""` in front, texts of the
token's form). REST APIs: re:Post, "401 Unauthorized errors from a REST API endpoint with a user pool"; clients that
compare with "The incoming token has expired"; developer guide, "Gateway response types".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_emulator.gateway.messages import Answer
from cognito_emulator.randomness import ALPHANUMERIC

if TYPE_CHECKING:
    from cognito_emulator.randomness import Randomness

INVALID_TOKEN = "invalid_token"
INSUFFICIENT_SCOPE = "insufficient_scope"


class HttpApiAnswers:
    """An HTTP API's own answers."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def request_id(self) -> str:
        """An id such as this kind of API has."""
        return _short_id(self._randomness)

    def unauthorized(self) -> Answer:
        """No token."""
        return self._answer(401, "Unauthorized", "no token", "Bearer")

    def refused(self, description: str) -> Answer:
        """A token that is not good."""
        challenge = f'Bearer scope="" error="{INVALID_TOKEN}" error_description="{_quoted(description)}"'
        return self._answer(401, "Unauthorized", description, challenge)

    def forbidden(self, scopes: tuple[str, ...]) -> Answer:
        """A good token without any of the route's scopes."""
        listed = _quoted(" ".join(scopes))
        description = "the token does not have a valid scope"
        challenge = f'Bearer scope="{listed}" error="{INSUFFICIENT_SCOPE}" error_description="{description}"'
        return self._answer(403, "Forbidden", f"{description}: {' '.join(scopes)}", challenge)

    def not_found(self) -> Answer:
        return self._answer(404, "Not Found", "no route")

    def unavailable(self, reason: str, timed_out: bool) -> Answer:
        """The app does not answer, or not in time."""
        return self._answer(503, "Service Unavailable", reason)

    def _answer(self, status: int, message: str, reason: str, challenge: str | None = None) -> Answer:
        headers = [("content-type", "application/json"), ("apigw-requestid", self.request_id())]
        if challenge is not None:
            headers.insert(1, ("www-authenticate", challenge))
        return Answer(status, tuple(headers), _json({"message": message}), reason)


class RestApiAnswers:
    """A REST API's own answers."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def request_id(self) -> str:
        """An id such as this kind of API has."""
        return self._randomness.uuid()

    def unauthorized(self, reason: str) -> Answer:
        return self._answer(401, "UnauthorizedException", {"message": "Unauthorized"}, reason)

    def expired(self) -> Answer:
        message = "The incoming token has expired"
        return self._answer(401, "UnauthorizedException", {"message": message}, message)

    def denied(self, reason: str) -> Answer:
        """A good token that does not allow this: the gateway response ACCESS_DENIED."""
        message = "User is not authorized to access this resource"
        return self._answer(403, "AccessDeniedException", {"Message": message}, reason)

    def not_found(self) -> Answer:
        message = "Missing Authentication Token"
        return self._answer(403, "MissingAuthenticationTokenException", {"message": message}, "no route")

    def unavailable(self, reason: str, timed_out: bool) -> Answer:
        """The app does not answer, or not in time."""
        message = "Endpoint request timed out" if timed_out else "Network error communicating with endpoint"
        return self._answer(504, "InternalServerErrorException", {"message": message}, reason)

    def _answer(self, status: int, kind: str, body: dict[str, str], reason: str) -> Answer:
        headers = (
            ("content-type", "application/json"),
            ("x-amzn-requestid", self.request_id()),
            ("x-amzn-errortype", kind),
            ("x-amz-apigw-id", _short_id(self._randomness)),
        )
        return Answer(status, headers, _json(body), reason)


def _short_id(randomness: Randomness) -> str:
    return randomness.text(15, ALPHANUMERIC) + "="


def _quoted(text: str) -> str:
    """A text as it stands between quotes in a header."""
    shown = "".join(character for character in text if " " <= character <= "~")
    return shown.replace("\\", "\\\\").replace('"', '\\"')


def _json(body: dict[str, str]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
