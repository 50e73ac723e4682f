"""A small browser over the WSGI application: cookies per host, redirects, forms."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

from cognito_emulator.emulator import Emulator


@dataclass
class Form:
    """A form of a page: where it goes, and what its fields hold."""

    action: str
    method: str
    name: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.title = ""
        self._inside: list[str] = []
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "GET"), given.get("name", "")))
        if tag in ("input", "button", "textarea") and self.forms and given.get("name"):
            if tag == "button" or given.get("type", "").lower() == "submit":
                self.forms[-1].buttons[given["name"]] = given.get("value", "")
            elif given.get("type") != "radio" or "checked" in given:
                self.forms[-1].fields[given["name"]] = given.get("value", "")
            else:
                self.forms[-1].fields.setdefault(given["name"], "")
        if tag == "a":
            self.links.append((given.get("href", ""), ""))
            self._link = given.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title" and not self.title:
            self.title = data.strip()
        if self._link is not None and self.links:
            self.links[-1] = (self.links[-1][0], self.links[-1][1] + data.strip())
        if data.strip():
            self.text.append(data.strip())


@dataclass
class Page:
    """An answer as a browser has it."""

    url: str
    status: int
    headers: dict[str, str]
    set_cookies: list[str]
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """Where a redirect goes, as an absolute URL."""
        return urljoin(self.url, self.headers["location"])

    @property
    def query(self) -> dict[str, str]:
        """Parameters of the redirect's query."""
        return dict(parse_qsl(urlsplit(self.location).query))

    @property
    def fragment(self) -> dict[str, str]:
        """Parameters of the redirect's fragment."""
        return dict(parse_qsl(urlsplit(self.location).fragment))

    @property
    def _parsed(self) -> _Parser:
        parser = _Parser()
        parser.feed(self.html)
        return parser

    @property
    def forms(self) -> list[Form]:
        return self._parsed.forms

    @property
    def text(self) -> str:
        return " ".join(self._parsed.text)

    @property
    def title(self) -> str:
        return self._parsed.title

    @property
    def links(self) -> dict[str, str]:
        """Links by their text."""
        return {text: href for href, text in self._parsed.links}

    def form(self, name: str) -> Form:
        return next(form for form in self.forms if form.name == name)


class Browser:
    """Goes to URLs of an emulator's hosts; redirects to other hosts end the journey."""

    def __init__(self, emulator: Emulator, host: str = "http://cognito.test:9229") -> None:
        self.emulator = emulator
        self.host = host
        self.cookies: dict[str, dict[str, str]] = {}

    def get(self, url: str, *, follow: bool = False, **headers: str) -> Page:
        return self._go("GET", url, b"", headers, follow)

    def post(self, url: str, data: dict[str, str] | None = None, *, follow: bool = False, **headers: str) -> Page:
        given = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._go("POST", url, urlencode(data or {}).encode(), given, follow)

    def submit(self, page: Page, form: str | int = 0, *, button: str | None = None, **values: str) -> Page:
        """Send a form of a page with these values; field names with brackets come by `**{...}`."""
        found = page.forms[form] if isinstance(form, int) else page.form(form)
        data = {**found.fields, **values}
        if button is not None:
            data[button] = found.buttons[button]
        if found.method.upper() == "GET":
            return self.get(urljoin(page.url, found.action) + "?" + urlencode(data), follow=True)
        return self.post(urljoin(page.url, found.action), data, follow=True)

    def is_ours(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return host == urlsplit(self.host).hostname or ".auth." in host

    def request(self, method: str, url: str, body: bytes = b"", **headers: str) -> Page:
        return self._go(method, url, body, headers, False)

    def _go(self, method: str, url: str, body: bytes, headers: dict[str, str], follow: bool) -> Page:
        page = self._once(method, urljoin(self.host, url), body, headers)
        for _ in range(10):
            if not follow or page.status not in (302, 303) or not self.is_ours(page.location):
                return page
            page = self._once("GET", page.location, b"", {})
        raise AssertionError(f"too many redirects: {page.url}")

    def _once(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Page:
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path or "/",
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname,
            "HTTP_HOST": parts.netloc,
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        if jar:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        answered: list[Any] = []
        content = b"".join(self.emulator.wsgi_app(environ, lambda *given: answered.extend(given)))
        lines: list[tuple[str, str]] = answered[1]
        set_cookies = [value for name, value in lines if name == "Set-Cookie"]
        for line in set_cookies:
            name, _, rest = line.partition("=")
            jar[name] = rest.partition(";")[0]
            if "Max-Age=0" in line:
                del jar[name]
        return Page(
            url,
            int(answered[0].split()[0]),
            {name.lower(): value for name, value in lines if name != "Set-Cookie"},
            set_cookies,
            content,
        )


def parameters(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
