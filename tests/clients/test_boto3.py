"""boto3: a user's whole life, paginators, unsigned calls, typed errors and the ways to name the endpoint."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from .support import EMAIL, MASKED_EMAIL, PASSWORD, REGION, App, Server, claims_of, create_app, idp_client


def secret_hash(app: App, username: str) -> str:
    """The SECRET_HASH of a user name for an app client with a secret."""
    assert app.client_secret is not None
    digest = hmac.new(app.client_secret.encode(), (username + app.client_id).encode(), "sha256").digest()
    return base64.b64encode(digest).decode()


def unsigned_client(app: App) -> Any:
    """A client without credentials."""
    return boto3.client(
        "cognito-idp",
        endpoint_url=app.endpoint,
        region_name=app.region,
        config=Config(signature_version=UNSIGNED),
    )


def test_life_of_a_user(app: App) -> None:
    """Sign-up, confirmation, sign-in, attributes, passwords, revocation and deletion, as the user sees them."""
    public = unsigned_client(app)
    signed_up = public.sign_up(
        ClientId=app.client_id,
        Username="jane",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": EMAIL}],
    )
    delivery = {"Destination": MASKED_EMAIL, "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert signed_up["UserConfirmed"] is False
    assert signed_up["CodeDeliveryDetails"] == delivery
    public.resend_confirmation_code(ClientId=app.client_id, Username="jane")
    code = app.read_code("jane", "CustomMessage_ResendCode")
    public.confirm_sign_up(ClientId=app.client_id, Username="jane", ConfirmationCode=code)

    tokens = app.sign_in("jane")
    assert (tokens["TokenType"], tokens["ExpiresIn"]) == ("Bearer", 3600)
    access_token = tokens["AccessToken"]
    public.update_user_attributes(AccessToken=access_token, UserAttributes=[{"Name": "locale", "Value": "fi-FI"}])
    user = public.get_user(AccessToken=access_token)
    assert user["Username"] == "jane"
    assert {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]} == {
        "sub": signed_up["UserSub"],
        "email": EMAIL,
        "email_verified": "true",
        "locale": "fi-FI",
    }
    public.delete_user_attributes(AccessToken=access_token, UserAttributeNames=["locale"])

    changed, reset = "Changed-horse-8", "Reset-horse-9"
    public.change_password(AccessToken=access_token, PreviousPassword=PASSWORD, ProposedPassword=changed)
    forgot = public.forgot_password(ClientId=app.client_id, Username="jane")
    assert forgot["CodeDeliveryDetails"] == delivery
    code = app.read_code("jane", "CustomMessage_ForgotPassword")
    public.confirm_forgot_password(ClientId=app.client_id, Username="jane", ConfirmationCode=code, Password=reset)
    with pytest.raises(public.exceptions.NotAuthorizedException, match=r"Incorrect username or password\."):
        app.sign_in("jane", changed)

    session = app.sign_in("jane", reset)
    refresh = {"ClientId": app.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    parameters = {"REFRESH_TOKEN": session["RefreshToken"]}
    renewed = public.initiate_auth(**refresh, AuthParameters=parameters)["AuthenticationResult"]
    assert "RefreshToken" not in renewed
    assert claims_of(renewed["AccessToken"])["origin_jti"] == claims_of(session["AccessToken"])["origin_jti"]
    public.revoke_token(ClientId=app.client_id, Token=session["RefreshToken"])
    with pytest.raises(public.exceptions.NotAuthorizedException, match="Refresh Token has been revoked"):
        public.initiate_auth(**refresh, AuthParameters=parameters)
    with pytest.raises(public.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
        public.get_user(AccessToken=renewed["AccessToken"])

    public.delete_user(AccessToken=access_token)
    with pytest.raises(public.exceptions.UserNotFoundException, match=r"User does not exist\."):
        app.sign_in("jane", reset)


def test_administration(app: App) -> None:
    """An administrator's calls: invitation, first sign-in, groups, disabling, and dates as datetimes."""
    idp, pool = app.idp, {"UserPoolId": app.pool_id}
    created = idp.admin_create_user(
        **pool, Username="ivy", TemporaryPassword="Temporary-1!", UserAttributes=[{"Name": "email", "Value": EMAIL}]
    )["User"]
    assert (created["UserStatus"], created["Enabled"]) == ("FORCE_CHANGE_PASSWORD", True)
    created_at = created["UserCreateDate"]
    assert abs(datetime.now(created_at.tzinfo) - created_at) < timedelta(minutes=1)
    assert app.read_code("ivy", "CustomMessage_AdminCreateUser") == "Temporary-1!"

    challenge = idp.admin_initiate_auth(
        **pool,
        ClientId=app.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ivy", "PASSWORD": "Temporary-1!"},
    )
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ivy"
    idp.create_group(**pool, GroupName="readers", Precedence=2)
    idp.create_group(**pool, GroupName="writers", Precedence=1)
    for group in ("readers", "writers"):
        idp.admin_add_user_to_group(**pool, Username="ivy", GroupName=group)
    tokens = idp.admin_respond_to_auth_challenge(
        **pool,
        ClientId=app.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ivy", "NEW_PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    for token in (tokens["IdToken"], tokens["AccessToken"]):
        assert sorted(claims_of(token)["cognito:groups"]) == ["readers", "writers"]

    idp.admin_update_user_attributes(
        **pool, Username="ivy", UserAttributes=[{"Name": "email_verified", "Value": "true"}]
    )
    user = idp.admin_get_user(**pool, Username="ivy")
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]
    idp.admin_user_global_sign_out(**pool, Username="ivy")
    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
        idp.get_user(AccessToken=tokens["AccessToken"])
    idp.admin_disable_user(**pool, Username="ivy")
    with pytest.raises(idp.exceptions.NotAuthorizedException, match=r"User is disabled\."):
        app.sign_in("ivy")
    idp.admin_enable_user(**pool, Username="ivy")
    idp.admin_delete_user(**pool, Username="ivy")
    assert idp.list_users_in_group(**pool, GroupName="readers")["Users"] == []


def test_app_client_with_a_secret(cognito_server: Server) -> None:
    """SECRET_HASH is demanded and checked in sign-up, sign-in and refresh."""
    app = create_app(cognito_server, client={"GenerateSecret": True})
    public = unsigned_client(app)
    client = {"ClientId": app.client_id}
    with pytest.raises(public.exceptions.NotAuthorizedException, match="SECRET_HASH was not received"):
        public.sign_up(**client, Username="jane", Password=PASSWORD)
    hashed = secret_hash(app, "jane")
    public.sign_up(**client, Username="jane", Password=PASSWORD, SecretHash=hashed)
    app.idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="jane")
    password = {**client, "AuthFlow": "USER_PASSWORD_AUTH"}
    parameters = {"USERNAME": "jane", "PASSWORD": PASSWORD}
    with pytest.raises(public.exceptions.NotAuthorizedException, match="Unable to verify secret hash for client"):
        public.initiate_auth(**password, AuthParameters={**parameters, "SECRET_HASH": secret_hash(app, "june")})
    tokens = public.initiate_auth(**password, AuthParameters={**parameters, "SECRET_HASH": hashed})
    renewed = public.initiate_auth(
        **client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={
            "REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"],
            "SECRET_HASH": hashed,
        },
    )
    assert claims_of(renewed["AuthenticationResult"]["IdToken"])["aud"] == app.client_id


def test_user_paginators(app: App) -> None:
    """The paginators of users, of a group's users and of a user's groups return every item once."""
    idp, pool = app.idp, {"UserPoolId": app.pool_id}
    names = [f"user-{number}" for number in range(7)]
    groups = [f"group-{number}" for number in range(5)]
    for group in groups:
        idp.create_group(**pool, GroupName=group)
    for number, name in enumerate(names):
        email = {"Name": "email", "Value": f"{'a' if number % 2 else 'b'}{number}@example.com"}
        idp.admin_create_user(**pool, Username=name, UserAttributes=[email], MessageAction="SUPPRESS")
        idp.admin_add_user_to_group(**pool, Username=name, GroupName=groups[0])
    for group in groups[1:]:
        idp.admin_add_user_to_group(**pool, Username=names[0], GroupName=group)

    def all_of(operation: str, member: str, name: str, **parameters: Any) -> list[str]:
        pages = idp.get_paginator(operation).paginate(**pool, **parameters, PaginationConfig={"PageSize": 3})
        return sorted(item[name] for page in pages for item in page[member])

    assert all_of("list_users", "Users", "Username") == names
    assert all_of("list_users", "Users", "Username", Filter='email ^= "a"') == names[1::2]
    assert all_of("list_users_in_group", "Users", "Username", GroupName=groups[0]) == names
    assert all_of("list_groups", "Groups", "GroupName") == groups
    assert all_of("admin_list_groups_for_user", "Groups", "GroupName", Username=names[0]) == groups
    limited = idp.get_paginator("list_users").paginate(**pool, PaginationConfig={"PageSize": 2, "MaxItems": 5})
    assert len([user for page in limited for user in page["Users"]]) == 5


def test_pool_paginators(cognito_server: Server, app: App) -> None:
    """The paginators of pools, app clients, resource servers and identity providers return every item once."""
    idp, pool = app.idp, {"UserPoolId": app.pool_id}
    others = {create_app(cognito_server).pool_id for _ in range(3)}
    pages = idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2})
    listed = [entry["Id"] for page in pages for entry in page["UserPools"]]
    assert {app.pool_id, *others} <= set(listed)
    assert len(listed) == len(set(listed))

    for number in range(4):
        idp.create_user_pool_client(**pool, ClientName=f"client-{number}")
        idp.create_resource_server(**pool, Identifier=f"https://api-{number}.example.com", Name=f"api {number}")
    clients = idp.get_paginator("list_user_pool_clients").paginate(**pool, PaginationConfig={"PageSize": 2})
    assert len({entry["ClientId"] for page in clients for entry in page["UserPoolClients"]}) == 5
    servers = idp.get_paginator("list_resource_servers").paginate(**pool, PaginationConfig={"PageSize": 3})
    assert len({entry["Identifier"] for page in servers for entry in page["ResourceServers"]}) == 4
    providers = idp.get_paginator("list_identity_providers").paginate(**pool, PaginationConfig={"PageSize": 3})
    assert [entry for page in providers for entry in page["Providers"]] == []


def test_typed_errors(app: App) -> None:
    """A failing call raises the class of its error, with AWS's code, message, status and a request id."""
    idp = app.idp
    with pytest.raises(idp.exceptions.ResourceNotFoundException) as missing:
        idp.describe_user_pool(UserPoolId=f"{REGION}_000000000")
    error = missing.value
    assert isinstance(error, ClientError)
    assert error.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": f"User pool {REGION}_000000000 does not exist.",
    }
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.response["ResponseMetadata"]["RequestId"]
    assert error.operation_name == "DescribeUserPool"

    app.add_user("jane")
    sign_up = {"ClientId": app.client_id, "Username": "jane"}
    with pytest.raises(idp.exceptions.UsernameExistsException, match="User already exists"):
        idp.sign_up(**sign_up, Password=PASSWORD)
    with pytest.raises(idp.exceptions.InvalidPasswordException, match="Password did not conform with policy"):
        idp.sign_up(**{**sign_up, "Username": "june"}, Password="Short-1")
    with pytest.raises(idp.exceptions.InvalidParameterException, match="1 validation error detected"):
        idp.describe_user_pool(UserPoolId="not a pool id")
    with pytest.raises(idp.exceptions.ExpiredCodeException, match="Invalid code provided"):
        idp.confirm_forgot_password(**sign_up, ConfirmationCode="123456", Password=PASSWORD)


def test_endpoint_from_the_environment(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client without `endpoint_url` finds the emulator by AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", app.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    idp = boto3.session.Session(region_name=app.region).client("cognito-idp")
    assert idp.describe_user_pool(UserPoolId=app.pool_id)["UserPool"]["Name"] == "clients"


def test_regions_are_separate(app: App) -> None:
    """A pool is found only by clients of its own region, and its id and ARN name that region."""
    other = idp_client(app.endpoint, "us-west-2")
    pool = other.create_user_pool(PoolName="west")["UserPool"]
    assert pool["Id"].startswith("us-west-2_")
    assert pool["Arn"].startswith("arn:aws:cognito-idp:us-west-2:")
    with pytest.raises(app.idp.exceptions.ResourceNotFoundException):
        app.idp.describe_user_pool(UserPoolId=pool["Id"])


def test_client_of_the_fixture(cognito_server: Any) -> None:
    """The fixture makes clients itself, and reads the messages of one user."""
    idp = cognito_server.client("cognito-idp")
    pool_id = idp.create_user_pool(PoolName="fixture", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    idp.admin_create_user(UserPoolId=pool_id, Username="ivy", UserAttributes=[{"Name": "email", "Value": EMAIL}])
    [message] = cognito_server.messages(userPoolId=pool_id, username="ivy")
    assert message["destination"] == EMAIL
    assert message["medium"] == "EMAIL"
    assert message["purpose"] == "CustomMessage_AdminCreateUser"
    assert message["code"] in message["body"]
