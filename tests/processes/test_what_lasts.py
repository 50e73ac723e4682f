"""Everything that one server began another finishes: after a restart, and in another store after export and import.

Each aspect prepares something on one server and returns what is checked on the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from cognito_emulator.cli import main
from cognito_emulator.clock import Clock
from cognito_emulator.conformance.authenticator import Authenticator
from cognito_emulator.http.live import LiveServer
from tests import builders
from tests.builders import PASSWORD, User
from tests.factors import TOTP_FACTOR, choose, code_at, respond
from tests.identity_pools.builders import ROLES
from tests.oauth.browser import Browser, Page
from tests.processes.conftest import SHARED, Start, new_url
from tests.processes.wire import WireBrowser
from tests.srp_client import srp_begin
from tests.sync.builders import put
from tests.user_pools.test_devices import ALWAYS, Device
from tests.user_pools.test_passkeys import answer, options_of, passkey_app, request_of

Check = Callable[[LiveServer], None]


def totp(server: LiveServer, secret: str, steps: int = 0) -> str:
    """The code that an authenticator app shows by the server's clock."""
    now = datetime.fromisoformat(server.clock.now().replace("Z", "+00:00")).timestamp()
    emulator: Any = SimpleNamespace(clock=Clock(now))
    return code_at(secret, emulator, steps)


def tokens(server: LiveServer) -> Check:
    idp = server.client()
    app = builders.app(idp)
    issued = builders.sign_in(idp, builders.confirmed_user(idp, app, email="a@example.com"))

    def check(after: LiveServer) -> None:
        idp = after.client()
        assert idp.get_user(AccessToken=issued["AccessToken"])["Username"] == "alice"
        fresh = builders.refresh(idp, app, issued["RefreshToken"])
        assert builders.header(fresh["IdToken"]) == builders.header(issued["IdToken"])
        idp.revoke_token(ClientId=app.client_id, Token=issued["RefreshToken"])
        with builders.refused("NotAuthorizedException", "Access Token has been revoked"):
            idp.get_user(AccessToken=issued["AccessToken"])

    return check


def half_a_sign_in(server: LiveServer) -> Check:
    """A session between two steps, and a proof of a password that was begun."""
    idp = server.client()
    app = builders.app(idp)
    challenge = builders.begin(idp, builders.invited_user(idp, app))
    bob = builders.confirmed_user(idp, app, "bob")
    srp, begun = srp_begin(idp, bob)

    def check(after: LiveServer) -> None:
        idp = after.client()
        done = respond(idp, User(app, "alice"), challenge, NEW_PASSWORD=PASSWORD)
        assert done["AuthenticationResult"]["AccessToken"]
        proof = srp.responses(begun["ChallengeParameters"])
        assert respond(idp, bob, begun, **proof)["AuthenticationResult"]["AccessToken"]

    return check


def codes_and_messages(server: LiveServer) -> Check:
    idp = server.client()
    app = builders.app(idp, AutoVerifiedAttributes=["email"])
    user = builders.unconfirmed_user(idp, app, email="alice@example.com")
    sent = server.messages(user_pool_id=app.pool_id)

    def check(after: LiveServer) -> None:
        idp = after.client()
        assert after.messages(user_pool_id=app.pool_id) == sent
        idp.confirm_sign_up(ClientId=app.client_id, Username="alice", ConfirmationCode=sent[0]["code"])
        builders.sign_in(idp, user)

    return check


def authenticator_app(server: LiveServer) -> Check:
    idp = server.client()
    app = builders.app(idp)
    idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    user = builders.confirmed_user(idp, app)
    access = {"AccessToken": builders.sign_in(idp, user)["AccessToken"]}
    secret = idp.associate_software_token(**access)["SecretCode"]
    idp.verify_software_token(**access, UserCode=totp(server, secret))
    idp.set_user_mfa_preference(**access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    challenge = builders.begin(idp, user)

    def check(after: LiveServer) -> None:
        idp = after.client()
        code = totp(after, secret, steps=1)
        done = respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code)
        assert done["AuthenticationResult"]["AccessToken"]
        with builders.refused("ExpiredCodeException", "Your software token has already been used once."):
            respond(idp, user, builders.begin(idp, user), SOFTWARE_TOKEN_MFA_CODE=code)

    return check


def device(server: LiveServer) -> Check:
    idp = server.client()
    user = builders.confirmed_user(idp, builders.app(idp, DeviceConfiguration=ALWAYS))
    result = builders.sign_in(idp, user)
    made = Device.of(result)
    made.confirm(idp, result)

    def check(after: LiveServer) -> None:
        idp = after.client()
        assert idp.get_device(AccessToken=result["AccessToken"], DeviceKey=made.key)["Device"]["DeviceKey"] == made.key
        challenge = builders.begin(idp, user, DEVICE_KEY=made.key)
        assert made.prove(idp, user, challenge)["AuthenticationResult"]["AccessToken"]

    return check


def passkeys(server: LiveServer) -> Check:
    """One that is registered, and one that is about to be."""
    idp = server.client()
    user = builders.confirmed_user(idp, passkey_app(idp))
    access = builders.sign_in(idp, user)["AccessToken"]
    first, second = Authenticator(), Authenticator()
    idp.complete_web_authn_registration(AccessToken=access, Credential=first.create(options_of(idp, access)))
    pending = options_of(idp, access)

    def check(after: LiveServer) -> None:
        idp = after.client()
        idp.complete_web_authn_registration(AccessToken=access, Credential=second.create(pending))
        for authenticator in (first, second):
            challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
            done = answer(idp, user, challenge, authenticator.get(request_of(challenge)))
            assert done["AuthenticationResult"]["AccessToken"]

    return check


def identities_and_datasets(server: LiveServer) -> Check:
    idp, identity = server.client(), server.client("cognito-identity")
    app = builders.app(idp)
    login = {f"cognito-idp.us-east-1.amazonaws.com/{app.pool_id}": ""}
    [provider] = login
    signed_in = builders.sign_in(idp, builders.confirmed_user(idp, app))
    login[provider] = signed_in["IdToken"]
    pool_id = identity.create_identity_pool(
        IdentityPoolName="pool",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": app.client_id}],
    )["IdentityPoolId"]
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=ROLES)
    identity_id = identity.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    given = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=login)["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretKey"],
        "aws_session_token": given["SessionToken"],
    }
    place = {"IdentityPoolId": pool_id, "IdentityId": identity_id, "DatasetName": "prefs"}
    sync = server.client("cognito-sync", **keys)
    begun = sync.list_records(**place)["SyncSessionToken"]
    sync.update_records(**place, SyncSessionToken=begun, RecordPatches=[put("color")])

    def check(after: LiveServer) -> None:
        identity, sync = after.client("cognito-identity"), after.client("cognito-sync", **keys)
        assert identity.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] == identity_id
        [record] = sync.list_records(**place)["Records"]
        assert (record["Key"], record["Value"], record["SyncCount"]) == ("color", "blue", 1)
        sync.update_records(**place, SyncSessionToken=begun, RecordPatches=[put("color", "red", 1)])
        assert sync.describe_dataset(**place)["Dataset"]["NumRecords"] == 1

    return check


def hosted_pages(server: LiveServer) -> Check:
    """A page that is open, a code that is not exchanged yet, and a browser that is signed in."""
    idp = server.client()
    callback = "https://app.example.com/callback"
    settings = {
        "CallbackURLs": [callback],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    app = builders.app(idp, settings)
    idp.create_user_pool_domain(Domain=f"lasts-{app.client_id}", UserPoolId=app.pool_id)
    builders.confirmed_user(idp, app)
    target = {"client_id": app.client_id, "redirect_uri": callback}
    address = "/oauth2/authorize?" + urlencode({**target, "response_type": "code"})

    def sign_in(browser: Browser, page: Page) -> str:
        return browser.submit(page, "cognitoSignInForm", username="alice", password=PASSWORD).query["code"]

    still_open, signed_in = WireBrowser(server), WireBrowser(server)
    page = still_open.get(address, follow=True)
    code = sign_in(signed_in, signed_in.get(address, follow=True))

    def exchange(after: LiveServer, code: str) -> Any:
        form = {"grant_type": "authorization_code", "code": code, **target}
        return WireBrowser(after).post("/oauth2/token", form).json

    def check(after: LiveServer) -> None:
        still_open.server = signed_in.server = after
        for fresh in (code, sign_in(still_open, page), signed_in.get(address).query["code"]):
            assert builders.claims(exchange(after, fresh)["access_token"])["username"] == "alice"
        assert exchange(after, code) == {"error": "invalid_grant"}

    return check


def pages_and_clock(server: LiveServer) -> Check:
    server.clock.advance(1000)
    idp = server.client()
    pool_id = builders.pool(idp)
    for name in "abc":
        idp.create_group(UserPoolId=pool_id, GroupName=name)
    first = idp.list_groups(UserPoolId=pool_id, Limit=2)

    def check(after: LiveServer) -> None:
        assert after.control("GET", "clock")["offsetSeconds"] == 1000
        rest = after.client().list_groups(UserPoolId=pool_id, NextToken=first["NextToken"])["Groups"]
        assert [group["GroupName"] for group in rest] == ["c"]

    return check


# The clock comes first: sessions are short.
ASPECTS = (
    pages_and_clock,
    tokens,
    half_a_sign_in,
    codes_and_messages,
    authenticator_app,
    device,
    passkeys,
    identities_and_datasets,
    hosted_pages,
)


def prepared(server: LiveServer) -> list[Check]:
    return [aspect(server) for aspect in ASPECTS]


def test_after_a_restart(url: str, start: Start) -> None:
    before = start(url)
    checks = prepared(before)
    before.stop()
    after = start(url)
    for check in checks:
        check(after)


def test_on_the_other_server(url: str, start: Start) -> None:
    one, other = start(url), start(url)
    for check in prepared(one):
        check(other)


@pytest.mark.parametrize("kind", SHARED)
def test_in_another_store(
    url: str, kind: str, start: Start, request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: Any
) -> None:
    """The server goes on while its state is exported."""
    checks = prepared(start(url))
    target, document = new_url(kind, request, tmp_path_factory.mktemp("target")), str(tmp_path / "state.json")
    assert main(["export", "--store", url, document]) == 0
    assert main(["import", "--store", target, document]) == 0
    after = start(target)
    for check in checks:
        check(after)
