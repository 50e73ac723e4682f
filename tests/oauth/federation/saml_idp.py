"""A SAML identity provider: metadata, and responses signed, encrypted or wrong as a test wants them."""

from __future__ import annotations

import base64
import datetime
import os
from typing import Any

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1
from lxml import etree
from signxml import XMLSigner

from tests.self_signed import as_metadata_has_it, self_signed

ENTITY = "https://idp.example.com/saml"
SSO = "https://idp.example.com/sso"
SLO = "https://idp.example.com/slo"
_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_XENC = "http://www.w3.org/2001/04/xmlenc#"


class Idp:
    """An identity provider with one certificate."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self._certificate = self_signed(key)

    @property
    def metadata(self) -> str:
        encoded = as_metadata_has_it(self._certificate)
        redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        return (
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">'
            '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{encoded}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            f'<md:SingleLogoutService Binding="{redirect}" Location="{SLO}"/>'
            f'<md:SingleSignOnService Binding="{redirect}" Location="{SSO}"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    def assertion(
        self,
        now: float,
        audience: str,
        recipient: str,
        request: str | None,
        *,
        subject: str = "ann",
        name: str = "_1",
        lasts: float = 300,
        **attributes: list[str],
    ) -> Any:
        listed = "".join(
            f'<Attribute Name="{key}">'
            + "".join(f"<AttributeValue>{one}</AttributeValue>" for one in values)
            + "</Attribute>"
            for key, values in attributes.items()
        )
        answers = f' InResponseTo="{request}"' if request else ""
        return etree.fromstring(
            f'<Assertion xmlns="{_SAML}" ID="{name}" Version="2.0" IssueInstant="{_time(now)}">'
            f"<Issuer>{ENTITY}</Issuer><Subject><NameID>{subject}</NameID>"
            '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<SubjectConfirmationData NotOnOrAfter="{_time(now + lasts)}" Recipient="{recipient}"{answers}/>'
            "</SubjectConfirmation></Subject>"
            f'<Conditions NotBefore="{_time(now)}" NotOnOrAfter="{_time(now + lasts)}">'
            f"<AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions>"
            f"<AttributeStatement>{listed}</AttributeStatement></Assertion>"
        )

    def signed(self, element: Any, signer: XMLSigner | None = None) -> Any:
        signer = signer or XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        return signer.sign(element, key=self._key, cert=[self._certificate], reference_uri="#" + element.get("ID"))


def response(*content: Any, request: str | None = None, destination: str | None = None) -> Any:
    """A response with that content."""
    given = {"InResponseTo": request, "Destination": destination}
    extra = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    found = etree.fromstring(
        f'<samlp:Response xmlns:samlp="{_PROTOCOL}" ID="_0" Version="2.0"{extra}><samlp:Status>'
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:Response>'
    )
    found.extend(content)
    return found


def encoded(element: Any) -> str:
    return base64.b64encode(etree.tostring(element)).decode()


def encrypted(assertion: Any, certificate: str, *, mode: str = "cbc") -> Any:
    """An assertion for the eyes of a certificate's owner (base64 DER)."""
    public: Any = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public, RSAPublicKey)
    key, plain = os.urandom(32), etree.tostring(assertion)
    if mode == "gcm":
        start = os.urandom(12)
        algorithm, sealed = (
            "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            start + AESGCM(key).encrypt(start, plain, None),
        )
    else:
        block = 8 if mode == "3des" else 16
        key = key[:24] if mode == "3des" else key
        start, short = os.urandom(block), block - len(plain) % block
        cipher = Cipher(TripleDES(key) if mode == "3des" else AES(key), CBC(start)).encryptor()
        padded = plain + bytes(short - 1) + bytes([short])
        algorithm, sealed = (
            f"{_XENC}{'tripledes' if mode == '3des' else 'aes256'}-cbc",
            start + cipher.update(padded) + cipher.finalize(),
        )
    wrapped = public.encrypt(key, OAEP(MGF1(SHA1()), SHA1(), None))
    return etree.fromstring(
        f'<EncryptedAssertion xmlns="{_SAML}"><x:EncryptedData xmlns:x="{_XENC}">'
        f'<x:EncryptionMethod Algorithm="{algorithm}"/><d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#">'
        f'<x:EncryptedKey><x:EncryptionMethod Algorithm="{_XENC}rsa-oaep-mgf1p"/>{_value(wrapped)}</x:EncryptedKey>'
        f"</d:KeyInfo>{_value(sealed)}</x:EncryptedData></EncryptedAssertion>"
    )


def _value(raw: bytes) -> str:
    text = base64.b64encode(raw).decode()
    return f"<x:CipherData><x:CipherValue>{text}</x:CipherValue></x:CipherData>"


def _time(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(int(seconds), tz=datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
