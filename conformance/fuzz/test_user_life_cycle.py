"""Sequences over a user's life, against a model of it: status, password, enabled or not, signed out or not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.world import World
from conformance.fuzz.figures import FIGURES
from conformance.fuzz.world import inhabited

PASSWORDS = ("Correct-Horse-7", "Another-Horse-8", "Third-Horse-99")


class UserLife(RuleBasedStateMachine):
    """One user, `dave`, from nothing to nothing, and what must be true of it."""

    @initialize()
    def begin(self) -> None:
        self.fuzzed = inhabited()
        FIGURES.sequences += 1
        self.world = World(self.fuzzed.endpoint)
        self.pool = self.fuzzed.known["UserPoolId"][0]
        self.client = self.fuzzed.known["ClientId"][0]
        self.status: str | None = None
        self.enabled = True
        self.password: str | None = None
        self.tokens: dict[str, Any] | None = None
        self.verified = False

    def teardown(self) -> None:
        if hasattr(self, "fuzzed"):
            self.fuzzed.emulator.close()

    def call(self, operation: str, **params: Any) -> Reply:
        # Far enough apart that neither lockouts nor attempt limits come between.
        self.fuzzed.emulator.clock.advance(hours=2)
        FIGURES.steps += 1
        reply = self.world.send(operation, params)
        assert reply.status in (200, 400), f"{operation}: {reply.status} {reply.message}"
        return reply

    def admin(self, operation: str, **params: Any) -> Reply:
        return self.call(operation, UserPoolId=self.pool, Username="dave", **params)

    @rule(password=st.sampled_from(PASSWORDS))
    def sign_up(self, password: str) -> None:
        attributes = [{"Name": "email", "Value": "dave@example.com"}]
        reply = self.call("SignUp", ClientId=self.client, Username="dave", Password=password, UserAttributes=attributes)
        if self.status is None:
            assert reply.status == 200
            self.status, self.password, self.enabled, self.tokens = "UNCONFIRMED", password, True, None
            self.verified = False
        else:
            assert (reply.error_type, reply.message) == ("UsernameExistsException", "User already exists")

    @rule(password=st.sampled_from(PASSWORDS))
    def admin_create(self, password: str) -> None:
        reply = self.admin("AdminCreateUser", TemporaryPassword=password, MessageAction="SUPPRESS")
        if self.status is None:
            assert reply.status == 200
            self.status, self.password, self.enabled, self.tokens = "FORCE_CHANGE_PASSWORD", password, True, None
            self.verified = False
        else:
            assert reply.error_type == "UsernameExistsException"

    @precondition(lambda self: self.status is not None)
    @rule()
    def admin_confirm(self) -> None:
        reply = self.admin("AdminConfirmSignUp")
        if self.status == "UNCONFIRMED":
            assert reply.status == 200
            self.status = "CONFIRMED"
        else:
            assert reply.error_type == "NotAuthorizedException"

    @precondition(lambda self: self.status == "UNCONFIRMED")
    @rule()
    def confirm_by_code(self) -> None:
        assert self.call("ResendConfirmationCode", ClientId=self.client, Username="dave").status == 200
        self.world.pool = self.pool
        code = self.world.code("dave")
        reply = self.call_at_once("ConfirmSignUp", ClientId=self.client, Username="dave", ConfirmationCode=code)
        assert reply.status == 200
        self.status, self.verified = "CONFIRMED", True

    def call_at_once(self, operation: str, **params: Any) -> Reply:
        return self.world.send(operation, params)

    @precondition(lambda self: self.status is not None)
    @rule(password=st.sampled_from(PASSWORDS), permanent=st.booleans())
    def admin_set_password(self, password: str, permanent: bool) -> None:
        assert self.admin("AdminSetUserPassword", Password=password, Permanent=permanent).status == 200
        self.password = password
        self.status = "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"

    @precondition(lambda self: self.status is not None)
    @rule(enabled=st.booleans())
    def enable_or_disable(self, enabled: bool) -> None:
        assert self.admin("AdminEnableUser" if enabled else "AdminDisableUser").status == 200
        if not enabled:
            self.tokens = None
        self.enabled = enabled

    @rule(password=st.sampled_from(PASSWORDS))
    def sign_in(self, password: str) -> None:
        given = {"USERNAME": "dave", "PASSWORD": password}
        reply = self.call("InitiateAuth", ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
        if self.status is None:
            assert reply.error_type == "UserNotFoundException"
        elif not self.enabled or (self.status != "UNCONFIRMED" and password != self.password):
            assert reply.error_type in ("NotAuthorizedException", "UserNotConfirmedException")
        elif self.status == "UNCONFIRMED":
            assert reply.error_type == "UserNotConfirmedException"
        elif self.status == "RESET_REQUIRED":
            assert reply.error_type == "PasswordResetRequiredException"
        elif self.status == "FORCE_CHANGE_PASSWORD":
            # A temporary password lives for a week.
            assert (
                reply.error_type == "NotAuthorizedException" or reply.body["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
            )
        else:
            self.tokens = reply.body["AuthenticationResult"]

    @precondition(lambda self: self.tokens is not None)
    @rule()
    def refresh(self) -> None:
        assert self.tokens is not None
        given = {"REFRESH_TOKEN": self.tokens["RefreshToken"]}
        reply = self.call("InitiateAuth", ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)
        if reply.status == 200:
            self.tokens = {**self.tokens, **reply.body["AuthenticationResult"]}
            assert self.call_at_once("GetUser", AccessToken=self.tokens["AccessToken"]).body["Username"] == "dave"
        else:
            assert reply.message == "Refresh Token has expired"

    @precondition(lambda self: self.tokens is not None)
    @rule()
    def sign_out_everywhere(self) -> None:
        assert self.tokens is not None
        old, self.tokens = self.tokens, None
        assert self.admin("AdminUserGlobalSignOut").status == 200
        given = {"REFRESH_TOKEN": old["RefreshToken"]}
        reply = self.call_at_once(
            "InitiateAuth", ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
        )
        assert reply.error_type == "NotAuthorizedException"

    @precondition(lambda self: self.tokens is not None and self.status == "CONFIRMED")
    @rule(old=st.sampled_from(PASSWORDS), new=st.sampled_from(PASSWORDS))
    def change_password(self, old: str, new: str) -> None:
        assert self.tokens is not None
        # The access token is an hour old by now, at least.
        fresh = {"REFRESH_TOKEN": self.tokens["RefreshToken"]}
        reply = self.call("InitiateAuth", ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=fresh)
        if reply.status != 200:
            return
        token = reply.body["AuthenticationResult"]["AccessToken"]
        changed = self.call_at_once("ChangePassword", AccessToken=token, PreviousPassword=old, ProposedPassword=new)
        if old != self.password:
            assert (changed.error_type, changed.message) == (
                "NotAuthorizedException",
                "Incorrect username or password.",
            )
        else:
            assert changed.status == 200, changed.message
            self.password = new

    @precondition(lambda self: self.status is not None)
    @rule(address=st.sampled_from(("dave@example.com", "david@example.com")), verified=st.booleans())
    def change_address(self, address: str, verified: bool) -> None:
        values = {"email": address, "email_verified": "true" if verified else "false"}
        attributes = [{"Name": name, "Value": value} for name, value in values.items()]
        assert self.admin("AdminUpdateUserAttributes", UserAttributes=attributes).status == 200
        self.verified = verified

    @precondition(lambda self: self.status in ("CONFIRMED", "RESET_REQUIRED") and self.enabled)
    @rule(password=st.sampled_from(PASSWORDS), right=st.booleans())
    def forget_password(self, password: str, right: bool) -> None:
        reply = self.call("ForgotPassword", ClientId=self.client, Username="dave")
        if not self.verified:
            assert reply.error_type == "InvalidParameterException"
            return
        assert reply.status == 200
        self.world.pool = self.pool
        code = self.world.code("dave")
        wrong = "000000" if code != "000000" else "111111"
        reply = self.call_at_once(
            "ConfirmForgotPassword",
            ClientId=self.client,
            Username="dave",
            ConfirmationCode=code if right else wrong,
            Password=password,
        )
        if right:
            assert reply.status == 200
            self.password, self.status = password, "CONFIRMED"
        else:
            assert reply.error_type == "CodeMismatchException"

    @precondition(lambda self: self.status == "CONFIRMED" and self.enabled)
    @rule()
    def admin_reset(self) -> None:
        reply = self.admin("AdminResetUserPassword")
        if self.verified:
            assert reply.status == 200
            self.status = "RESET_REQUIRED"
        else:
            assert reply.error_type == "InvalidParameterException"

    @precondition(lambda self: self.status is not None)
    @rule(member=st.booleans())
    def join_or_leave(self, member: bool) -> None:
        name = "AdminAddUserToGroup" if member else "AdminRemoveUserFromGroup"
        assert self.admin(name, GroupName="staff").status == 200
        listed = self.world.send("AdminListGroupsForUser", {"UserPoolId": self.pool, "Username": "dave"})
        assert [group["GroupName"] for group in listed.body["Groups"]] == (["staff"] if member else [])

    @precondition(lambda self: self.status is not None)
    @rule()
    def delete(self) -> None:
        assert self.admin("AdminDeleteUser").status == 200
        self.status = self.password = self.tokens = None

    @invariant()
    def the_user_is_as_the_model_says(self) -> None:
        if not hasattr(self, "fuzzed"):
            return
        reply = self.world.send("AdminGetUser", {"UserPoolId": self.pool, "Username": "dave"})
        if self.status is None:
            assert reply.error_type == "UserNotFoundException"
        else:
            assert (reply.body["UserStatus"], reply.body["Enabled"]) == (self.status, self.enabled)


TestUserLife = UserLife.TestCase
TestUserLife.pytestmark = [pytest.mark.fuzz]
