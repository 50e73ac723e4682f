"""The example of docs/gateway.md as it stands there, and a sign-in in Chromium."""

from __future__ import annotations

import io
import json
import re
import shutil
from contextlib import redirect_stdout
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from cognito_emulator.gateway.settings import with_variables
from cognito_emulator.http.live import LiveServer

from .app import App
from .support import PASSWORD, Pool, gateway_process

DOCUMENT = Path(__file__).parents[2] / "docs" / "gateway.md"


def block(language: str, beginning: str) -> str:
    """A block of the document."""
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return next(one for one in blocks if one.startswith(beginning))


def test_the_example(cognito_server: LiveServer, app: App, tmp_path: Path) -> None:
    here = cognito_server.endpoint_url
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(block("python", "import boto3").replace("http://127.0.0.1:9229", here), {})
    variables = dict(re.findall(r"(\w+)=(\S+)", printed.getvalue()))
    text = block("yaml", "Target:").replace("http://127.0.0.1:9229", here).replace("http://127.0.0.1:3000", app.url)
    document = with_variables(yaml.safe_load(text), variables.get)
    headers = {"Authorization": f"Bearer {variables['TOKEN']}"}
    with gateway_process(document, tmp_path) as url:
        assert requests.get(f"{url}/api/x", timeout=30).json() == {"message": "Unauthorized"}
        assert requests.get(f"{url}/api/x", headers=headers, timeout=30).json()["target"] == "/api/x"
        assert requests.post(f"{url}/api/x", headers=headers, timeout=30).json() == {"message": "Forbidden"}
        assert requests.delete(f"{url}/orders/7", headers=headers, timeout=30).status_code == 200
        assert requests.get(f"{url}/health", timeout=30).status_code == 200
        location = requests.get(f"{url}/account", allow_redirects=False, timeout=30).headers["Location"]
    assert urlsplit(location).hostname == "shop.auth.us-east-1.localhost"


def test_a_sign_in_in_a_browser(gateway: str, pool: Pool) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{gateway}/app/page?x=1#part")
        assert urlsplit(page.url).hostname == f"{pool.domain}.auth.us-east-1.localhost"
        page.locator("input[name=username]:visible").fill("jane")
        page.locator("input[name=password]:visible").fill(PASSWORD)
        page.locator("input[name=signInSubmitButton]:visible").click()
        page.wait_for_url(f"{gateway}/app/page?x=1**")
        got = dict(json.loads(page.locator("body").inner_text())["headers"])
        assert got["x-amzn-oidc-identity"]
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies(gateway)}
        assert cookies["AWSELBAuthSessionCookie-0"]["httpOnly"]
        assert "AWSALBAuthNonce" not in cookies
        status = page.evaluate("fetch('/app/other', {redirect: 'manual'}).then(answer => answer.status)")
        assert status == 200
        browser.close()
