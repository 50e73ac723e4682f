"""Keys and certificates of SAML: one pair for each pool that signs requests, one for each provider that encrypts.

Source: botocore's model, GetSigningCertificate; developer guide, "SAML signing and encryption".
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.federation.records import SAML_SIGNING_KEYS, SamlSigningKey
from cognito_emulator.user_pools.records import Pool

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_YEARS = 10


def signing_key(call: Call, pool: Pool) -> SamlSigningKey:
    """The pair of a pool, made when it is asked for the first time."""
    kept = call.reader.get(SAML_SIGNING_KEYS, pool.id)
    if kept is not None:
        return kept
    key, certificate = new_pair(call, pool.region)
    made = SamlSigningKey(pool.id, key, certificate)

    def step(tx: Transaction) -> SamlSigningKey:
        there = tx.get(SAML_SIGNING_KEYS, pool.id)
        if there is None:
            tx.insert(SAML_SIGNING_KEYS, made)
        return there or made

    return call.transact(step)


def new_pair(call: Call, name: str) -> tuple[str, str]:
    """A new key and a certificate for it that it signs itself, both PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = call.emulator.key_supply.take()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    return pem, _certificate(key, name, call)


def bare(certificate: str) -> str:
    """A PEM certificate as answers show it: base64 without head, foot and line ends."""
    return "".join(line for line in certificate.splitlines() if not line.startswith("-----"))


def _certificate(key: RSAPrivateKey, name: str, call: Call) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.fromtimestamp(int(call.now), timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(call.emulator.randomness.integer(120) + 1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * _YEARS))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
