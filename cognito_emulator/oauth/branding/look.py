"""What templates need to know of a look."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Look:
    """`css` is laid over the pages' own style; images are URLs (mostly `data:`). `scheme` is light, dark or both.

    `classic` pages have each form twice, for large and small screens. `options` are switches of a managed login
    style that change what a page has, not what it looks like.
    """

    classic: bool = False
    css: str = ""
    scheme: str = "both"
    logo: str | None = None
    header_logo: str | None = None
    footer_logo: str | None = None
    favicon: str | None = None
    graphics: dict[str, str] = field(default_factory=dict)
    header: bool = False
    footer: bool = False
    graphics_shown: bool = True
