"""The look of managed login pages: a branding style's settings as CSS variables, its assets as images.

Only values that `schema.branding_settings` let pass get here: colours are eight hexadecimal digits.
Source: developer guide, "The branding editor"; recording
aws-cli-examples/cli-example-update-managed-login-branding/1 for the settings document.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.oauth.branding.look import Look
from cognito_emulator.user_pools.domain_records import Branding
from cognito_emulator.user_pools.schema import branding_settings

Json = dict[str, Any]

_KINDS = {
    "ICO": "image/x-icon",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "SVG": "image/svg+xml",
    "WEBP": "image/webp",
}
_SCHEMES = {"LIGHT": "light", "DARK": "dark", "DYNAMIC": "both"}

# CSS variable → place in the document, below the member for the colour mode.
_COLOURS = {
    "page": ("components.pageBackground", "color"),
    "heading": ("components.pageText", "headingColor"),
    "text": ("components.pageText", "bodyColor"),
    "description": ("components.pageText", "descriptionColor"),
    "card": ("components.form", "backgroundColor"),
    "card-border": ("components.form", "borderColor"),
    "button": ("components.primaryButton", "defaults.backgroundColor"),
    "button-text": ("components.primaryButton", "defaults.textColor"),
    "button-hover": ("components.primaryButton", "hover.backgroundColor"),
    "button-hover-text": ("components.primaryButton", "hover.textColor"),
    "second-button": ("components.secondaryButton", "defaults.backgroundColor"),
    "second-button-text": ("components.secondaryButton", "defaults.textColor"),
    "second-button-border": ("components.secondaryButton", "defaults.borderColor"),
    "second-button-hover": ("components.secondaryButton", "hover.backgroundColor"),
    "provider": ("components.idpButton.standard", "defaults.backgroundColor"),
    "provider-text": ("components.idpButton.standard", "defaults.textColor"),
    "provider-border": ("components.idpButton.standard", "defaults.borderColor"),
    "provider-hover": ("components.idpButton.standard", "hover.backgroundColor"),
    "error": ("components.alert", "error.backgroundColor"),
    "error-border": ("components.alert", "error.borderColor"),
    "success": ("componentClasses.statusIndicator", "success.backgroundColor"),
    "success-border": ("componentClasses.statusIndicator", "success.borderColor"),
    "header": ("components.pageHeader", "background.color"),
    "header-border": ("components.pageHeader", "borderColor"),
    "footer": ("components.pageFooter", "background.color"),
    "footer-border": ("components.pageFooter", "borderColor"),
    "input": ("componentClasses.input", "defaults.backgroundColor"),
    "input-border": ("componentClasses.input", "defaults.borderColor"),
    "placeholder": ("componentClasses.input", "placeholderColor"),
    "label": ("componentClasses.inputLabel", "textColor"),
    "hint": ("componentClasses.inputDescription", "textColor"),
    "link": ("componentClasses.link", "defaults.textColor"),
    "link-hover": ("componentClasses.link", "hover.textColor"),
    "focus": ("componentClasses.focusState", "borderColor"),
    "divider": ("componentClasses.divider", "borderColor"),
    "option": ("componentClasses.optionControls", "selected.backgroundColor"),
}
_RADII = {
    "card-radius": "components.form",
    "button-radius": "componentClasses.buttons",
    "input-radius": "componentClasses.input",
    "alert-radius": "components.alert",
}
_SPACING = {"REGULAR": "1rem", "COMPACT": ".6rem"}
_PLACES = {"START": "flex-start", "CENTER": "center", "END": "flex-end"}


def look(branding: Branding | None) -> Look:
    """The look of a style; of the service's own values where there is none."""
    own = (branding.settings if branding else None) or {}
    settings = branding_settings.merged(branding_settings.provided(), own)
    assets = branding.assets if branding else []
    overall = settings["categories"]["global"]
    scheme = _SCHEMES.get(overall["colorSchemeMode"], "light")
    return Look(
        css=_css(settings, assets, scheme),
        scheme=scheme,
        logo=_image(assets, "FORM_LOGO", scheme) if settings["components"]["form"]["logo"]["enabled"] else None,
        header_logo=_image(assets, "PAGE_HEADER_LOGO", scheme),
        footer_logo=_image(assets, "PAGE_FOOTER_LOGO", scheme),
        favicon=_image(assets, "FAVICON_SVG", scheme) or _image(assets, "FAVICON_ICO", scheme),
        graphics={name: image for name in _GRAPHICS if (image := _image(assets, name, scheme))},
        header=bool(overall["pageHeader"]["enabled"]),
        footer=bool(overall["pageFooter"]["enabled"]),
        graphics_shown=bool(settings["categories"]["form"]["displayGraphics"]),
    )


_GRAPHICS = ("EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC", "PASSKEY_GRAPHIC")


def _css(settings: Json, assets: list[Json], scheme: str) -> str:
    light = _variables(settings, "lightMode") + _backgrounds(settings, assets, "LIGHT")
    dark = _variables(settings, "darkMode") + _backgrounds(settings, assets, "DARK")
    rules = [f":root{{{light if scheme != 'dark' else dark}{_shape(settings)}}}"]
    if scheme == "both":
        rules.append(f"@media (prefers-color-scheme: dark){{:root{{{dark}}}}}")
    return "".join(rules)


def _variables(settings: Json, mode: str) -> str:
    found = {name: _at(settings, f"{place}.{mode}.{member}") for name, (place, member) in _COLOURS.items()}
    return "".join(f"--{name}:#{value};" for name, value in found.items() if branding_settings.is_color(value))


def _shape(settings: Json) -> str:
    radii = {name: _at(settings, f"{place}.borderRadius") for name, place in _RADII.items()}
    lines = "".join(f"--{name}:{float(value)}px;" for name, value in radii.items() if isinstance(value, (int, float)))
    density = _SPACING.get(_at(settings, "categories.global.spacingDensity"), "1rem")
    place = settings["categories"]["form"]["location"]
    horizontal, vertical = (_PLACES.get(place.get(way), "center") for way in ("horizontal", "vertical"))
    return f"{lines}--gap:{density};--form-x:{horizontal};--form-y:{vertical};"


def _backgrounds(settings: Json, assets: list[Json], mode: str) -> str:
    """Background images that the settings switch on."""
    wanted = (
        ("page-image", "PAGE_BACKGROUND", "components.pageBackground.image.enabled"),
        ("card-image", "FORM_BACKGROUND", "components.form.backgroundImage.enabled"),
        ("header-image", "PAGE_HEADER_BACKGROUND", "components.pageHeader.backgroundImage.enabled"),
        ("footer-image", "PAGE_FOOTER_BACKGROUND", "components.pageFooter.backgroundImage.enabled"),
    )
    images = {name: _image(assets, category, mode.lower()) for name, category, place in wanted if _at(settings, place)}
    return "".join(f'--{name}:url("{image}");' for name, image in images.items() if image)


def _image(assets: list[Json], category: str, scheme: str) -> str | None:
    """An asset as a `data:` URL: the one for the colour mode, or one for all."""
    order = ("DARK", "DYNAMIC", "LIGHT") if scheme == "dark" else ("LIGHT", "DYNAMIC", "DARK")
    fitting = {asset["ColorMode"]: asset for asset in assets if asset["Category"] == category and asset.get("Bytes")}
    asset = next((fitting[mode] for mode in order if mode in fitting), None)
    return f"data:{_KINDS[asset['Extension']]};base64,{asset['Bytes']}" if asset else None


def _at(settings: Json, path: str) -> Any:
    value: Any = settings
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
