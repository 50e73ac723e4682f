"""JavaScript clients: amazon-cognito-identity-js, AWS Amplify, aws-jwt-verify and the AWS SDK for JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import StartedServer
from .support import EMAIL, MASKED_EMAIL, PASSWORD, App, NodeClients, Server, claims_of, create_app, create_totp_app

IDENTITY_JS = "amazon_cognito_identity_js.mjs"
AMPLIFY = "amplify.mjs"
JWT_VERIFY = "aws_jwt_verify.mjs"
SDK = "aws_sdk_js.mjs"

BAD_PASSWORD = {"name": "NotAuthorizedException", "message": "Incorrect username or password."}
BAD_CODE = {
    "name": "CodeMismatchException",
    "message": "Invalid verification code provided, please try again.",
}
BAD_TOTP_AT_SET_UP = {
    "name": "EnableSoftwareTokenMFAException",
    "message": "Code mismatch and fail enable Software Token MFA",
}
REVOKED = {
    "status": 400,
    "body": {"__type": "NotAuthorizedException", "message": "Access Token has been revoked"},
}
REMEMBER_DEVICES = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
}


def assert_tokens(app: App, session: dict[str, Any], username: str) -> None:
    """ID and access token of one sign-in of this user, from this pool and client."""
    identity, access = claims_of(session["idToken"]), claims_of(session["accessToken"])
    assert identity["iss"] == access["iss"] == app.local_issuer
    assert (identity["token_use"], access["token_use"]) == ("id", "access")
    assert (identity["aud"], access["client_id"]) == (app.client_id, app.client_id)
    assert (identity["cognito:username"], access["username"]) == (username, username)
    assert identity["sub"] == access["sub"]
    assert identity["origin_jti"] == access["origin_jti"]
    assert identity["jti"] != access["jti"]


def test_identity_js_lifecycle(app: App, node_clients: NodeClients) -> None:
    """Sign-up to global sign-out, by SRP and by plain password, with the errors on the way."""
    config = app.config("lifecycle", username="jane", password=PASSWORD, email=EMAIL)
    result = node_clients.run(IDENTITY_JS, config)

    delivery = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": MASKED_EMAIL}
    user_sub = claims_of(result["session"]["idToken"])["sub"]
    assert result["signUp"] == {"userSub": user_sub, "userConfirmed": False, "delivery": delivery}
    assert result["unconfirmed"] == {"name": "UserNotConfirmedException", "message": "User is not confirmed."}
    assert result["wrongCode"] == BAD_CODE
    assert result["confirmed"] == "SUCCESS"
    assert result["wrongPassword"] == BAD_PASSWORD

    session, refreshed = result["session"], result["refreshed"]
    assert (session["valid"], refreshed["valid"]) == (True, True)
    assert result["restoredIdToken"] == session["idToken"]
    assert_tokens(app, session, "jane")
    assert_tokens(app, refreshed, "jane")
    assert refreshed["refreshToken"] == session["refreshToken"]
    before, after = claims_of(session["accessToken"]), claims_of(refreshed["accessToken"])
    assert before["jti"] != after["jti"]
    assert (before["origin_jti"], before["auth_time"]) == (after["origin_jti"], after["auth_time"])

    expected = {"sub": user_sub, "email": EMAIL, "email_verified": "true", "nickname": "Nick"}
    assert result["attributes"] == expected
    assert result["changed"] == result["reset"] == result["signedOut"] == "SUCCESS"
    assert result["forgot"] == {"step": "inputVerificationCode", "details": delivery}
    assert result["oldPassword"] == BAD_PASSWORD
    assert_tokens(app, result["userPasswordSession"], "jane")
    assert result["refreshAfterSignOut"] == {
        "status": 400,
        "body": {"__type": "NotAuthorizedException", "message": "Refresh Token has been revoked"},
    }


def test_identity_js_new_password_required(app: App, node_clients: NodeClients) -> None:
    """An invited user chooses a password, and adds an attribute, at the first sign-in."""
    app.add_invited_user("ivy", "Temporary-1!")
    result = node_clients.run(
        IDENTITY_JS,
        app.config(
            "newPassword",
            username="ivy",
            password="Temporary-1!",
            newPassword=PASSWORD,
            newAttributes={"given_name": "Ivy"},
        ),
    )
    assert result["userAttributes"] == {"email": EMAIL, "email_verified": "true"}
    assert result["requiredAttributes"] == []
    assert_tokens(app, result["session"], "ivy")
    assert claims_of(result["session"]["idToken"])["given_name"] == "Ivy"
    assert result["secondStep"] == "success"


def test_identity_js_totp(cognito_server: Server, node_clients: NodeClients) -> None:
    """An authenticator app is registered and then asked for."""
    app = create_totp_app(cognito_server)
    app.add_user("tom")
    result = node_clients.run(IDENTITY_JS, app.config("totp", username="tom", password=PASSWORD))
    assert result["wrong"] == BAD_TOTP_AT_SET_UP
    assert result["verified"] == "SUCCESS"
    assert result["preference"] == "SUCCESS"
    assert result["challengeName"] == "SOFTWARE_TOKEN_MFA"
    assert result["challengeParameters"]["FRIENDLY_DEVICE_NAME"] == "phone"
    assert_tokens(app, result["session"], "tom")


def test_identity_js_remembered_device(cognito_server: Server, node_clients: NodeClients) -> None:
    """A remembered device proves itself by its own SRP password, and no TOTP code is asked for."""
    app = create_totp_app(cognito_server, pool=REMEMBER_DEVICES)
    app.add_user("dora")
    secret = app.register_totp("dora")
    result = node_clients.run(IDENTITY_JS, app.config("device", username="dora", password=PASSWORD, totpSecret=secret))
    assert result["userConfirmationNecessary"] is True
    assert result["remembered"] == result["forgotten"] == "SUCCESS"
    assert result["deviceKey"].startswith(f"{app.region}_")
    assert result["deviceKeyClaim"] == result["refreshedDeviceKeyClaim"] == result["deviceKey"]
    assert {"device_status", "device_name"} <= set(result["deviceAttributes"])
    assert result["stepWithoutDevice"] == "totpRequired"


def test_amplify_lifecycle(app: App, node_clients: NodeClients) -> None:
    """Sign-up to deletion with Amplify, which refreshes by GetTokensFromRefreshToken and signs out by RevokeToken."""
    config = app.config("lifecycle", username="jane", password=PASSWORD, email=EMAIL)
    result = node_clients.run(AMPLIFY, config)

    delivery = {"attributeName": "email", "deliveryMedium": "EMAIL", "destination": MASKED_EMAIL}
    done = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    user_sub = claims_of(result["first"]["idToken"])["sub"]
    assert result["signedUp"] == {
        "isSignUpComplete": False,
        "userId": user_sub,
        "nextStep": {"signUpStep": "CONFIRM_SIGN_UP", "codeDeliveryDetails": delivery},
    }
    assert result["unconfirmed"] == {"isSignedIn": False, "nextStep": {"signInStep": "CONFIRM_SIGN_UP"}}
    assert result["wrongCode"] == BAD_CODE
    assert result["confirmed"] == {"isSignUpComplete": True, "nextStep": {"signUpStep": "DONE"}}
    assert result["wrongPassword"] == BAD_PASSWORD

    assert result["signedIn"] == result["userPassword"] == done
    for session in (result["first"], result["refreshed"], result["second"]):
        assert_tokens(app, session, "jane")
    assert result["currentUser"]["userId"] == user_sub
    assert result["currentUser"]["username"] == "jane"
    assert claims_of(result["refreshed"]["accessToken"])["jti"] != claims_of(result["first"]["accessToken"])["jti"]

    assert result["nickname"] == {"isUpdated": True, "nextStep": {"updateAttributeStep": "DONE"}}
    assert result["emailUpdate"]["locale"] == {"isUpdated": True, "nextStep": {"updateAttributeStep": "DONE"}}
    assert result["emailUpdate"]["email"] == {
        "isUpdated": False,
        "nextStep": {
            "updateAttributeStep": "CONFIRM_ATTRIBUTE_WITH_CODE",
            "codeDeliveryDetails": {**delivery, "destination": "n***@e***"},
        },
    }
    assert result["attributes"] == {
        "sub": user_sub,
        "email": f"new-{EMAIL}",
        "email_verified": "true",
        "nickname": "Nick",
    }
    assert result["beforeSignOut"]["status"] == 200
    assert result["afterGlobalSignOut"] == result["afterSignOut"] == REVOKED
    assert result["resetStarted"]["nextStep"]["resetPasswordStep"] == "CONFIRM_RESET_PASSWORD_WITH_CODE"
    assert result["deleted"] == {"name": "UserNotFoundException", "message": "User does not exist."}


def test_amplify_new_password_required(cognito_server: Server, node_clients: NodeClients) -> None:
    """An invited user chooses a password, and gives the attribute that the pool demands, at the first sign-in."""
    schema = [{"Name": "given_name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    app = create_app(cognito_server, {"Schema": schema})
    app.add_invited_user("ivy", "Temporary-1!")
    result = node_clients.run(
        AMPLIFY,
        app.config(
            "newPassword",
            username="ivy",
            password="Temporary-1!",
            newPassword=PASSWORD,
            newAttributes={"given_name": "Ivy"},
        ),
    )
    assert result["challenged"] == {
        "isSignedIn": False,
        "nextStep": {
            "signInStep": "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
            "missingAttributes": ["given_name"],
        },
    }
    assert result["signedIn"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert_tokens(app, result["session"], "ivy")
    assert result["attributes"]["given_name"] == "Ivy"


def test_amplify_totp(cognito_server: Server, node_clients: NodeClients) -> None:
    """An authenticator app is registered and then asked for; a wrong code leaves the sign-in open."""
    app = create_totp_app(cognito_server)
    app.add_user("tom")
    result = node_clients.run(AMPLIFY, app.config("totp", username="tom", password=PASSWORD))
    assert result["wrong"] == BAD_TOTP_AT_SET_UP
    assert result["preference"] == {"enabled": ["TOTP"], "preferred": "TOTP"}
    assert result["challenged"] == {"isSignedIn": False, "nextStep": {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}}
    assert result["wrongAnswer"] == {
        "name": "CodeMismatchException",
        "message": "Invalid code received for user",
    }
    assert result["signedIn"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert_tokens(app, result["session"], "tom")


def test_amplify_totp_demanded_by_the_pool(cognito_server: Server, node_clients: NodeClients) -> None:
    """In a pool with required MFA the first sign-in sets the authenticator app up, and the next one asks for it."""
    app = create_totp_app(cognito_server, mode="ON")
    app.add_user("tom")
    result = node_clients.run(AMPLIFY, app.config("totpSetup", username="tom", password=PASSWORD))
    assert result["challenged"]["nextStep"]["signInStep"] == "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
    assert result["signedIn"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert_tokens(app, result["session"], "tom")
    assert result["again"]["nextStep"] == {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}


def test_amplify_email_demanded_by_the_pool(cognito_server: Server, node_clients: NodeClients) -> None:
    """In a pool with required e-mail MFA the first sign-in asks for the address, and verifies it."""
    app = create_app(cognito_server)
    account = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/a@b.c"}
    app.idp.update_user_pool(UserPoolId=app.pool_id, EmailConfiguration=account)
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, EmailMfaConfiguration={}, MfaConfiguration="ON")
    app.idp.admin_create_user(UserPoolId=app.pool_id, Username="emma", MessageAction="SUPPRESS")
    app.idp.admin_set_user_password(UserPoolId=app.pool_id, Username="emma", Password=PASSWORD, Permanent=True)
    result = node_clients.run(AMPLIFY, app.config("emailSetup", username="emma", password=PASSWORD, email=EMAIL))
    assert result["challenged"]["nextStep"] == {"signInStep": "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"}
    assert result["sent"]["nextStep"] == {
        "signInStep": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
        "codeDeliveryDetails": {"deliveryMedium": "EMAIL", "destination": MASKED_EMAIL},
    }
    assert result["signedIn"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert result["attributes"]["email"] == EMAIL
    assert result["attributes"]["email_verified"] == "true"
    assert_tokens(app, result["session"], "emma")


def test_amplify_remembered_device(cognito_server: Server, node_clients: NodeClients) -> None:
    """A remembered device proves itself by its own SRP password, and no TOTP code is asked for."""
    app = create_totp_app(cognito_server, pool=REMEMBER_DEVICES)
    app.add_user("dora")
    secret = app.register_totp("dora")
    result = node_clients.run(AMPLIFY, app.config("device", username="dora", password=PASSWORD, totpSecret=secret))
    assert result["challenged"]["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    assert result["signedIn"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    [device] = result["devices"]
    assert result["deviceKeyClaim"] == result["refreshedDeviceKeyClaim"] == device["id"]
    assert device["name"]
    assert device["createDate"]
    assert result["remaining"] == []


def test_amplify_choice_based_sign_in(cognito_server: Server, node_clients: NodeClients) -> None:
    """Sign-up that goes on into sign-in, then sign-in by a code in an email and by a chosen password."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    app = create_app(cognito_server, {"Policies": policies})
    config = app.config("userAuth", username="jane", password=PASSWORD, email=EMAIL)
    result = node_clients.run(AMPLIFY, config)
    done = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert result["confirmed"]["nextStep"]["signUpStep"] == "COMPLETE_AUTO_SIGN_IN"
    assert result["automatic"] == result["byEmail"] == result["byPassword"] == done
    assert result["emailChallenge"]["nextStep"] == {
        "signInStep": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
        "codeDeliveryDetails": {"deliveryMedium": "EMAIL", "destination": MASKED_EMAIL},
    }
    assert result["wrongCode"] == {
        "name": "CodeMismatchException",
        "message": "Invalid code or auth state for the user.",
    }
    choice = result["choice"]["nextStep"]
    assert choice["signInStep"] == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
    assert set(choice["availableChallenges"]) == {"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}
    assert result["passwordWanted"]["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_PASSWORD"
    assert_tokens(app, result["session"], "jane")


def verifier_config(app: App, flow: str, issuer: str) -> dict[str, Any]:
    """Tokens of a user who is in the group `admins`, and where to verify them."""
    app.add_user("vera")
    app.idp.create_group(UserPoolId=app.pool_id, GroupName="admins")
    app.idp.admin_add_user_to_group(UserPoolId=app.pool_id, Username="vera", GroupName="admins")
    tokens = app.sign_in("vera")
    return app.config(
        flow, issuer=issuer, jwksUri=app.jwks_url, idToken=tokens["IdToken"], accessToken=tokens["AccessToken"]
    )


def assert_verdicts(result: dict[str, Any], issuer: str) -> None:
    """Good tokens pass, and each bad one is refused for its own reason."""
    assert (result["id"]["token_use"], result["id"]["iss"]) == ("id", issuer)
    assert (result["access"]["token_use"], result["access"]["iss"]) == ("access", issuer)
    assert {name: error["name"] for name, error in result["rejected"].items()} == {
        "idAsAccess": "CognitoJwtInvalidTokenUseError",
        "accessAsId": "CognitoJwtInvalidTokenUseError",
        "changedClaim": "JwtInvalidSignatureError",
        "brokenSignature": "JwtInvalidSignatureError",
        "otherKey": "JwtInvalidSignatureError",
        "garbage": "JwtParseError",
    }


def test_aws_jwt_verify_fetches_keys_over_http(app: App, node_clients: NodeClients) -> None:
    """JwtVerifier accepts the tokens of the local issuer with a fetcher for http, and refuses bad ones."""
    result = node_clients.run(JWT_VERIFY, verifier_config(app, "viaFetcher", app.local_issuer))
    assert result["plain"]["id"]["cognito:username"] == result["plain"]["access"]["username"] == "vera"
    assert result["wrongIssuer"]["name"] == "JwtInvalidIssuerError"
    assert result["wrongAudience"]["name"] == "JwtInvalidAudienceError"
    assert_verdicts(result["cognito"], app.local_issuer)


def test_aws_jwt_verify_with_preloaded_keys(app: App, node_clients: NodeClients) -> None:
    """JwtVerifier accepts the tokens of the local issuer with keys that were loaded before."""
    result = node_clients.run(JWT_VERIFY, verifier_config(app, "viaCache", app.local_issuer))
    assert result["id"]["cognito:groups"] == result["access"]["cognito:groups"] == ["admins"]


def test_aws_jwt_verify_with_the_issuer_of_aws(aws_issuer_server: StartedServer, node_clients: NodeClients) -> None:
    """CognitoJwtVerifier, which knows no issuer but that of AWS, works with a server that uses it."""
    app = create_app(aws_issuer_server)
    result = node_clients.run(JWT_VERIFY, verifier_config(app, "awsIssuer", app.aws_issuer))
    assert_verdicts(result, app.aws_issuer)
    assert result["group"]["cognito:groups"] == ["admins"]
    assert result["otherGroup"]["name"] == "CognitoJwtInvalidGroupError"
    assert result["otherClient"]["name"] == "CognitoJwtInvalidClientIdError"


def test_sdk_js_lifecycle(app: App, node_clients: NodeClients) -> None:
    """The AWS SDK for JavaScript without credentials: typed errors, tokens, both ways to refresh, revocation."""
    config = app.config("lifecycle", username="jane", password=PASSWORD, email=EMAIL)
    result = node_clients.run(SDK, config)
    assert result["signedUp"]["userConfirmed"] is False
    assert result["signedUp"]["delivery"]["Destination"] == MASKED_EMAIL
    assert result["taken"] == {"name": "UsernameExistsException", "message": "User already exists", "status": 400}
    assert result["wrongPassword"] == {**BAD_PASSWORD, "status": 400}
    assert result["signedIn"]["TokenType"] == "Bearer"
    assert result["signedIn"]["ExpiresIn"] == 3600
    assert result["requestId"]
    assert result["attributes"]["sub"] == result["signedUp"]["userSub"]
    for renewed in (result["refreshed"], result["exchanged"]):
        assert "RefreshToken" not in renewed
        assert_tokens(app, {"idToken": renewed["IdToken"], "accessToken": renewed["AccessToken"]}, "jane")
    revoked = {"name": "NotAuthorizedException", "message": "Access Token has been revoked", "status": 400}
    assert result["revoked"] == result["signedOut"] == revoked
    assert result["notRevoked"] == "jane"


def test_sdk_js_admin(app: App, node_clients: NodeClients) -> None:
    """Signed calls of the AWS SDK for JavaScript, its paginator and its dates; the address is in the environment."""
    result = node_clients.run(SDK, app.config("admin"))
    assert [len(page) for page in result["pages"] if page] == [3, 3, 1]
    assert sorted(name for page in result["pages"] for name in page) == sorted(result["names"])
    assert result["status"] == "FORCE_CHANGE_PASSWORD"
    assert result["createdIsDate"] is True
    assert result["createdAgoMs"] == pytest.approx(0, abs=60_000)
