"""Every trigger source of messages: CustomMessage, CustomEmailSender and CustomSMSSender, and the whole event.

Sources: reference lambda-triggers.md §4.8 and §4.9; DefinitelyTyped#52111 (AccountTakeOverNotification).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from cognito_emulator import mock_cognito
from cognito_emulator.emulator import Emulator
from tests.builders import (
    ALL_FLOWS,
    PASSWORD,
    SMS,
    App,
    Idp,
    User,
    app,
    attributes,
    confirmed_user,
    refused,
    sign_in,
)
from tests.factors import SES, choose
from tests.user_pools.risk.protected import configure, protected_app, sign_in_from, takeover
from tests.user_pools.triggers.functions import Recorder
from tests.user_pools.triggers.test_messages import decrypt, senders

Json = dict[str, Any]
OLD = {"email": "alice@example.com", "phone_number": "+15555550100"}
NEW = {"email": "new@example.com", "phone_number": "+15555550199"}
SENDERS = {"email": "CustomEmailSender", "phone_number": "CustomSMSSender"}
MEDIUMS = {"email": "EMAIL", "phone_number": "SMS"}
TAKE_OVER = "CustomEmailSender_AccountTakeOverNotification"


class World:
    """A pool that sends its messages to one attribute of its users."""

    def __init__(self, idp: Idp, attribute: str, config: Json) -> None:
        self.idp, self.attribute = idp, attribute
        client = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", *ALL_FLOWS]}
        factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
        self.app: App = app(
            idp,
            client,
            Policies=factors,
            LambdaConfig=config,
            AutoVerifiedAttributes=[attribute],
            EmailConfiguration=SES,
            **SMS,
        )

    @property
    def client(self) -> dict[str, str]:
        return {"ClientId": self.app.client_id, "Username": "alice"}

    @property
    def alice(self) -> dict[str, str]:
        return {"UserPoolId": self.app.pool_id, "Username": "alice"}

    @property
    def address(self) -> list[dict[str, str]]:
        return attributes(**{self.attribute: OLD[self.attribute]})

    def user(self) -> User:
        verified = {f"{self.attribute}_verified": "true"}
        return confirmed_user(self.idp, self.app, **{self.attribute: OLD[self.attribute]}, **verified)

    def token(self) -> str:
        return str(sign_in(self.idp, self.user())["AccessToken"])


def sign_up(world: World) -> None:
    world.idp.sign_up(**world.client, Password=PASSWORD, UserAttributes=world.address)


def resend(world: World) -> None:
    sign_up(world)
    world.idp.resend_confirmation_code(**world.client)


def admin_create(world: World) -> None:
    world.idp.admin_create_user(
        **world.alice,
        TemporaryPassword="Tem<po>rary-1",
        UserAttributes=world.address,
        DesiredDeliveryMediums=[MEDIUMS[world.attribute]],
    )


def forgot(world: World) -> None:
    world.user()
    world.idp.forgot_password(**world.client)


def update(world: World) -> None:
    changed = attributes(**{world.attribute: NEW[world.attribute]})
    world.idp.update_user_attributes(AccessToken=world.token(), UserAttributes=changed)


def verify(world: World) -> None:
    world.idp.get_user_attribute_verification_code(AccessToken=world.token(), AttributeName=world.attribute)


def authenticate(world: World) -> None:
    choose(world.idp, world.user(), PREFERRED_CHALLENGE=f"{MEDIUMS[world.attribute]}_OTP")


@dataclass(frozen=True)
class Cause:
    """An occasion of messages: what makes it, and how the user is then."""

    occasion: str
    act: Callable[[World], None]
    status: str = "CONFIRMED"
    verified: str | None = "true"
    new: bool = False
    client: bool = True


CAUSES = [
    Cause("SignUp", sign_up, "UNCONFIRMED", "false"),
    Cause("ResendCode", resend, "UNCONFIRMED", "false"),
    Cause("AdminCreateUser", admin_create, "FORCE_CHANGE_PASSWORD", None, client=False),
    Cause("ForgotPassword", forgot),
    Cause("UpdateUserAttribute", update, verified="false", new=True),
    Cause("VerifyUserAttribute", verify),
    Cause("Authentication", authenticate),
]
TRIGGERS = ("CustomMessage", *SENDERS.values())
MESSAGE_SOURCES = {TAKE_OVER, *(f"{trigger}_{cause.occasion}" for trigger in TRIGGERS for cause in CAUSES)}


def expected(world: World, source: str, cause: Cause, sub: str, request: Json, **more: Json) -> Json:
    """The whole event; `request` has what is not the user's attributes."""
    told = {"sub": sub, "cognito:user_status": cause.status}
    told[world.attribute] = (NEW if cause.new else OLD)[world.attribute]
    if cause.verified is not None:
        told[f"{world.attribute}_verified"] = cause.verified
    client = world.app.client_id if cause.client else "CLIENT_ID_NOT_APPLICABLE"
    return {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": world.app.pool_id,
        "userName": "alice",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
        "triggerSource": source,
        "request": {**request, "userAttributes": told},
        **more,
    }


def sub_of(world: World) -> str:
    found = world.idp.admin_get_user(**world.alice)
    return next(str(pair["Value"]) for pair in found["UserAttributes"] if pair["Name"] == "sub")


@pytest.mark.parametrize("attribute", list(SENDERS))
@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.occasion)
def test_custom_message(idp: Idp, emulator: Emulator, functions: Recorder, cause: Cause, attribute: str) -> None:
    text = "{username}, {####}"
    function = functions.answer("write", emailMessage=text, emailSubject="Hello", smsMessage=text)
    world = World(idp, attribute, {"CustomMessage": function})
    cause.act(world)
    source = f"CustomMessage_{cause.occasion}"
    request = {"codeParameter": "{####}", "linkParameter": "{##Click Here##}"}
    request |= {"usernameParameter": None if cause.client else "{username}"}
    response = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
    assert functions.event(source) == expected(world, source, cause, sub_of(world), request, response=response)
    message = emulator.messages.find(username="alice")[-1]
    assert (message.purpose, message.medium) == (source, MEDIUMS[attribute])
    assert message.subject == ("Hello" if attribute == "email" else "")
    assert message.body == f"alice, {message.code}"


class TestSenders:
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

    @pytest.mark.parametrize("attribute", list(SENDERS))
    @pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.occasion)
    def test_event(
        self, idp: Idp, emulator: Emulator, functions: Recorder, kms: str, cause: Cause, attribute: str
    ) -> None:
        world = World(idp, attribute, senders(functions, kms))
        cause.act(world)
        source = f"{SENDERS[attribute]}_{cause.occasion}"
        event = functions.event(source)
        code = event["request"]["code"]
        kind = "customEmailSenderRequestV1" if attribute == "email" else "customSMSSenderRequestV1"
        request = {"type": kind, "code": code, "clientMetadata": None}
        assert event == expected(world, source, cause, sub_of(world), request)
        message = emulator.messages.find(username="alice")[-1]
        assert (message.purpose, message.subject, message.body) == (source, "", "")
        assert decrypt(event, kms)[0] == message.code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    @pytest.mark.parametrize("action", ["BLOCK", "NO_ACTION", "MFA_IF_CONFIGURED"])
    def test_take_over_notification(
        self, idp: Idp, emulator: Emulator, functions: Recorder, kms: str, action: str
    ) -> None:
        made = protected_app(idp, LambdaConfig=senders(functions, kms))
        user = confirmed_user(idp, made, email=OLD["email"])
        configure(idp, made, **takeover(notify=True, Low=action, Medium=action, High=action))
        sign_in_from(idp, user, "192.0.2.1", "laptop")
        assert functions.events == [], "nothing is wrong with the first sign-in"
        blocked = refused("NotAuthorizedException", "Unable to login because of security reasons.")
        if action == "BLOCK":
            with blocked:
                sign_in_from(idp, user, "198.51.100.7", "phone")
        else:
            assert "AccessToken" in sign_in_from(idp, user, "198.51.100.7", "phone")["AuthenticationResult"]
        event = functions.event(TAKE_OVER)
        told = event["request"]["userAttributes"]
        newest = idp.admin_list_user_auth_events(**user.key)["AuthEvents"][0]
        assert event == {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": made.pool_id,
            "userName": "alice",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": made.client_id},
            "triggerSource": TAKE_OVER,
            "request": {
                "type": "customEmailSenderRequestV1",
                "code": None,
                "clientMetadata": None,
                "userAttributes": {
                    "LOGIN_TIME": told["LOGIN_TIME"],
                    "CITY": None,
                    "COUNTRY": None,
                    "ACCOUNT_TAKE_OVER_ACTION": action,
                    "FEEDBACK_TOKEN": told["FEEDBACK_TOKEN"],
                    "ONE_CLICK_LINK_VALID": told["ONE_CLICK_LINK_VALID"],
                    "DEVICE_NAME": "phone",
                    "EVENT_ID": newest["EventId"],
                    "IP_ADDRESS": "198.51.100.7",
                    "USER_NAME": "alice",
                    "ONE_CLICK_LINK_INVALID": told["ONE_CLICK_LINK_INVALID"],
                },
            },
        }
        assert told["LOGIN_TIME"].endswith(" UTC")
        for kind in ("VALID", "INVALID"):
            query = parse_qs(urlsplit(told[f"ONE_CLICK_LINK_{kind}"]).query)
            assert query["feedbackToken"] == [told["FEEDBACK_TOKEN"]]
        idp.update_auth_event_feedback(
            **user.key,
            EventId=told["EVENT_ID"],
            FeedbackToken=told["FEEDBACK_TOKEN"],
            FeedbackValue="Invalid",
        )
        newest = idp.admin_list_user_auth_events(**user.key)["AuthEvents"][0]
        assert newest["EventFeedback"]["FeedbackValue"] == "Invalid"
        message = emulator.messages.find(username="alice")[-1]
        assert (message.purpose, message.body) == (TAKE_OVER, "")
