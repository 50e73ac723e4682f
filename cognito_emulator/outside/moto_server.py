"""moto in this process, as the rest of AWS: S3, DynamoDB, IAM, STS, Lambda and whatever else it has.

Requests that are not for Cognito go to moto's server application. The emulator's own calls through boto3 reach the
same moto without a socket, because its mock is active. Needs the extra `[moto]`.
"""

from __future__ import annotations

import importlib
import re
from typing import Any
from urllib.parse import parse_qsl, quote

from cognito_emulator.http_messages import HttpRequest, HttpResponse
from cognito_emulator.outside.moto_iam import PATCHES, Decider
from cognito_emulator.outside.moto_lambda import LocalFunctions, invoking

DEFAULT_ACCOUNT = "123456789012"
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/[^/]*/([^/]+)/aws4_request")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


class MotoIsMissing(Exception):
    """moto's server is not installed; the text says how to get it."""


class Moto:
    """moto's server application, from here until `close`.

    `decide` is asked about sessions that were given out here; `functions` run what moto has of Lambda.
    """

    def __init__(self, account: str, decide: Decider, functions: LocalFunctions) -> None:
        try:
            from moto import mock_aws
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        except ImportError as error:
            raise MotoIsMissing(f"--with-moto needs moto: pip install 'cognito-emulator[moto]' ({error})") from None
        self._account = account
        self._application: Any = DomainDispatcherApplication(create_backend_app)
        self._mock: Any = mock_aws()
        self._mock.start()
        self._undo = [_patch(*patch, decide) for patch in PATCHES]
        self._undo.append(_patch("moto.awslambda.models", "LambdaFunction", "_invoke_lambda", invoking, functions))
        self._functions = functions

    def answer(self, request: HttpRequest) -> HttpResponse:
        """moto's answer."""
        import werkzeug.test
        from moto.core.request import Request

        url = f"{request.base_url}{quote(request.path, safe='/~')}"
        if request.query:
            url += f"?{request.query}"
        headers = {"host": request.base_url.partition("://")[2], **request.headers}
        account = self._account_of(request)
        if account != DEFAULT_ACCOUNT:
            headers.setdefault("x-moto-account-id", account)
        environ = Request.from_primitives(request.method, url, headers, request.body).environ
        environ["RAW_URI"] = url.removeprefix(request.base_url)
        environ["REMOTE_ADDR"] = request.source_ip
        body, status, answered = werkzeug.test.run_wsgi_app(self._application, environ, buffered=True)
        shown = {_capital(name): value for name, value in answered.items() if name.lower() not in _HOP_BY_HOP}
        content = b"".join(body)
        if request.method != "HEAD":  # there the length is that of the object
            shown["Content-Length"] = str(len(content))
        return HttpResponse(int(status.split(" ", 1)[0]), shown, content)

    def _account_of(self, request: HttpRequest) -> str:
        """The account of the caller: an access key of twelve digits names it, moto knows those it gave out."""
        from moto.iam.models import get_account_id_from

        key, _ = scope_of(request) or ("", "")
        if re.fullmatch(r"\d{12}", key):
            return key
        known = str(get_account_id_from(key))
        return known if known != DEFAULT_ACCOUNT or _is_known(key) else self._account

    def close(self) -> None:
        """Stop; moto's state is gone."""
        for undo in self._undo:
            undo()
        self._functions.close()
        self._mock.stop()


def _capital(name: str) -> str:
    return "Content-Length" if name.lower() == "content-length" else name


def scope_of(request: HttpRequest) -> tuple[str, str] | None:
    """Access key and service in the signature of a request; None if it has none."""
    found = _SCOPE.search(request.headers.get("authorization", ""))
    if found is not None:
        return found.group(1), found.group(2)
    if "X-Amz-Credential" in request.query:
        parts = dict(parse_qsl(request.query)).get("X-Amz-Credential", "").split("/")
        return (parts[0], parts[3]) if len(parts) == 5 else None
    return None


def _is_known(key: str) -> bool:
    from moto.iam.models import iam_backends

    account = iam_backends[DEFAULT_ACCOUNT]
    return any(key in account[partition].access_keys for partition in ("aws", "aws-cn", "aws-us-gov"))


def _patch(module: str, owner: str, attribute: str, replace: Any, argument: Any) -> Any:
    """Replace a method; the answer puts it back."""
    cls = getattr(importlib.import_module(module), owner)
    original = vars(cls)[attribute]
    setattr(cls, attribute, replace(argument, original))
    return lambda: setattr(cls, attribute, original)
