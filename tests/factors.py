"""Second factors for tests: pools that have them, codes of an authenticator app, answers to challenges."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from cognito_emulator.emulator import Emulator
from tests.builders import ALL_FLOWS, SMS, App, Idp, User, app, secret_hash

SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/no-reply@example.com",
}
SMS_FACTOR = {"SmsMfaConfiguration": SMS}
TOTP_FACTOR = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
EMAIL_FACTOR = {"EmailMfaConfiguration": {"Message": "Use {####} now", "Subject": "Your code"}}
CHOICE = ["ALLOW_USER_AUTH", *ALL_FLOWS]


def mfa_app(idp: Idp, mode: str = "OPTIONAL", client: dict[str, Any] | None = None, **factors: Any) -> App:
    """A pool with second factors: by default an authenticator app only. `pool` are further settings of the pool."""
    settings = factors.pop("pool", {})
    made = app(idp, client, **{"EmailConfiguration": SES, **settings})
    idp.set_user_pool_mfa_config(UserPoolId=made.pool_id, MfaConfiguration=mode, **(factors or TOTP_FACTOR))
    return made


def choice_app(idp: Idp, *factors: str, client: dict[str, Any] | None = None, **settings: Any) -> App:
    """A pool for choice-based sign-in with these first factors, besides the password."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    return app(idp, {"ExplicitAuthFlows": CHOICE, **(client or {})}, Policies=policies, **settings)


def code_at(secret: str, emulator: Emulator, steps: int = 0) -> str:
    """The code that an authenticator app shows now, or some steps of 30 seconds away (RFC 6238)."""
    counter = int(emulator.clock.now()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter.to_bytes(8, "big"), hashlib.sha1)
    raw = digest.digest()
    start = raw[-1] & 15
    return f"{(int.from_bytes(raw[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def wrong_code(secret: str, emulator: Emulator) -> str:
    """A code of six digits that is none of those in force."""
    right = {code_at(secret, emulator, steps) for steps in range(-3, 4)}
    return next(code for code in (f"{number:06d}" for number in range(10)) if code not in right)


def register_totp(idp: Idp, emulator: Emulator, access_token: str, *, prefer: bool = True, name: str = "") -> str:
    """Register an authenticator app; its secret. The clock moves on, so that the next code is a fresh one."""
    secret: str = idp.associate_software_token(AccessToken=access_token)["SecretCode"]
    friendly = {"FriendlyDeviceName": name} if name else {}
    idp.verify_software_token(AccessToken=access_token, UserCode=code_at(secret, emulator), **friendly)
    if prefer:
        settings = {"Enabled": True, "PreferredMfa": True}
        idp.set_user_mfa_preference(AccessToken=access_token, SoftwareTokenMfaSettings=settings)
    emulator.clock.advance(seconds=30)
    return secret


def respond(idp: Idp, user: User, challenge: dict[str, Any], **responses: str) -> dict[str, Any]:
    """The answer to a challenge that was posed."""
    sent = {"USERNAME": user.username, **responses}
    if user.app.secret is not None:
        sent.setdefault("SECRET_HASH", secret_hash(user.app.client_id, user.app.secret, user.username))
    session = {"Session": challenge["Session"]} if "Session" in challenge else {}
    answer: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=user.app.client_id, ChallengeName=challenge["ChallengeName"], ChallengeResponses=sent, **session
    )
    return answer


def choose(idp: Idp, user: User, **parameters: str) -> dict[str, Any]:
    """The answer of InitiateAuth with USER_AUTH."""
    sent = {"USERNAME": user.username, **parameters}
    if user.app.secret is not None:
        sent.setdefault("SECRET_HASH", secret_hash(user.app.client_id, user.app.secret, user.username))
    answer: dict[str, Any] = idp.initiate_auth(ClientId=user.app.client_id, AuthFlow="USER_AUTH", AuthParameters=sent)
    return answer


def last_code(emulator: Emulator, user: User) -> str:
    """The code in the newest message to a user of the pool."""
    message = emulator.messages.find(user_pool_id=user.app.pool_id)[-1]
    assert message.purpose == "CustomMessage_Authentication"
    return message.code
