"""The look of the classic pages: SetUICustomization's CSS and logo over the service's own style."""

from __future__ import annotations

from cognito_emulator.oauth.branding.look import Look
from cognito_emulator.user_pools.domain_records import UiCustomization


def look(customization: UiCustomization | None) -> Look:
    """Pages that people styled keep to light colours, which is what they were styled for."""
    if customization is None:
        return Look(classic=True)
    image = f"data:{customization.image_type};base64,{customization.image}" if customization.image else None
    return Look(
        classic=True,
        css=customization.css or "",
        scheme="light" if customization.css else "both",
        logo=image,
    )
