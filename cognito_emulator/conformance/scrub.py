"""Takes secrets and personal data out of recorded calls. The same value always becomes the same placeholder.

What stays is what tests need: types, error texts, forms, and which values are equal to which.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cognito_emulator.conformance.compare import decode

Json = dict[str, Any]
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_EMAIL = re.compile(r"[^\s@\"',;:<>/]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+\d{7,15}\b")
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_POOL_ID = re.compile(r"\b([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]{9}\b")
_ACCOUNT = re.compile(r"\b\d{12}\b")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}(?::?[0-9a-fA-F]{1,4})+(?![\w:])")
_MASKED_EMAIL = re.compile(r"[^\s@*]\*{3}@[^\s@*]\*{3}")
_MASKED_PHONE = re.compile(r"\+\*{3,}\d{4}\b")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_IP = re.compile(r"\b(?!127\.|192\.0\.2\.)\d{1,3}(?:\.\d{1,3}){3}\b")
_CLIENT_ID = re.compile(r"\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{25,26}\b")
_ACCESS_KEY = re.compile(r"\bA[KS]IA[A-Z0-9]{16}\b")

# Members that are secret, and what stands for them.
SECRET: dict[str, str] = {
    "Password": "password",
    "PASSWORD": "password",
    "TemporaryPassword": "password",
    "PreviousPassword": "password",
    "ProposedPassword": "password",
    "NEW_PASSWORD": "password",
    "SecretHash": "secret hash",
    "SECRET_HASH": "secret hash",
    "ClientSecret": "client secret",
    "client_secret": "client secret",
    "ClientSecretValue": "client secret",
    "RefreshToken": "refresh token",
    "REFRESH_TOKEN": "refresh token",
    "Token": "token",
    "Session": "session",
    "SecretCode": "totp secret",
    "SecretKey": "secret key",
    "SessionToken": "session token",
    "SyncSessionToken": "sync session token",
    "ConfirmationCode": "code",
    "UserCode": "code",
    "Code": "code",
    "SMS_MFA_CODE": "code",
    "EMAIL_OTP_CODE": "code",
    "SMS_OTP_CODE": "code",
    "SOFTWARE_TOKEN_MFA_CODE": "code",
    "SECRET_BLOCK": "secret block",
    "PASSWORD_CLAIM_SECRET_BLOCK": "secret block",
    "PASSWORD_CLAIM_SIGNATURE": "signature",
    "SRP_A": "srp a",
    "SRP_B": "srp b",
    "SALT": "salt",
    "EncodedData": "device data",
    "ExternalId": "external id",
    "Secret": "client secret",
    "FeedbackToken": "feedback token",
    "PasswordVerifier": "verifier",
    "Salt": "salt",
    "CREDENTIAL": "credential",
    "ProviderAttributeValue": "provider user",
    "SubjectToken": "subject token",
    "ActorToken": "actor token",
    "PreSignedUrl": "presigned url",
    "private_key": "private key",
}
# Attributes of users: everything that says who somebody is.
PERSONAL = frozenset(
    (
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
        *("website", "gender", "birthdate", "zoneinfo", "locale", "address", "identities"),
    )
)
_USERNAMES = {
    *("Username", "USERNAME", "USER_ID_FOR_SRP", "username", "cognito:username"),
    *("DeveloperUserIdentifier", "DeveloperUserIdentifierList", "SourceUserIdentifier", "DestinationUserIdentifier"),
}
# Members whose values are the caller's own, whatever they are called.
_OWN = {"ClientMetadata": "client metadata", "ValidationData": "validation data"}


class Scrubber:
    """Placeholders of one recording: the same value gives the same placeholder wherever it stands."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def scrub(self, value: Any, name: str = "") -> Any:
        """A value without secrets and personal data."""
        if isinstance(value, dict):
            if value.keys() == {"Name", "Value"} and (
                value["Name"] in PERSONAL or str(value["Name"]).startswith("custom:")
            ):
                return {"Name": value["Name"], "Value": self._named(str(value["Name"]), str(value["Value"]))}
            if {"Key", "Value", "SyncCount"} <= value.keys():
                value = {**value, "Value": self._named("record value", str(value["Value"]))}
            return {self._text(key): self._member(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrub(item, name) for item in value]
        return self._text(value, name) if isinstance(value, str) else value

    def _member(self, name: str, value: Any) -> Any:
        if name in SECRET and isinstance(value, str) and value:
            return self._named(SECRET[name], value)
        if name in PERSONAL and isinstance(value, str):
            return self._named(name, value)
        if name == "Logins" and isinstance(value, dict):
            return {self._text(provider): self._login(str(token)) for provider, token in value.items()}
        if name in _OWN and isinstance(value, dict):
            return {key: self._named(_OWN[name], str(item)) for key, item in value.items()}
        if name == "Filter" and isinstance(value, str):
            return self._filter(value)
        return self.scrub(value, name)

    def _login(self, token: str) -> str:
        """A token of a provider, or what a developer calls a user."""
        if _JWT.fullmatch(token) or len(token) > 60:
            return self._text(token) if _JWT.fullmatch(token) else self._named("login token", token)
        return self._text(token, "Username")

    def _filter(self, text: str) -> str:
        """A filter of ListUsers: its value as the attribute is scrubbed elsewhere."""
        name = re.split(r"[\s^=]", text.strip(), maxsplit=1)[0].strip('"')
        if name in PERSONAL:
            return _QUOTED.sub(lambda found: f'"{self._named(name, found.group(1))}"', text)
        if name == "username":
            return _QUOTED.sub(lambda found: f'"{self._text(found.group(1), "Username")}"', text)
        return self._text(text)

    def _text(self, text: str, name: str = "") -> str:
        if name in _USERNAMES and not any(form.fullmatch(text) for form in (_UUID, _EMAIL, _PHONE)):
            return self._numbered("user", text, lambda number: f"user-{number}")
        text = _JWT.sub(lambda found: self._named("jwt", found.group()), text)
        text = _ACCESS_KEY.sub("AKIAIOSFODNN7EXAMPLE", text)
        text = _EMAIL.sub(lambda found: self._numbered("email", found.group(), lambda n: f"user{n}@example.com"), text)
        text = _MASKED_EMAIL.sub("u***@e***", text)
        text = _MASKED_PHONE.sub(lambda found: f"{found.group()[:-4]}{self._last_digits(found.group()[-4:])}", text)
        text = _PHONE.sub(lambda found: self._numbered("phone", found.group(), lambda n: f"+1555555{n:04d}"), text)
        text = _UUID.sub(
            lambda f: self._numbered("uuid", f.group(), lambda n: f"00000000-0000-4000-8000-{n:012d}"), text
        )
        text = _POOL_ID.sub(
            lambda f: f"{f.group(1)}_" + self._numbered("pool", f.group(), lambda n: f"EXAMPLE{n:02d}"), text
        )
        text = _CLIENT_ID.sub(
            lambda f: self._numbered("client", f.group(), lambda n: f"{n:02d}exampleclientid0123456789"[:26]), text
        )
        text = _ACCOUNT.sub(lambda f: f.group() if f.group().startswith("0000") else "123456789012", text)
        return _IPV6.sub("2001:db8::1", _IP.sub("192.0.2.1", text))

    def _last_digits(self, digits: str) -> str:
        """The last digits of what stands for a number that ends so."""
        known = (made for (kind, number), made in self._known.items() if kind == "phone" and number.endswith(digits))
        return next(known, "+15555550001")[-4:]

    def decoded(self, body: Any) -> Json:
        """Header and claims, scrubbed, of the tokens in an answer: what is left of them."""
        result = body.get("AuthenticationResult", body) if isinstance(body, dict) else {}
        tokens: Json = {}
        for name in ("AccessToken", "IdToken"):
            text = result.get(name) if isinstance(result, dict) else None
            if isinstance(text, str) and _JWT.fullmatch(text):
                header, claims = decode(text)
                tokens[name] = {"header": {**header, "kid": "<kid>"}, "claims": self.scrub(claims)}
        return tokens

    def _named(self, kind: str, value: str) -> str:
        if kind == "password":
            # Fit for a strict policy, so that the recording can be replayed.
            return self._numbered(kind, value, lambda number: f"Scrubbed-password-{number}")
        return self._numbered(kind, value, lambda number: f"<{kind} {number}>")

    def _numbered(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        key = (kind, value)
        if key not in self._known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[key] = make(self._counts[kind])
        return self._known[key]
