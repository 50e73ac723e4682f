"""Parameters of a query or a form: one value each, and which came twice."""

from __future__ import annotations

from urllib.parse import parse_qsl

from cognito_emulator.aws.call import HttpRequest

FORM = "application/x-www-form-urlencoded"


class Parameters(dict[str, str]):
    """The first value of each parameter. `repeated` are the names that came more than once."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        self.pairs = pairs
        self.repeated: set[str] = set()
        for name, value in pairs:
            if name in self:
                self.repeated.add(name)
            else:
                self[name] = value


def of_query(request: HttpRequest) -> Parameters:
    """Parameters of the URL."""
    return Parameters(_pairs(request.query))


def of_text(text: str) -> Parameters:
    """Parameters of a query that came as text."""
    return Parameters(_pairs(text))


def of_form(request: HttpRequest) -> Parameters:
    """Parameters of a form in the body; none if the body is something else."""
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if request.method != "POST" or kind != FORM:
        return Parameters([])
    return Parameters(_pairs(request.body.decode("utf-8", "replace")))


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=200, errors="replace")
    except ValueError:
        return []
