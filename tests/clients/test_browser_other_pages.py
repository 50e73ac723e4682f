"""Pages that not everybody sees, in a real browser: links, terms, codes, German, script in fields, no mouse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from . import pages
from .pages import DYNAMIC, PAGES, SMS, Visitor, make_other_client, make_site, sign_in
from .support import PASSWORD, Server, control

SCRIPT = "\"'><script>alert(1)</script><img/src=x/onerror=alert(1)>"
BOTH = pytest.mark.parametrize("version", [1, 2])


def test_every_template_is_visited() -> None:
    """A new template needs a name in PAGES, and each of those is visited by one of these modules."""
    templates = Path(pages.__file__).parents[2] / "cognito_emulator/oauth/templates"
    made_of = {path.stem for path in templates.glob("*.html")} - {"base", "forms"}
    assert set(PAGES.values()) == made_of
    sources = [path.read_text() for path in Path(__file__).parent.glob("test_browser_*.py")]
    visited = {name for source in sources for name in re.findall(r'\.see\(\s*"([a-z-]+)"', source)}
    assert visited == set(PAGES)


@BOTH
def test_confirmation_by_link(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    site = make_site(cognito_server, callback, version, style=DYNAMIC, VerificationMessageTemplate=template)
    page, tag = visitor.page, f"v{version}"
    page.goto(site.url("/signup"))
    visitor.fill(username="eve", password=PASSWORD, **{"requiredAttributes[email]": "eve@example.com"})
    visitor.send()
    visitor.see("link-sent", tag)
    [message] = control(site.endpoint, "messages", userPoolId=site.pool_id, username="eve", wait="5")["messages"]
    link = re.findall(r'<a href="([^"]+)"', message["body"])[0]
    page.goto(link)
    visitor.see("link-confirmed", tag)
    page.goto(link)
    visitor.see("link-refused", tag)
    visitor.forgive("400")


def test_a_client_without_a_style(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    site = make_site(cognito_server, callback, 2, style=DYNAMIC)
    [branding] = [site.idp.describe_managed_login_branding_by_client(UserPoolId=site.pool_id, ClientId=site.client_id)]
    style = branding["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    site.idp.delete_managed_login_branding(UserPoolId=site.pool_id, ManagedLoginBrandingId=style)
    visitor.page.goto(site.url("/login"))
    visitor.see("unavailable", "v2")
    visitor.forgive("403")


def test_terms_and_a_name_that_is_taken(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    site = make_site(cognito_server, callback, 2, style=DYNAMIC)
    for name in ("terms-of-use", "privacy-policy"):
        links = {"cognito:default": f"https://example.com/{name}"}
        whose = {"UserPoolId": site.pool_id, "ClientId": site.client_id}
        site.idp.create_terms(**whose, TermsName=name, TermsSource="LINK", Enforcement="NONE", Links=links)
    user = site.user("frank")
    visitor.page.goto(site.url("/signup"))
    visitor.see("terms", "v2")
    visitor.fill(username=user, password=PASSWORD, **{"requiredAttributes[email]": "f@example.com"})
    visitor.send()
    visitor.see("sign-up-refused", "v2")


def test_a_code_by_email(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    site = make_site(cognito_server, callback, 2, style=DYNAMIC, factors=["EMAIL_OTP"])
    user = site.user("grace")
    visitor.page.goto(site.url())
    visitor.fill(username=user)
    visitor.send()
    visitor.page.get_by_role("button", name="email").click()
    visitor.see("code-by-email", "v2")
    visitor.fill(authentication_code=site.code(user))
    visitor.send()
    assert visitor.back_at_the_app()


@BOTH
def test_addresses_for_codes(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    site.idp.set_user_pool_mfa_config(
        UserPoolId=site.pool_id,
        MfaConfiguration="ON",
        SmsMfaConfiguration={"SmsConfiguration": SMS},
        EmailMfaConfiguration={"Subject": "Your code"},
    )
    user = site.user("heidi", email="", email_verified="")
    sign_in(site, visitor, user, version)
    visitor.see("set-up-addresses", f"v{version}")


def test_german(cognito_server: Server, visitor: Visitor, callback: str) -> None:
    """The longest words there are, also on the narrowest screen."""
    names = ("email", "given_name", "family_name", "preferred_username", "birthdate", "phone_number")
    schema = [{"Name": name, "Required": True, "Mutable": True} for name in names]
    site = make_site(cognito_server, callback, 2, style=DYNAMIC, factors=["EMAIL_OTP"], Schema=schema)
    site.extra["lang"] = "de"
    page = visitor.page
    page.goto(site.url())
    visitor.see("sign-in", "de")
    page.get_by_role("link", name="Registrieren").click()
    visitor.see("sign-up", "de")
    attributes = {"given_name": "Donau", "family_name": "Dampfschifffahrtsgesellschaftskapitän"}
    given = {**attributes, "email": "d@example.com", "preferred_username": "kapitaen", "phone_number": "+4915112345678"}
    fields = {f"requiredAttributes[{name}]": value for name, value in {**given, "birthdate": "1970-01-01"}.items()}
    user = "Donaudampfschifffahrtsgesellschaftskapitänswitwe@example.com"
    visitor.fill(username=user, password=PASSWORD, **fields)
    visitor.send()
    visitor.see("confirm", "de")
    visitor.fill(code=site.code(user))
    visitor.send()
    assert visitor.back_at_the_app()
    page.goto(site.url())
    visitor.fill(username=user)
    visitor.send()
    visitor.see("choose-first-factor", "de")
    page.get_by_role("button", name="Passwort").click()
    visitor.see("password-chosen", "de")
    visitor.fill(password="falsch")
    visitor.send()
    visitor.see("wrong-password", "de")
    page.get_by_role("link", name="Passwort vergessen?").click()
    visitor.see("forgot", "de")
    visitor.fill(username=user)
    visitor.send()
    visitor.see("reset", "de")


@BOTH
def test_script_in_every_field(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    """Nothing runs, and nothing has to be stopped by the policy: what was typed is text. The fixture looks at both."""
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    site.idp.set_user_pool_mfa_config(
        UserPoolId=site.pool_id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    site.extra.update(state=SCRIPT, nonce=SCRIPT, login_hint=SCRIPT)
    page = visitor.page

    def fill_everything() -> int:
        inputs = page.locator("input:visible:not([type=submit])")
        for index in range(inputs.count()):
            inputs.nth(index).evaluate("(input, value) => { input.type = 'text'; input.value = value }", SCRIPT)
        visitor.send()
        return int(inputs.count())

    for path in ("/oauth2/authorize", "/signup", "/forgotPassword"):
        page.goto(site.url(path))
        assert fill_everything() > 0
    # A user who is called so, on the pages that show names.
    user = site.user("<script>alert(1)</script>", permanent=False, email="s@example.com")
    sign_in(site, visitor, user, version)
    assert fill_everything() > 0
    visitor.fill(new_password="Another-horse-8", confirm_password="Another-horse-8")
    visitor.send()
    page.wait_for_url(f"{callback}**")
    page.goto(site.url(client_id=make_other_client(site), prompt="select_account"))
    assert page.get_by_role("button", name=user).locator("visible=true").count() == 1
    page.goto(site.url("/error", error=SCRIPT))
    assert SCRIPT in page.inner_text("main")
    visitor.forgive("400")


@BOTH
def test_without_a_mouse(cognito_server: Server, visitor: Visitor, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version, style=DYNAMIC)
    user, page = site.user("ivan"), visitor.page
    page.goto(site.url())

    def tab_to(name: str) -> None:
        """Press Tab until that has the focus, which has to be seen."""
        focused = "[document.activeElement.name, document.activeElement.textContent.trim()].find(Boolean)"
        for _ in range(12):
            if page.evaluate(focused) == name:
                break
            page.keyboard.press("Tab")
        assert page.evaluate(focused) == name
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    tab_to("username")
    page.keyboard.type(user)
    if version == 2:
        page.keyboard.press("Enter")
        page.wait_for_selector("input[type=password]:visible")
    tab_to("password")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]:visible")
    tab_to("Forgot your password?")
    tab_to("password" if version == 2 else "username")
    if version == 1:
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    tab_to("signInSubmitButton" if version == 1 else "Continue")
    page.keyboard.press("Enter")
    assert visitor.back_at_the_app()
