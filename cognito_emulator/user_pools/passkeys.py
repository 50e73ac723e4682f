"""Passkeys: WebAuthn credentials that users register and sign in with.

The library that checks them is loaded with the first passkey. Sources: recording
`github-issue-logs/credential-invalid/1`; AWS CLI examples start-web-authn-registration and
list-web-authn-credentials; the WebAuthn exceptions in botocore's model; reference auth-flows.md §10.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import AlreadyExists, Reader, Transaction
from cognito_emulator.user_pools import domains, errors, mfa
from cognito_emulator.user_pools.factor_records import PASSKEY_REGISTRATIONS, PASSKEYS, Passkey, PasskeyRegistration
from cognito_emulator.user_pools.records import Client, Pool, User

Json = dict[str, Any]
Write = Callable[[Transaction], None]
FACTOR = "WEB_AUTHN"
PER_USER = 20
# ES256 and RS256.
_ALGORITHMS = (-7, -257)
_REGISTRATION_SECONDS = 180.0
_REGISTRATION_TIMEOUT = 60_000
_SIGN_IN_TIMEOUT = 180_000
_NAMES = {"cross-platform": "Roaming passkey", "platform": "Platform passkey"}


def relying_party(reader: Reader, pool: Pool) -> str | None:
    """The relying party id: the pool's setting, or the host of its domain. Without either, passkeys cannot be used."""
    configured: str | None = (pool.mfa.get("web_authn") or {}).get("RelyingPartyId")
    domain = domains.main_domain(reader, pool) if configured is None else None
    return domains.host(domain) if domain is not None else configured


def counts_twice(pool: Pool, user: User) -> bool:
    """Whether the user's passkey satisfies MFA, and has to verify the user for it."""
    return mfa.passkey_counts_twice(pool) and bool(user.mfa.get("web_authn"))


def usable(reader: Reader, pool: Pool, user: User) -> bool:
    """Whether a user can sign in with a passkey."""
    if FACTOR not in pool.first_factors or relying_party(reader, pool) is None:
        return False
    return reader.count(PASSKEYS, None, (pool.id, user.key)) > 0


def of_user(reader: Reader, user: User) -> list[Passkey]:
    """A user's passkeys, oldest first."""
    return reader.page(PASSKEYS, "created", (user.pool_id, user.key)).records


def _require_relying_party(reader: Reader, pool: Pool) -> str:
    if FACTOR not in pool.first_factors:
        raise errors.web_authn_not_enabled()
    relying = relying_party(reader, pool)
    if relying is None:
        raise errors.web_authn_configuration_missing()
    return relying


def _verification(pool: Pool, user: User) -> str:
    """`required` or `preferred`."""
    if counts_twice(pool, user):
        return "required"
    return str((pool.mfa.get("web_authn") or {}).get("UserVerification", "preferred"))


# ── registration ─────────────────────────────────────────────────────────────────────────────────────────────


def begin(call: Call, pool: Pool, client: Client, user: User) -> Json:
    """The options for `navigator.credentials.create`. A new registration takes the place of an earlier one."""
    relying = _require_relying_party(call.reader, pool)
    there = of_user(call.reader, user)
    if len(there) >= PER_USER:
        raise errors.too_many_passkeys()
    challenge = _encode(call.emulator.randomness.bytes(32))
    begun = PasskeyRegistration(pool.id, user.key, client.id, challenge, relying, call.now + _REGISTRATION_SECONDS)
    call.transact(lambda tx: tx.put(PASSKEY_REGISTRATIONS, begun))
    return {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": _verification(pool, user),
        },
        "challenge": challenge,
        "excludeCredentials": [{"id": passkey.id, "type": "public-key"} for passkey in there],
        "pubKeyCredParams": [{"alg": algorithm, "type": "public-key"} for algorithm in _ALGORITHMS],
        "rp": {"id": relying, "name": relying},
        "timeout": _REGISTRATION_TIMEOUT,
        "user": {"displayName": user.username, "id": _encode(user.sub.encode()), "name": user.username},
    }


def complete(call: Call, pool: Pool, client: Client, user: User, credential: Json) -> None:
    """Keep the passkey that the options led to.

    Raises the error of the first thing that is wrong: the challenge, the client, the origin, the relying party,
    the algorithm, or anything else about the credential.
    """
    relying = _require_relying_party(call.reader, pool)
    begun = call.reader.get(PASSKEY_REGISTRATIONS, pool.id, user.key)
    if begun is None or begun.expires <= call.now:
        raise errors.web_authn_challenge_not_found()
    if begun.client_id != client.id:
        raise errors.web_authn_client_mismatch()
    made = _registered(pool, user, begun, relying, credential)
    passkey = replace(made, created=call.now)

    def step(tx: Transaction) -> None:
        if tx.get(PASSKEY_REGISTRATIONS, pool.id, user.key) != begun:
            raise errors.web_authn_challenge_not_found()
        if tx.count(PASSKEYS, None, (pool.id, user.key)) >= PER_USER:
            raise errors.too_many_passkeys()
        tx.delete(PASSKEY_REGISTRATIONS, pool.id, user.key)
        tx.insert(PASSKEYS, passkey)

    try:
        call.transact(step)
    except AlreadyExists:
        raise errors.credential_not_valid() from None


def _registered(pool: Pool, user: User, begun: PasskeyRegistration, relying: str, credential: Json) -> Passkey:
    import webauthn
    from webauthn.helpers import parse_attestation_object
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.decode_credential_public_key import decode_credential_public_key

    try:
        response = credential["response"]
        client_data = _client_data(response["clientDataJSON"])
        data = parse_attestation_object(_decode(response["attestationObject"])).auth_data
        assert data.attested_credential_data is not None
        algorithm = decode_credential_public_key(data.attested_credential_data.credential_public_key).alg
    except Exception:
        # Whatever the decoders of the library make of it, it is not a credential.
        raise errors.credential_not_valid() from None
    if client_data.get("challenge") != begun.challenge:
        raise errors.web_authn_challenge_not_found()
    if not _origin_fits(client_data.get("origin"), relying):
        raise errors.web_authn_origin_not_allowed()
    if begun.relying_party != relying or data.rp_id_hash != hashlib.sha256(relying.encode()).digest():
        raise errors.web_authn_relying_party_mismatch()
    if algorithm not in _ALGORITHMS:
        raise errors.web_authn_credential_not_supported()
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_decode(begun.challenge),
            expected_rp_id=relying,
            expected_origin=client_data["origin"],
            require_user_verification=_verification(pool, user) == "required",
            supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in _ALGORITHMS],
        )
    except Exception:
        raise errors.credential_not_valid() from None
    attachment = credential.get("authenticatorAttachment")
    transports = response.get("transports")
    return Passkey(
        pool_id=pool.id,
        user_key=user.key,
        id=_encode(verified.credential_id),
        public_key=_encode(verified.credential_public_key),
        sign_count=verified.sign_count,
        relying_party=relying,
        name=_NAMES.get(str(attachment), "Passkey"),
        attachment=attachment if attachment in _NAMES else None,
        transports=[str(name) for name in transports] if isinstance(transports, list) else [],
        created=0.0,
    )


# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────


def request_options(call: Call, pool: Pool, user: User) -> Json:
    """The options for `navigator.credentials.get`."""
    return {
        "challenge": _encode(call.emulator.randomness.bytes(32)),
        "timeout": _SIGN_IN_TIMEOUT,
        "rpId": _require_relying_party(call.reader, pool),
        "allowCredentials": [
            {"type": "public-key", "id": passkey.id, "transports": passkey.transports}
            for passkey in of_user(call.reader, user)
        ],
        "userVerification": _verification(pool, user),
    }


def verify(call: Call, user: User, options: Json, text: str) -> tuple[Passkey, Write]:
    """The passkey that gave a right answer to the options, and the write that this leads to: its count of signatures.

    `options` are `challenge`, `rp` and `verification` of the challenge. Raises `NotAuthorizedException`.
    """
    import webauthn

    try:
        credential = orjson.loads(text)
        client_data = _client_data(credential["response"]["clientDataJSON"])
        handle = credential["response"].get("userHandle")
        passkey = call.reader.get(PASSKEYS, user.pool_id, user.key, credential["id"])
        if passkey is None or not _origin_fits(client_data.get("origin"), options["rp"]):
            raise errors.incorrect_username_or_password()
        if handle and _decode(handle) != user.sub.encode():
            raise errors.incorrect_username_or_password()
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_decode(options["challenge"]),
            expected_rp_id=options["rp"],
            expected_origin=client_data["origin"],
            credential_public_key=_decode(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=options["verification"] == "required",
        )
    except Exception:
        # Malformed, forged or replayed: all the same to who sent it.
        raise errors.incorrect_username_or_password() from None
    count = verified.new_sign_count

    def write(tx: Transaction) -> None:
        current = tx.get(PASSKEYS, user.pool_id, user.key, passkey.id)
        if current is None or (count and count <= current.sign_count):
            raise errors.incorrect_username_or_password()
        tx.put(PASSKEYS, replace(current, sign_count=count))

    return passkey, write


# ── administration by the user ───────────────────────────────────────────────────────────────────────────────


def shown(passkey: Passkey) -> Json:
    """`WebAuthnCredentialDescription`."""
    attachment = {"AuthenticatorAttachment": passkey.attachment} if passkey.attachment else {}
    return {
        **attachment,
        "AuthenticatorTransports": passkey.transports,
        "CreatedAt": Timestamp(passkey.created),
        "CredentialId": passkey.id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party,
    }


def delete(call: Call, user: User, credential_id: str) -> None:
    """Remove a passkey. Raises `ResourceNotFoundException`."""

    def step(tx: Transaction) -> None:
        if tx.get(PASSKEYS, user.pool_id, user.key, credential_id) is None:
            raise errors.passkey_does_not_exist()
        tx.delete(PASSKEYS, user.pool_id, user.key, credential_id)

    call.transact(step)


def _origin_fits(origin: Any, relying: str) -> bool:
    """Whether an origin belongs to the relying party: its host, or one below it, over HTTPS.

    On localhost HTTP will do, as browsers have it. Android apps sign with an origin of their own kind.
    """
    if not isinstance(origin, str):
        return False
    if origin.startswith("android:apk-key-hash:"):
        return True
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and (host + ".").endswith("localhost.")):
        return False
    return host == relying or host.endswith("." + relying)


def _client_data(text: str) -> Json:
    data: Json = orjson.loads(_decode(text))
    return data


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """base64url without padding. Raises `ValueError`."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None
