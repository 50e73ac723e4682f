"""pysaml2 as the SAML identity provider of a pool: begun here or there, signed, encrypted, and signed out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from cognito_emulator.randomness import KeySupply

from .relying import CALLBACK
from .support import Server, claims_of, idp_client

pytest.importorskip("saml2", reason="pysaml2 is not installed")
if shutil.which("xmlsec1") is None:
    pytest.skip("pysaml2 needs the program xmlsec1, which is not installed", allow_module_level=True)

from .pysaml2_idp import PySaml2Idp, ServiceProvider

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:saml2.*")

# How pysaml2 calls them on the wire.
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
DISPLAY_NAME = "urn:oid:2.16.840.1.113730.3.1.241"
AFFILIATION = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"
MAPPING = {"email": MAIL, "name": DISPLAY_NAME, "nickname": AFFILIATION}
ANN = {"mail": ["ann@corp.example.com"], "displayName": ["Ann Ünal"], "eduPersonAffiliation": ["staff", "admin"]}
SIGNED_OUT = "https://app.example.com/bye"
QUIETLY: dict[str, Any] = {"allow_redirects": False, "timeout": 30}


@pytest.fixture
def theirs(tmp_path_factory: pytest.TempPathFactory, key_supply: KeySupply) -> Iterator[PySaml2Idp]:
    key = key_supply.take()
    yield PySaml2Idp(tmp_path_factory.mktemp("saml"), key)
    key_supply.recycle([key])


@dataclass
class Federation:
    """An app whose users come from the provider, and the browser of a person."""

    sp: ServiceProvider
    theirs: PySaml2Idp
    idp: Any
    client_id: str
    browser: requests.Session

    def leave(self) -> str:
        """Where the browser is sent to sign in."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "state": "s-1",
            "identity_provider": "Corp",
        }
        answer = self.browser.get(f"{self.sp.endpoint}/oauth2/authorize?{urlencode(query)}", **QUIETLY)
        return str(answer.headers["Location"])

    def come_back(self, response: str, relay_state: str) -> dict[str, str]:
        """Post what the provider says; the parameters that arrive at the app."""
        form = {"SAMLResponse": response, "RelayState": relay_state}
        answer = self.browser.post(self.sp.acs, form, **QUIETLY)
        there = answer.headers["Location"]
        assert there.startswith(CALLBACK), there
        return dict(parse_qsl(urlsplit(there).query))

    def sign_in(self, **options: Any) -> dict[str, str]:
        """All the way."""
        asked = self.theirs.asked(self.leave())
        return self.come_back(self.theirs.says("ann", ANN, asked.message.id, **options), asked.relay_state)

    def claims(self, back: dict[str, str]) -> dict[str, Any]:
        """The claims of the ID token for a code."""
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "client_id": self.client_id}
        form["code"] = back["code"]
        return claims_of(requests.post(f"{self.sp.endpoint}/oauth2/token", form, timeout=30).json()["id_token"])

    def log_out(self) -> str:
        """Where the browser is sent to from the logout endpoint."""
        query = urlencode({"client_id": self.client_id, "logout_uri": SIGNED_OUT})
        return str(self.browser.get(f"{self.sp.endpoint}/logout?{query}", **QUIETLY).headers["Location"])


def make_federation(server: Server, theirs: PySaml2Idp, **details: str) -> Federation:
    idp = idp_client(server.endpoint_url)
    pool = idp.create_user_pool(PoolName="upstream")["UserPool"]["Id"]
    idp.create_user_pool_domain(Domain=f"saml-{pool.split('_')[1].lower()}", UserPoolId=pool)
    made = idp.create_identity_provider(
        UserPoolId=pool,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": theirs.metadata, **details},
        AttributeMapping=MAPPING,
    )["IdentityProvider"]["ProviderDetails"]
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        CallbackURLs=[CALLBACK],
        LogoutURLs=[SIGNED_OUT],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        SupportedIdentityProviders=["Corp"],
    )["UserPoolClient"]["ClientId"]
    signing = idp.get_signing_certificate(UserPoolId=pool)["Certificate"]
    sp = ServiceProvider(pool, server.endpoint_url, signing, made["ActiveEncryptionCertificate"])
    theirs.meet(sp)
    return Federation(sp, theirs, idp, client, requests.Session())


def check_ann(corp: Federation, back: dict[str, str]) -> None:
    claims = corp.claims(back)
    assert claims["cognito:username"] == "Corp_ann"
    assert (claims["email"], claims["name"]) == ("ann@corp.example.com", "Ann Ünal")
    assert claims["nickname"] == "[staff,admin]"
    [identity] = claims["identities"]
    assert (identity["userId"], identity["providerType"]) == ("ann", "SAML")
    user = corp.idp.admin_get_user(UserPoolId=corp.sp.pool_id, Username="Corp_ann")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"


SHA1: dict[str, str] = {}
"""What pysaml2 signs with unless it is told otherwise."""
SHA256 = {
    "sign_alg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "digest_alg": "http://www.w3.org/2001/04/xmlenc#sha256",
}


@pytest.mark.parametrize("algorithms", [SHA1, SHA256], ids=["sha1", "sha256"])
def test_a_signed_assertion(cognito_server: Server, theirs: PySaml2Idp, algorithms: dict[str, str]) -> None:
    corp = make_federation(cognito_server, theirs)
    asked = theirs.asked(corp.leave())
    assert not asked.signed
    assert asked.message.issuer.text == corp.sp.entity
    assert asked.message.assertion_consumer_service_url == corp.sp.acs
    back = corp.come_back(theirs.says("ann", ANN, asked.message.id, **algorithms), asked.relay_state)
    assert back["state"] == "s-1"
    check_ann(corp, back)


def test_a_signed_response(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs)
    check_ann(corp, corp.sign_in(sign_assertion=False, sign_response=True))


def test_both_signed(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs)
    check_ann(corp, corp.sign_in(sign_assertion=True, sign_response=True))


def test_a_signed_request(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs, RequestSigningAlgorithm="rsa-sha256")
    assert theirs.asked(corp.leave()).signed
    check_ann(corp, corp.sign_in())


@pytest.mark.parametrize("sign_response", [False, True])
def test_an_encrypted_assertion(cognito_server: Server, theirs: PySaml2Idp, sign_response: bool) -> None:
    corp = make_federation(cognito_server, theirs, EncryptedResponses="true")
    back = corp.sign_in(encrypt_assertion=True, sign_response=sign_response)
    check_ann(corp, back)


def test_a_plain_assertion_where_it_has_to_be_encrypted(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs, EncryptedResponses="true")
    back = corp.sign_in()
    assert back["error"] == "server_error"
    text = "Responses must contain exactly one Encrypted Assertion"
    assert back["error_description"] == f"Invalid SAML response received: {text} "


def test_no_signature(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs)
    back = corp.sign_in(sign_assertion=False)
    assert back["error_description"] == "Invalid SAML response received: SAML Assertion signature is invalid. "
    assert corp.idp.list_users(UserPoolId=corp.sp.pool_id)["Users"] == []


def test_a_sign_in_that_begins_at_the_provider(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs, IDPInit="true")
    relay_state = urlencode(
        {
            "identity_provider": "Corp",
            "client_id": corp.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email profile",
        }
    )
    response = theirs.says("ann", ANN)
    check_ann(corp, corp.come_back(response, relay_state))
    again = corp.come_back(response, relay_state)
    assert again["error_description"] == "Invalid SAML response received: Assertion was used before. "


def test_single_logout(cognito_server: Server, theirs: PySaml2Idp) -> None:
    corp = make_federation(cognito_server, theirs, IDPSignout="true")
    corp.sign_in()
    asked = theirs.asked_to_sign_out(corp.log_out())
    assert asked.signed
    assert asked.message.name_id.text == "ann"
    assert len(asked.message.session_index) == 1
    form = theirs.signed_out(asked)
    answer = corp.browser.post(f"{corp.sp.endpoint}/saml2/logout", form, **QUIETLY)
    assert answer.headers["Location"] == SIGNED_OUT
    assert not theirs.asked(corp.leave()).signed  # asked again: the session is over
