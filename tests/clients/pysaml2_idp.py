"""A SAML identity provider made with pysaml2, which signs, encrypts and checks signatures with xmlsec1."""

from __future__ import annotations

import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.tls import certificate_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.metadata import entity_descriptor
    from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
    from saml2.server import Server
    from saml2.sigver import security_context, verify_redirect_signature

ENTITY = "https://idp.example.com/metadata"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
Form = dict[str, str]


@dataclass(frozen=True)
class ServiceProvider:
    """A user pool, as its documentation tells identity providers about it. Certificates are base64 DER."""

    pool_id: str
    endpoint: str
    signing: str
    encryption: str

    @property
    def entity(self) -> str:
        return f"urn:amazon:cognito:sp:{self.pool_id}"

    @property
    def acs(self) -> str:
        return f"{self.endpoint}/saml2/idpresponse"

    @property
    def metadata(self) -> str:
        def key(use: str, certificate: str) -> str:
            data = f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"
            return f'<KeyDescriptor use="{use}"><ds:KeyInfo>{data}</ds:KeyInfo></KeyDescriptor>'

        return (
            '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{self.entity}">'
            '<SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" '
            'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            f"{key('signing', self.signing)}{key('encryption', self.encryption)}"
            f'<SingleLogoutService Binding="{BINDING_HTTP_POST}" Location="{self.endpoint}/saml2/logout"/>'
            f'<AssertionConsumerService Binding="{BINDING_HTTP_POST}" Location="{self.acs}" index="0"/>'
            "</SPSSODescriptor></EntityDescriptor>"
        )


@dataclass(frozen=True)
class Asked:
    """A request that came in a redirect's query."""

    message: Any
    relay_state: str
    signed: bool


class PySaml2Idp:
    """The provider. It knows its service provider once it was introduced."""

    def __init__(self, folder: Path, key: RSAPrivateKey, address: str = "https://idp.example.com") -> None:
        self.sso, self.slo = f"{address}/sso", f"{address}/slo"
        self._files = certificate_in(folder, key=key)
        self._server = Server(config=self._config())
        self._sp: ServiceProvider | None = None

    def _config(self, *known: str) -> Any:
        endpoints = {
            "single_sign_on_service": [(self.sso, BINDING_HTTP_REDIRECT)],
            "single_logout_service": [(self.slo, BINDING_HTTP_REDIRECT)],
        }
        default = {"lifetime": {"minutes": 5}, "attribute_restrictions": None, "name_form": NAME_FORMAT_URI}
        return IdPConfig().load(
            {
                "entityid": ENTITY,
                "xmlsec_binary": shutil.which("xmlsec1"),
                "key_file": self._files.key,
                "cert_file": self._files.certificate,
                "service": {"idp": {"endpoints": endpoints, "policy": {"default": default}}},
                "metadata": {"inline": list(known)} if known else {},
            }
        )

    @property
    def metadata(self) -> str:
        return str(entity_descriptor(self._config()))

    def meet(self, sp: ServiceProvider) -> None:
        """Get to know the service provider by its metadata."""
        self._sp = sp
        self._server = Server(config=self._config(sp.metadata))

    @property
    def sp(self) -> ServiceProvider:
        assert self._sp is not None, "nobody was introduced"
        return self._sp

    def asked(self, location: str) -> Asked:
        """An authentication request. A signature has to be good."""
        given = self._given(location, self.sso)
        request = self._server.parse_authn_request(given["SAMLRequest"], BINDING_HTTP_REDIRECT)
        return Asked(request.message, given["RelayState"], self._is_signed(given))

    def asked_to_sign_out(self, location: str) -> Asked:
        """A logout request. A signature has to be good."""
        given = self._given(location, self.slo)
        request = self._server.parse_logout_request(given["SAMLRequest"], BINDING_HTTP_REDIRECT)
        return Asked(request.message, given["RelayState"], self._is_signed(given))

    def says(self, subject: str, identity: dict[str, list[str]], request: str | None = None, **options: Any) -> str:
        """The form field SAMLResponse. Options are those of `Server.create_authn_response`."""
        response = self._server.create_authn_response(
            identity,
            in_response_to=request,
            destination=self.sp.acs,
            sp_entity_id=self.sp.entity,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject),
            authn={"class_ref": PASSWORD, "authn_auth": ENTITY},
            **{"sign_assertion": True, "sign_response": False, **options},
        )
        return self._form(str(response), self.sp.acs, "")["SAMLResponse"]

    def signed_out(self, asked: Asked) -> Form:
        """The form that goes back to the service provider when its user is signed out here."""
        response = self._server.create_logout_response(asked.message, bindings=[BINDING_HTTP_POST], sign=True)
        return self._form(str(response), f"{self.sp.endpoint}/saml2/logout", asked.relay_state)

    def _form(self, document: str, destination: str, relay_state: str) -> Form:
        page = self._server.apply_binding(BINDING_HTTP_POST, document, destination, relay_state, response=True)["data"]
        assert f'action="{destination}"' in page
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))

    def _given(self, location: str, where: str) -> Form:
        assert location.startswith(f"{where}?"), location
        return dict(parse_qsl(urlsplit(location).query))

    def _is_signed(self, given: Form) -> bool:
        if "Signature" not in given:
            return False
        crypto = security_context(self._config()).sec_backend
        assert verify_redirect_signature(given, crypto, self.sp.signing), "the signature is wrong"
        return True
