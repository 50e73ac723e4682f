"""Languages of the pages: one JSON file each in `oauth/languages/`. To add one, translate a copy of `en.json`.

Managed login speaks the language that `lang` asks for, and remembers it in a cookie; the classic pages and pools of
the tier LITE speak English. Source: reference oauth-and-hosted-ui.md §2.1 (`lang`) and §3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson

from cognito_emulator.oauth.visit import Visit

COOKIE = "lang"
DEFAULT = "en"
_FOLDER = files("cognito_emulator.oauth").joinpath("languages")
# A year, as browsers keep preferences.
_SECONDS = 31_536_000


@dataclass(frozen=True)
class Language:
    """A language and its texts; `errors` translates what the user pool says in English."""

    code: str
    texts: dict[str, str]
    errors: dict[str, str]

    def text(self, key: str, **values: object) -> str:
        """The text of a key, with `{name}` filled in. An error of the user pool is its own key."""
        found = self.texts.get(key) or self.errors.get(key)
        if found is None:
            found = english().texts.get(key)
        return found.format(**values) if found is not None and values else (found or key)


@cache
def codes() -> tuple[str, ...]:
    """Codes of the languages that there are."""
    return tuple(sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir() if file.name.endswith(".json")))


@cache
def language(code: str) -> Language:
    """The language of a code that `codes` lists."""
    content = orjson.loads(_FOLDER.joinpath(f"{code}.json").read_bytes())
    return Language(code, content["texts"], content["errors"])


def english() -> Language:
    return language(DEFAULT)


def of_visit(visit: Visit) -> Language:
    """The language that a visitor asks for, or asked for before."""
    if not visit.site.managed_login or visit.pool.settings["UserPoolTier"] == "LITE":
        return english()
    asked = visit.query.get("lang")
    if asked in codes():
        if visit.cookies.get(COOKIE) != asked:
            visit.set_cookie(COOKIE, asked, seconds=_SECONDS)
        return language(asked)
    remembered = visit.cookies.get(COOKIE, DEFAULT)
    return language(remembered if remembered in codes() else DEFAULT)
