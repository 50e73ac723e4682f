"""Lambda functions for scenarios with triggers: a small server that answers Lambda's Invoke with Python functions.

An endpoint whose `AWS_ENDPOINT_URL_LAMBDA` is this server's address calls them. Source of the protocol: the API
reference of AWS Lambda, Invoke.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
Function = Callable[[Json], Any]
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class FunctionServer:
    """Functions by name. `url` is what the endpoint must take for Lambda."""

    def __init__(self, port: int = 0) -> None:
        owner = self
        self._functions: dict[str, Function] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def add(self, name: str, function: Function) -> str:
        """Add a function; returns its ARN."""
        self._functions[name] = function
        return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        found = _INVOKE.match(handler.path.replace("%3A", ":"))
        name = found.group(1).rpartition(":function:")[2].partition(":")[0] if found else ""
        function = self._functions.get(name)
        if function is None:
            self._write(handler, 404, {"Message": f"Function not found: {name}"}, "ResourceNotFoundException")
            return
        try:
            result: Any = function(json.loads(body))
            failure = None
        except Exception as error:
            result, failure = {"errorMessage": str(error), "errorType": type(error).__name__}, "Unhandled"
        self._write(handler, 200, result, None, failure)

    @staticmethod
    def _write(
        handler: BaseHTTPRequestHandler, status: int, result: Any, error: str | None, failure: str | None = None
    ) -> None:
        body = json.dumps(result).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        if error:
            handler.send_header("x-amzn-ErrorType", error)
        if failure:
            handler.send_header("X-Amz-Function-Error", failure)
        handler.end_headers()
        handler.wfile.write(body)
