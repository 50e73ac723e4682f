"""The certificate of a test's identity provider."""

from __future__ import annotations

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def self_signed(key: RSAPrivateKey, host: str = "idp.example.com") -> x509.Certificate:
    """A certificate of a key that the key itself signed, good for a hundred years from 2020."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .sign(key, SHA256())
    )


def as_metadata_has_it(certificate: x509.Certificate) -> str:
    """Base64 of DER."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
