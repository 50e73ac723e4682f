"""One request to a pool's domain, with what every endpoint and page needs of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import CookieError, SimpleCookie

from cognito_emulator.aws.call import Call, HttpRequest
from cognito_emulator.oauth import errors, parameters
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.oauth.site import Site
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.records import Client, Pool


@dataclass
class Visit:
    """A request and the site that it is for.

    `call` is what the functions of `user_pools` work with; its base URL is the issuer's. `cookies_to_set` collects
    the lines that go with whatever is answered.
    """

    call: Call
    request: HttpRequest
    site: Site
    cookies_to_set: list[str] = field(default_factory=list)

    @property
    def pool(self) -> Pool:
        return self.site.pool

    @cached_property
    def query(self) -> Parameters:
        return parameters.of_query(self.request)

    @cached_property
    def form(self) -> Parameters:
        return parameters.of_form(self.request)

    @cached_property
    def given(self) -> Parameters:
        """Parameters of the form and of the URL; the form's come first."""
        return Parameters([*self.form.pairs, *self.query.pairs])

    @cached_property
    def cookies(self) -> dict[str, str]:
        try:
            morsels = SimpleCookie(self.request.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in morsels.items()}

    def set_cookie(
        self, name: str, value: str, *, seconds: int | None = None, same_site: str = "Lax", domain: str = ""
    ) -> None:
        """Set a cookie of this host; 0 seconds removes it, None keeps it as long as the browser is open.

        `same_site` may be `None`, which browsers take with https only, or nothing at all. With `domain` the cookie is
        for the hosts below as well.
        """
        parts = [f"{name}={value}", "Path=/"]
        if domain:
            parts.append(f"Domain={domain}")
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        secure = self.request.base_url.startswith("https:")
        if secure:
            parts.append("Secure")
        parts.append("HttpOnly")
        if same_site:
            parts.append(f"SameSite={same_site if secure else 'Lax'}")
        self.cookies_to_set.append("; ".join(parts))

    def client(self, client_id: str) -> Client | None:
        """The app client of that id, if it is this pool's."""
        client = self.call.reader.get(records.CLIENTS, client_id)
        return client if client is not None and client.pool_id == self.pool.id else None

    def client_of_page(self) -> Client:
        """The app client that a page's URL names. Raises `PageError`."""
        client_id = self.query.get("client_id")
        if not client_id:
            raise errors.client_id_missing() if self.site.managed_login else errors.parameter_missing("client_id")
        client = self.client(client_id)
        if client is None:
            raise errors.client_does_not_exist(client_id)
        return client
