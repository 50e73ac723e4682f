"""CustomMessage, CustomEmailSender and CustomSMSSender: who writes a message, and who sends it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from moto import mock_aws

from cognito_emulator import mock_cognito
from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, SMS, App, Idp, app, attributes, confirmed_user, refused, sign_in
from tests.user_pools.triggers.functions import Recorder

Json = dict[str, Any]
EMAIL = "alice@example.com"
PHONE = "+15555550100"
MAIL_POOL: Json = {"AutoVerifiedAttributes": ["email"]}
SMS_POOL: Json = {"AutoVerifiedAttributes": ["phone_number"], **SMS}


def sign_up(idp: Idp, made: App, **given: str) -> Json:
    answer: Json = idp.sign_up(
        ClientId=made.client_id, Username="alice", Password=PASSWORD, UserAttributes=attributes(**given)
    )
    return answer


class TestCustomMessage:
    def test_event(self, idp: Idp, functions: Recorder) -> None:
        made = app(idp, LambdaConfig=functions.config("CustomMessage"), **MAIL_POOL)
        sub = sign_up(idp, made, email=EMAIL)["UserSub"]
        event = functions.event("CustomMessage_SignUp")
        assert event["callerContext"]["clientId"] == made.client_id
        assert event["userName"] == "alice"
        assert event["request"] == {
            "userAttributes": {
                "sub": sub,
                "cognito:user_status": "UNCONFIRMED",
                "email": EMAIL,
                "email_verified": "false",
            },
            "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}",
            "usernameParameter": None,
        }
        assert event["response"] == {"smsMessage": None, "emailMessage": None, "emailSubject": None}

    def test_texts(self, idp: Idp, emulator: Emulator, functions: Recorder) -> None:
        function = functions.answer("write", emailMessage="Code: {####}!", emailSubject="Hello", smsMessage="no")
        made = app(idp, LambdaConfig={"CustomMessage": function}, **MAIL_POOL)
        sign_up(idp, made, email=EMAIL)
        message = emulator.messages.wait(username="alice")
        assert (message.subject, message.body) == ("Hello", f"Code: {message.code}!")

    def test_text_message(self, idp: Idp, emulator: Emulator, functions: Recorder) -> None:
        function = functions.answer("write", smsMessage="Code {####}", emailMessage="no code in here")
        made = app(idp, LambdaConfig={"CustomMessage": function}, **SMS_POOL)
        sign_up(idp, made, phone_number=PHONE)
        message = emulator.messages.wait(username="alice")
        assert (message.medium, message.body) == ("SMS", f"Code {message.code}")

    def test_what_it_leaves_out_comes_from_the_template(
        self, idp: Idp, emulator: Emulator, functions: Recorder
    ) -> None:
        function = functions.answer("write", emailSubject="Hello")
        made = app(idp, LambdaConfig={"CustomMessage": function}, **MAIL_POOL)
        sign_up(idp, made, email=EMAIL)
        message = emulator.messages.wait(username="alice")
        assert (message.subject, message.body) == ("Hello", f"Your verification code is {message.code}. ")

    def test_invitation(self, idp: Idp, emulator: Emulator, functions: Recorder) -> None:
        function = functions.answer("write", emailMessage="{username} / {####}")
        made = app(idp, LambdaConfig={"CustomMessage": function})
        idp.admin_create_user(
            UserPoolId=made.pool_id,
            Username="alice",
            TemporaryPassword="Temporary-1",
            UserAttributes=attributes(email=EMAIL),
            DesiredDeliveryMediums=["EMAIL"],
        )
        assert emulator.messages.wait(username="alice").body == "alice / Temporary-1"
        event = functions.event("CustomMessage_AdminCreateUser")
        assert event["request"]["usernameParameter"] == "{username}"
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"

    @pytest.mark.parametrize(("text", "placeholder"), [("{username}", "{####}"), ("{####}", "{username}"), ("", None)])
    def test_placeholders_are_needed(self, idp: Idp, functions: Recorder, text: str, placeholder: str | None) -> None:
        function = functions.answer("write", emailMessage=text)
        made = app(idp, LambdaConfig={"CustomMessage": function})

        def invite() -> Any:
            return idp.admin_create_user(
                UserPoolId=made.pool_id,
                Username="alice",
                UserAttributes=attributes(email=EMAIL),
                DesiredDeliveryMediums=["EMAIL"],
            )

        if placeholder is None:
            assert invite()["User"]["Username"] == "alice"
            return
        with refused(
            "InvalidLambdaResponseException",
            f"CustomMessage answered a message without the placeholder {placeholder}.",
        ):
            invite()

    @pytest.mark.parametrize(
        ("name", "longest"), [("emailMessage", 20_000), ("emailSubject", 140), ("smsMessage", 140)]
    )
    def test_length(self, idp: Idp, functions: Recorder, name: str, longest: int) -> None:
        text = "{####}".ljust(longest, "x")
        settings, address = (
            (SMS_POOL, {"phone_number": PHONE}) if name == "smsMessage" else (MAIL_POOL, {"email": EMAIL})
        )
        made = app(idp, LambdaConfig={"CustomMessage": functions.answer("write", **{name: text})}, **settings)
        sign_up(idp, made, **address)
        functions.answer("write", **{name: text + "x"})
        with refused(
            "InvalidLambdaResponseException", f"CustomMessage answered an {name} of more than {longest} characters."
        ):
            idp.resend_confirmation_code(ClientId=made.client_id, Username="alice")

    def test_address_that_waits_for_its_code(self, idp: Idp, functions: Recorder) -> None:
        made = app(
            idp,
            LambdaConfig=functions.config("CustomMessage"),
            UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
            **MAIL_POOL,
        )
        user = confirmed_user(idp, made, email=EMAIL, email_verified="true")
        token = sign_in(idp, user)["AccessToken"]
        idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email="new@example.com"))
        told = functions.request("CustomMessage_UpdateUserAttribute")
        assert told["userAttributes"]["email"] == "new@example.com"
        assert functions.events[0]["callerContext"]["clientId"] == made.client_id


class TestLinks:
    """CustomMessage in a pool that confirms e-mail addresses by a link."""

    @pytest.fixture
    def linked(self, idp: Idp, functions: Recorder) -> App:
        template = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
        config = {"CustomMessage": functions.answer("write", emailMessage="<p>{##Confirm now##}</p>")}
        made = app(idp, LambdaConfig=config, VerificationMessageTemplate=template, **MAIL_POOL)
        idp.create_user_pool_domain(Domain="acme", UserPoolId=made.pool_id)
        return made

    def test_event(self, idp: Idp, functions: Recorder, linked: App) -> None:
        sign_up(idp, linked, email=EMAIL)
        request = functions.request("CustomMessage_SignUp")
        request.pop("userAttributes")
        assert request == {
            "codeParameter": "{####}",
            "usernameParameter": None,
            "linkParameter": "{##Click Here##}",
        }

    def test_the_placeholder_becomes_a_link_with_its_words(self, idp: Idp, emulator: Emulator, linked: App) -> None:
        sign_up(idp, linked, email=EMAIL)
        message = emulator.messages.wait(username="alice")
        found = re.fullmatch(r'<p><a href="([^"]+)">Confirm now</a></p>', message.body)
        assert found is not None, message.body
        assert message.subject == "Your verification link"
        link = urlsplit(found[1])
        assert (link.netloc, link.path) == ("acme.auth.us-east-1.amazoncognito.com", "/confirmUser")
        assert dict(parse_qsl(link.query)) == {
            "client_id": linked.client_id,
            "user_name": "alice",
            "confirmation_code": message.code,
        }

    def test_the_placeholder_that_the_function_was_told(
        self, idp: Idp, emulator: Emulator, functions: Recorder, linked: App
    ) -> None:
        def write(event: Json) -> Json:
            return {"response": {"emailMessage": f"Hi. {event['request']['linkParameter']}", "emailSubject": "Come in"}}

        functions.set("write", write)
        sign_up(idp, linked, email=EMAIL)
        first = emulator.messages.wait(username="alice")
        assert first.subject == "Come in"
        assert first.body.startswith('Hi. <a href="https://acme.auth.')
        assert first.body.endswith('">Click Here</a>')
        idp.resend_confirmation_code(ClientId=linked.client_id, Username="alice")
        assert emulator.messages.find(username="alice")[-1].body.endswith('">Click Here</a>')

    def test_a_message_without_the_placeholder(self, idp: Idp, functions: Recorder, linked: App) -> None:
        functions.answer("write", emailMessage="Please confirm.")
        with refused("InvalidLambdaResponseException", "CustomMessage answered a message without the placeholder {##."):
            sign_up(idp, linked, email=EMAIL)

    def test_other_messages_have_codes(self, idp: Idp, emulator: Emulator, functions: Recorder, linked: App) -> None:
        functions.answer("write", emailMessage="Code {####}")
        confirmed_user(idp, linked, email=EMAIL, email_verified="true")
        idp.forgot_password(ClientId=linked.client_id, Username="alice")
        message = emulator.messages.wait(username="alice")
        assert message.body == f"Code {message.code}"


def decrypt(event: Json, key: str) -> tuple[str, Json]:
    """What a sender does with the code: the plain text, and the encryption context."""
    import aws_encryption_sdk

    client = aws_encryption_sdk.EncryptionSDKClient()
    keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key])
    plain, header = client.decrypt(source=base64.b64decode(event["request"]["code"]), key_provider=keys)
    return plain.decode(), dict(header.encryption_context)


def senders(functions: Recorder, kms: str) -> Json:
    return {
        "KMSKeyID": kms,
        "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": functions.answer("mail")},
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": functions.answer("text")},
    }


class TestCustomSender:
    """The emulator in place of Cognito, moto in place of KMS."""

    @pytest.fixture
    def emulator(self) -> Iterator[Emulator]:
        with mock_aws(), mock_cognito(seed=1, check_responses=True) as emulator:
            yield emulator

    @pytest.fixture
    def idp(self, emulator: Emulator) -> Idp:
        return boto3.client("cognito-idp", region_name="us-east-1")

    @pytest.fixture
    def kms(self, emulator: Emulator) -> str:
        """The ARN of a key."""
        return str(boto3.client("kms", region_name="us-east-1").create_key()["KeyMetadata"]["Arn"])

    def test_email(self, idp: Idp, emulator: Emulator, functions: Recorder, kms: str) -> None:
        config = {**senders(functions, kms), **functions.config("CustomMessage")}
        made = app(idp, LambdaConfig=config, **MAIL_POOL)
        answered = sign_up(idp, made, email=EMAIL)
        assert answered["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert functions.sources == ["CustomEmailSender_SignUp"], "the message is the sender's business alone"
        event = functions.events[0]
        assert event["userName"] == "alice"
        assert event["callerContext"]["clientId"] == made.client_id
        assert list(event) == [
            *("version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request"),
        ]
        request = dict(event["request"])
        code, context = decrypt(event, kms)
        request.pop("code")
        assert request == {
            "type": "customEmailSenderRequestV1",
            "clientMetadata": None,
            "userAttributes": {
                "sub": answered["UserSub"],
                "cognito:user_status": "UNCONFIRMED",
                "email": EMAIL,
                "email_verified": "false",
            },
        }
        assert context["userpool-id"] == made.pool_id
        message = emulator.messages.wait(username="alice")
        assert (message.code, message.subject, message.body) == (code, "", "")
        assert message.purpose == "CustomEmailSender_SignUp"
        idp.confirm_sign_up(ClientId=made.client_id, Username="alice", ConfirmationCode=code)

    def test_text_message_needs_no_sms_configuration(self, idp: Idp, functions: Recorder, kms: str) -> None:
        made = app(idp, LambdaConfig=senders(functions, kms), AutoVerifiedAttributes=["phone_number"])
        sign_up(idp, made, phone_number=PHONE)
        event = functions.event("CustomSMSSender_SignUp")
        assert event["request"]["type"] == "customSMSSenderRequestV1"
        assert decrypt(event, kms)[0].isdigit()

    def test_the_other_medium_is_sent_as_always(
        self, idp: Idp, emulator: Emulator, functions: Recorder, kms: str
    ) -> None:
        config = {**senders(functions, kms), **functions.config("CustomMessage")}
        config.pop("CustomSMSSender")
        made = app(idp, LambdaConfig=config, **SMS_POOL)
        sign_up(idp, made, phone_number=PHONE)
        assert functions.sources == ["CustomMessage_SignUp"]
        assert emulator.messages.wait(username="alice").body.startswith("Your verification code is ")

    def test_temporary_password_is_escaped(self, idp: Idp, functions: Recorder, kms: str) -> None:
        made = app(idp, LambdaConfig=senders(functions, kms))
        idp.admin_create_user(
            UserPoolId=made.pool_id,
            Username="alice",
            TemporaryPassword="Tem<por>&ary-1",
            UserAttributes=attributes(email=EMAIL),
            DesiredDeliveryMediums=["EMAIL"],
            ClientMetadata={"k": "v"},
        )
        event = functions.event("CustomEmailSender_AdminCreateUser")
        assert decrypt(event, kms)[0] == "Tem&lt;por&gt;&amp;ary-1"
        assert event["request"]["clientMetadata"] == {"k": "v"}

    @pytest.mark.parametrize(
        ("source", "ask"),
        [
            (
                "ResendCode",
                lambda idp, made: idp.resend_confirmation_code(ClientId=made.client_id, Username="alice"),
            ),
            (
                "UpdateUserAttribute",
                lambda idp, made: idp.admin_update_user_attributes(
                    UserPoolId=made.pool_id, Username="alice", UserAttributes=attributes(email="new@example.com")
                ),
            ),
        ],
    )
    def test_sources(
        self, idp: Idp, functions: Recorder, kms: str, source: str, ask: Callable[[Idp, App], Any]
    ) -> None:
        made = app(idp, LambdaConfig=senders(functions, kms), **MAIL_POOL)
        sign_up(idp, made, email=EMAIL)
        functions.events.clear()
        ask(idp, made)
        assert functions.sources == [f"CustomEmailSender_{source}"]

    def test_what_goes_wrong_is_not_the_users_business(
        self, idp: Idp, emulator: Emulator, functions: Recorder, kms: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        made = app(idp, LambdaConfig=senders(functions, kms), **MAIL_POOL)
        functions.fail("mail", "no network")
        assert sign_up(idp, made, email=EMAIL)["CodeDeliveryDetails"]["Destination"] == "a***@e***"
        assert "failed with error no network" in caplog.text

    def test_key_that_is_not_there(
        self, idp: Idp, functions: Recorder, kms: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        config = {**senders(functions, kms), "KMSKeyID": kms[:-4] + "0000"}
        made = app(idp, LambdaConfig=config, **MAIL_POOL)
        assert sign_up(idp, made, email=EMAIL)["CodeDeliveryDetails"]["Destination"] == "a***@e***"
        assert functions.events == []
        assert "the code for CustomEmailSender could not be encrypted" in caplog.text
