"""SAML 2.0 responses: is one signed by an identity provider, and what does it say?

Only what is under a signature is read. Needs the extra `[saml]` (signxml, lxml).

Sources: SAML 2.0 Core, sections 2.3 to 2.7 and 3.2; SAML 2.0 Metadata, section 2.4; XML Signature.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

_NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
# Of durations in XML Schema: years, months, days, hours, minutes, seconds.
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
)
_DURATION_PARTS = (365 * 86_400, 30 * 86_400, 86_400, 3600, 60, 1)
# RSA with SHA-1 is what many providers sign with as long as nobody tells them otherwise (pysaml2; Auth0, whose defaults
# are what AWS's own guide for it uses: repost.aws/knowledge-center/auth0-saml-cognito-user-pool).
_HOW_SIGNED = SignatureConfiguration(
    location="./",
    signature_methods=SignatureConfiguration.signature_methods | {SignatureMethod.RSA_SHA1},
    digest_algorithms=SignatureConfiguration.digest_algorithms | {DigestAlgorithm.SHA1},
)
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


class InvalidResponse(Exception):
    """What was sent is no response of this identity provider; the text says why."""


class NotSigned(InvalidResponse):
    """No signature, or none of this identity provider."""


class ResponseNotSigned(NotSigned):
    """The response as a whole has a signature, which is not good."""


@dataclass(frozen=True)
class Provider:
    """An identity provider, as its metadata describe it.

    `certificates` are PEM; the addresses are those of the binding HTTP-Redirect, for sign-in and sign-out.
    `valid_until` and `cache_seconds` say how long the document may be used without another look.
    """

    entity_id: str
    certificates: tuple[str, ...]
    sso_redirect: str | None = None
    slo_redirect: str | None = None
    valid_until: float | None = None
    cache_seconds: float | None = None


@dataclass(frozen=True)
class Assertion:
    """What an identity provider asserts. Times are seconds since the epoch; None: the assertion has no such limit.

    `in_response_to` has the requests that response and confirmation say they answer; `destination` is the response's.
    """

    issuer: str
    subject: str
    attributes: dict[str, list[str]]
    audiences: tuple[str, ...]
    not_before: float | None
    expires: float | None
    id: str = ""
    issued: float | None = None
    recipient: str | None = None
    destination: str | None = None
    in_response_to: tuple[str, ...] = ()
    encrypted: bool = False
    session_index: str = ""


def provider_of(metadata: str) -> Provider:
    """The identity provider in a metadata document. Raises `InvalidResponse`."""
    root = _parse(metadata.encode())
    certificates = root.xpath(
        "//md:IDPSSODescriptor/md:KeyDescriptor[not(@use) or @use='signing']//ds:X509Certificate", namespaces=_NAMES
    )
    entity = root.xpath("(//md:EntityDescriptor[md:IDPSSODescriptor])[1]/@entityID", namespaces=_NAMES)
    if not entity or not certificates:
        raise InvalidResponse("the metadata describe no identity provider with a certificate")
    return Provider(
        str(entity[0]),
        tuple(_pem("".join((node.text or "").split())) for node in certificates),
        _redirect_address(root, "SingleSignOnService"),
        _redirect_address(root, "SingleLogoutService"),
        _moment(root, "string(@validUntil)"),
        _duration(_text(root, "string(@cacheDuration)")),
    )


def read(encoded: str, provider: Provider, decrypt: Callable[[Any], bytes] | None = None) -> Assertion:
    """The assertion in a base64 response. Raises `NotSigned`, `InvalidResponse`. Times and audience are not checked.

    `decrypt` gives the document in an EncryptedAssertion element.
    """
    root = _decoded(encoded)
    _require_success(root)
    return _said(root, provider, decrypt)


def read_assertion(encoded: str, provider: Provider, decrypt: Callable[[Any], bytes] | None = None) -> Assertion:
    """The same for an assertion that comes alone, or in a response, in either alphabet of base64."""
    plain = encoded.translate(str.maketrans("-_", "+/")).rstrip("=")
    root = _decoded(plain + "=" * (-len(plain) % 4))
    if root.tag != f"{{{_NAMES['saml']}}}Assertion":
        _require_success(root)
    return _said(root, provider, decrypt)


def _require_success(root: Any) -> None:
    status = root.xpath("string(/samlp:Response/samlp:Status/samlp:StatusCode/@Value)", namespaces=_NAMES)
    if status != _SUCCESS:
        raise InvalidResponse(f"the response has the status {status or 'none'}")


def _said(root: Any, provider: Provider, decrypt: Callable[[Any], bytes] | None) -> Assertion:
    encrypted = root.xpath("/samlp:Response/saml:EncryptedAssertion", namespaces=_NAMES)
    if encrypted and decrypt is not None:
        assertion = _encrypted_assertion(root, encrypted[0], provider, decrypt)
    else:
        assertion = _signed_assertion(root, provider)
    subject = _text(assertion, "string(saml:Subject/saml:NameID)")
    issuer = _text(assertion, "string(saml:Issuer)")
    if not subject or issuer != provider.entity_id:
        raise InvalidResponse("the assertion has no subject, or another issuer")
    conditions = "saml:Conditions"
    confirmed = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
    ends = [_moment(assertion, f"string({place}/@NotOnOrAfter)") for place in (conditions, confirmed)]
    return Assertion(
        issuer=issuer,
        subject=subject,
        attributes=_attributes(assertion),
        audiences=tuple(_texts(assertion, f"{conditions}/saml:AudienceRestriction/saml:Audience")),
        not_before=_moment(assertion, f"string({conditions}/@NotBefore)"),
        expires=min((end for end in ends if end is not None), default=None),
        id=str(assertion.get("ID")),
        issued=_moment(assertion, "string(@IssueInstant)"),
        recipient=_text(assertion, f"string({confirmed}/@Recipient)") or None,
        destination=root.get("Destination"),
        in_response_to=tuple(
            str(answered)
            for answered in (root.get("InResponseTo"), _text(assertion, f"string({confirmed}/@InResponseTo)"))
            if answered
        ),
        encrypted=bool(encrypted) and decrypt is not None,
        session_index=_text(assertion, "string((saml:AuthnStatement)[1]/@SessionIndex)"),
    )


def _redirect_address(metadata: Any, service: str) -> str | None:
    """Where a service takes requests in a redirect's query."""
    path = f"string((//md:IDPSSODescriptor/md:{service}[@Binding='{_REDIRECT}'])[1]/@Location)"
    return _text(metadata, path) or None


def _signed_assertion(root: Any, provider: Provider) -> Any:
    """The assertion as the signature covers it: its own, or the one of the whole response."""
    for element in (*root.xpath("/samlp:Response/saml:Assertion[ds:Signature]", namespaces=_NAMES), root):
        for certificate in provider.certificates:
            signed = _verified(element, certificate)
            if signed is None:
                continue
            found = signed.xpath("self::saml:Assertion | self::samlp:Response/saml:Assertion", namespaces=_NAMES)
            if found:
                return found[0]
    unsigned = ResponseNotSigned if root.xpath("/samlp:Response/ds:Signature", namespaces=_NAMES) else NotSigned
    raise unsigned("no signature of the identity provider covers an assertion")


def sign_out_answered(encoded: str, provider: Provider) -> str:
    """The request that a signed LogoutResponse answers. Raises `NotSigned`, `InvalidResponse`."""
    root = _decoded(encoded)
    kind = f"{{{_NAMES['samlp']}}}LogoutResponse"
    if root.tag != kind:
        raise InvalidResponse("this is no LogoutResponse")
    for certificate in provider.certificates:
        signed = _verified(root, certificate)
        if signed is not None and signed.tag == kind:
            if _text(signed, "string(saml:Issuer)") not in ("", provider.entity_id):
                raise InvalidResponse("the response has another issuer")
            return str(signed.get("InResponseTo", ""))
    raise NotSigned("no signature of the identity provider covers the response")


def _encrypted_assertion(root: Any, element: Any, provider: Provider, decrypt: Callable[[Any], bytes]) -> Any:
    """The assertion that is hidden in an element: signed itself, or with the response around it."""
    for certificate in provider.certificates:
        signed = _verified(root, certificate)
        if signed is not None and signed.tag == f"{{{_NAMES['samlp']}}}Response":
            found = signed.xpath("/samlp:Response/saml:EncryptedAssertion", namespaces=_NAMES)
            if found:
                return _as_assertion(_parse(decrypt(found[0])))
    shown = _as_assertion(_parse(decrypt(element)))
    for certificate in provider.certificates:
        signed = _verified(shown, certificate)
        if signed is not None and signed.tag == shown.tag:
            return signed
    raise NotSigned("no signature of the identity provider covers the assertion")


def _as_assertion(element: Any) -> Any:
    if element.tag != f"{{{_NAMES['saml']}}}Assertion":
        raise InvalidResponse("what is encrypted is no assertion")
    return element


def _verified(element: Any, certificate: str) -> Any:
    try:
        result: Any = XMLVerifier().verify(element, x509_cert=certificate, expect_config=_HOW_SIGNED)
        return result.signed_xml
    except (SignXMLException, ValueError, TypeError):
        return None


def _decoded(encoded: str) -> Any:
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidResponse("the response is not base64") from None
    return _parse(raw)


def _parse(raw: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidResponse(f"no XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise InvalidResponse("the document has a document type, which may define entities")
    return root


def _attributes(assertion: Any) -> dict[str, list[str]]:
    found = assertion.xpath("saml:AttributeStatement/saml:Attribute", namespaces=_NAMES)
    return {str(attribute.get("Name")): _texts(attribute, "saml:AttributeValue") for attribute in found}


def _texts(node: Any, path: str) -> list[str]:
    return ["".join(found.itertext()).strip() for found in node.xpath(path, namespaces=_NAMES)]


def _text(node: Any, path: str) -> str:
    return str(node.xpath(path, namespaces=_NAMES)).strip()


def _moment(node: Any, path: str) -> float | None:
    text = _text(node, path)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise InvalidResponse(f"{text} is no time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _duration(text: str) -> float | None:
    """The seconds of a duration such as `PT6H`; None for what is none."""
    found = _DURATION.fullmatch(text)
    if found is None or text in ("", "P"):
        return None
    return sum(float(value or 0) * seconds for value, seconds in zip(found.groups(), _DURATION_PARTS, strict=True))


def _pem(text: str) -> str:
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))
