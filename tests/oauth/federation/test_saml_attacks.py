"""Forged SAML responses against the running application: refused as AWS refuses them, and nothing stored."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp as Cognito
from tests.builders import everything_in, pool, refused
from tests.oauth.browser import Page
from tests.oauth.conftest import relying
from tests.oauth.federation import saml_idp
from tests.oauth.federation.saml_idp import ENTITY, Idp
from tests.oauth.federation.test_saml import ACS, Saml, corp, refused_with, saml, theirs

__all__ = ["corp", "theirs"]  # fixtures
NOT_SIGNED = "SAML Assertion signature is invalid."
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
STATES = frozenset({"federation_states"})


class OldSigner(XMLSigner):
    """Signs with whatever it is told to."""

    def check_deprecated_methods(self) -> None:
        return


def attack(corp: Saml, forge: Callable[[str], Any]) -> Page:
    """Send what `forge` makes for the request; nothing but the state, which is spent, may have changed."""
    relay, request = corp.leave()
    response = forge(str(request.get("ID")))
    before = everything_in(corp.app.emulator, but=STATES)
    page = corp.send(relay, response)
    assert everything_in(corp.app.emulator, but=STATES) == before
    return page


def with_sha1(corp: Saml, request: str, method: SignatureMethod, **changes: Any) -> Any:
    signer = OldSigner(
        signature_algorithm=method,
        digest_algorithm=DigestAlgorithm.SHA1,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    signed = corp.idp.signed(corp.assertion(request, **changes), signer)
    assert method.value.encode() in etree.tostring(signed)
    return saml_idp.response(signed, request=request)


def test_sha1_is_a_signature_where_the_key_is_the_providers(corp: Saml, key_supply: KeySupply) -> None:
    relay, request = corp.leave()
    assert "code" in corp.send(relay, with_sha1(corp, request.get("ID"), SignatureMethod.RSA_SHA1)).query
    key = key_supply.take()
    other = Saml(corp.app, Idp(key), corp.app.browser(), corp.details)
    page = attack(other, lambda request: with_sha1(other, request, SignatureMethod.RSA_SHA1, name="_2"))
    key_supply.recycle([key])
    assert page.query["error_description"] == f"Invalid SAML response received: {NOT_SIGNED} "


def test_a_public_certificate_is_no_shared_secret(corp: Saml) -> None:
    """An HMAC with the provider's certificate, which everybody knows, as its key."""

    def forge(request: str) -> Any:
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.HMAC_SHA256,
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        assertion = corp.assertion(request)
        key = base64.b64decode(etree.fromstring(corp.idp.metadata).xpath("string(//*[local-name()='X509Certificate'])"))
        return saml_idp.response(signer.sign(assertion, key=key, reference_uri="#_1"), request=request)

    refused_with(corp, attack(corp, forge), NOT_SIGNED)


def test_a_certificate_that_comes_along_counts_for_nothing(corp: Saml, key_supply: KeySupply) -> None:
    """A signature of another key, with that key's certificate in the signature, as libraries send it."""
    key = key_supply.take()
    other = Idp(key)
    page = attack(
        corp, lambda request: saml_idp.response(other.signed(corp.assertion(request, subject="eve")), request=request)
    )
    key_supply.recycle([key])
    refused_with(corp, page, NOT_SIGNED)


def test_a_comment_does_not_cut_a_name_short(corp: Saml) -> None:
    """`ann<!---->.evil` is signed as `ann.evil`, and is nobody else."""
    relay, request = corp.leave()
    good = corp.idp.signed(corp.assertion(request.get("ID"), subject="ann.evil"))
    text = etree.tostring(saml_idp.response(good, request=request.get("ID")))
    assert b">ann.evil<" in text
    page = corp.send(relay, base64.b64encode(text.replace(b">ann.evil<", b">ann<!-- -->.evil<")).decode())
    assert "code" in page.query
    assert corp.usernames() == ["Corp_ann.evil"]


def test_a_signed_response_inside_another_vouches_for_nothing(corp: Saml) -> None:
    def forge(request: str) -> Any:
        good = corp.idp.signed(saml_idp.response(corp.assertion(request), request=request))
        evil = saml_idp.response(corp.assertion(request, subject="eve", name="_2"), request=request)
        evil.append(good)
        return evil

    refused_with(corp, attack(corp, forge), NOT_SIGNED)


def test_two_elements_of_one_id_vouch_for_nothing(corp: Saml) -> None:
    def forge(request: str) -> Any:
        good = corp.idp.signed(corp.assertion(request))
        evil = corp.assertion(request, subject="eve")
        signature = good.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        assert signature is not None
        good.remove(signature)
        evil.append(signature)
        return saml_idp.response(evil, good, request=request)

    refused_with(corp, attack(corp, forge), NOT_SIGNED)


def test_what_is_signed_but_failed_lets_nobody_in(corp: Saml) -> None:
    def forge(request: str) -> Any:
        response = saml_idp.response(corp.idp.signed(corp.assertion(request)), request=request)
        response[0][0].set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
        return response

    text = "the response has the status urn:oasis:names:tc:SAML:2.0:status:Responder."
    refused_with(corp, attack(corp, forge), text)


def test_an_assertion_for_later(corp: Saml) -> None:
    def forge(request: str) -> Any:
        assertion = corp.assertion(request, lasts=900)
        assertion.find(f"{SAML}Conditions").set("NotBefore", "2026-01-01T00:10:00Z")
        return saml_idp.response(corp.idp.signed(assertion), request=request)

    refused_with(corp, attack(corp, forge), "Assertion is not yet valid.")


def test_another_destination(corp: Saml) -> None:
    page = attack(
        corp,
        lambda request: saml_idp.response(
            corp.idp.signed(corp.assertion(request)), request=request, destination="https://elsewhere.example"
        ),
    )
    refused_with(corp, page, f"Destination is not {ACS}.")


def test_a_changed_encrypted_assertion(corp: Saml) -> None:
    def forge(request: str) -> Any:
        signed = corp.idp.signed(corp.assertion(request))
        hidden = saml_idp.encrypted(signed, corp.details["ActiveEncryptionCertificate"], mode="gcm")
        value = hidden.findall(".//{http://www.w3.org/2001/04/xmlenc#}CipherValue")[-1]
        raw = bytearray(base64.b64decode(value.text))
        raw[40] ^= 1
        value.text = base64.b64encode(bytes(raw)).decode()
        return saml_idp.response(hidden, request=request)

    refused_with(corp, attack(corp, forge), "the assertion cannot be decrypted.")


@pytest.mark.parametrize("text", [b"%%%", b"<", b"<x/>", b"\xff\xfe", b"<a>" * 50_000 + b"</a>" * 50_000], ids=range(5))
def test_nonsense(corp: Saml, text: bytes) -> None:
    encoded = "%%%" if text == b"%%%" else base64.b64encode(text[:70_000]).decode()
    page = attack(corp, lambda request: encoded)
    assert page.query["error"] == "server_error"
    assert page.query["error_description"].startswith("Invalid SAML response received: ")


def test_a_provider_speaks_for_itself_only(
    idp: Cognito, emulator: Emulator, theirs: Idp, key_supply: KeySupply
) -> None:
    """A response of one provider to a request that went to another of the same pool."""
    key = key_supply.take()
    other = Idp(key)
    pool_id = pool(idp)
    for name, metadata in (("Corp", theirs.metadata), ("Evil", other.metadata)):
        idp.create_identity_provider(
            UserPoolId=pool_id,
            ProviderName=name,
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": metadata},
            AttributeMapping={"email": "email"},
        )
    app = relying(idp, emulator, client={"SupportedIdentityProviders": ["Corp", "Evil"]}, pool_id=pool_id)
    world = Saml(app, other, app.browser(), {})
    page = attack(world, lambda request: saml_idp.response(other.signed(world.assertion(request)), request=request))
    key_supply.recycle([key])
    refused_with(world, page, NOT_SIGNED)


@pytest.mark.parametrize("what", ["entities", "no certificate", "no xml", "another document"])
def test_metadata_that_are_none(idp: Cognito, theirs: Idp, what: str) -> None:
    pool_id = pool(idp)
    document = {
        "entities": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + theirs.metadata.replace(ENTITY, "&e;"),
        "no certificate": theirs.metadata.replace("X509Certificate", "Nothing"),
        "no xml": "{}",
        "another document": "<html/>",
    }[what]
    with refused("InvalidParameterException", "Error processing SAML metadata"):
        idp.create_identity_provider(
            UserPoolId=pool_id,
            ProviderName="Corp",
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": document},
        )
    assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []


def test_a_sign_out_that_the_provider_begins_ends_nothing(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    """AWS documents sign-outs that begin at the pool only: a LogoutRequest is no answer to one."""
    corp = saml(idp, emulator, theirs, IDPSignout="true")
    corp.sign_in()
    protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
    request = etree.fromstring(
        f'<p:LogoutRequest xmlns:p="{protocol}" ID="_9" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">'
        f'<Issuer xmlns="{SAML[1:-1]}">{ENTITY}</Issuer><NameID xmlns="{SAML[1:-1]}">ann</NameID></p:LogoutRequest>'
    )
    before = everything_in(emulator)
    form = {"SAMLRequest": saml_idp.encoded(theirs.signed(request)), "RelayState": "x"}
    page = corp.browser.post("/saml2/logout", form)
    assert page.query["error"] == "invalid_request"
    assert corp.browser.get("/saml2/logout?SAMLRequest=x").status == 405
    assert everything_in(emulator) == before
    assert "code" in corp.app.authorize(corp.browser, identity_provider="Corp").query  # still signed in
