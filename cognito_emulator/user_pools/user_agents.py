"""What a User-Agent header says of a device: browser or app, and operating system.

Source: recording `aws-model-examples/model-example-adminlistusersessions-1/1` ("Chrome 125 / macOS 15.0");
`SessionDescriptionType.DeviceType` in botocore's model (the value may be `unknown`).
"""

from __future__ import annotations

import re
from functools import lru_cache

UNKNOWN = "unknown"
LONGEST = 1024

# The first that is found counts: most browsers also claim to be those further down.
_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"(?:OPR|Opera)/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)\S* (?:Mobile/\S+ )?Safari/")),
)
_SYSTEMS = (
    ("iOS", re.compile(r"(?:iPhone|CPU) OS (\d+[._]\d+)")),
    ("macOS", re.compile(r"Mac OS X (\d+[._]\d+)|\bos/macos#(\d+(?:\.\d+)?)")),
    ("Windows", re.compile(r"Windows NT (\d+(?:\.\d+)?)|\bos/windows#(\d+(?:\.\d+)?)")),
    ("Android", re.compile(r"Android (\d+)")),
    ("Linux", re.compile(r"\bos/linux#(\d+\.\d+)|Linux")),
)
# Windows NT versions and the names that people know.
_WINDOWS = {"10.0": "10", "6.3": "8.1", "6.2": "8", "6.1": "7"}
_APP = re.compile(r"^([A-Za-z][\w.-]*)/v?(\d+)")


@lru_cache(maxsize=256)
def describe(user_agent: str) -> str:
    """`<browser or app> <version> / <system> <version>`, as far as the text tells; `unknown` if it tells nothing."""
    parts = [part for part in (_program(user_agent), _system(user_agent)) if part]
    return " / ".join(parts)[:LONGEST] or UNKNOWN


def _program(text: str) -> str | None:
    for name, pattern in _BROWSERS:
        found = pattern.search(text)
        if found:
            return f"{name} {found.group(1)}"
    app = _APP.match(text)
    return f"{app.group(1)} {app.group(2)}" if app and app.group(1) != "Mozilla" else None


def _system(text: str) -> str | None:
    for name, pattern in _SYSTEMS:
        found = pattern.search(text)
        if found:
            version = next((group for group in found.groups() if group), "").replace("_", ".")
            version = _WINDOWS.get(version, version) if name == "Windows" else version
            return f"{name} {version}".strip()
    return None
