"""A SAML identity provider: its metadata, and responses that it signs."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml import XMLSigner

from tests.self_signed import as_metadata_has_it, self_signed

ENTITY = "https://idp.example.com/saml"
AUDIENCE = "urn:amazon:webservices"
ROLE = "https://aws.amazon.com/SAML/Attributes/Role"
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"


class Idp:
    """An identity provider with one certificate."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self._certificate = self_signed(key)

    @property
    def metadata(self) -> str:
        encoded = as_metadata_has_it(self._certificate)
        padding = f"<!--{'x' * 1000}-->"  # IAM takes documents of 1,000 characters and more
        return (
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">{padding}'
            '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{encoded}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    def response(
        self,
        subject: str,
        now: float,
        *,
        roles: list[str] | None = None,
        audience: str = AUDIENCE,
        signed: bool = True,
    ) -> str:
        """A response, as base64."""
        assertion = self._assertion(subject, now, roles or [], audience, "_1")
        return _encoded(_response(self._signed(assertion) if signed else assertion))

    def wrapped(self, subject: str, other: str, now: float) -> str:
        """A response with a signed assertion about `subject`, and before it an unsigned one about `other`."""
        signed = self._signed(self._assertion(subject, now, [], AUDIENCE, "_1"))
        return _encoded(_response(self._assertion(other, now, [], AUDIENCE, "_2"), signed))

    def _assertion(self, subject: str, now: float, roles: list[str], audience: str, name: str) -> Any:
        values = "".join(f"<AttributeValue>{role}</AttributeValue>" for role in roles)
        return etree.fromstring(
            f'<Assertion xmlns="{_ASSERTION}" ID="{name}" Version="2.0" IssueInstant="{_time(now)}">'
            f"<Issuer>{ENTITY}</Issuer><Subject><NameID>{subject}</NameID></Subject>"
            f'<Conditions NotBefore="{_time(now)}" NotOnOrAfter="{_time(now + 300)}">'
            f"<AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions>"
            f'<AttributeStatement><Attribute Name="{ROLE}">{values}</Attribute></AttributeStatement></Assertion>'
        )

    def _signed(self, assertion: Any) -> Any:
        signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        reference = "#" + assertion.get("ID")
        return signer.sign(assertion, key=self._key, cert=[self._certificate], reference_uri=reference)


def _response(*assertions: Any) -> Any:
    response = etree.fromstring(
        '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_0" Version="2.0"><samlp:Status>'
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:Response>'
    )
    response.extend(assertions)
    return response


def _encoded(response: Any) -> str:
    return base64.b64encode(etree.tostring(response)).decode()


def _time(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(int(seconds), tz=datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
