"""What browsers are told: the services let every origin call them, all but the pages of a user pool's domain.

Source: recording `github-issue-logs/access-token-without-admin-scope/1`; reference user-pools.md §1.1,
oauth-and-hosted-ui.md §11.
"""

from __future__ import annotations

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.oauth import paths

EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
_USUAL_HEADERS = (
    "content-type,x-amz-target,x-amz-user-agent,cache-control,amz-sdk-invocation-id,amz-sdk-request,"
    "authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256"
)


def preflight(request: HttpRequest) -> HttpResponse | None:
    """The answer to a preflight request; None for any other request."""
    if request.method != "OPTIONS" or paths.is_closed(request.path):
        return None
    asked = request.headers.get("access-control-request-headers", _USUAL_HEADERS)
    method = request.headers.get("access-control-request-method", "POST")
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST" if method == "POST" else f"POST,{method}",
        "Access-Control-Allow-Headers": asked,
        "Access-Control-Max-Age": "172800",
    }
    return HttpResponse(200, headers)


def allow_origin(request: HttpRequest, response: HttpResponse) -> None:
    """Add to an answer what a browser needs to hand it to the page."""
    if "origin" in request.headers and not paths.is_closed(request.path):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        response.headers.setdefault("Access-Control-Expose-Headers", EXPOSED)
