"""One line per request, with the operation's name: as text or as JSON."""

from __future__ import annotations

import logging

import orjson

from cognito_emulator.aws.call import HttpRequest, HttpResponse

logger = logging.getLogger("cognito_emulator.access")


def write(label: str, request: HttpRequest, response: HttpResponse, seconds: float, log_format: str) -> None:
    """Log a request that was answered; tokens, codes and bodies never appear."""
    if log_format == "off" or not logger.isEnabledFor(logging.INFO):
        return
    fields = {
        "operation": label,
        "method": request.method,
        "path": request.path,
        "status": response.status,
        "milliseconds": round(seconds * 1000, 1),
    }
    error = response.headers.get("x-amzn-ErrorType")
    if error is not None:
        fields["error"] = error.rstrip(":")
    request_id = response.headers.get("x-amzn-RequestId")
    if request_id is not None:
        fields["requestId"] = request_id
    if log_format == "json":
        logger.info(orjson.dumps(fields).decode())
        return
    name = label if label != "-" else f"{request.method} {request.path}"
    logger.info("%s %s%s %.1f ms", name, response.status, f" {fields['error']}" if error else "", seconds * 1000)
