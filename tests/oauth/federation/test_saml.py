"""Sign-in with a SAML provider, begun here or there; forged, replayed and misdirected responses."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp as Cognito
from tests.builders import claims, everything_in, pool, refused
from tests.oauth.browser import Browser, Page, parameters
from tests.oauth.conftest import CALLBACK, HOST, SIGNED_OUT, Relying, oauth_client, relying
from tests.oauth.federation import saml_idp
from tests.oauth.federation.provider import Provider
from tests.oauth.federation.saml_idp import ENTITY, SLO, SSO, Idp

ACS = f"{HOST}/saml2/idpresponse"


@pytest.fixture
def theirs(key_supply: KeySupply) -> Iterator[Idp]:
    key = key_supply.take()
    yield Idp(key)
    key_supply.recycle([key])


@dataclass
class Saml:
    """An app whose users come from a SAML provider."""

    app: Relying
    idp: Idp
    browser: Browser
    details: dict[str, str]

    @property
    def audience(self) -> str:
        return f"urn:amazon:cognito:sp:{self.app.app.pool_id}"

    @property
    def now(self) -> float:
        return self.app.emulator.clock.now()

    def leave(self) -> tuple[str, Any]:
        """The relay state and the AuthnRequest."""
        page = self.app.authorize(self.browser, identity_provider="Corp")
        assert page.location.startswith(f"{SSO}?SAMLRequest="), page.location
        request = zlib.decompress(base64.b64decode(page.query["SAMLRequest"]), -15)
        return page.query["RelayState"], etree.fromstring(request)

    def assertion(self, request: str | None, **changes: Any) -> Any:
        given = {"audience": self.audience, "recipient": ACS, "email": ["ann@example.com"], **changes}
        return self.idp.assertion(self.now, request=request, **given)

    def send(self, relay: str, response: Any) -> Page:
        text = response if isinstance(response, str) else saml_idp.encoded(response)
        return self.browser.post(ACS, {"SAMLResponse": text, "RelayState": relay})

    def sign_in(self, **changes: Any) -> Page:
        relay, request = self.leave()
        assertion = self.idp.signed(self.assertion(request.get("ID"), **changes))
        return self.send(relay, saml_idp.response(assertion, request=request.get("ID"), destination=ACS))

    def usernames(self) -> list[str]:
        return [user["Username"] for user in self.app.idp.list_users(UserPoolId=self.app.app.pool_id)["Users"]]


def saml(cognito: Cognito, emulator: Emulator, idp: Idp, **details: str) -> Saml:
    pool_id = pool(cognito)
    made = cognito.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": idp.metadata, **details},
        AttributeMapping={"email": "email", "name": "groups"},
    )["IdentityProvider"]
    app = relying(cognito, emulator, client={"SupportedIdentityProviders": ["Corp"]}, pool_id=pool_id)
    return Saml(app, idp, app.browser(), made["ProviderDetails"])


@pytest.fixture
def corp(idp: Cognito, emulator: Emulator, theirs: Idp) -> Saml:
    return saml(idp, emulator, theirs)


def refused_with(corp: Saml, page: Page, text: str) -> None:
    assert page.location.startswith(f"{CALLBACK}?error_description="), page.location
    assert page.query["error"] == "server_error"
    assert page.query["error_description"] == f"Invalid SAML response received: {text} "
    assert corp.usernames() == []


# ── the provider ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_metadata_say_where_the_provider_is(corp: Saml) -> None:
    assert set(corp.details) == {
        "ActiveEncryptionCertificate",
        "MetadataFile",
        "SLORedirectBindingURI",
        "SSORedirectBindingURI",
    }
    assert (corp.details["SSORedirectBindingURI"], corp.details["SLORedirectBindingURI"]) == (SSO, SLO)


def test_a_provider_without_sign_out(idp: Cognito, theirs: Idp) -> None:
    """Only these four members. Source: reference federation.md §1.1."""
    lines = re.sub("<md:SingleLogoutService[^>]*>", "", theirs.metadata)
    made = idp.create_identity_provider(
        UserPoolId=pool(idp),
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": lines, "EncryptedResponses": "false"},
    )["IdentityProvider"]
    details = made["ProviderDetails"]
    assert (made["AttributeMapping"], details.pop("ActiveEncryptionCertificate") != "") == ({}, True)
    assert details == {"MetadataFile": lines, "EncryptedResponses": "false", "SSORedirectBindingURI": SSO}


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ({}, "At least one of the MetadataURL or MetadataFile should be provided."),
        ({"MetadataFile": "<x/>"}, "Error processing SAML metadata"),
        ({"MetadataURL": "http://127.0.0.1:9/m"}, "Error retrieving metadata from http://127.0.0.1:9/m"),
        (
            {"MetadataFile": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'},
            "Error processing SAML metadata",
        ),
    ],
)
def test_metadata_are_checked(idp: Cognito, details: dict[str, str], text: str) -> None:
    with refused("InvalidParameterException", text):
        idp.create_identity_provider(
            UserPoolId=pool(idp), ProviderName="Corp", ProviderType="SAML", ProviderDetails=details
        )


# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_request_is_for_the_pool_as_service_provider(corp: Saml) -> None:
    relay, request = corp.leave()
    assert len(relay) > 80
    assert request.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}AuthnRequest"
    assert request.get("AssertionConsumerServiceURL") == ACS
    assert request.get("Destination") == SSO
    assert request.get("ProtocolBinding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    assert re.fullmatch(r"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request.get("ID"))
    assert (request.get("Version"), request.get("IssueInstant")) == ("2.0", "2026-01-01T00:00:00.123Z")
    assert [(child.tag.rpartition("}")[2], child.text) for child in request] == [("Issuer", corp.audience)]


def test_requests_are_signed_where_that_is_set(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    corp = saml(idp, emulator, theirs, RequestSigningAlgorithm="rsa-sha256")
    url = corp.app.authorize(corp.browser, identity_provider="Corp").location
    signed, _, signature = urlsplit(url).query.rpartition("&Signature=")
    shown = idp.get_signing_certificate(UserPoolId=corp.app.app.pool_id)["Certificate"]
    key: Any = x509.load_der_x509_certificate(base64.b64decode(shown)).public_key()
    raw = base64.b64decode(parameters(f"?s={signature}")["s"][0])
    key.verify(raw, signed.encode(), PKCS1v15(), SHA256())


def test_the_user_comes_back(corp: Saml) -> None:
    page = corp.sign_in(groups=["a", "b c"])
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert page.query["state"] == "xyz"
    found = claims(corp.app.exchange(page.query["code"]).json["id_token"])
    assert found["cognito:username"] == "Corp_ann"
    assert (found["email"], found["name"]) == ("ann@example.com", "[a,b+c]")
    identity = found["identities"][0]
    assert (identity["providerType"], identity["issuer"], identity["userId"]) == ("SAML", ENTITY, "ann")


def test_the_whole_response_may_be_signed(corp: Saml) -> None:
    relay, request = corp.leave()
    response = saml_idp.response(corp.assertion(request.get("ID")), request=request.get("ID"))
    assert "code" in corp.send(relay, corp.idp.signed(response)).query


@pytest.mark.parametrize("mode", ["cbc", "gcm", "3des"])
def test_assertions_may_be_encrypted(idp: Cognito, emulator: Emulator, theirs: Idp, mode: str) -> None:
    corp = saml(idp, emulator, theirs, EncryptedResponses="true")
    relay, request = corp.leave()
    signed = theirs.signed(corp.assertion(request.get("ID")))
    hidden = saml_idp.encrypted(signed, corp.details["ActiveEncryptionCertificate"], mode=mode)
    assert "code" in corp.send(relay, saml_idp.response(hidden, request=request.get("ID"))).query


def test_plain_assertions_are_refused_where_they_have_to_be_encrypted(
    idp: Cognito, emulator: Emulator, theirs: Idp
) -> None:
    corp = saml(idp, emulator, theirs, EncryptedResponses="true")
    refused_with(corp, corp.sign_in(), "Responses must contain exactly one Encrypted Assertion")


def test_an_encrypted_assertion_needs_a_signature_too(corp: Saml) -> None:
    relay, request = corp.leave()
    hidden = saml_idp.encrypted(corp.assertion(request.get("ID")), corp.details["ActiveEncryptionCertificate"])
    page = corp.send(relay, saml_idp.response(hidden, request=request.get("ID")))
    refused_with(corp, page, "SAML Assertion signature is invalid.")


def test_a_sign_in_may_begin_at_the_provider(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    corp = saml(idp, emulator, theirs, IDPInit="true")
    asked = {
        "identity_provider": "Corp",
        "client_id": corp.app.app.client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid email",
    }
    page = corp.send(urlencode(asked), saml_idp.response(theirs.signed(corp.assertion(None))))
    assert (page.status, page.headers["content-length"]) == (302, "0")
    assert page.headers["x-amz-cognito-request-id"]
    assert page.location.startswith(f"{CALLBACK}?code=")
    answered = corp.send(urlencode(asked), saml_idp.response(theirs.signed(corp.assertion("_x", name="_2"))))
    assert "InResponseTo does not match the request." in answered.query["error_description"]
    emulator.clock.advance(1)
    late = corp.assertion(None, name="_3", lasts=3600)
    emulator.clock.advance(361)
    page = corp.send(urlencode(asked), saml_idp.response(theirs.signed(late)))
    assert "Response was not issued just now." in page.query["error_description"]


def test_a_sign_in_that_begins_at_the_provider_may_name_its_identifier(
    idp: Cognito, emulator: Emulator, theirs: Idp
) -> None:
    corp = saml(idp, emulator, theirs, IDPInit="true")
    pool_id = corp.app.app.pool_id
    idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Corp", IdpIdentifiers=["corp.example.com"])
    asked = corp.app.query(idp_identifier="corp.example.com")
    page = corp.send(asked, saml_idp.response(theirs.signed(corp.assertion(None))))
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert page.query["state"] == "xyz"


def test_clients_that_a_provider_begins_at_have_saml_providers_only(
    idp: Cognito, emulator: Emulator, theirs: Idp
) -> None:
    corp = saml(idp, emulator, theirs, IDPInit="true")
    mixed = oauth_client(idp, corp.app.app.pool_id, SupportedIdentityProviders=["Corp", "COGNITO"])
    asked = corp.app.query(identity_provider="Corp", client_id=mixed.client_id)
    page = corp.send(asked, saml_idp.response(theirs.signed(corp.assertion(None))))
    assert page.query["error"] == "Invalid relayState from identity provider"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"redirect_uri": "https://evil.example"}, "redirect_mismatch"),
        ({"client_id": "nobody"}, "Client does not exist"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"scope": "openid everything"}, "invalid_request"),
        ({"identity_provider": "Other"}, "Invalid relayState from identity provider"),
        ({"identity_provider": "COGNITO"}, "Invalid relayState from identity provider"),
    ],
)
def test_a_relay_state_is_checked_as_an_authorization_request(
    idp: Cognito, emulator: Emulator, theirs: Idp, wrong: dict[str, str], error: str
) -> None:
    corp = saml(idp, emulator, theirs, IDPInit="true")
    asked = corp.app.query(**{"identity_provider": "Corp", **wrong})
    before = everything_in(emulator)
    page = corp.send(asked, saml_idp.response(theirs.signed(corp.assertion(None))))
    assert page.location.startswith(f"{HOST}/error?")
    assert page.query["error"] == error
    assert everything_in(emulator) == before


# ── metadata by URL ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("extra", "seconds"),
    [("", 21_600), (' cacheDuration="PT1H"', 3600), (' validUntil="2026-01-01T00:30:00Z"', 1800)],
)
def test_metadata_are_read_again(
    idp: Cognito, emulator: Emulator, theirs: Idp, clock: Clock, provider: Provider, extra: str, seconds: int
) -> None:
    """After six hours, or when the document says so; a provider that is away meanwhile is known as it was."""

    def served(place: str) -> tuple[int, bytes]:
        return 200, theirs.metadata.replace(SSO, place).replace(" entityID", f"{extra} entityID").encode()

    def left_for() -> str:
        return corp.app.authorize(corp.app.browser(), identity_provider="Corp").location.partition("?")[0]

    url = f"{provider.url}/metadata"
    provider.answers["/metadata"] = served(SSO)
    corp = saml(idp, emulator, theirs, MetadataFile="", MetadataURL=url)
    assert corp.details["MetadataURL"] == url
    provider.answers["/metadata"] = served("https://moved.example.com/sso")
    clock.advance(seconds - 2)
    assert left_for() == SSO
    provider.answers["/metadata"] = (500, b"")
    clock.advance(3)
    assert left_for() == SSO
    provider.answers["/metadata"] = served("https://moved.example.com/sso")
    assert left_for() == SSO  # it is not asked at every sign-in
    clock.advance(301)
    assert left_for() == "https://moved.example.com/sso"
    shown = idp.describe_identity_provider(UserPoolId=corp.app.app.pool_id, ProviderName="Corp")["IdentityProvider"]
    assert shown["ProviderDetails"]["SSORedirectBindingURI"] == "https://moved.example.com/sso"
    assert shown["ProviderDetails"]["ActiveEncryptionCertificate"] == corp.details["ActiveEncryptionCertificate"]


def test_expired_certificates_are_refused_when_a_provider_is_made(idp: Cognito, theirs: Idp, clock: Clock) -> None:
    clock.set(datetime(2125, 1, 1, tzinfo=timezone.utc))
    with refused("InvalidParameterException", "SAML metadata contain an expired signing certificate"):
        idp.create_identity_provider(
            UserPoolId=pool(idp),
            ProviderName="Corp",
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": theirs.metadata},
        )


def test_no_sign_in_begins_at_a_provider_that_may_not(corp: Saml) -> None:
    asked = corp.app.query(identity_provider="Corp")
    page = corp.send(asked, saml_idp.response(corp.idp.signed(corp.assertion(None))))
    assert page.query["error"] == "Invalid relayState from identity provider"


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unsigned_assertion_is_refused(corp: Saml) -> None:
    relay, request = corp.leave()
    page = corp.send(relay, saml_idp.response(corp.assertion(request.get("ID")), request=request.get("ID")))
    refused_with(corp, page, "SAML Assertion signature is invalid.")


def test_a_changed_assertion_is_refused(corp: Saml) -> None:
    relay, request = corp.leave()
    response = saml_idp.response(corp.idp.signed(corp.assertion(request.get("ID"))), request=request.get("ID"))
    changed = etree.tostring(response).replace(b">ann<", b">bob<")
    page = corp.send(relay, base64.b64encode(changed).decode())
    refused_with(corp, page, "SAML Assertion signature is invalid.")


def test_a_signature_of_somebody_else_is_refused(corp: Saml, key_supply: KeySupply) -> None:
    other = Idp(key_supply.take())
    relay, request = corp.leave()
    response = saml_idp.response(other.signed(corp.assertion(request.get("ID"))), request=request.get("ID"))
    refused_with(corp, corp.send(relay, response), "SAML Assertion signature is invalid.")


def test_a_signature_of_the_response_has_to_be_good(corp: Saml) -> None:
    relay, request = corp.leave()
    response = corp.idp.signed(saml_idp.response(corp.assertion(request.get("ID")), request=request.get("ID")))
    changed = etree.tostring(response).replace(b">ann<", b">bob<")
    page = corp.send(relay, base64.b64encode(changed).decode())
    refused_with(corp, page, "SAML Response signature is invalid.")


def test_long_values_are_refused(corp: Saml) -> None:
    text = "The value of the attribute name must have a length less than or equal to 2048 characters"
    refused_with(corp, corp.sign_in(groups=["x" * 2049]), text)


@pytest.mark.parametrize("place", ["before", "after", "around", "inside the signature"])
def test_a_wrapped_assertion_never_counts(corp: Saml, place: str) -> None:
    """A good signature over one assertion does not vouch for another: only the signed one is read."""
    relay, request = corp.leave()
    good = corp.idp.signed(corp.assertion(request.get("ID")))
    evil = corp.assertion(request.get("ID"), subject="eve", name="_2")
    if place == "around":
        evil.append(good)
        content = [evil]
    elif place == "inside the signature":
        signature = good.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        assert signature is not None
        good.remove(signature)
        extra = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
        extra.append(good)
        evil.append(signature)
        content = [evil]
    else:
        content = [evil, good] if place == "before" else [good, evil]
    page = corp.send(relay, saml_idp.response(*content, request=request.get("ID")))
    assert "Corp_eve" not in corp.usernames()
    assert ("code" in page.query) == (place in ("before", "after"))


def test_entities_are_never_expanded(corp: Saml) -> None:
    relay, request = corp.leave()
    response = saml_idp.response(corp.idp.signed(corp.assertion(request.get("ID"))), request=request.get("ID"))
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + etree.tostring(response)
    page = corp.send(relay, base64.b64encode(evil).decode())
    refused_with(corp, page, "the document has a document type, which may define entities.")


def test_an_assertion_works_once(corp: Saml) -> None:
    assert "code" in corp.sign_in().query
    corp.browser = corp.app.browser()
    assert "Assertion was used before." in corp.sign_in().query["error_description"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"recipient": "https://elsewhere.example.com"}, f"Recipient is not {ACS}."),
        ({"lasts": -10}, "Assertion is expired."),
    ],
)
def test_misdirected_and_late_assertions_are_refused(corp: Saml, changes: dict[str, Any], text: str) -> None:
    refused_with(corp, corp.sign_in(**changes), text)


def test_another_audience_is_refused(corp: Saml) -> None:
    text = f"Audience restriction is not satisfied: {corp.audience} is not an audience."
    refused_with(corp, corp.sign_in(audience="urn:amazon:cognito:sp:us-east-1_other"), text)


def test_an_answer_to_another_request_is_refused(corp: Saml) -> None:
    relay, _ = corp.leave()
    response = saml_idp.response(corp.idp.signed(corp.assertion("_another")), request="_another")
    refused_with(corp, corp.send(relay, response), "InResponseTo does not match the request.")


def test_an_answer_to_no_request_is_refused(corp: Saml) -> None:
    relay, _ = corp.leave()
    page = corp.send(relay, saml_idp.response(corp.idp.signed(corp.assertion(None))))
    refused_with(corp, page, "InResponseTo does not match the request.")


@pytest.mark.parametrize("relay", ["", "made-up"])
def test_a_relay_state_of_nobody_is_refused(corp: Saml, relay: str) -> None:
    page = corp.browser.post(ACS, {"SAMLResponse": "x", "RelayState": relay})
    assert page.query["error"] == "Invalid relayState from identity provider"


def test_long_and_missing_responses_are_refused(corp: Saml) -> None:
    for text in ("", "x" * 100_001):
        page = corp.browser.post(ACS, {"SAMLResponse": text, "RelayState": "x"})
        assert page.query["error"] == "Invalid samlResponse or relayState from identity provider"


def test_responses_come_by_post_only(corp: Saml) -> None:
    page = corp.browser.get("/saml2/idpresponse?SAMLResponse=x&RelayState=y", follow=True)
    assert page.status == 400
    assert "An error was encountered with the requested page." in page.text


def test_a_relay_state_ends_after_five_minutes(corp: Saml, clock: Clock) -> None:
    relay, _ = corp.leave()
    clock.advance(301)
    assert corp.send(relay, "x").query["error"] == "Something went wrong"


# ── signing out ──────────────────────────────────────────────────────────────────────────────────────────────


def logout(corp: Saml) -> Page:
    query = urlencode({"client_id": corp.app.app.client_id, "logout_uri": SIGNED_OUT})
    return corp.browser.get(f"/logout?{query}")


def logout_response(request: str, signed_by: Idp | None) -> str:
    protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
    text = f'<p:LogoutResponse xmlns:p="{protocol}" ID="_9" Version="2.0" InResponseTo="{request}"/>'
    response = etree.fromstring(text)
    return saml_idp.encoded(signed_by.signed(response) if signed_by is not None else response)


def test_the_provider_signs_its_user_out_as_well(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    corp = saml(idp, emulator, theirs, IDPSignout="true")
    corp.sign_in()
    left = logout(corp)
    assert left.location.startswith(f"{SLO}?SAMLRequest=")
    assert list(left.query) == ["SAMLRequest", "RelayState", "SigAlg", "Signature"]
    request = etree.fromstring(zlib.decompress(base64.b64decode(left.query["SAMLRequest"]), -15))
    assert request.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}LogoutRequest"
    assert [part.text for part in request] == [corp.audience, "ann"]
    form = {"SAMLResponse": logout_response(request.get("ID"), theirs), "RelayState": left.query["RelayState"]}
    assert corp.browser.post("/saml2/logout", form).location == SIGNED_OUT
    assert corp.browser.post("/saml2/logout", form).query["error"] == "invalid_request"
    corp.leave()  # the browser is no longer signed in


def test_an_answer_to_another_sign_out_is_refused(idp: Cognito, emulator: Emulator, theirs: Idp) -> None:
    corp = saml(idp, emulator, theirs, IDPSignout="true")
    corp.sign_in()
    form = {"SAMLResponse": logout_response("_another", theirs), "RelayState": logout(corp).query["RelayState"]}
    page = corp.browser.post("/saml2/logout", form)
    assert page.query["error"] == "Invalid samlResponse or relayState from identity provider"


def test_an_answer_to_a_sign_out_has_to_be_signed(
    idp: Cognito, emulator: Emulator, theirs: Idp, key_supply: KeySupply
) -> None:
    corp = saml(idp, emulator, theirs, IDPSignout="true")
    key = key_supply.take()
    for who in (None, Idp(key)):
        corp.browser = corp.app.browser()
        relay, request = corp.leave()
        assertion = corp.assertion(request.get("ID"), name=f"_{who is None}")
        assert "code" in corp.send(relay, saml_idp.response(theirs.signed(assertion), request=request.get("ID"))).query
        left = logout(corp)
        asked = etree.fromstring(zlib.decompress(base64.b64decode(left.query["SAMLRequest"]), -15))
        form = {"SAMLResponse": logout_response(asked.get("ID"), who), "RelayState": left.query["RelayState"]}
        page = corp.browser.post("/saml2/logout", form)
        assert page.query["error"] == "Invalid samlResponse or relayState from identity provider"
    key_supply.recycle([key])


def test_without_the_setting_only_the_session_here_ends(corp: Saml) -> None:
    corp.sign_in()
    assert logout(corp).location == SIGNED_OUT
