"""SAML 2.0: the domain as a service provider. Sign-in begins here, or (where a provider may) at the provider.

Needs the extra `[saml]`. Source: reference federation.md §4; SAML 2.0 Core and Bindings (HTTP-Redirect, section 3.4).
"""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote_plus, urlencode
from xml.sax.saxutils import escape, quoteattr

from cognito_emulator import saml
from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.clock import iso
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.errors import PageError
from cognito_emulator.oauth.federation import claims, journey
from cognito_emulator.oauth.parameters import Parameters, of_text
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.store.interface import AlreadyExists, Transaction
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.federation import certificates, providers, saml_details, saml_encryption
from cognito_emulator.user_pools.federation.records import SPENT_ASSERTIONS, Identity, IdentityProvider, SpentAssertion
from cognito_emulator.user_pools.federation.saml_details import entity_id
from cognito_emulator.user_pools.federation.users import Person
from cognito_emulator.user_pools.tokens.issuer import public_base

PATH = "/saml2/idpresponse"
LONGEST_RESPONSE = 100_000
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
# How old a response may be that nobody asked for.
_UNASKED_SECONDS = 360
_GRACE = 60
_KEPT_AT_LEAST = 3600


def begin(request: AuthorizationRequest, provider: IdentityProvider) -> HttpResponse:
    """302 to the provider with an AuthnRequest, signed where the provider is set so."""
    visit = request.visit
    provider = saml_details.current(visit.call, provider)
    request_id = f"_{visit.call.emulator.randomness.uuid()}"
    where = provider.details["SSORedirectBindingURI"]
    document = (
        '<saml2p:AuthnRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" '
        f"AssertionConsumerServiceURL={quoteattr(_acs(visit))} Destination={quoteattr(where)} "
        f'ID="{request_id}" IssueInstant="{iso(visit.call.now)}" '
        'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0">'
        '<saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{escape(entity_id(visit.pool))}</saml2:Issuer></saml2p:AuthnRequest>"
    )
    state = journey.leave(request, provider, {"request_id": request_id})
    return _redirect(visit, where, document, state, signed=bool(provider.details.get("RequestSigningAlgorithm")))


def sign_out(visit: Visit, client_id: str, provider: IdentityProvider, identity: Identity, then: str) -> HttpResponse:
    """302 to the provider with a LogoutRequest, which is always signed; `then` is where the browser goes after that."""
    request_id = f"_{visit.call.emulator.randomness.uuid()}"
    where = provider.details["SLORedirectBindingURI"]
    index = f"<saml2p:SessionIndex>{escape(identity.session_index)}</saml2p:SessionIndex>"
    document = (
        '<saml2p:LogoutRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" '
        f"Destination={quoteattr(where)} "
        f'ID="{request_id}" IssueInstant="{iso(visit.call.now)}" Version="2.0">'
        '<saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{escape(entity_id(visit.pool))}</saml2:Issuer>"
        '<saml2:NameID xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{escape(identity.value)}</saml2:NameID>{index if identity.session_index else ''}</saml2p:LogoutRequest>"
    )
    state = journey.remember(visit, client_id, provider, {"request_id": request_id, "then": then})
    return _redirect(visit, where, document, state, signed=True)


def logged_out(visit: Visit) -> HttpResponse:
    """`POST /saml2/logout`: the provider has signed the user out as well. Raises `PageError`.

    The session here is over already; all that hangs on the answer, which has to be signed, is where the browser goes,
    and that was settled before. A provider cannot begin a sign-out: the service documents no LogoutRequest to it.
    """
    state = journey.recall(visit, visit.form.get("RelayState"))
    provider = providers.find(visit.call.reader, visit.pool, state.provider)
    if "then" not in state.data or provider is None:
        raise errors.invalid_saml_response()
    metadata = saml.provider_of(saml_details.current(visit.call, provider).metadata)
    try:
        answered = saml.sign_out_answered(visit.form.get("SAMLResponse", ""), metadata)
    except saml.InvalidResponse:
        raise errors.invalid_saml_response() from None
    if answered != state.data["request_id"]:
        raise errors.invalid_saml_response()
    return responses.redirect(state.data["then"])


def _redirect(visit: Visit, where: str, document: str, state: str, *, signed: bool) -> HttpResponse:
    query = urlencode({"SAMLRequest": _deflated(document), "RelayState": state})
    if signed:
        query += f"&SigAlg={quote_plus(_RSA_SHA256)}"
        query += f"&Signature={quote_plus(_signature(visit, query))}"
    return responses.redirect(f"{where}{'&' if '?' in where else '?'}{query}")


def idp_response(visit: Visit) -> HttpResponse:
    """`POST /saml2/idpresponse`: what a provider says. Raises `PageError`."""
    relay, encoded = visit.form.get("RelayState"), visit.form.get("SAMLResponse")
    if not relay:
        raise errors.invalid_relay_state()
    if not encoded or len(encoded) > LONGEST_RESPONSE:
        raise errors.invalid_saml_response()
    unasked = of_text(relay)
    if unasked.get("client_id"):
        return _unasked(visit, unasked, encoded)
    try:
        back = journey.arrive(visit, relay)
    except PageError as failure:
        raise errors.invalid_relay_state() if failure.error == "invalid_request" else failure from None
    if not back.provider.is_saml:
        raise errors.invalid_relay_state()
    expected = back.state.data["request_id"]
    return journey.finish(
        back.request, back.provider, lambda: _person(visit, back.provider, encoded, expected), saml=True
    )


def _unasked(visit: Visit, parameters: Parameters, encoded: str) -> HttpResponse:
    """A sign-in that began at the provider: the relay state is what an app would have asked with."""
    query = urlencode([pair for pair in parameters.pairs if pair[0] not in ("identity_provider", "idp_identifier")])
    request = journey.asked(visit, query)
    provider = _named(visit, parameters)
    if provider is None or not provider.is_saml or not provider.flag("IDPInit"):
        raise errors.invalid_relay_state()
    # Clients that a provider may begin at have SAML providers only. Source: developer guide, "SAML session initiation".
    supported = providers.of_client(visit.call.reader, visit.pool, request.client)
    names = [one.name for one in supported if one.is_saml]
    if provider.name not in names or names != request.client.settings.get("SupportedIdentityProviders", []):
        raise errors.invalid_relay_state()
    return journey.finish(request, provider, lambda: _person(visit, provider, encoded, None), saml=True)


def _named(visit: Visit, parameters: Parameters) -> IdentityProvider | None:
    name, identifier = parameters.get("identity_provider"), parameters.get("idp_identifier")
    if name:
        return providers.find(visit.call.reader, visit.pool, name)
    return providers.by_identifier(visit.call.reader, visit.pool, identifier) if identifier else None


def _person(visit: Visit, provider: IdentityProvider, encoded: str, expected: str | None) -> Person:
    """Who a response is about. Raises `RedirectError`."""
    decrypt = saml_encryption.decrypter(provider.encryption_key)
    metadata = saml.provider_of(saml_details.current(visit.call, provider).metadata)
    try:
        found = saml.read(encoded, metadata, decrypt)
    except saml.NotSigned as failure:
        signed = "Response" if isinstance(failure, saml.ResponseNotSigned) else "Assertion"
        raise errors.saml_refused(f"SAML {signed} signature is invalid.") from None
    except saml.InvalidResponse as failure:
        raise errors.saml_refused(f"{failure}.") from None
    if provider.flag("EncryptedResponses") and not found.encrypted:
        # Source of the text: docs.gitlab.com, "GitLab Dedicated SAML SSO" (its console signs in with user pools).
        raise errors.saml_refused("Responses must contain exactly one Encrypted Assertion")
    problem = _problem(visit, found, expected)
    if problem is not None:
        raise errors.saml_refused(problem)
    if any(ord(character) > 0xFFFF for values in found.attributes.values() for text in values for character in text):
        raise errors.saml_refused("Attribute values with characters of four bytes are not supported.")
    _spend(visit, provider, found)
    said = {name: values[0] if len(values) == 1 else claims.many(values) for name, values in found.attributes.items()}
    return Person(found.subject, said, {"samlResponse": said}, found.issuer, found.session_index)


def _problem(visit: Visit, found: saml.Assertion, expected: str | None) -> str | None:
    """Why a response with a good signature is refused all the same."""
    now, here = visit.call.now, _acs(visit)
    if entity_id(visit.pool) not in found.audiences:
        return f"Audience restriction is not satisfied: {entity_id(visit.pool)} is not an audience."
    if found.expires is not None and found.expires <= now:
        return "Assertion is expired."
    if found.not_before is not None and found.not_before > now + _GRACE:
        return "Assertion is not yet valid."
    if found.recipient is not None and found.recipient != here:
        return f"Recipient is not {here}."
    if found.destination is not None and found.destination != here:
        return f"Destination is not {here}."
    if any(answered != expected for answered in found.in_response_to) or (expected and not found.in_response_to):
        return "InResponseTo does not match the request."
    if expected is None and (found.issued is None or abs(now - found.issued) > _UNASKED_SECONDS):
        return "Response was not issued just now."
    return None


def _spend(visit: Visit, provider: IdentityProvider, found: saml.Assertion) -> None:
    """An assertion works once."""
    expires = max(found.expires or 0.0, visit.call.now + _KEPT_AT_LEAST)
    spent = SpentAssertion(visit.pool.id, provider.name, found.id, expires)

    def step(tx: Transaction) -> None:
        purge(tx, SPENT_ASSERTIONS, visit.call.now)
        try:
            tx.insert(SPENT_ASSERTIONS, spent)
        except AlreadyExists:
            raise errors.saml_refused("Assertion was used before.") from None

    visit.call.transact(step)


def _acs(visit: Visit) -> str:
    return public_base(visit.request.base_url) + PATH


def _deflated(document: str) -> str:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(compressor.compress(document.encode()) + compressor.flush()).decode()


def _signature(visit: Visit, query: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    kept = certificates.signing_key(visit.call, visit.pool)
    key = load_pem_private_key(kept.key.encode(), password=None)
    return base64.b64encode(key.sign(query.encode(), PKCS1v15(), SHA256())).decode()  # type: ignore[union-attr,call-arg,arg-type]
