"""Branding: what SetUICustomization and managed login styles change on the pages, and what they refuse."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import Idp, app_client, pool, refused
from tests.oauth.browser import Browser
from tests.oauth.conftest import Relying, oauth_client

Rely = Callable[..., Relying]
INVALID = "InvalidParameterException"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="red"/></svg>'
CSS = ".submitButton-customizable { background-color: #123456; }\n.label-customizable { font-weight: 300; }"


def sign_in_page(app: Relying, **query: str) -> str:
    page = app.authorize(app.browser(), follow=True, **query)
    assert page.status == 200
    return page.html


# ── classic ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_css_and_logo_show(app: Relying, idp: Idp) -> None:
    made = idp.set_ui_customization(UserPoolId=app.app.pool_id, ClientId=app.app.client_id, CSS=CSS, ImageFile=PNG)[
        "UICustomization"
    ]
    assert made["CSS"] == CSS
    assert made["CSSVersion"] == "20260101000000"
    assert made["ImageUrl"].endswith(f"/{app.app.pool_id}/{app.app.client_id}/20260101000000/assets/images/image.jpg")
    html = sign_in_page(app)
    assert CSS in html
    assert "data:image/png;base64," in html
    path = made["ImageUrl"].split("cloudfront.net")[1]
    logo = app.browser().get(path)
    assert (logo.headers["content-type"], logo.body) == ("image/png", PNG)
    assert app.browser().get(path.replace("20260101", "20250101")).status == 404


def test_a_client_without_its_own_has_that_of_all(app: Relying, idp: Idp) -> None:
    idp.set_ui_customization(UserPoolId=app.app.pool_id, CSS=CSS)
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id))
    own = ".banner-customizable { padding: 1px; }"
    idp.set_ui_customization(UserPoolId=app.app.pool_id, ClientId=app.app.client_id, CSS=own)
    assert own in sign_in_page(app)
    assert CSS in sign_in_page(other)
    found = idp.get_ui_customization(UserPoolId=app.app.pool_id, ClientId=other.app.client_id)["UICustomization"]
    assert (found["ClientId"], found["CSS"]) == ("ALL", CSS)


def test_what_is_left_out_is_removed(app: Relying, idp: Idp) -> None:
    idp.set_ui_customization(UserPoolId=app.app.pool_id, CSS=CSS, ImageFile=PNG)
    changed = idp.set_ui_customization(UserPoolId=app.app.pool_id, CSS=CSS)["UICustomization"]
    assert "ImageUrl" not in changed
    assert "data:image/png" not in sign_in_page(app)


def test_nothing_is_set(app: Relying, idp: Idp) -> None:
    assert idp.get_ui_customization(UserPoolId=app.app.pool_id)["UICustomization"] == {}


def test_everything_is_removed(app: Relying, idp: Idp) -> None:
    client = {"UserPoolId": app.app.pool_id, "ClientId": app.app.client_id}
    idp.set_ui_customization(**client, CSS=CSS, ImageFile=PNG)
    idp.set_ui_customization(**client)
    left = idp.get_ui_customization(**client)["UICustomization"]
    assert left.pop("CSSVersion")
    assert left == client
    assert CSS not in sign_in_page(app)
    idp.set_ui_customization(UserPoolId=app.app.pool_id, CSS=CSS)
    assert idp.get_ui_customization(**client)["UICustomization"]["ClientId"] == "ALL"
    assert CSS in sign_in_page(app)


def test_customization_needs_a_domain(idp: Idp) -> None:
    with refused(INVALID, "There has to be an existing domain associated with this user pool"):
        idp.set_ui_customization(UserPoolId=pool(idp), CSS=CSS)
    with refused(INVALID, "There has to be an existing domain associated with this user pool"):
        idp.get_ui_customization(UserPoolId=pool(idp))


@pytest.mark.parametrize(
    ("css", "text"),
    [
        (".other { color: red; }", "Invalid selector in CSS: .other"),
        ("body { color: red; }", "Invalid selector in CSS: body"),
        (
            ".label-customizable:hover { color: red; }",
            "Invalid selector in CSS: .label-customizable:hover",
        ),
        ("@import 'https://evil.example.com/x.css';", "Invalid CSS: at-rules are not supported."),
        ("@media print { .label-customizable { color: red; } }", "Invalid CSS: at-rules are not supported."),
        (".label-customizable { color: red", "Invalid CSS: syntax error."),
        (".label-customizable { }</style><script>alert(1)</script>", "Invalid CSS: unsupported value."),
        (".label-customizable { background: url(https://evil.example.com) }", "Invalid CSS: unsupported value."),
        (".label-customizable { width: expression(alert(1)) }", "Invalid CSS: unsupported value."),
        (".label-customizable { color: red; }" * 100, "CSS file size must be 3 KB or less."),
    ],
)
def test_css_that_is_refused(app: Relying, idp: Idp, css: str, text: str) -> None:
    with refused(INVALID, text):
        idp.set_ui_customization(UserPoolId=app.app.pool_id, CSS=css)
    assert "CSS" not in idp.get_ui_customization(UserPoolId=app.app.pool_id)["UICustomization"]


def test_images_that_are_refused(app: Relying, idp: Idp) -> None:
    with refused(INVALID, "Invalid image file. Image must be a PNG or JPEG file."):
        idp.set_ui_customization(UserPoolId=app.app.pool_id, ImageFile=SVG)
    with refused(INVALID, "Image file size must be 100 KB or less."):
        idp.set_ui_customization(UserPoolId=app.app.pool_id, ImageFile=PNG + bytes(100 * 1024 - 20))


def test_an_image_url_of_the_emulator_works(idp: Idp, key_supply: Any) -> None:
    from cognito_emulator.emulator import Emulator
    from tests.oauth.conftest import relying
    from tests.wire import Clients

    clients = Clients()
    clients.emulator = emulator = Emulator(issuer="local", key_supply=key_supply, log_format="off")
    local = clients()
    app = relying(local, emulator)
    url = local.set_ui_customization(UserPoolId=app.app.pool_id, ImageFile=PNG)["UICustomization"]["ImageUrl"]
    assert Browser(emulator, url.split("/us-east-1_")[0]).get(url).body == PNG
    emulator.close()


# ── managed login ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def styled(rely: Rely) -> Relying:
    return rely(version=2, branded=False)


TRUE: dict[str, Any] = {"UseCognitoProvidedValues": True}
ONE_OF_BOTH = "useCognitoProvidedValues or settings should be specified (but not both)"


def style(idp: Idp, app: Relying, **settings: Any) -> dict[str, Any]:
    made: dict[str, Any] = idp.create_managed_login_branding(
        UserPoolId=app.app.pool_id, ClientId=app.app.client_id, **settings
    )["ManagedLoginBranding"]
    return made


def asset(category: str, extension: str = "SVG", content: bytes = SVG, mode: str = "LIGHT") -> dict[str, Any]:
    return {"Category": category, "ColorMode": mode, "Extension": extension, "Bytes": content}


def test_settings_show(styled: Relying, idp: Idp) -> None:
    settings = {
        "components": {
            "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "ab12cdff", "textColor": "ffffffff"}}},
            "form": {"borderRadius": 20, "logo": {"enabled": True}},
        },
        "categories": {"global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}},
    }
    style(idp, styled, Settings=settings, Assets=[asset("FORM_LOGO"), asset("PAGE_HEADER_LOGO"), asset("FAVICON_SVG")])
    html = sign_in_page(styled)
    assert "--button:#ab12cdff;" in html
    assert "--card-radius:20.0px;" in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert 'class="managed scheme-both"' in html
    assert '<header class="page-header"><img src="data:image/svg+xml;base64,' in html
    assert 'class="logo-customizable" src="data:image/svg+xml;base64,' in html
    assert '<link rel="icon" href="data:image/svg+xml;base64,' in html


def test_the_services_own_values(styled: Relying, idp: Idp) -> None:
    made = style(idp, styled, UseCognitoProvidedValues=True)
    assert made["UseCognitoProvidedValues"] is True
    assert made["Assets"] == []
    assert "Settings" not in made
    html = sign_in_page(styled)
    assert 'class="managed scheme-light"' in html
    assert "<header" not in html


def test_assets_go_with_the_services_own_values(styled: Relying, idp: Idp) -> None:
    background = asset("PAGE_FOOTER_BACKGROUND")
    made = style(idp, styled, UseCognitoProvidedValues=True, Assets=[background])
    assert made["UseCognitoProvidedValues"] is True
    assert made["Assets"] == [background]
    key = {"UserPoolId": styled.app.pool_id, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    assert idp.describe_managed_login_branding(**key)["ManagedLoginBranding"] == made


def test_colour_modes(styled: Relying, idp: Idp) -> None:
    style(idp, styled, Settings={"categories": {"global": {"colorSchemeMode": "DARK"}}})
    assert 'class="managed scheme-dark"' in sign_in_page(styled)


def test_background_images_are_shown_where_they_are_switched_on(styled: Relying, idp: Idp) -> None:
    made = style(idp, styled, Settings={"components": {}}, Assets=[asset("PAGE_BACKGROUND", "PNG", PNG)])
    assert "--page-image" not in sign_in_page(styled)
    idp.update_managed_login_branding(
        UserPoolId=styled.app.pool_id,
        ManagedLoginBrandingId=made["ManagedLoginBrandingId"],
        Settings={"components": {"pageBackground": {"image": {"enabled": True}}}},
    )
    assert '--page-image:url("data:image/png;base64,' in sign_in_page(styled)


def test_updates_are_partial(styled: Relying, idp: Idp) -> None:
    made = style(
        idp, styled, Settings={"componentClasses": {"buttons": {"borderRadius": 1}}}, Assets=[asset("FORM_LOGO")]
    )
    key = {"UserPoolId": styled.app.pool_id, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    changed = idp.update_managed_login_branding(
        **key, Settings={"componentClasses": {"input": {"borderRadius": 2}}}, Assets=[asset("EMAIL_GRAPHIC")]
    )["ManagedLoginBranding"]
    assert changed["Settings"] == {"componentClasses": {"buttons": {"borderRadius": 1}, "input": {"borderRadius": 2}}}
    assert [found["Category"] for found in changed["Assets"]] == ["FORM_LOGO", "EMAIL_GRAPHIC"]
    merged = idp.describe_managed_login_branding(**key, ReturnMergedResources=True)["ManagedLoginBranding"]["Settings"]
    assert merged["componentClasses"]["buttons"] == {"borderRadius": 1}
    assert merged["components"]["primaryButton"]["lightMode"]["defaults"]["backgroundColor"] == "0972d3ff"
    reset = idp.update_managed_login_branding(**key, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    assert "Settings" not in reset
    assert reset["Assets"] == []


def test_one_style_for_a_client(styled: Relying, idp: Idp) -> None:
    made = style(idp, styled, UseCognitoProvidedValues=True)
    client = styled.app.client_id
    with refused("ManagedLoginBrandingExistsException", f"A ManagedLoginBranding already exists for client {client}"):
        style(idp, styled, UseCognitoProvidedValues=True)
    by_client = {"UserPoolId": styled.app.pool_id, "ClientId": client}
    found = idp.describe_managed_login_branding_by_client(**by_client)["ManagedLoginBranding"]
    assert found == made
    idp.delete_managed_login_branding(
        UserPoolId=styled.app.pool_id, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
    )
    with refused("ResourceNotFoundException", f"ManagedLoginBranding for client {client} does not exist."):
        idp.describe_managed_login_branding_by_client(**by_client)
    with refused("ResourceNotFoundException", "ManagedLoginBranding does not exist."):
        idp.describe_managed_login_branding(
            UserPoolId=styled.app.pool_id, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
        )
    assert styled.authorize(styled.browser(), follow=True).status == 403


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"UseCognitoProvidedValues": True, "Settings": {"components": {"form": {}}}}, ONE_OF_BOTH),
        ({"UseCognitoProvidedValues": False}, ONE_OF_BOTH),
        ({"Assets": [asset("FORM_LOGO")]}, ONE_OF_BOTH),
        ({}, ONE_OF_BOTH),
        (
            {**TRUE, "Assets": [asset("FAVICON_ICO")]},
            "Asset of category FAVICON_ICO cannot have the extension SVG.",
        ),
        (
            {**TRUE, "Assets": [asset("FORM_LOGO", "ICO")]},
            "Asset of category FORM_LOGO cannot have the extension ICO.",
        ),
        ({"Settings": {"colours": {}}}, "Invalid settings: colours"),
        (
            {"Settings": {"components": {"pageBackground": {"lightMode": {"color": "red;}</style>"}}}}},
            "Invalid settings: components.pageBackground.lightMode.color",
        ),
        ({"Settings": {"components": {"form": "round"}}}, "Invalid settings: components.form"),
    ],
)
def test_styles_that_are_refused(styled: Relying, idp: Idp, settings: dict[str, Any], text: str) -> None:
    with refused(INVALID, text):
        style(idp, styled, **settings)
    made = style(idp, styled, **TRUE)
    key = {"UserPoolId": styled.app.pool_id, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    with refused(INVALID, text):
        idp.update_managed_login_branding(**key, **settings)
    assert idp.describe_managed_login_branding(**key)["ManagedLoginBranding"] == made


def test_a_style_for_a_client_of_another_pool(styled: Relying, idp: Idp) -> None:
    other = app_client(idp, pool(idp))
    with refused("ResourceNotFoundException", f"User pool client {other} does not exist."):
        idp.create_managed_login_branding(UserPoolId=styled.app.pool_id, ClientId=other, UseCognitoProvidedValues=True)
