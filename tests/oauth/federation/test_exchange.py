"""GetDerivedToken with tokens of a pool's identity providers."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest
from lxml import etree

from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import App, Idp, claims, confirmed_user, refused, sign_in
from tests.oauth.federation import saml_idp
from tests.oauth.federation.conftest import CORP, Federation
from tests.oauth.federation.saml_idp import ENTITY
from tests.oauth.federation.test_saml import Saml, saml, theirs  # noqa: F401  (a fixture)

FLOWS = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]
INVALID = ("NotAuthorizedException", "Invalid Subject Token")


def exchanger(idp: Idp, pool_id: str) -> App:
    """A client that may exchange tokens."""
    made = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="service", ExplicitAuthFlows=FLOWS)
    return App(pool_id, made["UserPoolClient"]["ClientId"])


@pytest.fixture
def service(idp: Idp, corp: Federation) -> App:
    """A client that may exchange, of the pool whose user Ann has signed in with Corp."""
    corp.sign_in(email="ann@example.com")
    return exchanger(idp, corp.pool_id)


def token(corp: Federation, key: Any = None, **changes: Any) -> str:
    """A token of Corp about Ann, for the pool's client there."""
    now = int(corp.app.emulator.clock.now())
    said = {
        "iss": corp.provider.url,
        "aud": "an-id",
        "sub": "10158",
        "iat": now,
        "exp": now + 600,
        "auth_time": now - 60,
        **changes,
    }
    present = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(present, key or corp.provider.key, algorithm="RS256", headers={"kid": "1"})


def derive(idp: Idp, app: App, subject: str, type: str = "ID_TOKEN", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = idp.get_derived_token(
        **{
            "ClientId": app.client_id,
            "SubjectToken": subject,
            "SubjectTokenType": type,
            "SubjectTokenProviderName": CORP,
            **more,
        }
    )
    return answer


# ── OpenID Connect ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_id_token_of_a_provider(idp: Idp, corp: Federation, service: App) -> None:
    answer = derive(idp, service, token(corp), Audiences=["ledger"])
    said = claims(answer["IssuedToken"])
    assert (answer["IssuedTokenType"], answer["TokenType"], answer["Scopes"]) == ("ACCESS_TOKEN", "Bearer", [])
    assert (said["username"], said["client_id"], said["aud"]) == ("Corp_10158", service.client_id, "ledger")
    assert said["iss"].endswith(corp.pool_id)
    assert said["auth_time"] == int(corp.app.emulator.clock.now()) - 60
    identity = derive(idp, service, token(corp), RequestedTokenType="ID_TOKEN")
    assert claims(identity["IssuedToken"])["email"] == "ann@example.com"


def test_an_access_token_of_a_provider(idp: Idp, corp: Federation, service: App) -> None:
    idp.update_user_pool_client(
        UserPoolId=service.pool_id,
        ClientId=service.client_id,
        ExplicitAuthFlows=FLOWS,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        CallbackURLs=["https://app.example.com"],
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
    )
    given = token(corp, aud="https://api.corp.example", azp="an-id", scope="openid profile")
    assert derive(idp, service, given, "ACCESS_TOKEN")["Scopes"] == ["openid", "profile"]
    assert derive(idp, service, given, "ACCESS_TOKEN", Scopes=["openid", "email"])["Scopes"] == ["openid"]
    with refused(*INVALID):
        derive(idp, service, given)


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"aud": None}, {"sub": None}, {"sub": 5}, {"exp": None}],
)
def test_tokens_that_are_not_for_the_pool(idp: Idp, corp: Federation, service: App, changes: dict[str, Any]) -> None:
    for type in ("ID_TOKEN", "ACCESS_TOKEN"):
        with refused(*INVALID):
            derive(idp, service, token(corp, **changes), type)


def test_tokens_of_another_key(idp: Idp, corp: Federation, service: App, key_supply: KeySupply) -> None:
    other = key_supply.take()
    with refused(*INVALID):
        derive(idp, service, token(corp, other))
    with refused(*INVALID):
        derive(idp, service, "x.y.z")
    key_supply.recycle([other])


def test_an_expired_token(idp: Idp, corp: Federation, service: App) -> None:
    given = token(corp)
    corp.app.emulator.clock.advance(minutes=12)
    with refused("NotAuthorizedException", "Subject Token has expired"):
        derive(idp, service, given)


def test_keys_that_cannot_be_had(idp: Idp, corp: Federation, service: App) -> None:
    corp.provider.answers["/jwks"] = (500, b"")
    with refused("NotAuthorizedException", "Subject Token cannot be verified: the keys of Corp cannot be retrieved"):
        derive(idp, service, token(corp))


def test_a_person_who_is_no_user(idp: Idp, corp: Federation, service: App) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        derive(idp, service, token(corp, sub="10159"))
    assert len(idp.list_users(UserPoolId=corp.pool_id)["Users"]) == 1


def test_users_who_are_disabled_or_linked(idp: Idp, corp: Federation, service: App) -> None:
    local = confirmed_user(idp, corp.app.app, "bob")
    idp.admin_link_provider_for_user(
        UserPoolId=corp.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "bob"},
        SourceUser={
            "ProviderName": CORP,
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": "10160",
        },
    )
    derived = derive(idp, service, token(corp, sub="10160"))["IssuedToken"]
    assert claims(derived)["username"] == "bob"
    idp.admin_disable_user(**local.key)
    with refused("NotAuthorizedException", "User is disabled."):
        derive(idp, service, token(corp, sub="10160"))


def test_an_actor_of_a_provider_is_named_with_it(idp: Idp, corp: Federation, service: App) -> None:
    """The actor need not be a user of the pool. Source: RFC 8693, section 4.1."""
    alice = confirmed_user(idp, corp.app.app, "alice")
    acting = {"ActorToken": token(corp, sub="robot"), "ActorTokenType": "ID_TOKEN", "ActorTokenProviderName": CORP}
    answer = idp.get_derived_token(
        ClientId=service.client_id,
        SubjectToken=sign_in(idp, alice)["AccessToken"],
        SubjectTokenType="ACCESS_TOKEN",
        **acting,
    )
    assert claims(answer["IssuedToken"])["act"] == {"sub": "robot", "iss": corp.provider.url}


def test_which_provider(idp: Idp, corp: Federation, service: App) -> None:
    with refused("ResourceNotFoundException", "Identity provider Nobody does not exist."):
        derive(idp, service, token(corp), SubjectTokenProviderName="Nobody")
    with refused("InvalidParameterException", "SubjectTokenProviderName Corp cannot issue a token of type SAML2."):
        derive(idp, service, "PHNhbWw+", "SAML2")
    with refused("InvalidParameterException", "SubjectTokenProviderName is required for a token of type SAML2."):
        idp.get_derived_token(ClientId=service.client_id, SubjectToken="PHNhbWw+", SubjectTokenType="SAML2")


# ── SAML ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def assertive(idp: Idp, emulator: Emulator, theirs: saml_idp.Idp) -> Saml:  # noqa: F811
    """A pool whose user Ann has signed in with the SAML provider Corp."""
    made = saml(idp, emulator, theirs)
    made.sign_in(name="_first")
    return made


def url_safe(element: Any) -> str:
    return base64.urlsafe_b64encode(etree.tostring(element)).rstrip(b"=").decode()


def test_a_saml_assertion(idp: Idp, assertive: Saml) -> None:
    app = exchanger(idp, assertive.app.app.pool_id)
    assertion = assertive.idp.signed(assertive.assertion(None, name="_second"))
    for given in (url_safe(assertion), saml_idp.encoded(saml_idp.response(assertion))):
        said = claims(derive(idp, app, given, "SAML2")["IssuedToken"])
        assert said["username"] == assertive.usernames()[0]
        assert said["auth_time"] == int(assertive.now)


def test_what_assertions_are_refused_for(idp: Idp, assertive: Saml, key_supply: KeySupply) -> None:
    app = exchanger(idp, assertive.app.app.pool_id)
    key = key_supply.take()
    signed = assertive.idp.signed
    forged = signed(assertive.assertion(None))
    forged.find(".//{*}NameID").text = "bob"
    for bad in (
        assertive.assertion(None),
        signed(assertive.assertion(None, audience="urn:amazon:cognito:sp:us-east-1_other")),
        saml_idp.Idp(key).signed(assertive.assertion(None)),
        forged,
    ):
        with refused(*INVALID):
            derive(idp, app, url_safe(bad), "SAML2")
    with refused(*INVALID):
        derive(idp, app, "abc", "SAML2")
    old = url_safe(signed(assertive.assertion(None)))
    assertive.app.emulator.clock.advance(minutes=10)
    with refused("NotAuthorizedException", "Subject Token has expired"):
        derive(idp, app, old, "SAML2")
    key_supply.recycle([key])


def test_a_saml_actor(idp: Idp, assertive: Saml) -> None:
    app = exchanger(idp, assertive.app.app.pool_id)
    acting = url_safe(assertive.idp.signed(assertive.assertion(None, subject="robot", name="_third")))
    subject = url_safe(assertive.idp.signed(assertive.assertion(None, name="_fourth")))
    answer = derive(idp, app, subject, "SAML2", ActorToken=acting, ActorTokenType="SAML2", ActorTokenProviderName=CORP)
    assert claims(answer["IssuedToken"])["act"] == {"sub": "robot", "iss": ENTITY}
