"""Analytics: what an app client's Pinpoint project hears of sign-ups and sign-ins. A small server stands in for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.outside.errands import Errands
from tests.builders import OTHER_PASSWORD, PASSWORD, App, Idp, User, app, attributes, claims, confirmed_user, refused
from tests.srp_client import SrpClient

Json = dict[str, Any]
PROJECT = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
ARN = f"arn:aws:mobiletargeting:eu-west-1:210987654321:apps/{PROJECT}"
ROLE = "arn:aws:iam::123456789012:role/analytics"
SEEN = {"AnalyticsMetadata": {"AnalyticsEndpointId": "phone-1"}}
EMAIL = "alice@example.com"
PHONE = "+12065550100"
TIME = "2026-01-01T00:00:00.123Z"


@dataclass
class Pinpoint:
    """A stand-in for Pinpoint and STS: remembers what it is told, and answers what the test says."""

    status: int = 202
    asked: list[tuple[str, str, Json]] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    assumed: list[Json] = field(default_factory=list)
    role_status: int = 200
    url: str = ""

    def heard(self, emulator: Emulator) -> list[tuple[str, str, Json]]:
        """What it was told so far, which it then forgets."""
        emulator.part(Errands).flush()
        heard, self.asked = self.asked, []
        return heard

    def events(self, emulator: Emulator) -> list[str]:
        """The types of the events so far."""
        batches = [body["BatchItem"] for _, path, body in self.heard(emulator) if path.endswith("/events")]
        return [event["EventType"] for batch in batches for item in batch.values() for event in item["Events"].values()]


STS_ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def pinpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pinpoint]:
    stand_in = Pinpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/":
                stand_in.assumed.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
                return self._answer(stand_in.role_status, STS_ANSWER.encode())
            scope = self.headers["Authorization"].partition("Credential=")[2].split("/")
            stand_in.keys.add(scope[0])
            stand_in.regions.add(scope[2])
            stand_in.asked.append((self.command, self.path, json.loads(body)))
            return self._answer(stand_in.status, b"{}")

        do_PUT = do_POST

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_PINPOINT", stand_in.url)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield stand_in
    server.shutdown()
    server.server_close()
    thread.join()


def analysed(idp: Idp, **configuration: Any) -> App:
    """An app whose client has analytics."""
    wanted = configuration or {"ApplicationId": PROJECT, "RoleArn": ROLE}
    return app(idp, {"AnalyticsConfiguration": wanted}, AutoVerifiedAttributes=["email"])


def begin(idp: Idp, user: User, **more: Any) -> Json:
    answer: Json = idp.initiate_auth(
        ClientId=user.app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        **more,
    )
    return answer


def test_a_sign_in(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    user = confirmed_user(idp, analysed(idp), email=EMAIL)
    answer = begin(idp, user, **SEEN)
    sub = claims(answer["AuthenticationResult"]["AccessToken"])["sub"]
    endpoint, event = pinpoint.heard(emulator)
    whose = {"User": {"UserId": sub}}
    assert endpoint == ("PUT", f"/v1/apps/{PROJECT}/endpoints/phone-1", whose)
    (event_id,) = event[2]["BatchItem"]["phone-1"]["Events"]
    assert event == (
        "POST",
        f"/v1/apps/{PROJECT}/events",
        {
            "BatchItem": {
                "phone-1": {
                    "Endpoint": whose,
                    "Events": {event_id: {"EventType": "_userauth.sign_in", "Timestamp": TIME}},
                }
            }
        },
    )
    assert pinpoint.regions == {"us-east-1"}


def test_user_data_is_shared_where_the_client_says_so(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    made = analysed(idp, ApplicationArn=ARN, UserDataShared=True)
    user = confirmed_user(idp, made, email=EMAIL, phone_number=PHONE, name="Alice")
    answer = begin(idp, user, **SEEN)
    sub = claims(answer["AuthenticationResult"]["AccessToken"])["sub"]
    shared = {"email": [EMAIL], "phone_number": [PHONE], "name": ["Alice"]}
    whose = {"User": {"UserId": sub, "UserAttributes": shared}}
    *endpoints, (_, _, events) = pinpoint.heard(emulator)
    assert endpoints == [
        ("PUT", f"/v1/apps/{PROJECT}/endpoints/phone-1", whose),
        (
            "PUT",
            f"/v1/apps/{PROJECT}/endpoints/{sub}-email",
            {"Address": EMAIL, "ChannelType": "EMAIL", "OptOut": "NONE", **whose},
        ),
        (
            "PUT",
            f"/v1/apps/{PROJECT}/endpoints/{sub}-phone_number",
            {"Address": PHONE, "ChannelType": "SMS", "OptOut": "NONE", **whose},
        ),
    ]
    assert events["BatchItem"]["phone-1"]["Endpoint"] == whose
    assert pinpoint.regions == {"eu-west-1"}, "the project's, not the pool's"


def test_events_by_occasion(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    made = analysed(idp)
    named = {"ClientId": made.client_id, "Username": "alice"}
    idp.sign_up(**named, Password=PASSWORD, UserAttributes=attributes(email=EMAIL), **SEEN)
    assert pinpoint.events(emulator) == ["_userauth.sign_up"]
    user = User(made, "alice")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        begin(idp, user, **SEEN)
    assert pinpoint.events(emulator) == ["_userauth.auth_fail"]
    idp.resend_confirmation_code(**named, **SEEN)
    code = emulator.messages.find(username="alice")[-1].code
    idp.confirm_sign_up(**named, ConfirmationCode=code, **SEEN)
    heard = pinpoint.heard(emulator)
    assert [path for _, path, _ in heard] == [f"/v1/apps/{PROJECT}/endpoints/phone-1"] * 2
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, User(made, "alice", OTHER_PASSWORD), **SEEN)
    assert pinpoint.events(emulator) == ["_userauth.auth_fail"]
    idp.forgot_password(**named, **SEEN)
    code = emulator.messages.find(username="alice")[-1].code
    idp.confirm_forgot_password(**named, ConfirmationCode=code, Password=OTHER_PASSWORD, **SEEN)
    assert [method for method, _, _ in pinpoint.heard(emulator)] == ["PUT", "PUT"]


def test_a_sign_in_by_challenges(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    """The step that ends it counts, if it names the endpoint; an administrator's counts as well."""
    made = analysed(idp)
    confirmed_user(idp, made)
    srp = SrpClient(made.pool_id.split("_")[1], PASSWORD)
    for operation in ("initiate_auth", "admin_initiate_auth"):
        admin = {"UserPoolId": made.pool_id} if operation.startswith("admin") else {}
        started = getattr(idp, operation)(
            ClientId=made.client_id,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={"USERNAME": "alice", "SRP_A": srp.srp_a},
            **admin,
            **SEEN,
        )
        assert pinpoint.heard(emulator) == []
        answer = getattr(idp, "admin_respond_to_auth_challenge" if admin else "respond_to_auth_challenge")
        answer(
            ClientId=made.client_id,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=srp.responses(started["ChallengeParameters"]),
            **admin,
            **SEEN,
        )
        assert pinpoint.events(emulator) == ["_userauth.sign_in"]


def test_somebody_unknown(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    made = analysed(idp, ApplicationId=PROJECT, RoleArn=ROLE, UserDataShared=True)
    with refused("UserNotFoundException", "User does not exist."):
        begin(idp, User(made, "nobody"), **SEEN)
    ((_, path, body),) = pinpoint.heard(emulator)
    assert (path, body["BatchItem"]["phone-1"]["Endpoint"]) == (f"/v1/apps/{PROJECT}/events", {})


def test_what_nobody_hears_of(idp: Idp, emulator: Emulator, pinpoint: Pinpoint) -> None:
    user = confirmed_user(idp, analysed(idp))
    token = begin(idp, user)["AuthenticationResult"]["RefreshToken"]
    assert pinpoint.heard(emulator) == [], "the request names no endpoint"
    idp.initiate_auth(
        ClientId=user.app.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}, **SEEN
    )
    assert pinpoint.heard(emulator) == [], "a refresh is no sign-in"
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        idp.initiate_auth(
            ClientId=user.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice"},
            **SEEN,
        )
    assert pinpoint.heard(emulator) == [], "a mistake of the application is no attempt"
    begin(idp, confirmed_user(idp, app(idp)), **SEEN)
    assert pinpoint.heard(emulator) == [], "that client has no analytics"
    assert emulator.ignored == {}


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_project_that_refuses(
    idp: Idp, emulator: Emulator, pinpoint: Pinpoint, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    user = confirmed_user(idp, analysed(idp))
    pinpoint.status = status
    assert "AuthenticationResult" in begin(idp, user, **SEEN)
    assert len(pinpoint.heard(emulator)) == 1
    assert f"an event of the app client {user.app.client_id} could not be delivered" in caplog.text


def test_without_a_pinpoint_nothing_goes_out(idp: Idp, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    user = confirmed_user(idp, analysed(idp))
    assert "AuthenticationResult" in begin(idp, user, **SEEN)
    emulator.part(Errands).flush()
    assert "delivered" not in caplog.text


def test_the_role_is_assumed_where_an_sts_is(
    idp: Idp, emulator: Emulator, pinpoint: Pinpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", pinpoint.url)
    user = confirmed_user(idp, analysed(idp, ApplicationId=PROJECT, RoleArn=ROLE, ExternalId="proof"))
    for _ in range(2):
        begin(idp, user, **SEEN)
        assert pinpoint.events(emulator) == ["_userauth.sign_in"]
    (assumed,) = pinpoint.assumed
    assert (assumed["Action"], assumed["RoleArn"], assumed["ExternalId"]) == ("AssumeRole", ROLE, "proof")
    assert pinpoint.keys == {"ASIAROLE"}


def test_a_role_that_cannot_be_assumed(
    idp: Idp,
    emulator: Emulator,
    pinpoint: Pinpoint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", pinpoint.url)
    pinpoint.role_status = 403
    user = confirmed_user(idp, analysed(idp, ApplicationId=PROJECT, RoleArn=ROLE))
    assert "AuthenticationResult" in begin(idp, user, **SEEN)
    assert pinpoint.heard(emulator) == []
    assert "could not be delivered" in caplog.text


def test_a_region_without_pinpoint_reports_to_another(clients: Any, emulator: Emulator, pinpoint: Pinpoint) -> None:
    idp = clients(region="sa-east-1")
    begin(idp, confirmed_user(idp, analysed(idp)), **SEEN)
    assert pinpoint.events(emulator) == ["_userauth.sign_in"]
    assert pinpoint.regions == {"us-east-1"}
