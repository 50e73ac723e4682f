"""Published AWS CLI examples about users, groups and sign-in."""

from __future__ import annotations

import json

from cognito_emulator.conformance.authenticator import Authenticator
from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.preconditions import Given, Json, precondition
from cognito_emulator.conformance.srp_client import totp
from cognito_emulator.conformance.world import PASSWORD, WEAK_POLICY, World

_SOURCE = "aws-cli-examples/cli-example-"
_POOL_A, _POOL_E = "us-west-2_aaaaaaaaa", "us-west-2_EXAMPLE"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/service-role/my-SMS-Role", "ExternalId": "conformance"}
_ADMIN_FLOWS = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@precondition(_SOURCE + "admin-create-user")
def admin_create_user(w: World) -> Given:
    w.make_pool(_POOL_A)
    return None


@precondition(_SOURCE + "admin-get-user")
def admin_get_user(w: World) -> Given:
    """A user of a pool with e-mail addresses as usernames, both verified, that has not signed in."""
    w.make_pool(_POOL_A, UsernameAttributes=["email"])
    w.make_user(
        "jane@example.com",
        confirmed=False,
        email="jane@example.com",
        email_verified="true",
        phone_number="+01115551212",
        phone_number_verified="true",
    )
    return None


def enrol_totp(w: World, username: str, device: str | None = None, password: str = PASSWORD) -> str:
    """Give a user a software token and prefer it; the secret."""
    token = w.sign_in(username, password)["AccessToken"]
    secret = str(w.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"])
    named = {"FriendlyDeviceName": device} if device else {}
    w.call("VerifySoftwareToken", AccessToken=token, UserCode=totp(secret, w.now()), **named)
    w.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    return secret


def totp_pool(w: World, *recorded: str, **settings: object) -> str:
    """A pool where software tokens are optional."""
    pool = w.make_pool(*recorded, **settings)
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    return pool


@precondition(_SOURCE + "admin-initiate-auth")
def admin_initiate_auth(w: World) -> Given:
    """A client with a secret; the user has a software token named MyAuthenticatorApp."""
    totp_pool(w, _POOL_E)
    w.make_client("1example23456789", GenerateSecret=True, ExplicitAuthFlows=_ADMIN_FLOWS)
    w.make_user("diego@example.com", password="My@Example$Password3!")
    enrol_totp(w, "diego@example.com", "MyAuthenticatorApp", "My@Example$Password3!")
    return {"AuthParameters": w.with_hash("diego@example.com")}


@precondition(_SOURCE + "admin-list-groups-for-user")
def admin_list_groups_for_user(w: World) -> Given:
    pool = w.make_pool(_POOL_A)
    w.make_user("diego@example.com")
    role = "arn:aws:iam::111111111111:role/SampleRole"
    w.call(
        "CreateGroup", UserPoolId=pool, GroupName="SampleGroup", Description="Sample group", Precedence=1, RoleArn=role
    )
    w.call("AdminAddUserToGroup", UserPoolId=pool, Username="diego@example.com", GroupName="SampleGroup")
    return None


@precondition(_SOURCE + "admin-list-user-auth-events")
def admin_list_user_auth_events(w: World) -> Given:
    """Threat protection is on; right after a sign-in another comes from elsewhere, and waits for its second factor."""
    name = "brcotter+050123"
    add_ons = {"AdvancedSecurityMode": "AUDIT"}
    pool = totp_pool(w, "us-west-2_ywDJHlIfU", UserPoolAddOns=add_ons, UserPoolTier="PLUS")
    w.make_client(ExplicitAuthFlows=_ADMIN_FLOWS)
    w.make_user(name)
    enrol_totp(w, name)
    w.call(
        "AdminInitiateAuth",
        UserPoolId=pool,
        ClientId=w.client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        ContextData={"IpAddress": "192.0.2.1", "ServerName": "shop.example", "ServerPath": "/", "HttpHeaders": []},
    )
    for place in ("City", "Country"):
        w.say_nothing_of(f"body.AuthEvents[0].EventContextData.{place}", "the place of the example's address")
    return None


@precondition(_SOURCE + "associate-software-token")
def associate_software_token(w: World) -> Given:
    totp_pool(w)
    tokens = w.signed_in_user()
    return {"AccessToken": tokens["AccessToken"]}


@precondition(_SOURCE + "verify-software-token")
def verify_software_token(w: World) -> Given:
    totp_pool(w)
    token = w.signed_in_user()["AccessToken"]
    secret = w.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    return {"AccessToken": token, "UserCode": totp(secret, w.now())}


def device_pool(w: World, *recorded: str) -> Json:
    """A pool that remembers devices; tokens of a sign-in with a new device."""
    w.make_pool(*recorded, DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False})
    return w.signed_in_user("testuser")


@precondition(_SOURCE + "confirm-device")
def confirm_device(w: World) -> Given:
    tokens = device_pool(w)
    return {"AccessToken": tokens["AccessToken"], "DeviceKey": tokens["NewDeviceMetadata"]["DeviceKey"]}


@precondition(_SOURCE + "list-devices")
def list_devices(w: World) -> Given:
    """Two remembered devices, the first with a name."""
    for name in ("Dart-device", None):
        tokens = device_pool(w) if name else w.sign_in("testuser")
        w.call(
            "ConfirmDevice",
            AccessToken=tokens["AccessToken"],
            DeviceKey=tokens["NewDeviceMetadata"]["DeviceKey"],
            DeviceSecretVerifierConfig={"PasswordVerifier": "TXlWZXJpZmllclN0cmluZw", "Salt": "TXlTUlBTYWx0"},
            **({"DeviceName": name} if name else {}),
        )
    for number in range(2):
        path = f"body.Devices[{number}].DeviceAttributes.last_ip_used"
        w.say_nothing_of(path, "the address of whoever published the example")
    return {"AccessToken": tokens["AccessToken"]}


@precondition(_SOURCE + "forgot-password")
def forgot_password(w: World) -> Given:
    w.make_pool(AutoVerifiedAttributes=["email"])
    w.make_client("38fjsnc484p94kpqsnet7mpld0")
    w.make_user("jane@example.com", email="jane@example.com", email_verified="true")
    return None


@precondition(_SOURCE + "get-group")
def get_group(w: World) -> Given:
    pool = w.make_pool(_POOL_E)
    role = "arn:aws:iam::123456789012:role/example-cognito-role"
    w.call("CreateGroup", UserPoolId=pool, GroupName="MyGroup", Precedence=7, RoleArn=role)
    return None


@precondition(_SOURCE + "update-group")
def update_group(w: World) -> Given:
    pool = w.make_pool(_POOL_A)
    role = "arn:aws:iam::111111111111:role/MyRole"
    w.call("CreateGroup", UserPoolId=pool, GroupName="MyGroup", Description="Old", Precedence=1, RoleArn=role)
    return None


@precondition(_SOURCE + "get-user-auth-factors")
def get_user_auth_factors(w: World) -> Given:
    """Choice-based sign-in with every first factor; the user has a verified address and number and a passkey."""
    w.make_pool(
        Policies={
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]},
        },
        UserPoolTier="ESSENTIALS",
        SmsConfiguration=SMS,
        EmailConfiguration={
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
        },
    )
    w.make_client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    w.make_user(
        "testuser",
        email="t@example.com",
        email_verified="true",
        phone_number="+15555550100",
        phone_number_verified="true",
    )
    w.call("SetUserPoolMfaConfig", UserPoolId=w.pool, WebAuthnConfiguration={"RelyingPartyId": "example.com"})
    token = w.sign_in("testuser")["AccessToken"]
    options = w.call("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
    w.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=Authenticator().create(options))
    return {"AccessToken": token}


@precondition(_SOURCE + "initiate-auth")
def initiate_auth(w: World) -> Given:
    """A pool that remembers devices and a user without further factors."""
    w.make_pool(DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False})
    w.make_client("1example23456789", ExplicitAuthFlows=_ADMIN_FLOWS)
    w.make_user("testuser")
    return {"AuthParameters": {"PASSWORD": PASSWORD}}


@precondition(_SOURCE + "respond-to-auth-challenge")
def respond_new_password(w: World) -> Given:
    """An administrator made the user; the pool remembers devices."""
    w.make_pool(DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False})
    w.make_client("1example23456789", ExplicitAuthFlows=_ADMIN_FLOWS)
    w.make_user("jane@example.com", confirmed=False)
    given = {"USERNAME": "jane@example.com", "PASSWORD": PASSWORD}
    answer = w.call("InitiateAuth", ClientId=w.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    return {"Session": answer["Session"], "ChallengeResponses": {"NEW_PASSWORD": "Another-Horse-8"}}


def _select_mfa(w: World) -> tuple[Json, str]:
    """A user with both kinds of MFA, none preferred, at SELECT_MFA_TYPE; and the secret of its software token."""
    w.make_pool(SmsConfiguration=SMS, DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False})
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=w.pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={"SmsConfiguration": SMS},
    )
    w.make_client("1example23456789", ExplicitAuthFlows=_ADMIN_FLOWS)
    w.make_user("testuser", phone_number="+15555550100", phone_number_verified="true")
    secret = enrol_totp(w, "testuser", "transparent")
    w.call(
        "AdminSetUserMFAPreference",
        UserPoolId=w.pool,
        Username="testuser",
        SMSMfaSettings={"Enabled": True, "PreferredMfa": False},
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False},
    )
    given = {"USERNAME": "testuser", "PASSWORD": PASSWORD}
    answer = w.call("InitiateAuth", ClientId=w.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    return answer, secret


@precondition(_SOURCE + "respond-to-auth-challenge-2")
def respond_select_mfa(w: World) -> Given:
    """The published command is cut; its text says that it answers SELECT_MFA_TYPE."""
    challenge, _ = _select_mfa(w)
    return {
        "ClientId": w.client,
        "ChallengeName": "SELECT_MFA_TYPE",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "testuser", "ANSWER": "SOFTWARE_TOKEN_MFA"},
    }


@precondition(_SOURCE + "respond-to-auth-challenge-3")
def respond_totp(w: World) -> Given:
    challenge, secret = _select_mfa(w)
    answer = w.call(
        "RespondToAuthChallenge",
        ClientId=w.client,
        ChallengeName="SELECT_MFA_TYPE",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "testuser", "ANSWER": "SOFTWARE_TOKEN_MFA"},
    )
    w.advance(60)
    code = totp(secret, w.now())
    return {"Session": answer["Session"], "ChallengeResponses": {"SOFTWARE_TOKEN_MFA_CODE": code}}


@precondition(_SOURCE + "list-users-in-group")
def list_users_in_group(w: World) -> Given:
    """A confirmed user and one that has not signed in, in a pool with e-mail addresses as usernames."""
    schema = [{"Name": "CustomAttr1", "AttributeDataType": "String", "Mutable": True}]
    pool = w.make_pool(_POOL_A, UsernameAttributes=["email"], Schema=schema)
    w.call("CreateGroup", UserPoolId=pool, GroupName="MyGroup")
    custom: Json = {"custom:CustomAttr1": "New Value!"}
    w.make_user("jane@example.com", email="jane@example.com", **custom)
    w.make_user("diego@example.com", confirmed=False, email="diego@example.com", email_verified="true")
    for name in ("jane@example.com", "diego@example.com"):
        w.call("AdminAddUserToGroup", UserPoolId=pool, Username=name, GroupName="MyGroup")
    return None


@precondition(_SOURCE + "list-users")
def list_users(w: World) -> Given:
    """Three users whose address begins so, and one whose does not. The CLI cut the list and made the token."""
    w.make_pool(_POOL_E)
    w.make_client()
    w.make_user("testuser", email="testuser@example.com")
    w.sign_up("testuser2", email="testuser2@example.com")
    w.sign_up("testuser3@example.com", email="testuser3@example.com")
    w.sign_up("another", email="another@example.com")
    w.say_nothing_of("body.PaginationToken", "the CLI makes it where --max-items ends")
    # The shell leaves backslashes before the quotes that the published command escapes twice.
    return {"Filter": 'email^="testuser"'}


@precondition(_SOURCE + "list-users-2")
def list_users_projected(w: World) -> Given:
    """The published command is cut: it asks for the address alone, and its query drops all but the attributes."""
    pool = w.make_pool(_POOL_E)
    w.make_user("one", email="admin@example.com")
    w.make_user("two")
    w.make_user("three", email="operator@example.com")
    reply = w.send("ListUsers", {"UserPoolId": pool, "AttributesToGet": ["email"]})
    if reply.status != 200:
        return reply
    order = {"one": 0, "two": 1, "three": 2}
    users = sorted(reply.body["Users"], key=lambda user: order[user["Username"]])
    return Reply(200, reply.headers, json.dumps([user.get("Attributes", []) for user in users]).encode())


@precondition(_SOURCE + "resend-confirmation-code")
def resend_confirmation_code(w: World) -> Given:
    w.make_pool(AutoVerifiedAttributes=["email"])
    w.make_client("12a3b456c7de890f11g123hijk")
    w.sign_up("jane", email="jane@example.com")
    return None


@precondition(_SOURCE + "sign-up")
def sign_up(w: World) -> Given:
    """No policy would take the printed password: the pool's is as weak as it can be."""
    w.make_pool(Policies=WEAK_POLICY)
    w.make_client("3n4b5urk1ft4fl3mg5e62d9ado")
    return None
