"""A SAML provider on another site, in a real browser: its forms come without the cookies of this one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from cognito_emulator.randomness import KeySupply

from .pages import client_settings, make_site
from .support import Server
from .web import Answer, Request, serving

pytest.importorskip("saml2", reason="pysaml2 is not installed")
if shutil.which("xmlsec1") is None:
    pytest.skip("pysaml2 needs the program xmlsec1, which is not installed", allow_module_level=True)

from .pysaml2_idp import PySaml2Idp, ServiceProvider

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:saml2.*")
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"


def posting(action: str, fields: dict[str, str]) -> Answer:
    """A page that sends a form by itself, as providers' pages do."""
    inputs = "".join(f'<input name="{name}" value="{escape(value)}">' for name, value in fields.items())
    form = f'<form method="POST" action="{escape(action)}">{inputs}</form>'
    script = "<script>document.forms[0].submit()</script>"
    return Answer(f"<!doctype html><title>Corp</title><link rel=icon href='data:,'>{form}{script}")


@pytest.fixture
def corp(tmp_path: Path, key_supply: KeySupply) -> Iterator[PySaml2Idp]:
    """The provider, with pages at 127.0.0.1: to a browser that is another site than localhost."""
    found: list[PySaml2Idp] = []

    def answer(request: Request) -> Answer:
        [theirs] = found
        location = f"{theirs.sso.removesuffix('/sso')}{request.path}?{urlencode(request.query)}"
        if request.path == "/slo":
            return posting(f"{theirs.sp.endpoint}/saml2/logout", theirs.signed_out(theirs.asked_to_sign_out(location)))
        asked = theirs.asked(location)
        said = theirs.says("ann", {"mail": ["ann@corp.example.com"]}, asked.message.id)
        return posting(theirs.sp.acs, {"SAMLResponse": said, "RelayState": asked.relay_state})

    key = key_supply.take()
    with serving(answer) as url:
        found.append(PySaml2Idp(tmp_path, key, url.replace("localhost", "127.0.0.1")))
        yield found[0]
    key_supply.recycle([key])


@pytest.mark.parametrize("version", [1, 2])
def test_there_and_back(cognito_server: Server, corp: PySaml2Idp, chromium: Any, callback: str, version: int) -> None:
    site = make_site(cognito_server, callback, version)
    details = {"MetadataFile": corp.metadata, "IDPSignout": "true", "RequestSigningAlgorithm": "rsa-sha256"}
    made = site.idp.create_identity_provider(
        UserPoolId=site.pool_id,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails=details,
        AttributeMapping={"email": MAIL},
    )["IdentityProvider"]["ProviderDetails"]
    settings = {**client_settings(callback, "Corp", "COGNITO"), "LogoutURLs": [callback]}
    site.idp.update_user_pool_client(UserPoolId=site.pool_id, ClientId=site.client_id, **settings)
    signing = site.idp.get_signing_certificate(UserPoolId=site.pool_id)["Certificate"]
    corp.meet(ServiceProvider(site.pool_id, site.host, signing, made["ActiveEncryptionCertificate"]))

    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(corp.sso) else None)
    page.goto(site.url())
    page.get_by_role("button", name="Corp").locator("visible=true").click()
    page.wait_for_url(f"{callback}**")
    assert parse_qs(urlsplit(page.url).query)["state"] == ["s-1"]
    user = site.idp.admin_get_user(UserPoolId=site.pool_id, Username="Corp_ann")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"
    # The session began with a form of another site, and is there all the same.
    page.goto(site.url(identity_provider="Corp", state="s-2"))
    page.wait_for_url(f"{callback}**state=s-2**")
    assert len(asked) == 1
    # Out, by way of the provider, and in again.
    page.goto(site.url("/logout", logout_uri=callback))
    page.wait_for_url(callback)
    page.goto(site.url("/oauth2/authorize", prompt="none") if version == 2 else site.url())
    if version == 2:
        assert parse_qs(urlsplit(page.url).query)["error"] == ["login_required"]
    else:
        assert page.get_by_role("button", name="Corp").locator("visible=true").count() == 1
        assert page.get_by_text("You are signed in already.").locator("visible=true").count() == 0
    context.close()
