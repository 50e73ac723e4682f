"""One call of the AWS APIs: identify → parse → validate → authorise → run → serialise."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws import credentials, errors, json_protocol, rest_json_protocol
from cognito_emulator.aws.call import Call, HttpRequest, HttpResponse
from cognito_emulator.aws.models import Operation
from cognito_emulator.aws.output_check import WrongAnswer, check_answer
from cognito_emulator.aws.registry import Service
from cognito_emulator.aws.validation import validate
from cognito_emulator.store.interface import Contention

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

logger = logging.getLogger(__name__)
SessionAccount = Callable[["Emulator", str], str | None]
Authorise = Callable[[Call, str, str], None]
ErrorWriter = Callable[[errors.AwsError, str], HttpResponse]


class Dispatcher:
    """Answers calls of the given services for one emulator.

    `session_account` gives the account of temporary credentials by their access key, or None for keys it does not
    know. It raises for credentials whose time is over. `authorise` refuses calls (with their action and resource) that
    the holder of temporary credentials may not make.
    """

    def __init__(
        self,
        emulator: Emulator,
        services: tuple[Service, ...],
        session_account: SessionAccount = lambda *_: None,
        authorise: Authorise = lambda *_: None,
    ) -> None:
        self._emulator = emulator
        self._session_account = session_account
        self._authorise = authorise
        self._json = {_TARGET_PREFIXES[s.name]: s for s in services if s.name in _TARGET_PREFIXES}
        self._rest = next((service for service in services if service.name not in _TARGET_PREFIXES), None)

    def json_call(self, request: HttpRequest, region: str | None) -> tuple[str, HttpResponse]:
        """Answer a JSON 1.1 call; also returns the operation's name, for the access log.

        `region` is the one that the host names, if it names one.
        """
        request_id = self._emulator.randomness.uuid()
        prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
        service = self._json.get(prefix)
        operation = service.find(name) if service else None
        if service is None or operation is None:
            return "-", json_protocol.error(errors.unknown_operation(), request_id)
        label = f"{service.name}:{name}"

        def run() -> HttpResponse:
            result = self._run(service, operation, request, region, request_id, json_protocol.parse(request))
            return json_protocol.answer(operation, result, request_id)

        response = self._guarded(run, label, json_protocol.error, request_id)
        response.headers.update(_EXTRA_HEADERS.get(service.name, {}))
        return label, response

    def rest_call(self, request: HttpRequest, region: str | None) -> tuple[str, HttpResponse]:
        """Answer a REST-JSON call (cognito-sync)."""
        request_id = self._emulator.randomness.uuid()
        service = self._rest
        if service is None:
            return "-", rest_json_protocol.error(errors.unknown_operation(), request_id)
        try:
            operation, labels = rest_json_protocol.route(service.model, request)
        except errors.AwsError as failure:
            return "-", rest_json_protocol.error(failure, request_id)
        label = f"{service.name}:{operation.name}"

        def run() -> HttpResponse:
            params = rest_json_protocol.parse(operation, labels, request)
            result = self._run(service, operation, request, region, request_id, params)
            return rest_json_protocol.answer(operation, result, request_id)

        return label, self._guarded(run, label, rest_json_protocol.error, request_id)

    def _run(
        self,
        service: Service,
        operation: Operation,
        request: HttpRequest,
        region: str | None,
        request_id: str,
        params: dict[str, Any],
    ) -> dict[str, Any]:
        function = service.function(operation.name)
        if function is None:
            raise errors.not_implemented(service.name, operation.name)
        emulator = self._emulator
        caller = credentials.caller_of(request)
        if caller is None and not operation.public and operation.name not in _OWN_CREDENTIALS:
            raise errors.missing_authentication_token()
        if caller is not None:
            credentials.require_service(caller, service.model.signing_name)
        validate(operation, params, service.constraint_error)
        for setting in service.ignored_settings(operation.name, params):
            emulator.note_ignored(f"{service.name}:{operation.name}", setting)
        call = Call(
            emulator=emulator,
            operation=operation.name,
            region=caller.region if caller else region or emulator.config.region,
            account=self._account_of(caller),
            request_id=request_id,
            now=emulator.clock.now(),
            request=request,
            signed=caller is not None,
            access_key=caller.access_key if caller else "",
            region_named=caller is not None or region is not None,
            params=params,
        )
        if caller is not None and caller.is_temporary and not operation.public:
            self._authorise(call, f"{service.name}:{operation.name}", service.resource(call))
        service.admit(call, params)
        answer = function(call, params)
        if emulator.config.check_responses:
            check_answer(operation, answer)
        return answer

    def _account_of(self, caller: credentials.Caller | None) -> str:
        default = self._emulator.config.account_id
        if caller is None:
            return default
        if caller.is_temporary:
            return self._session_account(self._emulator, caller.access_key) or default
        return caller.account(default)

    def _guarded(
        self, run: Callable[[], HttpResponse], label: str, write: ErrorWriter, request_id: str
    ) -> HttpResponse:
        try:
            return run()
        except errors.AwsError as failure:
            return write(failure, request_id)
        except Contention:
            return write(errors.too_many_requests(), request_id)
        except WrongAnswer:
            raise
        except Exception:
            logger.exception("%s failed (request %s)", label, request_id)
            return write(errors.internal_error(), request_id)


_TARGET_PREFIXES = {
    "cognito-idp": "AWSCognitoIdentityProviderService",
    "cognito-identity": "AWSCognitoIdentityService",
}

# Source: recordings github-issue-logs/role-cannot-be-assumed/1, kiro-cli-capture/unauthenticated-getid/1.
_EXTRA_HEADERS = {"cognito-identity": {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}}

# The client's secret in the body stands in for a signature although the models say otherwise.
# Source: the API reference of both operations, as reference user-pools.md §1.6 and §13 report it.
_OWN_CREDENTIALS = frozenset({"GetClientToken", "GetDerivedToken"})
