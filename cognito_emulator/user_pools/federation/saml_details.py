"""Details of a SAML provider: its metadata, by URL or as a document, and what they say.

A document that came by URL is read again, at a sign-in, when it is six hours old or when it says so itself.

Source: recording aws-cli-examples/cli-example-get-identity-provider-by-identifier/1 (the address for sign-out is
shown whatever `IDPSignout` says); reference federation.md §1.1;
botocore's model, CreateIdentityProvider.ProviderDetails.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.outside import http_fetch
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.federation.details import Checked, Details
from cognito_emulator.user_pools.federation.records import PROVIDERS, IdentityProvider
from cognito_emulator.user_pools.records import Pool

if TYPE_CHECKING:
    from cognito_emulator import saml

logger = logging.getLogger(__name__)
LONGEST_CERTIFICATE = 4096
_FLAGS = ("IDPSignout", "IDPInit", "EncryptedResponses")
_SIGNATURES = ("rsa-sha256",)
_DERIVED = ("ActiveEncryptionCertificate", "SSORedirectBindingURI", "SLORedirectBindingURI")
_REFRESH_SECONDS = 6 * 3600
_RETRY_SECONDS = 300


def entity_id(pool: Pool) -> str:
    """What the pool is called as a service provider."""
    return f"urn:amazon:cognito:sp:{pool.id}"


def complete(call: Call, given: Details) -> Checked:
    """The details with the addresses that the metadata name. Raises `InvalidParameterException`."""
    for name in _FLAGS:
        if name in given and given[name].lower() not in ("true", "false"):
            raise errors.invalid_provider_detail(name, given[name])
    algorithm = given.get("RequestSigningAlgorithm")
    if algorithm and algorithm not in _SIGNATURES:
        raise errors.invalid_provider_detail("RequestSigningAlgorithm", algorithm)
    metadata = _metadata(given)
    provider = _described(metadata)
    _check_certificates(provider, call.now)
    return _checked(call, given, metadata, provider)


def current(call: Call, provider: IdentityProvider) -> IdentityProvider:
    """A provider with its metadata read again if they are due; what cannot be read leaves the earlier ones in force."""
    if provider.metadata_due is None or call.now < provider.metadata_due:
        return provider
    given = {name: value for name, value in provider.details.items() if name not in _DERIVED}
    try:
        metadata = _metadata(given)
        checked = _checked(call, given, metadata, _described(metadata))
    except AwsError as failure:
        logger.warning("The metadata of %s stay as they were: %s", provider.name, failure.message)
        fresh = replace(provider, metadata_due=call.now + _RETRY_SECONDS)
    else:
        kept = {n: v for n, v in provider.details.items() if n == "ActiveEncryptionCertificate"}
        details = {**checked.details, **kept}
        fresh = replace(provider, details=details, metadata=metadata, metadata_due=checked.metadata_due)

    def step(tx: Transaction) -> None:
        if tx.get(PROVIDERS, provider.pool_id, provider.name) == provider:
            tx.put(PROVIDERS, fresh)

    call.transact(step)
    return fresh


def _checked(call: Call, given: Details, metadata: str, provider: saml.Provider) -> Checked:
    shown = {**given, "SSORedirectBindingURI": provider.sso_redirect or ""}
    if provider.slo_redirect is not None:
        shown["SLORedirectBindingURI"] = provider.slo_redirect
    due = None
    if given.get("MetadataURL"):
        ends = (call.now + (provider.cache_seconds or _REFRESH_SECONDS), provider.valid_until)
        due = min(call.now + _REFRESH_SECONDS, *(end for end in ends if end is not None and end > call.now))
    return Checked(shown, metadata=metadata, metadata_due=due)


def _described(metadata: str) -> saml.Provider:
    try:
        from cognito_emulator import saml
    except ImportError:
        raise errors.saml_not_installed() from None
    try:
        provider = saml.provider_of(metadata)
    except saml.InvalidResponse:
        raise errors.metadata_not_understood() from None
    if provider.sso_redirect is None:
        raise errors.metadata_not_understood()
    return provider


def _check_certificates(provider: saml.Provider, now: float) -> None:
    """Refuse certificates that are too long, or whose time is over when the provider is set up."""
    from cryptography import x509

    for pem in provider.certificates:
        if len("".join(pem.splitlines()[1:-1])) > LONGEST_CERTIFICATE:
            raise errors.metadata_not_understood()
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError:
            raise errors.metadata_not_understood() from None
        if certificate.not_valid_after_utc <= datetime.fromtimestamp(now, timezone.utc):
            raise errors.metadata_certificate_expired()


def _metadata(given: Details) -> str:
    url, document = given.get("MetadataURL"), given.get("MetadataFile")
    if url and document:
        raise errors.two_saml_metadata()
    if document:
        return document
    if not url:
        raise errors.saml_metadata_required()
    try:
        return http_fetch.get(url).decode()
    except (http_fetch.Unreachable, UnicodeDecodeError):
        raise errors.metadata_not_retrieved(url) from None
