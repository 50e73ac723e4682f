"""Details of a SAML provider: its metadata, by URL or as a document, and what they say.

Source: recording aws-cli-examples/cli-example-get-identity-provider-by-identifier/1 (the address for sign-out is
shown whatever `IDPSignout` says); reference federation.md §1.1;
botocore's model, CreateIdentityProvider.ProviderDetails.
"""

from __future__ import annotations

from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.federation.details import Checked, Details
from cognito_emulator.user_pools.records import Pool

_FLAGS = ("IDPSignout", "IDPInit", "EncryptedResponses")
_SIGNATURES = ("rsa-sha256",)


def entity_id(pool: Pool) -> str:
    """What the pool is called as a service provider."""
    return f"urn:amazon:cognito:sp:{pool.id}"


def complete(given: Details) -> Checked:
    """The details with the addresses that the metadata name. Raises `InvalidParameterException`."""
    for name in _FLAGS:
        if name in given and given[name].lower() not in ("true", "false"):
            raise errors.invalid_provider_detail(name, given[name])
    algorithm = given.get("RequestSigningAlgorithm")
    if algorithm and algorithm not in _SIGNATURES:
        raise errors.invalid_provider_detail("RequestSigningAlgorithm", algorithm)
    metadata = _metadata(given)
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
    shown = {**given, "SSORedirectBindingURI": provider.sso_redirect}
    if provider.slo_redirect is not None:
        shown["SLORedirectBindingURI"] = provider.slo_redirect
    return Checked(shown, metadata=metadata)


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
