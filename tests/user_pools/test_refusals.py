"""A refused request changes nothing, except what the service itself records (attempts)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_emulator.emulator import Emulator
from cognito_emulator.services import SERVICES
from cognito_emulator.user_pools.messages.outbox import MESSAGES
from cognito_emulator.user_pools.records import ATTEMPTS, TABLES
from tests import builders
from tests.builders import PASSWORD, App, Idp, User, attributes
from tests.wire import call

Snapshot = dict[str, list[Any]]
RECORDED = {ATTEMPTS.name}


def snapshot(emulator: Emulator) -> Snapshot:
    """Every record of every table, save what refused requests are counted by."""
    tables = [table for table in (*TABLES, MESSAGES) if table.name not in RECORDED]
    return {table.name: emulator.store.reader.page(table, None, ()).records for table in tables}


class World:
    """Two pools with users, groups, clients and tokens."""

    def __init__(self, idp: Idp) -> None:
        self.idp = idp
        schema = [
            {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
            {"Name": "number", "AttributeDataType": "Number"},
        ]
        self.app = builders.app(idp, AutoVerifiedAttributes=["email", "phone_number"], Schema=schema)
        self.alice = builders.confirmed_user(idp, self.app, email="alice@example.com", email_verified="true")
        self.carol = builders.unconfirmed_user(idp, self.app, "carol", email="carol@example.com")
        self.dave = builders.invited_user(idp, self.app, "dave")
        self.tokens = builders.sign_in(idp, self.alice)
        self.session = builders.begin(idp, self.dave)["Session"]
        idp.create_group(UserPoolId=self.app.pool_id, GroupName="admins")
        idp.admin_add_user_to_group(GroupName="admins", **self.alice.key)
        self.names = builders.app(idp, {"GenerateSecret": True}, UsernameAttributes=["email"])
        builders.confirmed_user(idp, self.names, "one@example.com")
        builders.confirmed_user(idp, self.names, "two@example.com")
        self.protected = builders.pool(idp, DeletionProtection="ACTIVE")

    @property
    def pool(self) -> dict[str, str]:
        return {"UserPoolId": self.app.pool_id}

    @property
    def client(self) -> dict[str, str]:
        return {"ClientId": self.app.client_id}

    @property
    def token(self) -> dict[str, str]:
        return {"AccessToken": self.tokens["AccessToken"]}

    @property
    def two(self) -> dict[str, str]:
        return User(self.names, "two@example.com").key


@pytest.fixture
def world(idp: Idp) -> World:
    return World(idp)


Refused = Callable[[World, Any], Any]
SMALL = "short"
REFUSED: dict[str, Refused] = {
    # pools
    "pool with a bad policy": lambda w, i: i.create_user_pool(
        PoolName="p", Policies={"PasswordPolicy": {"MinimumLength": 100}}
    ),
    "pool with a bad schema": lambda w, i: i.create_user_pool(
        PoolName="p", Schema=[{"Name": "x", "AttributeDataType": "String", "Required": True}]
    ),
    "pool above its tier": lambda w, i: i.update_user_pool(
        **w.pool, UserPoolTier="LITE", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"}
    ),
    "pool with bad tags": lambda w, i: i.update_user_pool(**w.pool, UserPoolTags={"aws:x": "1"}),
    "protected pool": lambda w, i: i.delete_user_pool(UserPoolId=w.protected),
    "attribute twice": lambda w, i: i.add_custom_attributes(
        **w.pool,
        CustomAttributes=[
            {"Name": "new", "AttributeDataType": "String"},
            {"Name": "fixed", "AttributeDataType": "String"},
        ],
    ),
    # clients
    "client out of range": lambda w, i: i.create_user_pool_client(**w.pool, ClientName="c", AccessTokenValidity=48),
    "client updated out of range": lambda w, i: i.update_user_pool_client(**w.pool, **w.client, AccessTokenValidity=48),
    "client without secret": lambda w, i: i.add_user_pool_client_secret(**w.pool, **w.client),
    "unknown secret": lambda w, i: i.delete_user_pool_client_secret(**w.pool, **w.client, ClientSecretId="x" * 20),
    # groups
    "group twice": lambda w, i: i.create_group(**w.pool, GroupName="ADMINS"),
    "unknown user into group": lambda w, i: i.admin_add_user_to_group(**w.pool, GroupName="admins", Username="nobody"),
    "user into unknown group": lambda w, i: i.admin_add_user_to_group(**w.alice.key, GroupName="none"),
    # users
    "user twice": lambda w, i: i.admin_create_user(**w.alice.key),
    "user with a bad password": lambda w, i: i.admin_create_user(**w.pool, Username="new", TemporaryPassword=SMALL),
    "user with bad attributes": lambda w, i: i.admin_create_user(
        **w.pool, Username="new", UserAttributes=attributes(email="x")
    ),
    "user without sms": lambda w, i: i.admin_create_user(
        **w.pool,
        Username="new",
        UserAttributes=attributes(phone_number="+12065551212"),
        DesiredDeliveryMediums=["EMAIL", "SMS"],
    ),
    "invitation of a confirmed user": lambda w, i: i.admin_create_user(**w.alice.key, MessageAction="RESEND"),
    "bad password by admin": lambda w, i: i.admin_set_user_password(**w.alice.key, Password=SMALL),
    "reset of an invited user": lambda w, i: i.admin_reset_user_password(**w.dave.key),
    "confirmation by admin": lambda w, i: i.admin_confirm_sign_up(**w.alice.key),
    "attributes by admin": lambda w, i: i.admin_update_user_attributes(
        **w.alice.key, UserAttributes=attributes(name="new", custom__fixed="1")
    ),
    "email of another user": lambda w, i: i.admin_update_user_attributes(
        **w.two, UserAttributes=attributes(name="new", email="one@example.com")
    ),
    "deletion of a fixed attribute": lambda w, i: i.admin_delete_user_attributes(
        **w.alice.key, UserAttributeNames=["email", "custom:fixed"]
    ),
    # sign-up
    "sign-up twice": lambda w, i: i.sign_up(**w.client, Username="alice", Password=PASSWORD),
    "sign-up with a bad password": lambda w, i: i.sign_up(**w.client, Username="new", Password=SMALL),
    "sign-up without sms": lambda w, i: i.sign_up(
        **w.client, Username="new", Password=PASSWORD, UserAttributes=attributes(phone_number="+12065551212")
    ),
    "sign-up without hash": lambda w, i: i.sign_up(
        ClientId=w.names.client_id, Username="new@example.com", Password=PASSWORD
    ),
    "wrong confirmation code": lambda w, i: i.confirm_sign_up(**w.client, Username="carol", ConfirmationCode="x"),
    "resend to a confirmed user": lambda w, i: i.resend_confirmation_code(**w.client, Username="alice"),
    # passwords
    "recovery of an unknown user": lambda w, i: i.forgot_password(**w.client, Username="nobody"),
    "recovery of an invited user": lambda w, i: i.forgot_password(**w.client, Username="dave"),
    "wrong recovery code": lambda w, i: i.confirm_forgot_password(
        **w.client, Username="alice", ConfirmationCode="x", Password=PASSWORD
    ),
    "wrong old password": lambda w, i: i.change_password(
        **w.token, PreviousPassword="Wrong-1234", ProposedPassword=PASSWORD
    ),
    "bad new password": lambda w, i: i.change_password(**w.token, PreviousPassword=PASSWORD, ProposedPassword=SMALL),
    # sign-in
    "wrong password": lambda w, i: builders.begin(i, User(w.app, "alice", "Wrong-1234")),
    "unknown user": lambda w, i: builders.begin(i, User(w.app, "nobody")),
    "unconfirmed user": lambda w, i: builders.begin(i, w.carol),
    "bad SRP_A": lambda w, i: builders.begin(i, w.alice, "USER_SRP_AUTH", SRP_A="0"),
    "wrong proof": lambda w, i: i.respond_to_auth_challenge(
        **w.client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={
            "USERNAME": "alice",
            "PASSWORD_CLAIM_SECRET_BLOCK": "eA==",
            "PASSWORD_CLAIM_SIGNATURE": "eA==",
            "TIMESTAMP": "now",
        },
    ),
    "bad answer": lambda w, i: i.respond_to_auth_challenge(
        **w.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=w.session,
        ChallengeResponses={"USERNAME": "dave", "NEW_PASSWORD": SMALL, "userAttributes.name": "new"},
    ),
    "answer of another user": lambda w, i: i.respond_to_auth_challenge(
        **w.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=w.session,
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
    ),
    # tokens and attributes of one's own
    "id token": lambda w, i: i.get_user(AccessToken=w.tokens["IdToken"]),
    "refresh with nonsense": lambda w, i: builders.refresh(i, w.app, "nonsense"),
    "refresh at another client": lambda w, i: builders.refresh(
        i, App(w.names.pool_id, w.names.client_id), w.tokens["RefreshToken"]
    ),
    "revocation of an access token": lambda w, i: i.revoke_token(**w.client, Token=w.tokens["AccessToken"]),
    "attributes without permission": lambda w, i: i.update_user_attributes(
        **w.token, UserAttributes=attributes(name="new", email_verified="true")
    ),
    "attributes without sms": lambda w, i: i.update_user_attributes(
        **w.token, UserAttributes=attributes(name="new", phone_number="+12065551212")
    ),
    "code for a name": lambda w, i: i.get_user_attribute_verification_code(**w.token, AttributeName="name"),
    "wrong code": lambda w, i: i.verify_user_attribute(**w.token, AttributeName="email", Code="x"),
    # tags and lists
    "tags of nothing": lambda w, i: i.tag_resource(
        ResourceArn="arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_none", Tags={"a": "b"}
    ),
    "bad filter": lambda w, i: i.list_users(**w.pool, Filter="nonsense"),
    "bad token": lambda w, i: i.list_users(**w.pool, PaginationToken="nonsense"),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_request_changes_nothing(world: World, emulator: Emulator, refused: Refused) -> None:
    before = snapshot(emulator)
    with pytest.raises(ClientError):
        refused(world, world.idp)
    assert snapshot(emulator) == before


@pytest.mark.parametrize("operation", sorted(SERVICES[0].functions))
def test_incomplete_requests_are_refused_and_change_nothing(idp: Idp, emulator: Emulator, operation: str) -> None:
    builders.unconfirmed_user(idp, builders.app(idp))
    before = snapshot(emulator)
    for body in ({}, {"UserPoolId": "us-east-1_none"}, {"ClientId": "none"}, {"AccessToken": "x"}):
        answer = call(emulator, operation, body)
        assert answer.status == 400, answer.body
        assert snapshot(emulator) == before
