"""pycognito, whose sign-in is always SRP and which verifies every token that it is given.

With `endpoint_url` in `boto3_client_kwargs` it expects the issuer `<endpoint_url>/<pool id>` and fetches the JWKS
from there: that is the emulator's local issuer, as long as the address has no slash at its end. Without it, the
address can come from the environment, but the issuer has to be that of AWS and the keys have to be put in `pool_jwk`.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from .conftest import StartedServer
from .support import EMAIL, PASSWORD, App, Server, claims_of, create_app, create_totp_app, totp

pycognito = pytest.importorskip("pycognito", reason="pycognito is not installed")
pycognito_utils = pytest.importorskip("pycognito.utils", reason="pycognito is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

REMEMBER_DEVICES = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
}


def cognito(app: App, username: str | None = None, **options: Any) -> Any:
    """A pycognito object that talks to the emulator."""
    return pycognito.Cognito(
        app.pool_id,
        app.client_id,
        username=username,
        access_key="testing",
        secret_key="testing",
        boto3_client_kwargs={"endpoint_url": app.endpoint},
        **options,
    )


def test_life_of_a_user(app: App) -> None:
    """Sign-up to sign-out: every token is verified against the JWKS and the issuer of the live server."""
    user = cognito(app, "jane")
    user.set_base_attributes(email=EMAIL)
    assert user.register("jane", PASSWORD)["UserConfirmed"] is False
    user.confirm_sign_up(app.read_code("jane", "CustomMessage_SignUp"))

    with pytest.raises(user.client.exceptions.NotAuthorizedException, match=r"Incorrect username or password\."):
        user.authenticate(password="Wrong-horse-7")
    user.authenticate(password=PASSWORD)
    assert user.token_type == "Bearer"
    assert user.id_claims["iss"] == user.access_claims["iss"] == app.local_issuer
    assert user.id_claims["email"] == EMAIL
    user.verify_tokens()
    assert user.check_token() is False

    first = user.access_token
    user.renew_access_token()
    assert user.access_token != first
    user.update_profile({"nickname": "Nick"})
    profile = user.get_user()
    assert (profile.email, profile.email_verified, profile.nickname) == (EMAIL, True, "Nick")
    user.change_password(PASSWORD, "Changed-horse-8")
    user.logout()

    user.initiate_forgot_password()
    user.confirm_forgot_password(app.read_code("jane", "CustomMessage_ForgotPassword"), "Reset-horse-9")
    user.authenticate(password="Reset-horse-9")
    user.delete_user()
    with pytest.raises(user.client.exceptions.UserNotFoundException):
        user.admin_get_user()


def test_foreign_tokens_are_refused(cognito_server: Server, app: App) -> None:
    """Tokens of another pool, and an ID token in place of an access token, do not pass verification."""
    other = create_app(cognito_server)
    for holder in (app, other):
        holder.add_user("jane")
    tokens, foreign = app.sign_in("jane"), other.sign_in("jane")
    user = cognito(app, "jane", id_token=tokens["IdToken"], access_token=tokens["AccessToken"])
    user.verify_tokens()
    with pytest.raises(pycognito.TokenVerificationException):
        user.verify_token(tokens["IdToken"], "access_token", "access")
    with pytest.raises((pycognito.TokenVerificationException, IndexError)):
        user.verify_token(foreign["AccessToken"], "access_token", "access")


def test_invited_user(app: App) -> None:
    """A user made by an administrator has to choose a password before the first sign-in goes through."""
    user = cognito(app, "ivy")
    user.admin_create_user("ivy", temporary_password="Temporary-1!", email=EMAIL)
    with pytest.raises(pycognito.aws_srp.ForceChangePasswordException):
        user.authenticate(password="Temporary-1!")
    user.new_password_challenge("Temporary-1!", PASSWORD)
    user.authenticate(password=PASSWORD)
    assert user.admin_get_user().user_status == "CONFIRMED"


def test_app_client_with_a_secret(cognito_server: Server) -> None:
    """SRP sign-in and refresh with SECRET_HASH."""
    app = create_app(cognito_server, client={"GenerateSecret": True})
    app.add_user("jane")
    user = cognito(app, "jane", client_secret=app.client_secret)
    user.authenticate(password=PASSWORD)
    user.renew_access_token()
    user.admin_authenticate(password=PASSWORD)
    assert user.access_claims["client_id"] == app.client_id


def test_administration(app: App) -> None:
    """Lists of users and groups as pycognito's objects."""
    for name in ("jane", "tom"):
        app.add_user(name, email=f"{name}@example.com")
    app.idp.create_group(UserPoolId=app.pool_id, GroupName="admins", Description="all", Precedence=1)
    admin = cognito(app)
    admin.admin_add_user_to_group("jane", "admins")
    assert sorted(user.email for user in admin.get_users()) == ["jane@example.com", "tom@example.com"]
    assert admin.admin_list_groups_for_user("jane") == ["admins"]
    group = admin.get_group("admins")
    assert (group.group_name, group.description, group.precedence) == ("admins", "all", 1)


def test_totp(cognito_server: Server) -> None:
    """An authenticator app is registered and then asked for."""
    app = create_totp_app(cognito_server)
    app.add_user("tom")
    user = cognito(app, "tom")
    user.authenticate(password=PASSWORD)
    secret = user.associate_software_token()
    assert user.verify_software_token(totp(secret), device_name="phone") is True
    user.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")

    again = cognito(app, "tom")
    with pytest.raises(pycognito.exceptions.SoftwareTokenMFAChallengeException):
        again.authenticate(password=PASSWORD)
    again.respond_to_software_token_mfa_challenge(totp(secret, 1))
    assert again.access_claims["username"] == "tom"


def test_text_message(cognito_server: Server) -> None:
    """A code by text message: a wrong one is refused, and the right one passes with the same session."""
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
    app = create_app(cognito_server, sms)
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, MfaConfiguration="ON", SmsMfaConfiguration=sms)
    app.add_user("sam")
    with pytest.raises(app.idp.exceptions.MFAMethodNotFoundException):
        cognito(app, "sam").authenticate(password=PASSWORD)
    phone = {"Name": "phone_number", "Value": "+12065550100"}
    app.idp.admin_update_user_attributes(UserPoolId=app.pool_id, Username="sam", UserAttributes=[phone])
    user = cognito(app, "sam")
    with pytest.raises(pycognito.exceptions.SMSMFAChallengeException) as challenge:
        user.authenticate(password=PASSWORD)
    tokens = challenge.value.get_tokens()
    with pytest.raises(app.idp.exceptions.CodeMismatchException, match=r"Invalid code or auth state for the user\."):
        user.respond_to_sms_mfa_challenge("000000", tokens)
    user.respond_to_sms_mfa_challenge(app.read_code("sam", "CustomMessage_Authentication"), tokens)
    assert user.id_claims["phone_number_verified"] is True


def test_remembered_device(cognito_server: Server) -> None:
    """A remembered device passes DEVICE_SRP_AUTH in place of MFA. pycognito answers it without sending a session back.

    `AWSSRP.confirm_device` and its siblings post to AWS whatever the client says, so boto3 does that part.
    """
    app = create_totp_app(cognito_server, pool=REMEMBER_DEVICES)
    app.add_user("dora")
    secret = app.register_totp("dora")
    user = {"username": "dora", "pool_id": app.pool_id, "client_id": app.client_id, "client": app.idp}
    with pytest.raises(pycognito.exceptions.SoftwareTokenMFAChallengeException) as challenge:
        pycognito.AWSSRP(**user, password=PASSWORD).authenticate_user()
    first = app.idp.respond_to_auth_challenge(
        ClientId=app.client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge.value.get_tokens()["Session"],
        ChallengeResponses={"USERNAME": "dora", "SOFTWARE_TOKEN_MFA_CODE": totp(secret, 1)},
    )["AuthenticationResult"]

    metadata = first["NewDeviceMetadata"]
    device = {"AccessToken": first["AccessToken"], "DeviceKey": metadata["DeviceKey"]}
    password, verifier = pycognito.aws_srp.generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    confirmed = app.idp.confirm_device(**device, DeviceSecretVerifierConfig=verifier, DeviceName="laptop")
    assert confirmed["UserConfirmationNecessary"] is True
    app.idp.update_device_status(**device, DeviceRememberedStatus="remembered")

    known = {"device_key": metadata["DeviceKey"], "device_group_key": metadata["DeviceGroupKey"]}
    proven = pycognito.AWSSRP(**user, password=PASSWORD, **known, device_password=password).authenticate_user()
    assert claims_of(proven["AuthenticationResult"]["AccessToken"])["device_key"] == metadata["DeviceKey"]
    forger = pycognito.AWSSRP(**user, password=PASSWORD, **known, device_password="not the password")
    with pytest.raises(app.idp.exceptions.NotAuthorizedException, match=r"Incorrect username or password\."):
        forger.authenticate_user()


def test_authorization_header_of_requests(app: App) -> None:
    """The plugin for requests signs in at the first request, and sends the access token."""
    app.add_user("jane")
    auth = pycognito_utils.RequestsSrpAuth(
        username="jane", password=PASSWORD, cognito=cognito(app, "jane"), http_header_prefix="Bearer "
    )
    request = requests.Request("GET", "http://api.example.com/", auth=auth).prepare()
    scheme, token = request.headers["Authorization"].split()
    assert scheme == "Bearer"
    assert app.idp.get_user(AccessToken=token)["Username"] == "jane"


def test_issuer_of_aws(aws_issuer_server: StartedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address in the environment pycognito expects the issuer of AWS, and keys that were loaded before."""
    app = create_app(aws_issuer_server)
    app.add_user("jane")
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", app.endpoint)
    user = pycognito.Cognito(app.pool_id, app.client_id, username="jane", access_key="testing", secret_key="testing")
    user.pool_jwk = requests.get(app.jwks_url, timeout=15).json()
    user.authenticate(password=PASSWORD)
    user.verify_tokens()
    assert user.id_claims["iss"] == app.aws_issuer
