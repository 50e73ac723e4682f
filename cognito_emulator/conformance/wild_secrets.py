"""What calls of a recording prove, made anew: codes of messages and of authenticator apps, secret hashes, SRP proofs.

A recording holds the proofs of its own day. Those of here follow from what the recording tells: passwords that were
set, the secret of a client or an authenticator app, a message that was sent. What it does not tell is left out, with
the reason; a proof that was wrong is wrong again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cognito_emulator.conformance.srp_client import secret_hash, totp
from cognito_emulator.conformance.wild import Exchange
from cognito_emulator.conformance.world import NotThereYet, World

Json = dict[str, Any]
_CODES = ("ConfirmationCode", "Code", "SMS_MFA_CODE", "EMAIL_OTP_CODE", "SMS_OTP_CODE")
_APP_CODES = ("UserCode", "SOFTWARE_TOKEN_MFA_CODE")
_SIGNATURE = "PASSWORD_CLAIM_SIGNATURE"
_WRONG_CODE = "000000"
_WRONG_HASH = "d3Jvbmc="
_WRONG_PASSWORD = "Never-Was-It-5"
# What the scrubber writes for values that only the service makes.
_MADE_BY_SERVICE = re.compile(
    r"<(?:jwt|session|refresh token|token|sync session token|secret block|feedback token|secret hash) \d+>"
)
# Members that name the user of a call, and the password that it sets.
_NAMES = ("Username", "USERNAME")
_PASSWORDS = ("Password", "TemporaryPassword", "NEW_PASSWORD")


class Secrets:
    """What a recording told so far about clients, users and authenticator apps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clients: dict[str, str] = {}
        self._passwords: dict[str, str] = {}
        self._app_secret: str | None = None
        self._signing_in = ""

    def renew(self, exchange: Exchange, params: Json) -> None:
        """Put proofs of here into the parameters of a call. Raises `NotThereYet`, `SetUpFailed`."""
        held = {"params": params, **{name: params.get(name, {}) for name in ("AuthParameters", "ChallengeResponses")}}
        for holder in held.values():
            self._renew_codes(exchange, holder, params)
            self._renew_srp(exchange, holder)
        self._renew_hashes(exchange, held)
        left = _MADE_BY_SERVICE.search(str(params))
        if left:
            raise NotThereYet(f"{left.group()}, which no earlier answer brought")

    def _renew_codes(self, exchange: Exchange, holder: Json, params: Json) -> None:
        for name in _CODES:
            if name not in holder:
                continue
            username = next((params[key] for key in _NAMES if key in params), None)
            username = username or params.get("ChallengeResponses", {}).get("USERNAME") or self._signing_in
            if exchange.status != 200:
                holder[name] = _WRONG_CODE
            elif username:
                self._world.pool = str(params.get("UserPoolId", self._world.pool))
                holder[name] = self._world.code(username)
        for name in _APP_CODES:
            if name not in holder:
                continue
            if exchange.status != 200:
                holder[name] = _WRONG_CODE
            elif self._app_secret is None:
                raise NotThereYet(f"the secret behind {name}")
            else:
                holder[name] = totp(self._app_secret, self._world.now())

    def _renew_srp(self, exchange: Exchange, holder: Json) -> None:
        if "USERNAME" in holder:
            self._signing_in = str(holder["USERNAME"])
        if "SRP_A" in holder and "DEVICE_KEY" not in holder:
            holder["SRP_A"] = self._world.srp_begin(self._signing_in)
        if _SIGNATURE not in holder:
            return
        password = self._passwords.get(self._signing_in)
        if exchange.status != 200:
            password = _WRONG_PASSWORD
        if password is None or "DEVICE_KEY" in holder:
            raise NotThereYet(f"the secret behind {_SIGNATURE}")
        holder.update(self._world.srp_finish(password))

    def _renew_hashes(self, exchange: Exchange, held: Mapping[str, Json]) -> None:
        refused = exchange.body.get("message", "") if isinstance(exchange.body, dict) else ""
        said = str(refused)
        wrong = exchange.status != 200 and ("secret hash" in said or "SecretHash" in said)
        params = held["params"]
        secret = self._clients.get(str(params.get("ClientId")))
        if secret is None:
            return
        for place, holder in held.items():
            name, key = ("SecretHash", "Username") if place == "params" else ("SECRET_HASH", "USERNAME")
            user = holder.get(key)
            if name in holder and wrong:
                holder[name] = _WRONG_HASH
            elif name in holder and user:
                holder[name] = secret_hash(str(user), str(params["ClientId"]), secret)

    def learn(self, exchange: Exchange, params: Json, body: Any) -> None:
        """Remember what a call and its answer here told."""
        if not isinstance(body, dict):
            return
        client = body.get("UserPoolClient")
        if isinstance(client, dict) and "ClientSecret" in client:
            self._clients[client["ClientId"]] = client["ClientSecret"]
        if "SecretCode" in body:
            self._app_secret = body["SecretCode"]
        if body.get("ChallengeName") == "PASSWORD_VERIFIER":
            self._world.srp_take(body)
            # The proof names the user as the service does.
            self._also_named(str(body["ChallengeParameters"]["USER_ID_FOR_SRP"]))
        if exchange.status == 200:
            self._learn_password(params)
            self._learn_password(params.get("ChallengeResponses", {}))

    def _learn_password(self, holder: Json) -> None:
        name = next((str(holder[key]) for key in _NAMES if key in holder), "")
        password = next((str(holder[key]) for key in _PASSWORDS if key in holder), None)
        if name and password:
            self._passwords[name] = password

    def _also_named(self, name: str) -> None:
        if self._signing_in in self._passwords:
            self._passwords.setdefault(name, self._passwords[self._signing_in])
