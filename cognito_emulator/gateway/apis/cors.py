"""`CorsConfiguration` of an HTTP API: it answers preflight requests itself, and replaces what the app says of origins.

It goes for routes of an HTTP API: those with a route key and a JWT authorizer, or none.

Sources: API Gateway developer guide, "Configure CORS for HTTP APIs in API Gateway"; API reference, `Cors`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognito_emulator.gateway.messages import Answer, Decision, Request

if TYPE_CHECKING:
    from cognito_emulator.gateway.settings import Settings

Headers = tuple[tuple[str, str], ...]
_DAY = 86_400


@dataclass(frozen=True)
class Cors:
    """What pages of other origins may do."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]
    max_age: int | None
    credentials: bool

    def preflight(self, request: Request) -> Answer | None:
        """The answer to a preflight request; None for any other request."""
        asked = request.header("access-control-request-method")
        if request.method != "OPTIONS" or asked is None or request.header("origin") is None:
            return None
        origin = self._origin(request)
        lists = (("methods", self.methods), ("headers", self.headers))
        shown = tuple((f"access-control-allow-{name}", ",".join(values)) for name, values in lists if values)
        age = (("access-control-max-age", str(self.max_age)),) if self.max_age is not None else ()
        return Answer(204, (*origin, *shown, *age) if origin else (), b"", "preflight")

    def applied(self, request: Request, decision: Decision) -> Decision:
        """A decision whose answer has these headers, and none of the app's."""
        if isinstance(decision, Answer):
            return self.on(request, decision)
        return replace(decision, cors=self._shown(request))

    def on(self, request: Request, answer: Answer) -> Answer:
        """An answer of the gateway itself, with these headers."""
        return replace(answer, headers=(*answer.headers, *self._shown(request)))

    def _shown(self, request: Request) -> Headers:
        origin = self._origin(request)
        exposed = (("access-control-expose-headers", ",".join(self.exposed)),) if origin and self.exposed else ()
        return (*origin, *exposed)

    def _origin(self, request: Request) -> Headers:
        """The headers that allow an origin; none for one that is not allowed."""
        origin = request.header("origin")
        if origin is None or not any(_fits(origin, allowed) for allowed in self.origins):
            return ()
        credentials = (("access-control-allow-credentials", "true"),) if self.credentials else ()
        shown = "*" if "*" in self.origins else origin
        return (("access-control-allow-origin", shown), *credentials)


def read_cors(settings: Settings) -> Cors | None:
    """The setting `CorsConfiguration`; None without one. Raises BadConfiguration."""
    if not settings.has("CorsConfiguration"):
        return None
    inner = settings.inner("CorsConfiguration")
    age = inner.number("MaxAge", -1, _DAY)
    made = Cors(
        origins=inner.texts("AllowOrigins"),
        methods=inner.texts("AllowMethods"),
        headers=inner.texts("AllowHeaders"),
        exposed=inner.texts("ExposeHeaders"),
        max_age=int(age) if age is not None else None,
        credentials=inner.flag("AllowCredentials"),
    )
    if made.credentials and "*" in made.origins:
        raise inner.wrong("AllowCredentials", "is not possible with the origin *")
    inner.done()
    return made


def _fits(origin: str, allowed: str) -> bool:
    return allowed in ("*", origin) or (allowed in ("http://*", "https://*") and origin.startswith(allowed[:-1]))
