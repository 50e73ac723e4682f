"""Delivery outside the emulator: by SMTP, and through SES and SNS as the pool is configured."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_emulator import mock_cognito
from tests.builders import PASSWORD, attributes, confirmed_user, refused
from tests.factors import choice_app, choose, respond

moto = pytest.importorskip("moto")

SENDER = "hello@example.org"
ROLE = "arn:aws:iam::123456789012:role/sms"
PHONE, ADDRESS = "+14155550123", "jane@example.com"


class Mailbox(socketserver.ThreadingTCPServer):
    """A server that speaks as much SMTP as it takes to receive messages, or refuses every recipient."""

    daemon_threads = True

    def __init__(self, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[EmailMessage] = []
        self.refuses = refuses

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            command = line.split()[0].upper()
            if command == b"DATA":
                self._say("354 go on")
                self._receive()
                self._say("250 kept")
            elif command == b"RCPT" and self.server.refuses:
                self._say("550 nobody here")
            elif command == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _receive(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.received.append(message)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@pytest.fixture(params=[False])
def mailbox(request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    with Mailbox(refuses=request.param) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sign_up(idp: Any, **pool: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"PoolName": "p", "AutoVerifiedAttributes": ["email"], **pool}
    pool_id = idp.create_user_pool(**settings)["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]["ClientId"]
    attributes = [{"Name": "email", "Value": ADDRESS}, {"Name": "phone_number", "Value": PHONE}]
    answer: dict[str, Any] = idp.sign_up(
        ClientId=client_id, Username="jane", Password="Passw0rd!", UserAttributes=attributes
    )
    return answer


def test_smtp(mailbox: Mailbox) -> None:
    """An e-mail reaches the server with the pool's sender, and is in the outbox too."""
    source = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
    configuration = {"EmailSendingAccount": "DEVELOPER", "From": SENDER, "SourceArn": source}
    with mock_cognito(delivery="smtp", smtp=mailbox.url, check_responses=True) as emulator:
        sign_up(boto3.client("cognito-idp", region_name="us-east-1"), EmailConfiguration=configuration)
        [kept] = emulator.messages.find(destination=ADDRESS)
    [message] = mailbox.received
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, ADDRESS, "Your verification code")
    assert kept.code in message.get_content()


@pytest.mark.parametrize("mailbox", [True], indirect=True)
def test_a_carrier_that_refuses(mailbox: Mailbox) -> None:
    """The caller hears of it; the user was made all the same, as on AWS."""
    with mock_cognito(delivery="smtp", smtp=mailbox.url, check_responses=True) as emulator:
        idp = boto3.client("cognito-idp", region_name="us-east-1")
        with pytest.raises(ClientError) as failure:
            sign_up(idp)
        assert failure.value.response["Error"]["Code"] == "CodeDeliveryFailureException"
        assert emulator.messages.find(destination=ADDRESS)


def test_cognitos_own_sender_needs_no_identity() -> None:
    """Without a sender of its own a pool's e-mails come from an address of Cognito's, which SES knows on AWS."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.ses.models import ses_backends

    with moto.mock_aws(), mock_cognito(delivery="aws", check_responses=True):
        sign_up(boto3.client("cognito-idp", region_name="us-east-1"))
        [mail] = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    assert (mail.source, mail.destinations["ToAddresses"]) == ("no-reply@verificationemail.com", [ADDRESS])


@pytest.mark.parametrize("mailbox", [True], indirect=True)
def test_a_carrier_that_refuses_a_sign_in(mailbox: Mailbox) -> None:
    """Sign-in and two operations of administrators have another error for that. Source: botocore's model."""
    refusal = ("InvalidEmailRoleAccessPolicyException", "Failed to deliver the message: SMTPRecipientsRefused")
    with mock_cognito(delivery="smtp", smtp=mailbox.url, check_responses=True):
        idp = boto3.client("cognito-idp", region_name="us-east-1")
        made = choice_app(idp, "EMAIL_OTP", AutoVerifiedAttributes=["email"])
        user = confirmed_user(idp, made, email=ADDRESS, email_verified="true")
        with refused(*refusal):
            choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
        selection = choose(idp, user)
        for _ in range(2):
            with refused(*refusal):
                respond(idp, user, selection, ANSWER="EMAIL_OTP")
        assert "AuthenticationResult" in respond(idp, user, selection, ANSWER="PASSWORD", PASSWORD=PASSWORD)
        with refused(*refusal):
            idp.admin_update_user_attributes(**user.key, UserAttributes=attributes(email="new@example.com"))
        with refused(*refusal):
            idp.admin_reset_user_password(**confirmed_user(idp, made, "b", email=ADDRESS, email_verified="true").key)


def test_ses_and_sns() -> None:
    """With `delivery=aws` e-mails go through SES, text messages through SNS, in the regions that the pool names."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.ses.models import ses_backends
    from moto.sns.models import sns_backends

    with moto.mock_aws(), mock_cognito(delivery="aws", check_responses=True) as emulator:
        boto3.client("ses", region_name="eu-west-1").verify_email_identity(EmailAddress=SENDER)
        source = f"arn:aws:ses:eu-west-1:123456789012:identity/{SENDER}"
        idp = boto3.client("cognito-idp", region_name="us-east-1")
        sign_up(idp, EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": source})
        sms = {"SnsCallerArn": ROLE, "SnsRegion": "eu-central-1"}
        sign_up(idp, AutoVerifiedAttributes=["phone_number"], SmsConfiguration=sms)
        [mail] = ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sent_messages
        [(number, text)] = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].sms_messages.values()
        by_mail, by_sms = (emulator.messages.find(destination=to)[0] for to in (ADDRESS, PHONE))
    assert (mail.source, mail.destinations["ToAddresses"]) == (SENDER, [ADDRESS])
    assert by_mail.code in mail.body
    assert number == PHONE
    assert by_sms.code in text


class Messaging(BaseHTTPRequestHandler):
    """A stand-in for End User Messaging SMS."""

    sent: ClassVar[list[tuple[str, dict[str, Any]]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).sent.append((self.headers["X-Amz-Target"], body))
        answer = b'{"MessageId": "1"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        return


def test_end_user_messaging(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool with EumsSms sends text messages through that service, with what it is set up to say."""
    handler = type("Handler", (Messaging,), {"sent": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    messaging = {"CallerArn": ROLE, "OriginationIdentity": "ACME", "InEntityId": "1", "InTemplateId": "2"}
    with mock_cognito(delivery="aws", check_responses=True) as emulator:
        idp = boto3.client("cognito-idp", region_name="us-east-1")
        sign_up(idp, AutoVerifiedAttributes=["phone_number"], SmsConfiguration={"EumsSms": messaging})
        [kept] = emulator.messages.find(destination=PHONE)
    server.shutdown()
    server.server_close()
    thread.join()
    [(target, request)] = handler.sent
    assert target.endswith(".SendTextMessage")
    assert request == {
        "DestinationPhoneNumber": PHONE,
        "OriginationIdentity": "ACME",
        "MessageBody": kept.body,
        "MessageType": "TRANSACTIONAL",
        "DestinationCountryParameters": {"IN_ENTITY_ID": "1", "IN_TEMPLATE_ID": "2"},
    }
