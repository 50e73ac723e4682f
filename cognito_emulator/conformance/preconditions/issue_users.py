"""Logs and error lines of public issues: users, sign-in, tokens."""

from __future__ import annotations

from cognito_emulator.conformance.preconditions import Changes, Given, Json, Steps, precondition
from cognito_emulator.conformance.preconditions.cli_users import SMS, totp_pool
from cognito_emulator.conformance.world import PASSWORD, World

_SOURCE = "github-issue-logs/"
_PASSWORD_FLOW = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_WRONG = "Wrong-Horse-9"


def pool_with_user(w: World, **client: object) -> None:
    """A pool with defaults, a client for passwords and SRP, a confirmed user."""
    w.make_pool()
    w.make_client(**{"ExplicitAuthFlows": _PASSWORD_FLOW, **client})
    w.make_user()


def password_attempt(w: World, password: str, username: str = "user") -> Json:
    """Parameters of a password sign-in."""
    return {
        "ClientId": w.client,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": username, "PASSWORD": password},
    }


@precondition(_SOURCE + "wrong-password-headers")
def wrong_password(w: World) -> Given:
    pool_with_user(w)
    return password_attempt(w, _WRONG)


@precondition(_SOURCE + "unknown-user-headers")
def unknown_user(w: World) -> Given:
    pool_with_user(w, PreventUserExistenceErrors="LEGACY")
    return password_attempt(w, _WRONG, "nobody")


@precondition(_SOURCE + "refresh-invalid-token")
def malformed_refresh_token(w: World) -> Given:
    pool_with_user(w)
    return {"AuthParameters": {"USERNAME": "user", "REFRESH_TOKEN": "not-a-refresh-token"}}


@precondition(_SOURCE + "missing-username")
def missing_username(w: World) -> Given:
    pool_with_user(w)
    return {"ClientId": w.client, "AuthParameters": {"SRP_A": "1234abcd"}}


@precondition(_SOURCE + "totp-wrong-code")
def token_associated(w: World) -> Given:
    totp_pool(w)
    token = w.signed_in_user()["AccessToken"]
    w.call("AssociateSoftwareToken", AccessToken=token)
    return {"AccessToken": token}


@precondition(_SOURCE + "totp-preference-without-setup")
def no_software_token(w: World) -> Given:
    totp_pool(w)
    w.make_user()
    return None


@precondition(_SOURCE + "user-exists")
def user_exists(w: World) -> Given:
    w.make_pool()
    w.make_user("user-test")
    return None


@precondition(_SOURCE + "temporary-password-policy")
def default_policy(w: World) -> Given:
    w.make_pool()
    return {"UserPoolId": w.pool, "Username": "somebody", "TemporaryPassword": "ABCDEFGHIJKLMn"}


@precondition(_SOURCE + "filter-syntax")
def pool_with_custom_attribute(w: World) -> Given:
    w.make_pool(Schema=[{"Name": "attr1", "AttributeDataType": "String", "Mutable": True}])
    return None


@precondition(_SOURCE + "invalid-device-key")
def device_of_nobody(w: World) -> Given:
    """The key was not issued with this access token."""
    w.make_pool(DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False})
    first = w.signed_in_user()
    second = w.sign_in()
    region = w.region or w.endpoint.region
    key = first.get("NewDeviceMetadata", {}).get("DeviceKey", f"{region}_00000000-0000-4000-8000-000000000000")
    verifier = {"PasswordVerifier": "TXlWZXJpZmllclN0cmluZw==", "Salt": "TXlTUlBTYWx0"}
    return {
        "AccessToken": second["AccessToken"],
        "DeviceKey": key,
        "DeviceSecretVerifierConfig": verifier,
    }


@precondition(_SOURCE + "credential-invalid")
def credential_without_options(w: World) -> Given:
    """A signed-in user who began to register a passkey."""
    w.make_pool(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}})
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=w.pool,
        WebAuthnConfiguration={"RelyingPartyId": "example.com", "UserVerification": "preferred"},
    )
    token = w.signed_in_user()["AccessToken"]
    w.call("StartWebAuthnRegistration", AccessToken=token)
    credential = {
        "id": "AAAA",
        "rawId": "AAAA",
        "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
    }
    return {"AccessToken": token, "Credential": credential}


@precondition(_SOURCE + "sms-mfa-wrong-code")
def sms_challenge(w: World) -> Given:
    w.make_pool(SmsConfiguration=SMS)
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=w.pool,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={"SmsConfiguration": SMS},
    )
    w.make_client(ExplicitAuthFlows=_PASSWORD_FLOW)
    w.make_user(phone_number="+15555550100", phone_number_verified="true")
    w.call(
        "AdminSetUserMFAPreference",
        UserPoolId=w.pool,
        Username="user",
        SMSMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    answer = w.call("InitiateAuth", **password_attempt(w, PASSWORD))
    return {"ClientId": w.client, "Session": answer["Session"]}


@precondition(_SOURCE + "attempt-limit")
def many_wrong_previous_passwords(w: World) -> Given:
    token = w.signed_in_user()["AccessToken"]
    wrong = {"AccessToken": token, "PreviousPassword": _WRONG, "ProposedPassword": "Another-Horse-8"}
    for _ in range(20):
        if w.send("ChangePassword", wrong).error_type == "LimitExceededException":
            break
    return wrong


@precondition(_SOURCE + "password-attempts-exceeded")
def ten_wrong_passwords(w: World) -> Given:
    """Even the right password is refused then."""
    pool_with_user(w)
    for _ in range(10):
        w.send("InitiateAuth", password_attempt(w, _WRONG))
    return password_attempt(w, PASSWORD)


@precondition(_SOURCE + "lockout-after-eight")
def lockout(w: World) -> Steps:
    """Seven wrong passwords, some seconds apart (back-off is short at first); the eighth comes at once."""
    pool_with_user(w)
    for _ in range(6):
        w.send("InitiateAuth", password_attempt(w, _WRONG))
        w.advance(10)
    yield password_attempt(w, _WRONG)
    yield password_attempt(w, _WRONG)


@precondition(_SOURCE + "forgot-force-change-password")
def forgot_before_first_sign_in(w: World) -> Given:
    w.make_pool()
    w.make_client()
    w.make_user(confirmed=False, email="user@example.com", email_verified="true")
    return None


@precondition(_SOURCE + "unconfirmed-right-password")
def unconfirmed(w: World) -> Given:
    w.make_pool()
    w.make_client(ExplicitAuthFlows=_PASSWORD_FLOW)
    w.sign_up("user")
    return password_attempt(w, PASSWORD)


@precondition(_SOURCE + "unverified-alias")
def alias_of_unconfirmed_user(w: World) -> Given:
    w.make_pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    w.make_client(ExplicitAuthFlows=_PASSWORD_FLOW)
    w.sign_up("user", email="user@example.com")
    return password_attempt(w, PASSWORD, "user@example.com")


@precondition(_SOURCE + "unknown-access-key")
def unknown_access_key(w: World) -> Given:
    """Only AWS knows which access keys exist; `AKIAIOSFODNN7EXAMPLE` is documentation's own, of nobody."""
    pool_with_user(w, ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    params = {
        "UserPoolId": w.pool,
        "ClientId": w.client,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "user", "PASSWORD": PASSWORD},
    }
    return Changes(params, {"access_key": "AKIAIOSFODNN7EXAMPLE"})


@precondition(_SOURCE + "secret-hash-wrong-or-missing")
def wrong_secret_hash(w: World) -> Given:
    w.make_pool()
    w.make_client(GenerateSecret=True, ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"])
    w.make_user()
    given = {"USERNAME": "user", "PASSWORD": PASSWORD, "SECRET_HASH": "d3Jvbmc="}
    return {"UserPoolId": w.pool, "AuthParameters": given}


@precondition(_SOURCE + "secret-hash-not-received")
def missing_secret_hash(w: World) -> Given:
    pool_with_user(w, GenerateSecret=True)
    return password_attempt(w, PASSWORD)


@precondition(_SOURCE + "srp-response-headers")
def srp_sign_in(w: World) -> Given:
    pool_with_user(w)
    return {"ClientId": w.client, "AuthParameters": {"USERNAME": "user", "SRP_A": "1234abcd" * 96}}


@precondition(_SOURCE + "password-checks-order")
def short_password(w: World) -> Given:
    """The model allows passwords of any length today; the remark is of 2017."""
    w.make_pool()
    w.make_client()
    return {"ClientId": w.client, "Username": "user"}


@precondition(_SOURCE + "user-disabled")
def disabled_user(w: World) -> Given:
    w.make_pool()
    w.make_user(email="user@example.com", email_verified="true")
    w.call("AdminDisableUser", UserPoolId=w.pool, Username="user")
    w.bind("<disabled>", "user")
    return None


@precondition(_SOURCE + "refresh-rotation-admin-no-srp")
def refresh_token_of_admin_sign_in(w: World) -> Given:
    w.make_pool()
    w.make_client(
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )
    w.make_user()
    answer = w.call(
        "AdminInitiateAuth",
        UserPoolId=w.pool,
        ClientId=w.client,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "user", "PASSWORD": PASSWORD},
    )
    return {"RefreshToken": answer["AuthenticationResult"]["RefreshToken"]}


@precondition(_SOURCE + "rate-exceeded")
def over_quota(w: World) -> Given:
    """More calls of the category in a second than the account's quota allows."""
    pool_with_user(w)
    for _ in range(200):
        if w.send("InitiateAuth", password_attempt(w, PASSWORD)).error_type == "TooManyRequestsException":
            break
    return password_attempt(w, PASSWORD)


@precondition(_SOURCE + "write-attribute-not-allowed")
def verified_flag_by_client(w: World) -> Given:
    w.make_pool()
    w.make_client()
    return {"ClientId": w.client, "Username": "user", "Password": PASSWORD}


@precondition(_SOURCE + "attribute-not-in-schema")
def unknown_attribute(w: World) -> Given:
    w.make_pool()
    w.make_client()
    return {"ClientId": w.client, "Username": "user", "Password": PASSWORD}


@precondition(_SOURCE + "disabled-user-refresh")
def refresh_of_disabled_user(w: World) -> Given:
    tokens = w.signed_in_user()
    w.call("AdminDisableUser", UserPoolId=w.pool, Username="user")
    return {
        "ClientId": w.client,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }


@precondition(_SOURCE + "external-user-password-auth")
def federated_user(w: World) -> Given:
    """The user was made by federation; here through an OpenID Connect provider's account that is linked to nobody."""
    from cognito_emulator.conformance.federation import federated_user as federate

    pool_with_user(w)
    name = federate(w)
    return password_attempt(w, _WRONG, name)
