"""Which requests a route is for.

Path patterns are a load balancer's: `*` and `?`, and the first rule that fits. Route keys are an API's: `GET
/items/{id}`, `ANY /{proxy+}`, `$default`, and of those that fit the most specific. Path patterns come first.

Sources: API Gateway developer guide, "Routes for HTTP APIs"; user guide of application load balancers, "Path
conditions".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_METHODS = ("ANY", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SEGMENT = re.compile(r"\{([\w.-]+)(\+?)\}|([^{}]*)")


class BadPattern(Exception):
    """A pattern cannot be read; the text says why."""


@dataclass(frozen=True)
class Pattern:
    """A condition on method and path. `order` tells which of several is tried first."""

    text: str
    methods: frozenset[str]
    paths: tuple[re.Pattern[str], ...]
    order: tuple[int, ...]

    @property
    def is_route_key(self) -> bool:
        """Whether it is an API's, and not a load balancer's."""
        return self.order[0] > 0

    def fits(self, method: str, path: str) -> bool:
        return (not self.methods or method in self.methods) and any(one.fullmatch(path) for one in self.paths)


def path_pattern(paths: tuple[str, ...], methods: tuple[str, ...]) -> Pattern:
    """A load balancer's condition. Case counts."""
    for path in paths:
        if not path.startswith(("/", "*")):
            raise BadPattern(f"{path!r} does not begin with /")
    compiled = tuple(re.compile("".join(map(_wildcard, path)), re.DOTALL) for path in paths)
    return Pattern(" ".join(paths), frozenset(methods), compiled, (0,))


def route_key(key: str) -> Pattern:
    """An API's condition."""
    if key == "$default":
        return Pattern(key, frozenset(), (re.compile(".*", re.DOTALL),), (2,))
    method, _, path = key.partition(" ")
    if method not in _METHODS:
        raise BadPattern(f"{key!r} is not $default and does not begin with one of {', '.join(_METHODS)}")
    if not path.startswith("/"):
        raise BadPattern(f"{key!r} has no path, such as in GET /items/{{id}}")
    segments = path[1:].split("/")
    parts, order = [], []
    for number, segment in enumerate(segments):
        expression, rank = _segment(segment, last=number == len(segments) - 1)
        parts.append(expression)
        order.append(rank)
    methods = frozenset[str]() if method == "ANY" else frozenset({method})
    return Pattern(key, methods, (re.compile("/" + "/".join(parts), re.DOTALL),), (1, *order, 0 if methods else 3))


def _wildcard(character: str) -> str:
    return {"*": ".*", "?": "."}.get(character, re.escape(character))


def _segment(segment: str, last: bool) -> tuple[str, int]:
    """The expression of one segment, and how specific it is: a text, a parameter, all the rest."""
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        raise BadPattern(f"{segment!r} is neither a text nor one parameter")
    if found.group(1) is None:
        return re.escape(segment), 0
    if not found.group(2):
        return "[^/]+", 1
    if not last:
        raise BadPattern(f"{segment!r} can only be the end of a path")
    return ".+", 2
