"""AWS Amplify 6 in Node: second factors and their set-up, sign-in without passwords, passkeys."""

from __future__ import annotations

from typing import Any

from .support import EMAIL, MASKED_EMAIL, PASSWORD, App, NodeClients, Server, claims_of, create_app

SCRIPT = "amplify_factors.mjs"
PHONE, MASKED_PHONE = "+12065550100", "+*******0100"
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
SES = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/a@b.c"}
DONE = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
WRONG_CODE = {"name": "CodeMismatchException", "message": "Invalid code or auth state for the user."}
BY_SMS = {"deliveryMedium": "SMS", "destination": MASKED_PHONE}
BY_EMAIL = {"deliveryMedium": "EMAIL", "destination": MASKED_EMAIL}


def step(answer: dict[str, Any]) -> dict[str, Any]:
    """What comes next, for an answer that is not the end."""
    assert answer["isSignedIn"] is False
    following: dict[str, Any] = answer["nextStep"]
    return following


def mfa(app: App, mode: str, **factors: Any) -> None:
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, MfaConfiguration=mode, **factors)


def add_bare_user(app: App, **attributes: str) -> None:
    """A confirmed user with these attributes only."""
    given = [{"Name": name, "Value": value} for name, value in attributes.items()]
    user = {"UserPoolId": app.pool_id, "Username": "ada"}
    app.idp.admin_create_user(**user, UserAttributes=given, MessageAction="SUPPRESS")
    app.idp.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)


def run(app: App, node_clients: NodeClients, flow: str, **values: Any) -> dict[str, Any]:
    return node_clients.run(SCRIPT, app.config(flow, username="ada", password=PASSWORD, **values))


def test_text_message_then_a_choice_of_factors(cognito_server: Server, node_clients: NodeClients) -> None:
    """A code by text message, and SELECT_MFA_TYPE; wrong codes leave the sign-in open."""
    app = create_app(cognito_server, SMS)
    mfa(app, "OPTIONAL", SmsMfaConfiguration=SMS, SoftwareTokenMfaConfiguration={"Enabled": True})
    add_bare_user(app, phone_number=PHONE)
    result = run(app, node_clients, "choice")
    assert step(result["sms"]) == {"signInStep": "CONFIRM_SIGN_IN_WITH_SMS_CODE", "codeDeliveryDetails": BY_SMS}
    assert result["wrongCode"] == WRONG_CODE
    assert set(result["preference"]["enabled"]) == {"SMS", "TOTP"}
    assert "preferred" not in result["preference"]
    selection = step(result["selection"])
    assert selection["signInStep"] == "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"
    assert set(selection["allowedMFATypes"]) == {"SMS", "TOTP"}
    assert step(result["chosen"]) == {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}
    assert result["wrongTotpCode"] == {"name": "CodeMismatchException", "message": "Invalid code received for user"}
    assert result["bySms"] == result["byTotp"] == DONE
    assert claims_of(result["accessToken"])["username"] == "ada"


def test_choice_of_a_factor_to_set_up(cognito_server: Server, node_clients: NodeClients) -> None:
    """MFA_SETUP in a pool with e-mail and authenticator apps; the user takes e-mail."""
    app = create_app(cognito_server, {"EmailConfiguration": SES})
    mfa(app, "ON", EmailMfaConfiguration={}, SoftwareTokenMfaConfiguration={"Enabled": True})
    add_bare_user(app)
    result = run(app, node_clients, "setUpChoice", email=EMAIL)
    selection = step(result["selection"])
    assert selection["signInStep"] == "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"
    assert set(selection["allowedMFATypes"]) == {"EMAIL", "TOTP"}
    assert step(result["chosen"]) == {"signInStep": "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"}
    assert result["badAddress"] == {"name": "InvalidParameterException", "message": "Invalid email address format."}
    assert step(result["sent"]) == {"signInStep": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "codeDeliveryDetails": BY_EMAIL}
    assert result["wrongCode"] == WRONG_CODE
    assert result["signedIn"] == DONE
    assert (result["attributes"]["email"], result["attributes"]["email_verified"]) == (EMAIL, "true")


def test_text_messages_alone(cognito_server: Server, node_clients: NodeClients) -> None:
    """Source: aws-amplify/amplify-js#14013."""
    app = create_app(cognito_server, SMS)
    mfa(app, "ON", SmsMfaConfiguration=SMS)
    add_bare_user(app)
    assert run(app, node_clients, "textMessagesAlone")["refused"]["name"] == "MFAMethodNotFoundException"


def test_without_passwords(cognito_server: Server, node_clients: NodeClients) -> None:
    """Sign-up without a password goes on into sign-in; then codes by text message and e-mail."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
    app = create_app(cognito_server, {"Policies": policies, **SMS})
    result = run(app, node_clients, "passwordless", email=EMAIL, phone=PHONE)
    assert result["signedUp"]["nextStep"]["signUpStep"] == "CONFIRM_SIGN_UP"
    assert result["confirmed"]["nextStep"]["signUpStep"] == "COMPLETE_AUTO_SIGN_IN"
    assert step(result["sms"]) == {"signInStep": "CONFIRM_SIGN_IN_WITH_SMS_CODE", "codeDeliveryDetails": BY_SMS}
    assert result["wrongCode"] == WRONG_CODE
    selection = step(result["selection"])
    assert selection["signInStep"] == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
    assert set(selection["availableChallenges"]) == {"EMAIL_OTP", "SMS_OTP"}
    assert step(result["email"]) == {"signInStep": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "codeDeliveryDetails": BY_EMAIL}
    assert result["automatic"] == result["bySms"] == result["byEmail"] == DONE
    assert claims_of(result["accessToken"])["username"] == "ada"


def test_passkey(cognito_server: Server, node_clients: NodeClients) -> None:
    """A passkey of an authenticator in Node: registered, listed, used to sign in, deleted."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    app = create_app(cognito_server, {"Policies": policies})
    app.idp.set_user_pool_mfa_config(
        UserPoolId=app.pool_id, WebAuthnConfiguration={"RelyingPartyId": "localhost", "UserVerification": "required"}
    )
    add_bare_user(app)
    result = run(app, node_clients, "passkey", origin="http://localhost:5173")
    assert result["foreign"]["name"] == "WebAuthnOriginNotAllowedException"
    [credential] = result["credentials"]
    assert credential["relyingPartyId"] == "localhost"
    assert result["preferred"] == result["chosen"] == DONE
    assert claims_of(result["accessToken"])["username"] == "ada"
    assert set(step(result["selection"])["availableChallenges"]) == {"PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"}
    assert result["left"] == []
    assert set(step(result["without"])["availableChallenges"]) == {"PASSWORD", "PASSWORD_SRP"}
