"""Published AWS CLI examples about pools, app clients, resource servers, domains and providers."""

from __future__ import annotations

from cognito_emulator.conformance import federation
from cognito_emulator.conformance.preconditions import Given, precondition
from cognito_emulator.conformance.world import NotThereYet, World

_SOURCE = "aws-cli-examples/cli-example-"
_POOL_A, _POOL_E = "us-west-2_aaaaaaaaa", "us-west-2_EXAMPLE"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"


@precondition(_SOURCE + "create-resource-server", _SOURCE + "get-signing-certificate")
def a_pool(w: World) -> Given:
    w.make_pool(_POOL_E)
    return None


@precondition(_SOURCE + "get-csv-header")
def a_pool_of_documentation(w: World) -> Given:
    w.make_pool(_POOL_A)
    return None


@precondition(_SOURCE + "describe-resource-server")
def describe_resource_server(w: World) -> Given:
    pool = w.make_pool(_POOL_A)
    scopes = [
        ("weather.update", "Update weather forecast"),
        ("weather.read", "Read weather forecasts"),
        ("weather.delete", "Delete a weather forecast"),
    ]
    resource_server(w, pool, "weather.example.com", "Weather", scopes)
    return None


def resource_server(w: World, pool: str, identifier: str, name: str, scopes: list[tuple[str, str]]) -> None:
    """Create a resource server."""
    listed = [{"ScopeName": scope, "ScopeDescription": text} for scope, text in scopes]
    w.call("CreateResourceServer", UserPoolId=pool, Identifier=identifier, Name=name, Scopes=listed)


@precondition(_SOURCE + "update-resource-server")
def update_resource_server(w: World) -> Given:
    pool = w.make_pool(_POOL_A)
    resource_server(w, pool, "weather.example.com", "Weather", [("weather.read", "Read weather forecasts")])
    w.say_nothing_of("body.ResourceServer.Name", "the published answer has another name than its request")
    return None


@precondition(_SOURCE + "list-resource-servers")
def list_resource_servers(w: World) -> Given:
    pool = w.make_pool(_POOL_E)
    international = [("international.read", "International customers"), ("domestic.read", "Domestic customers")]
    resource_server(w, pool, "myapi.example.com", "Example API with custom access control scopes", international)
    b2b = [("b2b.read", "B2B customers")]
    resource_server(w, pool, "myapi2.example.com", "Another example API for access control", b2b)
    resource_server(w, pool, "myapi3.example.com", "A third", b2b)
    return None


@precondition(_SOURCE + "create-user-pool-client")
def create_user_pool_client(w: World) -> Given:
    """The pool has the three providers and the resource server that the client names.

    The publisher replaced the account of the Pinpoint application in the answer only.
    """
    w.bind("767671399759", "123456789012")
    pool = w.make_pool(_POOL_E)
    for kind in ("Google", "Facebook"):
        add_social_provider(w, pool, kind)
    add_oidc_provider(w, pool, "MyOIDC")
    resource_server(w, pool, "solar-system-data", "Solar", [("asteroids.add", "Enter a new asteroid")])
    return None


def add_social_provider(w: World, pool: str, kind: str) -> None:
    """Add Google or Facebook."""
    details = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "email"}
    w.call("CreateIdentityProvider", UserPoolId=pool, ProviderName=kind, ProviderType=kind, ProviderDetails=details)


def add_oidc_provider(w: World, pool: str, name: str) -> None:
    """Add an OpenID Connect provider whose endpoints are given (nothing has to be fetched)."""
    issuer = "https://idp.example.com"
    details = {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "authorize_scopes": "openid",
        "attributes_request_method": "GET",
        "oidc_issuer": issuer,
        "authorize_url": f"{issuer}/authorize",
        "token_url": f"{issuer}/token",
        "attributes_url": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
    }
    w.call("CreateIdentityProvider", UserPoolId=pool, ProviderName=name, ProviderType="OIDC", ProviderDetails=details)


_READABLE = (
    "address, birthdate, custom:CustomAttr1, custom:CustomAttr2, email, email_verified, family_name, gender, "
    "given_name, locale, middle_name, name, nickname, phone_number, phone_number_verified, picture, "
    "preferred_username, profile, updated_at, website, zoneinfo"
)


@precondition(_SOURCE + "describe-user-pool-client")
def describe_user_pool_client(w: World) -> Given:
    """A client of 2019: two legacy flows, a secret, every attribute readable."""
    schema = [{"Name": name, "AttributeDataType": "String", "Mutable": True} for name in ("CustomAttr1", "CustomAttr2")]
    w.make_pool(_POOL_A, Schema=schema)
    flows = ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]
    readable = _READABLE.split(", ")
    w.make_client(
        "38fjsnc484p94kpqsnet7mpld0",
        ClientName="MyApp",
        GenerateSecret=True,
        ExplicitAuthFlows=flows,
        ReadAttributes=readable,
        WriteAttributes=[name for name in readable if not name.endswith("_verified")],
        RefreshTokenValidity=30,
    )
    return None


@precondition(_SOURCE + "list-user-pool-clients")
def list_user_pool_clients(w: World) -> Given:
    w.make_pool(_POOL_E)
    for number in range(1, 5):
        w.make_client(ClientName=f"app-client-{number}")
    w.say_nothing_of("body.UserPoolClients.ClientName", "which three of the four come first is not known")
    return None


@precondition(_SOURCE + "create-user-pool-domain")
def create_user_pool_domain(w: World) -> Given:
    w.make_pool(_POOL_E)
    domain = f"{w.unique('auth')}.example.com"
    w.delete_later("DeleteUserPoolDomain", UserPoolId=w.pool, Domain=domain)
    return {"Domain": domain, "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}


@precondition(_SOURCE + "update-user-pool-domain")
def update_user_pool_domain(w: World) -> Given:
    w.make_pool("ca-central-1_EXAMPLE")
    domain, configuration = f"{w.unique('auth')}.example.com", {"CertificateArn": CERTIFICATE}
    w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=domain, CustomDomainConfig=configuration)
    w.delete_later("DeleteUserPoolDomain", UserPoolId=w.pool, Domain=domain)
    return {"Domain": domain, "CustomDomainConfig": configuration}


@precondition(_SOURCE + "describe-user-pool-domain")
def describe_user_pool_domain(w: World) -> Given:
    w.make_pool(_POOL_A)
    domain = w.unique("my-domain")
    w.bind("my-domain", domain)
    w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=domain)
    w.delete_later("DeleteUserPoolDomain", UserPoolId=w.pool, Domain=domain)
    return None


@precondition(_SOURCE + "get-user-pool-mfa-config")
def get_user_pool_mfa_config(w: World) -> Given:
    sms = {
        "SnsCallerArn": "arn:aws:iam::123456789012:role/service-role/my-SMS-Role",
        "ExternalId": "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        "SnsRegion": "us-west-2",
    }
    w.make_pool(
        _POOL_E,
        EmailConfiguration={
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
        },
        UserPoolTier="PLUS",
    )
    w.call(
        "SetUserPoolMfaConfig",
        UserPoolId=w.pool,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={
            "SmsAuthenticationMessage": "Your OTP for MFA or sign-in: use {####}.",
            "SmsConfiguration": sms,
        },
        SoftwareTokenMfaConfiguration={"Enabled": True},
        EmailMfaConfiguration={"Message": "Your OTP for MFA or sign-in: use {####}", "Subject": "OTP test"},
        WebAuthnConfiguration={"RelyingPartyId": "auth.example.com", "UserVerification": "preferred"},
    )
    return None


METADATA = (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.example.com/sso">'
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
    'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">'
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
    "{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{logout}"/>'
    '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{logout}"/>'
    "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>"
    "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>"
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{sign_on}"/>'
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sign_on}"/>'
    "</md:IDPSSODescriptor></md:EntityDescriptor>"
)


def metadata(
    sign_on: str = "https://www.example.com/sso/saml", logout: str = "https://www.example.com/slo/saml"
) -> str:
    """SAML metadata with a certificate made here."""
    return METADATA.format(certificate=_certificate(), logout=logout, sign_on=sign_on)


def _certificate() -> str:
    import base64
    from datetime import datetime, timezone

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=timezone.utc))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=timezone.utc))
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def saml_provider(w: World, name: str, *identifiers: str, **details: str) -> None:
    """Create a SAML provider from a metadata file."""
    w.call(
        "CreateIdentityProvider",
        UserPoolId=w.pool,
        ProviderName=name,
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": metadata(), **details},
        AttributeMapping={"email": "email"},
        IdpIdentifiers=list(identifiers),
    )


def serve_metadata(w: World, recorded: str, text: str) -> str:
    """Serve metadata where the endpoint can fetch them, in place of the recorded address."""
    if not w.endpoint.has_control:
        raise NotThereYet("an address of metadata that the endpoint can reach")
    server = federation.Provider({"/metadata": (200, text.encode(), "application/xml")})
    w.at_the_end(server.close)
    w.bind(recorded, f"{server.url}/metadata")
    return f"{server.url}/metadata"


@precondition(_SOURCE + "create-identity-provider")
def create_identity_provider(w: World) -> Given:
    """The metadata are at the address of the request. The published mapping is turned round: names of the provider
    stand where those of the pool belong."""
    schema = [{"Name": "111", "AttributeDataType": "String", "Mutable": True}]
    w.make_pool(_POOL_E, Schema=schema)
    text = metadata("https://auth.example.com/sso/saml", "https://auth.example.com/slo/saml")
    serve_metadata(w, "https://auth.example.com/sso/saml/metadata", text)
    for name in ("emailaddress", "phone"):
        w.say_nothing_of(f"body.IdentityProvider.AttributeMapping.{name}", "the published mapping is turned round")
    return None


@precondition(_SOURCE + "create-identity-provider-2")
def create_identity_provider_from_file(w: World) -> Given:
    """The published file is described by the answer, but for its certificate."""
    w.make_pool(_POOL_E)
    text = metadata()
    w.say_nothing_of("body.IdentityProvider.ProviderDetails.MetadataFile", "its certificate is left out")
    return {
        "UserPoolId": w.pool,
        "ProviderName": "MySAML2",
        "ProviderType": "SAML",
        "ProviderDetails": {
            "IDPInit": "true",
            "IDPSignout": "true",
            "EncryptedResponses": "true",
            "MetadataFile": text,
            "RequestSigningAlgorithm": "rsa-sha256",
        },
        "AttributeMapping": {"email": "idp_email", "email_verified": "idp_email_verified"},
        "IdpIdentifiers": ["platform"],
    }


@precondition(_SOURCE + "get-identity-provider-by-identifier")
def get_identity_provider_by_identifier(w: World) -> Given:
    w.make_pool(_POOL_E)
    text = metadata("https://auth.example.com/saml/assertion/", "https://auth.example.com/saml/logout/")
    address = serve_metadata(w, "https://auth.example.com/saml/metadata/", text)
    w.call(
        "CreateIdentityProvider",
        UserPoolId=w.pool,
        ProviderName="MYSAML",
        ProviderType="SAML",
        ProviderDetails={"MetadataURL": address, "IDPSignout": "false"},
        AttributeMapping={"email": "email"},
        IdpIdentifiers=["mysso", "mysamlsso"],
    )
    return None


@precondition(_SOURCE + "list-identity-providers")
def list_identity_providers(w: World) -> Given:
    """Three providers, of which the page holds two (`--max-items` of the CLI)."""
    w.make_pool(_POOL_E)
    saml_provider(w, "Azure")
    details = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "profile"}
    amazon = "LoginWithAmazon"
    w.call(
        "CreateIdentityProvider", UserPoolId=w.pool, ProviderName=amazon, ProviderType=amazon, ProviderDetails=details
    )
    saml_provider(w, "Zulu")
    return {"MaxResults": 2}
