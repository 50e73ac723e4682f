"""Files of the pages: style, script, and logos of classic branding under the path that ImageUrl names."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.user_pools.domain_records import UI_CUSTOMIZATIONS

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_LOGO = re.compile(r"/([\w-]+_[0-9a-zA-Z]+)/([\w+]+)/(\d{14})/assets/images/image\.jpg")
_KINDS = {"pages.css": "text/css;charset=UTF-8", "passkeys.js": "text/javascript;charset=UTF-8"}


@cache
def _content(name: str) -> bytes:
    return files("cognito_emulator.oauth").joinpath("static").joinpath(name).read_bytes()


def static(request: HttpRequest) -> HttpResponse:
    """A file under `/static/`."""
    name = request.path.removeprefix("/static/")
    if name not in _KINDS:
        return HttpResponse(404)
    headers = {"Content-Type": _KINDS[name], "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(200, headers, _content(name))


def logo(emulator: Emulator, request: HttpRequest) -> HttpResponse | None:
    """The logo of a classic branding; None if the path is not a logo's."""
    found = _LOGO.fullmatch(request.path)
    if found is None:
        return None
    pool_id, client_id, version = found.groups()
    customization = emulator.store.reader.get(UI_CUSTOMIZATIONS, pool_id, client_id)
    if customization is None or not customization.image or customization.css_version != version:
        return HttpResponse(404)
    headers = {"Content-Type": customization.image_type, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(200, headers, base64.b64decode(customization.image))
