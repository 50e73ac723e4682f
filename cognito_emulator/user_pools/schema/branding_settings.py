"""The settings document of a managed login style: the service's own values, and how a style's are laid over them.

Sources: developer guide, "The branding editor" (asset categories and types); recording
aws-cli-examples/cli-example-update-managed-login-branding/1 (the document and its values).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from cognito_emulator.user_pools import errors

Json = dict[str, Any]

TOP_MEMBERS = ("categories", "componentClasses", "components")
_BUTTONS = "BUTTON_LIST"
_PICTURES = frozenset({"JPEG", "PNG", "SVG", "WEBP"})
_EXTENSIONS = {
    "FAVICON_ICO": frozenset({"ICO"}),
    "FAVICON_SVG": frozenset({"SVG"}),
    "IDP_BUTTON_ICON": frozenset({"ICO", "SVG"}),
}


@cache
def provided() -> Json:
    """The values that the service provides. Callers must not change them."""
    text = files("cognito_emulator.user_pools.schema").joinpath("branding_defaults.json").read_bytes()
    values: Json = orjson.loads(text)
    return values


def merged(below: Json, above: Json) -> Json:
    """`above` laid over `below`, member by member."""
    result = dict(below)
    for name, value in above.items():
        under = result.get(name)
        result[name] = merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return result


def check(settings: Json) -> None:
    """Refuse settings that have not the form of the document."""
    _check(settings, provided(), "")


def _check(settings: Json, known: Json, path: str) -> None:
    for name, value in settings.items():
        place = f"{path}.{name}".lstrip(".")
        if not path and name not in TOP_MEMBERS:
            raise errors.invalid_branding_settings(place)
        wanted = known.get(name)
        if isinstance(wanted, dict) and wanted:
            if not isinstance(value, dict):
                raise errors.invalid_branding_settings(place)
            _check(value, wanted, place)
        elif name.endswith("olor") and not is_color(value):
            raise errors.invalid_branding_settings(place)


def lists_providers(settings: Json) -> bool:
    """Whether a style shows each provider as a button, which is the default, and not a field for an address."""
    style = settings.get("categories", {}).get("auth", {}).get("federation", {}).get("interfaceStyle", _BUTTONS)
    return bool(style == _BUTTONS)


def is_color(value: Any) -> bool:
    """Whether a value is a colour of the document: eight hexadecimal digits, the last two for opacity."""
    return isinstance(value, str) and len(value) == 8 and all(c in "0123456789abcdefABCDEF" for c in value)


def check_assets(assets: list[Json]) -> None:
    """Refuse an asset of a file type that its category does not take, or without content."""
    for asset in assets:
        if asset["Extension"] not in _EXTENSIONS.get(asset["Category"], _PICTURES):
            raise errors.invalid_asset(asset["Category"], asset["Extension"])
        if not asset.get("Bytes") and not asset.get("ResourceId"):
            raise errors.asset_without_content()
