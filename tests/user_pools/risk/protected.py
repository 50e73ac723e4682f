"""Pools with threat protection, and requests from other places."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.builders import App, Idp, User, app, confirmed_user, sign_in

SECRETLESS = {"EnablePropagateAdditionalUserContextData": False}
SENDER = {"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/guard@example.com", "From": "guard@example.com"}
BLOCK_COMPROMISED = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}
BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")


def protected_app(idp: Idp, mode: str = "ENFORCED", client: dict[str, Any] | None = None, **settings: Any) -> App:
    """A pool of the tier PLUS with threat protection."""
    add_ons = {"UserPoolAddOns": {"AdvancedSecurityMode": mode}, "UserPoolTier": "PLUS"}
    return app(idp, client, **{**add_ons, **settings})


def protected_user(idp: Idp, mode: str = "ENFORCED", **settings: Any) -> User:
    return confirmed_user(idp, protected_app(idp, mode, **settings), email="alice@example.com")


def takeover(notify: bool = False, **actions: str) -> dict[str, Any]:
    """A section with actions by level: `takeover(High="BLOCK")`."""
    wanted = {f"{level}Action": {"Notify": notify, "EventAction": action} for level, action in actions.items()}
    section: dict[str, Any] = {"Actions": wanted}
    if notify:
        section["NotifyConfiguration"] = SENDER
    return {"AccountTakeoverRiskConfiguration": section}


def configure(idp: Idp, app: App, client_id: str | None = None, **sections: Any) -> None:
    which = {"ClientId": client_id} if client_id else {}
    idp.set_risk_configuration(UserPoolId=app.pool_id, **which, **sections)


def history(idp: Idp, user: User) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = idp.admin_list_user_auth_events(**user.key)["AuthEvents"]
    return events


def sign_in_from(idp: Idp, user: User, ip: str, device: str = "") -> dict[str, Any]:
    """A sign-in that a back end makes for a user at that address."""
    payload = json.dumps({"contextData": {"DeviceFingerprint": device, "DeviceName": device}})
    encoded = base64.b64encode(json.dumps({"payload": payload, "signature": "x", "version": "1"}).encode()).decode()
    answer: dict[str, Any] = idp.admin_initiate_auth(
        UserPoolId=user.app.pool_id,
        ClientId=user.app.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        ContextData={
            "IpAddress": ip,
            "ServerName": "shop.example",
            "ServerPath": "/",
            "HttpHeaders": [],
            **({"EncodedData": encoded} if device else {}),
        },
    )
    return answer


def try_password(idp: Idp, user: User) -> dict[str, Any]:
    return sign_in(idp, user)
