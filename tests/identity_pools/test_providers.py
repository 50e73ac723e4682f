"""Logins of Google, Apple, Facebook, Amazon, Twitter, Digits, and of the OpenID Connect and SAML providers of IAM."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cognito_emulator import mock_cognito
from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import app, claims, confirmed_user, refused, sign_in
from tests.conftest import START
from tests.identity_pools import saml_provider
from tests.identity_pools.builders import ACCOUNT, REGION, ROLES, identity_pool, provider_name, role
from tests.identity_pools.providers import Providers, running

GOOGLE = "accounts.google.com"
OIDC_HOST = "login.example.com/realms/x"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{OIDC_HOST}"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
SOCIAL = {
    GOOGLE: "google-client",
    "appleid.apple.com": "com.example.app",
    "graph.facebook.com": "fb-app",
    "www.amazon.com": "amzn-client",
    "api.twitter.com": "consumer;secret",
    "www.digits.com": "consumer;secret",
}
INVALID = "Invalid login token."


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    with running(KeySupply().take()) as started:
        yield started


@pytest.fixture(autouse=True)
def up_again(providers: Providers) -> None:
    providers.is_down = False
    providers.key_id = "key-1"
    providers.asked.clear()
    providers.authorizations.clear()


@pytest.fixture
def emulator(providers: Providers) -> Iterator[Emulator]:
    places = ",".join(f"{name}={providers.url}" for name in (*SOCIAL, OIDC_HOST))
    with mock_cognito(check_responses=True, login_providers=places, clock=Clock(START)) as emulator:
        yield emulator


@pytest.fixture
def identity(emulator: Emulator) -> Any:
    return boto3.client("cognito-identity", region_name=REGION)


@pytest.fixture
def pool_id(identity: Any) -> str:
    return identity_pool(identity, SupportedLoginProviders=SOCIAL)


def signed_in(identity: Any, pool_id: str, provider: str, token: str) -> tuple[str, list[str]]:
    """The identity of somebody with that login, and the `amr` of their token."""
    logins = {provider: token}
    identity_id = identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"]
    assert identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"] == identity_id
    assert identity.describe_identity(IdentityId=identity_id)["Logins"] == [provider]
    opened = identity.get_open_id_token(IdentityId=identity_id, Logins=logins)
    return identity_id, claims(opened["Token"])["amr"]


# ── OpenID Connect ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("issuer", [GOOGLE, f"https://{GOOGLE}", "https://appleid.apple.com"])
def test_google_and_apple(identity: Any, pool_id: str, providers: Providers, issuer: str) -> None:
    name = issuer.removeprefix("https://")
    token = providers.id_token(issuer, SOCIAL[name], "1", START)
    _, amr = signed_in(identity, pool_id, name, token)
    assert amr == ["authenticated", name, f"{name}:{SOCIAL[name]}:1"]


def test_what_id_tokens_are_refused_for(
    identity: Any, pool_id: str, providers: Providers, emulator: Emulator, key_supply: KeySupply
) -> None:
    def refuse(text: str, token: str) -> None:
        with refused("NotAuthorizedException", f"Invalid login token. {text}"):
            identity.get_id(IdentityPoolId=pool_id, Logins={GOOGLE: token})

    good: dict[str, Any] = {"issuer": GOOGLE, "audience": "google-client", "subject": "1", "now": START}
    refuse("Issuer doesn't match providerName", providers.id_token(**{**good, "issuer": "https://evil.example"}))
    refuse("Incorrect token audience.", providers.id_token(**{**good, "audience": "another"}))
    refuse("Incorrect token audience.", providers.id_token(**good, azp="another"))
    refuse("Missing a required claim: aud", providers.id_token(**{**good, "audience": None}))
    refuse("Not a valid OpenId Connect identity token.", "abc")
    forger = Providers(key_supply.take())
    refuse("Couldn't verify signed token.", forger.id_token(**good))
    # Clocks may differ by five minutes.
    emulator.clock.advance(600 + 299)
    assert identity.get_id(IdentityPoolId=pool_id, Logins={GOOGLE: providers.id_token(**good)})["IdentityId"]
    emulator.clock.advance(1)
    refuse(f"Token expired: {int(START) + 900} >= {int(START) + 600}", providers.id_token(**good))


def test_keys_are_fetched_once_and_when_they_change(identity: Any, pool_id: str, providers: Providers) -> None:
    for _ in range(2):
        identity.get_id(
            IdentityPoolId=pool_id, Logins={GOOGLE: providers.id_token(GOOGLE, "google-client", "1", START)}
        )
    assert providers.asked.count("/keys") == 1
    providers.key_id = "key-2"
    identity.get_id(IdentityPoolId=pool_id, Logins={GOOGLE: providers.id_token(GOOGLE, "google-client", "1", START)})
    assert providers.asked.count("/keys") == 2


def test_a_provider_that_is_down(identity: Any, pool_id: str, providers: Providers) -> None:
    token = providers.id_token(GOOGLE, "google-client", "1", START)
    providers.is_down = True
    with refused("ExternalServiceException", "accounts.google.com is not responding."):
        identity.get_id(IdentityPoolId=pool_id, Logins={GOOGLE: token})
    with refused("ExternalServiceException", "graph.facebook.com is not responding."):
        identity.get_id(IdentityPoolId=pool_id, Logins={"graph.facebook.com": "good"})


def test_open_id_providers_of_iam(identity: Any, providers: Providers) -> None:
    with mock_aws():
        iam = boto3.client("iam", region_name=REGION)
        arn = iam.create_open_id_connect_provider(
            Url=f"https://{OIDC_HOST}", ClientIDList=["one", "two"], ThumbprintList=["0" * 40]
        )["OpenIDConnectProviderArn"]
        assert arn == OIDC
        pool_id = identity_pool(identity, OpenIdConnectProviderARNs=[arn])
        token = providers.id_token(f"https://{OIDC_HOST}", ["two", "other"], "1", START)
        _, amr = signed_in(identity, pool_id, OIDC_HOST, token)
        assert amr == ["authenticated", OIDC_HOST, f"{OIDC}:OIDC:1"]
        with refused("NotAuthorizedException", "Invalid login token. Incorrect token audience."):
            other = providers.id_token(f"https://{OIDC_HOST}", "three", "1", START)
            identity.get_id(IdentityPoolId=pool_id, Logins={OIDC_HOST: other})
        with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
            other_pool = identity_pool(identity, SupportedLoginProviders={GOOGLE: "google-client"})
            identity.get_id(IdentityPoolId=other_pool, Logins={OIDC_HOST: token})
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
            identity.get_id(IdentityPoolId=pool_id, Logins={OIDC_HOST: token})


def test_a_user_pool_may_be_a_provider_of_iam(identity: Any) -> None:
    idp_client = boto3.client("cognito-idp", region_name=REGION)
    made = app(idp_client)
    name, token = provider_name(made), sign_in(idp_client, confirmed_user(idp_client, made))["IdToken"]
    with mock_aws():
        iam = boto3.client("iam", region_name=REGION)
        arn = iam.create_open_id_connect_provider(
            Url=f"https://{name}", ClientIDList=[made.client_id], ThumbprintList=["0" * 40]
        )["OpenIDConnectProviderArn"]
        pool_id = identity_pool(identity, OpenIdConnectProviderARNs=[arn])
        _, amr = signed_in(identity, pool_id, name, token)
        assert amr == ["authenticated", name, f"{arn}:OIDC:{claims(token)['sub']}"]
        with refused("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."):
            identity.get_id(IdentityPoolId=pool_id, Logins={name: token[:-8] + "AAAAAAAA"})


def test_providers_of_iam_need_an_iam(identity: Any, providers: Providers) -> None:
    pool_id = identity_pool(identity, OpenIdConnectProviderARNs=[OIDC])
    token = providers.id_token(f"https://{OIDC_HOST}", "one", "1", START)
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        identity.get_id(IdentityPoolId=pool_id, Logins={OIDC_HOST: token})


def test_role_mappings_of_open_id_tokens(identity: Any, pool_id: str, providers: Providers) -> None:
    rule = {"Claim": "hd", "MatchType": "Equals", "Value": "example.com", "RoleARN": role("Staff")}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=ROLES, RoleMappings={GOOGLE: mapping})

    def arn(**given: str) -> str:
        logins = {GOOGLE: providers.id_token(GOOGLE, "google-client", "1", START, **given)}
        identity_id = identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"]
        got = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)["Credentials"]
        return str(caller(got)["Arn"])

    assert arn(hd="example.com").split("/")[1] == "Staff"
    with refused("NotAuthorizedException", f"The ambiguous role mapping rules for: {GOOGLE} denied this request."):
        arn(hd="example.org")


def caller(credentials: dict[str, Any]) -> dict[str, Any]:
    sts = boto3.client(
        "sts",
        region_name=REGION,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretKey"],
        aws_session_token=credentials["SessionToken"],
    )
    return dict(sts.get_caller_identity())


# ── access tokens ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "token", "detail"),
    [
        ("graph.facebook.com", "good", "fb-app:fb-1"),
        ("www.amazon.com", "good", "amzn-client:amzn-1"),
        ("api.twitter.com", "good;user-secret", "consumer:t-1"),
        ("www.digits.com", "good;user-secret", "consumer:t-1"),
    ],
)
def test_access_tokens(identity: Any, pool_id: str, name: str, token: str, detail: str) -> None:
    _, amr = signed_in(identity, pool_id, name, token)
    assert amr == ["authenticated", name, f"{name}:{detail}"]


def test_facebook_says_that_a_token_is_expired(identity: Any, pool_id: str) -> None:
    with refused("NotAuthorizedException", "Invalid login token. Token is expired."):
        identity.get_id(IdentityPoolId=pool_id, Logins={"graph.facebook.com": "old"})


@pytest.mark.parametrize("name", ["graph.facebook.com", "www.amazon.com", "api.twitter.com"])
def test_bad_access_tokens(identity: Any, pool_id: str, name: str) -> None:
    for token in ("bad", "bad;secret"):
        with refused("NotAuthorizedException", INVALID):
            identity.get_id(IdentityPoolId=pool_id, Logins={name: token})


@pytest.mark.parametrize("name", ["graph.facebook.com", "www.amazon.com"])
def test_access_tokens_of_other_apps(identity: Any, name: str) -> None:
    pool_id = identity_pool(identity, SupportedLoginProviders={name: "another"})
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        identity.get_id(IdentityPoolId=pool_id, Logins={name: "good"})


def test_twitter_is_asked_with_a_signed_request(identity: Any, pool_id: str, providers: Providers) -> None:
    identity.get_id(IdentityPoolId=pool_id, Logins={"api.twitter.com": "good;user-secret"})
    (header,) = providers.authorizations
    import re
    from urllib.parse import unquote

    given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
    import hashlib
    import hmac
    from urllib.parse import quote

    signature = given.pop("oauth_signature")
    listed = "&".join(f"{name}={quote(value, safe='~')}" for name, value in sorted(given.items()))
    url = f"{providers.url}/1.1/account/verify_credentials.json"
    base = f"GET&{quote(url, safe='')}&{quote(listed, safe='~')}"
    digest = hmac.new(b"secret&user-secret", base.encode(), hashlib.sha1).digest()
    assert signature == base64.b64encode(digest).decode()


# ── SAML ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def idp() -> saml_provider.Idp:
    return saml_provider.Idp(KeySupply().take())


@pytest.fixture
def saml_pool(identity: Any, idp: saml_provider.Idp) -> Iterator[str]:
    with mock_aws():
        iam = boto3.client("iam", region_name=REGION)
        iam.create_saml_provider(Name="idp", SAMLMetadataDocument=idp.metadata)
        trust = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"}}'
        for name in ("One", "Two", "Authenticated"):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        yield identity_pool(identity, SamlProviderARNs=[SAML], roles={"authenticated": role("Authenticated")})


def saml_role(identity: Any, pool_id: str, assertion: str, **given: Any) -> str:
    """The role that somebody with an assertion gets."""
    logins = {SAML: assertion}
    identity_id = identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"]
    got = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins, **given)
    return str(caller(got["Credentials"])["Arn"]).split("/")[1]


def test_saml(identity: Any, saml_pool: str, idp: saml_provider.Idp) -> None:
    assertion = idp.response("alice", START)
    _, amr = signed_in(identity, saml_pool, SAML, assertion)
    assert amr == ["authenticated", SAML, f"{SAML}:alice"]
    assert saml_role(identity, saml_pool, assertion) == "Authenticated"
    assert saml_role(identity, saml_pool, idp.response("alice", START, roles=[f"{role('One')},{SAML}"])) == "One"
    two = idp.response("alice", START, roles=[f"{role('One')},{SAML}", f"{SAML},{role('Two')}"])
    assert saml_role(identity, saml_pool, two, CustomRoleArn=role("Two")) == "Two"
    with refused("NotAuthorizedException", f"The ambiguous role mapping rules for: {SAML} denied this request."):
        saml_role(identity, saml_pool, two)
    with refused("NotAuthorizedException", f"Access to Role '{role('Other')}' is forbidden."):
        saml_role(identity, saml_pool, two, CustomRoleArn=role("Other"))


def test_what_saml_responses_are_refused_for(identity: Any, saml_pool: str, idp: saml_provider.Idp) -> None:
    def refuse(text: str, response: str) -> None:
        with refused("NotAuthorizedException", text):
            identity.get_id(IdentityPoolId=saml_pool, Logins={SAML: response})

    refuse("Invalid base64 SAMLResponse", "%%%")
    refuse("Invalid base64 SAMLResponse", base64.b64encode(b"no xml").decode())
    refuse("Invalid base64 SAMLResponse", base64.b64encode(b"<xml/>").decode())
    unsigned = idp.response("alice", START, signed=False)
    refuse("Invalid login token. Couldn't verify signed token.", unsigned)
    stranger = saml_provider.Idp(KeySupply().take())
    refuse("Invalid login token. Couldn't verify signed token.", stranger.response("alice", START))
    altered = base64.b64decode(idp.response("alice", START)).replace(b">alice<", b">mallory<")
    refuse("Invalid login token. Couldn't verify signed token.", base64.b64encode(altered).decode())
    old = idp.response("alice", START - 3600)
    refuse(f"Invalid login token. Token expired: {int(START)} >= {int(START) - 3300}", old)
    refuse("Invalid login token. Incorrect token audience.", idp.response("alice", START, audience="urn:else"))


def test_an_assertion_beside_the_signed_one_is_not_read(identity: Any, saml_pool: str, idp: saml_provider.Idp) -> None:
    wrapped = idp.wrapped("alice", "mallory", START)
    identity_id = identity.get_id(IdentityPoolId=saml_pool, Logins={SAML: wrapped})["IdentityId"]
    alice = identity.get_id(IdentityPoolId=saml_pool, Logins={SAML: idp.response("alice", START)})["IdentityId"]
    assert identity_id == alice
