"""Facts of tests whose authors run them on AWS."""

from __future__ import annotations

from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.preconditions import Given, Steps, precondition
from cognito_emulator.conformance.srp_client import totp
from cognito_emulator.conformance.world import World

_SOURCE = "moto-aws-verified/"
_TEMPORARY = "Tempor@ryPassword123"


def _tokens(w: World, reply: Reply, name: str) -> None:
    """Remember the tokens of an answer for the checks of later steps."""
    if isinstance(reply.body, dict) and "AuthenticationResult" in reply.body:
        w.facts[name] = reply.body["AuthenticationResult"]


@precondition(_SOURCE + "srp-force-change-password")
def srp_force_change_password(w: World) -> Steps:
    """New pool, all defaults; client without secret, default flows."""
    w.make_pool()
    w.make_client()
    yield None
    reply = yield {"AuthParameters": {"SRP_A": w.srp_begin("test@example.com")}}
    w.srp_take(reply.body)
    reply = yield {"ChallengeResponses": w.srp_finish(_TEMPORARY)}
    yield {"Session": reply.body.get("Session", "") if reply.body else ""}


def _first_sign_in(w: World, **client: object) -> str:
    """A user that an administrator made, at NEW_PASSWORD_REQUIRED; the session."""
    w.make_pool()
    w.make_client(ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"], **client)
    w.make_user("somebody", confirmed=False, password=_TEMPORARY)
    answer = w.call(
        "AdminInitiateAuth",
        UserPoolId=w.pool,
        ClientId=w.client,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "somebody", "PASSWORD": _TEMPORARY, **w.with_hash("somebody")},
    )
    return str(answer["Session"])


@precondition(_SOURCE + "scope-in-access-token")
def scope_in_access_token(w: World) -> Given:
    return {"Session": _first_sign_in(w)}


@precondition(_SOURCE + "jti-in-tokens")
def jti_in_tokens(w: World) -> Steps:
    """Client with a secret and ADMIN_NO_SRP_AUTH; the user has not signed in."""
    session = _first_sign_in(w, GenerateSecret=True)
    hashed = w.with_hash("somebody")
    reply = yield {"Session": session, "ChallengeResponses": hashed}
    _tokens(w, reply, "first")
    reply = yield {"AuthParameters": {"REFRESH_TOKEN": w.facts["first"]["RefreshToken"], **hashed}}
    _tokens(w, reply, "refreshed")
    w.srp_challenge("somebody")
    yield {"ChallengeResponses": w.srp_finish("P2$Sword")}


@precondition(_SOURCE + "mfa-on-totp-setup-and-login")
def mfa_on(w: World) -> Steps:
    """MFA is required, by software token; the client has a secret; the user signed up and was confirmed."""
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "conformance"}
    w.make_pool(MfaConfiguration="ON", SmsConfiguration=sms)
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=w.pool,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    w.make_client(GenerateSecret=True)
    w.sign_up("somebody")
    w.call("AdminConfirmSignUp", UserPoolId=w.pool, Username="somebody")
    w.srp_challenge("somebody")
    reply = yield {"ChallengeResponses": w.srp_finish()}
    reply = yield {"Session": reply.body["Session"]}
    secret = reply.body["SecretCode"]
    used = totp(secret, w.now())
    yield {"Session": reply.body["Session"], "UserCode": used}
    w.srp_challenge("somebody")
    reply = yield {"ChallengeResponses": w.srp_finish()}
    hashed = w.with_hash("somebody")
    session = reply.body["Session"]
    yield {"Session": session, "ChallengeResponses": {"SOFTWARE_TOKEN_MFA_CODE": used, **hashed}}
    w.advance(60)
    # The refused code has spent its session.
    w.srp_challenge("somebody")
    challenge = w.call(
        "RespondToAuthChallenge",
        ClientId=w.client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=w.srp_finish(),
    )
    code = totp(secret, w.now())
    yield {"Session": challenge["Session"], "ChallengeResponses": {"SOFTWARE_TOKEN_MFA_CODE": code, **hashed}}


@precondition(_SOURCE + "sign-up-no-attributes")
def new_pool(w: World) -> Given:
    w.make_pool()
    w.make_client()
    return {"Username": w.unique("user")}


@precondition(_SOURCE + "sign-up-unverified-email")
def recovery_by_email(w: World) -> Given:
    recovery = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
    w.make_pool(AccountRecoverySetting=recovery)
    w.make_client()
    return {"Username": w.unique("user")}


@precondition(_SOURCE + "refresh-token-claims")
def refresh_with_secret(w: World) -> Given:
    """Client with a secret, default flows; the user signed in with SRP."""
    w.make_pool()
    w.make_client(GenerateSecret=True)
    w.make_user("somebody")
    w.srp_challenge("somebody")
    answer = w.call(
        "RespondToAuthChallenge",
        ClientId=w.client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=w.srp_finish(),
    )
    token = answer["AuthenticationResult"]["RefreshToken"]
    return {"AuthParameters": {"REFRESH_TOKEN": token, **w.with_hash("somebody")}}


@precondition(_SOURCE + "user-password-auth-email-username")
def email_as_username(w: World) -> Given:
    """Signed up with the address as username and no attributes; confirmed by an administrator."""
    w.make_pool(UsernameAttributes=["email"])
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    w.make_client(GenerateSecret=True, ExplicitAuthFlows=flows)
    w.sign_up("test@moto.com", "SuperS3cret!")
    w.call("AdminConfirmSignUp", UserPoolId=w.pool, Username="test@moto.com")
    return {"AuthParameters": w.with_hash("test@moto.com")}
