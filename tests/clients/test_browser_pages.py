"""The pages of a user pool domain in a real browser, on every screen, checked with axe, from a live server."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from .pages import DYNAMIC, SMS, Visitor, make_other_client, make_site, sign_in
from .support import PASSWORD, Server, totp

NEW_PASSWORD = "Another-horse-8"


@pytest.mark.parametrize(("version", "visitor"), [(1, "phone"), (2, "desktop")], indirect=["visitor"])
def test_sign_up_sign_in_and_recovery(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    page, tag = visitor.page, f"v{version}"
    page.goto(site.url())
    visitor.see("sign-in", tag)
    page.get_by_role("link", name="Sign up").locator("visible=true").click()
    visitor.see("sign-up", tag)
    visitor.fill(username="new", password=PASSWORD, **{"requiredAttributes[email]": "new@example.com"})
    visitor.send()
    visitor.see("confirm", tag)
    visitor.fill(code="000000")
    visitor.send()
    visitor.see("confirm-error", tag)
    page.get_by_role("button", name="Send a new code").locator("visible=true").click()
    visitor.see("confirm-resent", tag)
    visitor.fill(code=site.code("new"))
    visitor.send()
    assert visitor.back_at_the_app()

    page.goto(site.url())
    visitor.fill(username="new")
    if version == 2:
        visitor.send()
        visitor.see("password", tag)
    visitor.fill(password="wrong")
    visitor.send()
    visitor.see("wrong-password", tag)
    page.get_by_role("link", name="Forgot your password?").locator("visible=true").click()
    visitor.see("forgot", tag)
    visitor.fill(username="new")
    visitor.send()
    visitor.see("reset", tag)
    visitor.fill(code=site.code("new"), password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    visitor.send()
    visitor.see("password-changed", tag)
    if version == 2:
        visitor.fill(username="new")
        visitor.send()
    else:
        visitor.fill(username="new")
    visitor.fill(password=NEW_PASSWORD)
    visitor.send()
    assert visitor.back_at_the_app()


@pytest.mark.parametrize(("version", "visitor"), [(1, "desktop"), (2, "phone")], indirect=["visitor"])
def test_new_password_and_second_factors(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    site.idp.set_user_pool_mfa_config(
        UserPoolId=site.pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={"SmsConfiguration": SMS},
    )
    user = site.user("bob", "Temporary-1!", permanent=False)
    page, tag = visitor.page, f"v{version}"

    def begin(password: str) -> None:
        sign_in(site, visitor, user, version, password)

    begin("Temporary-1!")
    visitor.see("new-password", tag)
    visitor.fill(new_password=PASSWORD, confirm_password=PASSWORD)
    visitor.send()
    page.get_by_text("Enter the key by hand").locator("visible=true").click()
    visitor.see("set-up", tag)
    secret = page.locator(".secret:visible").inner_text()
    visitor.fill(authentication_code=totp(secret))
    visitor.send()
    assert visitor.back_at_the_app()
    begin(PASSWORD)
    visitor.see("authenticator", tag)
    site.idp.admin_update_user_attributes(
        UserPoolId=site.pool_id,
        Username=user,
        UserAttributes=[
            {"Name": "phone_number", "Value": "+4915112345678"},
            {"Name": "phone_number_verified", "Value": "true"},
        ],
    )
    site.idp.admin_set_user_mfa_preference(
        UserPoolId=site.pool_id,
        Username=user,
        SMSMfaSettings={"Enabled": True},
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False},
    )
    begin(PASSWORD)
    visitor.see("choose-factor", tag)
    page.get_by_role("button", name="text message").locator("visible=true").click()
    visitor.see("text-message", tag)
    visitor.fill(authentication_code=site.code(user))
    visitor.send()
    assert visitor.back_at_the_app()


def test_passkeys(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    site = make_site(cognito_server, callback, 2, factors=["WEB_AUTHN", "EMAIL_OTP"], style=DYNAMIC)
    host = urlsplit(site.host).hostname
    site.idp.set_user_pool_mfa_config(UserPoolId=site.pool_id, WebAuthnConfiguration={"RelyingPartyId": host})
    user, page = site.user("carol"), visitor.page
    session = visitor.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.goto(site.url("/passkeys/add"))
    visitor.fill(username=user)
    visitor.send()
    visitor.see("choose-first-factor", "v2")
    page.get_by_role("button", name="password").click()
    visitor.see("password-chosen", "v2")
    visitor.fill(password=PASSWORD)
    visitor.send()
    visitor.see("add-passkey", "v2")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no finger')) }")
    visitor.send()
    page.wait_for_selector("[data-passkey-problem]:visible")
    visitor.see("passkey-failed", "v2")
    page.reload()
    visitor.send()
    assert visitor.back_at_the_app()
    page.goto(site.url())
    visitor.fill(username=user)
    visitor.send()
    page.get_by_role("button", name="passkey").click()
    visitor.see("passkey", "v2")
    visitor.send()
    assert visitor.back_at_the_app()


@pytest.mark.parametrize("version", [1, 2])
def test_other_pages(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    user, page, tag = site.user("dave"), visitor.page, f"v{version}"
    other = make_other_client(site)
    sign_in(site, visitor, user, version)
    page.wait_for_url(f"{site.callback}**")
    page.goto(site.url(client_id=other))
    visitor.see("choose-account", tag)
    page.get_by_role("button", name="Sign in as dave").locator("visible=true").click()
    assert visitor.back_at_the_app()
    page.goto(site.url(redirect_uri="https://evil.example.com/"))
    assert re.search("redirect_mismatch", page.content())
    visitor.see("error", tag)
    visitor.forgive("400")


def test_a_style_and_languages(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    settings = {
        "categories": {"global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}},
        "components": {
            "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "7a1fa2ff", "textColor": "ffffffff"}}},
            "form": {"borderRadius": 24, "logo": {"enabled": True}},
        },
        "componentClasses": {"buttons": {"borderRadius": 24}},
    }
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40"><rect width="160" height="40" rx="20" '
        b'fill="#7a1fa2"/><text x="80" y="27" font-size="20" text-anchor="middle" fill="#fff">Acme</text></svg>'
    )
    assets = [
        {"Category": category, "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": logo}
        for category in ("FORM_LOGO", "PAGE_HEADER_LOGO")
    ]
    site = make_site(cognito_server, callback, 2, style={"Settings": settings, "Assets": assets})
    for code in ("en", "de", "fr", "es", "pt-BR", "ja"):
        visitor.page.goto(site.url("/signup", lang=code))
        visitor.see("styled-sign-up", code)
