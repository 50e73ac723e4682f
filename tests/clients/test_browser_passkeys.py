"""Passkeys in a real browser: Chromium with a virtual authenticator, talking to the live server from a page of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from .support import EMAIL, PASSWORD, App, Server, claims_of, create_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

# What a page does with the options that the service gives; the answers are JSON, as the service takes them.
SCRIPT = """
async ([call, options]) => {
    const parse = PublicKeyCredential[`parse${call === 'create' ? 'Creation' : 'Request'}OptionsFromJSON`];
    const credential = await navigator.credentials[call]({ publicKey: parse.call(PublicKeyCredential, options) });
    return credential.toJSON();
}
"""
FETCH = """
async ([operation, body]) => {
    const target = `AWSCognitoIdentityProviderService.${operation}`;
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const response = await fetch('/', { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
}
"""


@pytest.fixture
def app(cognito_server: Server) -> App:
    """A pool with passkeys for localhost."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    made = create_app(cognito_server, {"Policies": policies})
    relying_party = {"RelyingPartyId": "localhost", "UserVerification": "required"}
    made.idp.set_user_pool_mfa_config(UserPoolId=made.pool_id, WebAuthnConfiguration=relying_party)
    made.idp.admin_create_user(
        UserPoolId=made.pool_id,
        Username="jane",
        TemporaryPassword="Temporary-1!",
        UserAttributes=[{"Name": "email", "Value": EMAIL}],
    )
    made.idp.admin_set_user_password(UserPoolId=made.pool_id, Username="jane", Password=PASSWORD, Permanent=True)
    return made


@pytest.fixture
def page(app: App) -> Iterator[Any]:
    """A page of the server, in a browser with a virtual authenticator."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
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
        page.goto(app.endpoint.replace("127.0.0.1", "localhost") + "/_emulator/health")
        yield page
        browser.close()


def call(page: Any, operation: str, **body: Any) -> dict[str, Any]:
    """One call of the service, made by the page."""
    answer = page.evaluate(FETCH, [operation, body])
    assert answer["status"] == 200, answer
    result: dict[str, Any] = answer["body"]
    return result


def test_registration_and_sign_in(app: App, page: Any) -> None:
    token = app.sign_in("jane")["AccessToken"]
    options = call(page, "StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
    credential = page.evaluate(SCRIPT, ["create", options])
    call(page, "CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)
    [listed] = call(page, "ListWebAuthnCredentials", AccessToken=token)["Credentials"]
    assert listed["CredentialId"] == credential["id"]
    assert listed["AuthenticatorAttachment"] == "platform"
    assert listed["AuthenticatorTransports"] == ["internal"]

    for _ in range(2):
        parameters = {"USERNAME": "jane", "PREFERRED_CHALLENGE": "WEB_AUTHN"}
        challenge = call(page, "InitiateAuth", ClientId=app.client_id, AuthFlow="USER_AUTH", AuthParameters=parameters)
        assert challenge["ChallengeName"] == "WEB_AUTHN"
        request = page.evaluate("JSON.parse", challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        signed = page.evaluate(SCRIPT, ["get", request])
        answer = call(
            page,
            "RespondToAuthChallenge",
            ClientId=app.client_id,
            ChallengeName="WEB_AUTHN",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "jane", "CREDENTIAL": page.evaluate("JSON.stringify", signed)},
        )
        assert claims_of(answer["AuthenticationResult"]["IdToken"])["cognito:username"] == "jane"
