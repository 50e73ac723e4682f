"""The CSS of the classic pages: which classes people may style, and what is refused.

Source: developer guide, "Hosted UI (classic) branding" (classes, 3 KB, no @-rules); recording
aws-cli-examples/cli-example-set-ui-customization/1 for a complete file. The texts of refusals are our own.
"""

from __future__ import annotations

import re

from cognito_emulator.user_pools import errors

LARGEST = 3 * 1024
CLASSES = frozenset(
    f".{name}customizable"
    for name in (
        "background-",
        "banner-",
        "errorMessage-",
        "idpButton-",
        "idpDescription-",
        "inputField-",
        "label-",
        "legalText-",
        "logo-",
        "passwordCheck-valid-",
        "passwordCheck-notValid-",
        "redirect-",
        "socialButton-",
        "submitButton-",
        "textDescription-",
    )
) | {".idpButton-customizable:hover", ".inputField-customizable:focus", ".submitButton-customizable:hover"}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"\s*([^{}]*?)\s*\{([^{}]*)\}\s*", re.DOTALL)
_DECLARATION = re.compile(r"\s*[a-zA-Z-]+\s*:\s*[^:;{}]+(?:\s*:\s*[^;{}]*)?")
_FORBIDDEN = re.compile(r"javascript:|expression\s*\(|url\s*\(|behavior\s*:|-moz-binding|[<>\\]", re.IGNORECASE)


def check(css: str) -> None:
    """Refuse CSS that is too large, is none, or styles what people may not style."""
    if len(css.encode("utf-8", "surrogatepass")) > LARGEST:
        raise errors.css_too_large()
    text = _COMMENT.sub("", css)
    if "@" in text:
        raise errors.invalid_css("at-rules are not supported.")
    if _FORBIDDEN.search(text):
        raise errors.invalid_css("unsupported value.")
    position = 0
    while position < len(text) and text[position:].strip():
        rule = _RULE.match(text, position)
        if rule is None:
            raise errors.invalid_css("syntax error.")
        _check_rule(rule.group(1), rule.group(2))
        position = rule.end()


def _check_rule(selectors: str, body: str) -> None:
    for selector in selectors.split(","):
        if selector.strip() not in CLASSES:
            raise errors.invalid_css_selector(selector.strip())
    for declaration in body.split(";"):
        if declaration.strip() and not _DECLARATION.fullmatch(declaration):
            raise errors.invalid_css("syntax error.")
