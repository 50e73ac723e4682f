"""Recorders: what they keep holds on another emulator, and tells nobody's secrets."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator import Emulator, mock_cognito
from cognito_emulator.conformance.endpoint import Credentials, Endpoint, HttpTransport
from cognito_emulator.conformance.record import Proxy, Recorder, attach
from cognito_emulator.conformance.replay import Verdict
from cognito_emulator.conformance.scrub import Scrubber
from cognito_emulator.conformance.srp_client import SrpClient, secret_hash, totp
from cognito_emulator.conformance.wild_replay import replay


def test_what_is_recorded_holds_on_another_emulator_and_tells_nobody_s_secrets(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    import boto3

    file = tmp_path / "mine.jsonl"
    with mock_cognito():
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        attach(session._session, Recorder(file))
        client = session.client("cognito-idp")
        pool = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )["UserPoolClient"]["ClientId"]
        client.admin_create_user(
            UserPoolId=pool,
            Username="margaret",
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": "margaret@private.example"},
                {"Name": "phone_number", "Value": "+4915112345678"},
                {"Name": "family_name", "Value": "Hamilton"},
            ],
        )
        client.admin_set_user_password(UserPoolId=pool, Username="margaret", Password="Apollo-11-guide", Permanent=True)
        client.initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "margaret", "PASSWORD": "Apollo-11-guide"},
        )
        with pytest.raises(client.exceptions.NotAuthorizedException):
            client.initiate_auth(
                ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "margaret", "PASSWORD": "no"}
            )
    text = file.read_text()
    for secret in ("margaret", "private.example", "4915112345678", "Hamilton", "Apollo", "eyJ", pool, app):
        assert secret not in text
    entries = [json.loads(line) for line in text.splitlines()]
    assert [entry["operation"] for entry in entries] == [
        "CreateUserPool",
        "CreateUserPoolClient",
        "AdminCreateUser",
        "AdminSetUserPassword",
        "InitiateAuth",
        "InitiateAuth",
    ]
    claims = entries[4]["response"]["decoded"]["IdToken"]["claims"]
    assert (claims["cognito:username"], claims["token_use"]) == ("user-1", "id")
    assert entries[5]["response"]["body"]["message"] == "Incorrect username or password."
    assert entries[2]["request"]["params"]["Username"] == entries[4]["request"]["params"]["AuthParameters"]["USERNAME"]
    results = replay(file, endpoint)
    assert [(result.operation, result.verdict, result.reasons) for result in results if result.reasons] == []


def test_the_proxy_records_what_it_hands_on(tmp_path: Path) -> None:
    from werkzeug.serving import make_server

    emulator = Emulator(log_format="off")
    behind = make_server("127.0.0.1", 0, emulator.wsgi_app, threaded=True)
    file = tmp_path / "proxied.jsonl"
    proxy = Proxy(Recorder(file), "us-east-1", 0, Credentials(), f"http://127.0.0.1:{behind.server_port}")
    for server in (behind.serve_forever, proxy.serve):
        threading.Thread(target=server, daemon=True).start()
    try:
        through = Endpoint(HttpTransport(proxy.url))
        made = through.call("cognito-idp", "CreateUserPool", {"PoolName": "p"})
        asked = through.transport.send("OPTIONS", "/", {"Origin": "https://app.example.com"}, b"")
        refused = through.call(
            "cognito-idp", "SignUp", {"ClientId": "nobody", "Username": "a", "Password": "Correct-Horse-7"}
        )
    finally:
        proxy.close()
        behind.shutdown()
        behind.server_close()
    assert made.status == 200
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (200, "*")
    assert refused.message == "User pool client nobody does not exist."
    assert [json.loads(line)["response"]["status"] for line in file.read_text().splitlines()] == [200, 400]


def test_the_same_value_becomes_the_same_placeholder() -> None:
    scrubber = Scrubber()
    first = scrubber.scrub({"Username": "ada", "PASSWORD": "one", "Message": "mail to ada@example.net from 10.1.2.3"})
    second = scrubber.scrub({"USERNAME": "ada", "NEW_PASSWORD": "two", "Session": "AYAB"})
    assert first == {
        "Username": "user-1",
        "PASSWORD": "Scrubbed-password-1",
        "Message": "mail to user1@example.com from 192.0.2.1",
    }
    assert second == {"USERNAME": "user-1", "NEW_PASSWORD": "Scrubbed-password-2", "Session": "<session 1>"}


def test_proofs_of_a_recording_are_made_anew(tmp_path: Path, endpoint: Endpoint) -> None:
    """Codes of messages and of an authenticator app, secret hashes and SRP proofs, right and wrong ones."""
    import boto3

    file = tmp_path / "proofs.jsonl"
    with mock_cognito() as emulator:
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        attach(session._session, Recorder(file))
        _prove(session.client("cognito-idp"), emulator)
    text = file.read_text()
    for secret in (
        "ada@private.example",
        "491511234",
        "Analytical-Engine-1",
        "Lovelace",
        "a-shared-secret",
        "a***@p***",
    ):
        assert secret not in text
    results = replay(file, endpoint)
    assert [(result.operation, result.reasons) for result in results if result.verdict is not Verdict.PASSED] == []
    assert len(results) == 15


def _prove(idp: Any, emulator: Emulator) -> None:
    password, name = "Analytical-Engine-1", "ada@private.example"
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "a-shared-secret"}
    pool = idp.create_user_pool(
        PoolName="p", AutoVerifiedAttributes=["email"], UsernameAttributes=["email"], SmsConfiguration=sms
    )["UserPool"]["Id"]
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True, ExplicitAuthFlows=flows)[
        "UserPoolClient"
    ]
    client = {"ClientId": made["ClientId"]}

    def hashed(user: str) -> str:
        return secret_hash(user, made["ClientId"], made["ClientSecret"])

    idp.sign_up(
        **client,
        Username=name,
        Password=password,
        SecretHash=hashed(name),
        UserAttributes=[
            {"Name": "family_name", "Value": "Lovelace"},
            {"Name": "phone_number", "Value": "+4915112345678"},
        ],
    )
    code = emulator.messages.wait(user_pool_id=pool).code
    for given in ("000000", code):
        with suppress(idp.exceptions.CodeMismatchException):
            idp.confirm_sign_up(**client, Username=name, ConfirmationCode=given, SecretHash=hashed(name))
    with suppress(idp.exceptions.NotAuthorizedException):
        idp.initiate_auth(
            **client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password, "SECRET_HASH": "d3Jvbmc="},
        )
    for proof in ("wrong", password):
        srp = SrpClient(pool.partition("_")[2])
        asked = idp.initiate_auth(
            **client,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={"USERNAME": name, "SRP_A": srp.public_hex, "SECRET_HASH": hashed(name)},
        )["ChallengeParameters"]
        user, now = asked["USER_ID_FOR_SRP"], datetime.fromtimestamp(emulator.clock.now(), timezone.utc)
        moment = f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now.year}"
        block = asked["SECRET_BLOCK"]
        responses = {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": srp.claim(user, proof, asked["SALT"], asked["SRP_B"], block, moment),
            "TIMESTAMP": moment,
            "SECRET_HASH": hashed(user),
        }
        with suppress(idp.exceptions.NotAuthorizedException):
            answer = idp.respond_to_auth_challenge(
                **client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses
            )
    access = answer["AuthenticationResult"]["AccessToken"]
    idp.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    secret = idp.associate_software_token(AccessToken=access)["SecretCode"]
    for given in ("000000", totp(secret, emulator.clock.now())):
        with suppress(idp.exceptions.EnableSoftwareTokenMFAException):
            idp.verify_software_token(AccessToken=access, UserCode=given)
    idp.list_users(UserPoolId=pool, Filter='family_name = "Lovelace"')


@pytest.mark.parametrize(
    ("given", "scrubbed"),
    [
        ({"Destination": "a***@p***"}, {"Destination": "u***@e***"}),
        ({"Destination": "+*******5678"}, {"Destination": "+*******0001"}),
        ({"Logins": {"graph.facebook.com": "x" * 80}}, {"Logins": {"graph.facebook.com": "<login token 1>"}}),
        ({"Logins": {"login.example": "ada"}}, {"Logins": {"login.example": "user-1"}}),
        ({"ClientMetadata": {"tenant": "secret"}}, {"ClientMetadata": {"tenant": "<client metadata 1>"}}),
        ({"Filter": 'username ^= "ada"'}, {"Filter": 'username ^= "user-1"'}),
        ({"IpAddress": "2a02:8109:9ac0:1::7"}, {"IpAddress": "2001:db8::1"}),
        ({"Time": "12:30:45"}, {"Time": "12:30:45"}),
        (
            {"Key": "k", "Value": "mine", "SyncCount": 1, "Op": "replace"},
            {"Key": "k", "Value": "<record value 1>", "SyncCount": 1, "Op": "replace"},
        ),
    ],
)
def test_what_is_scrubbed(given: dict[str, Any], scrubbed: dict[str, Any]) -> None:
    assert Scrubber().scrub(given) == scrubbed
