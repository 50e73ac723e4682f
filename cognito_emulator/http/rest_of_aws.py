"""What is not Cognito's goes to moto, with `--with-moto`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cognito_emulator.identity_pools import is_allowed
from cognito_emulator.outside.moto_lambda import LocalFunctions
from cognito_emulator.outside.moto_server import Moto, MotoIsMissing, scope_of

if TYPE_CHECKING:
    from cognito_emulator.aws.call import HttpRequest, HttpResponse
    from cognito_emulator.emulator import Emulator

__all__ = ["MotoIsMissing", "RestOfAws"]

_OURS = frozenset({"cognito-idp", "cognito-identity", "cognito-sync"})
_OUR_TARGETS = ("AWSCognitoIdentityProviderService.", "AWSCognitoIdentityService.")


class RestOfAws:
    """moto, for one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        functions = LocalFunctions(emulator.functions.variables, emulator.randomness.uuid)
        self._moto = Moto(emulator.config.account_id, partial(is_allowed, emulator), functions)

    def owns(self, request: HttpRequest) -> bool:
        """Whether a request is signed for another service, or speaks to one without a signature."""
        if request.path.startswith("/_emulator/") or request.headers.get("x-amz-target", "").startswith(_OUR_TARGETS):
            return False
        if request.path.startswith("/moto-api"):
            return True
        scope = scope_of(request)
        if scope is not None:
            return scope[1] not in _OURS
        return "x-amz-target" in request.headers or "AWSAccessKeyId=" in request.query

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = self._moto.answer(request)
        if "origin" in request.headers:
            # Uploads in parts need the ETag, which buckets show only by their settings.
            response.headers.setdefault("Access-Control-Expose-Headers", "*")
        return response

    def close(self) -> None:
        self._moto.close()
