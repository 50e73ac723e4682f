"""Domains of user pools: names, versions, what depends on them."""

from __future__ import annotations

import pytest

from cognito_emulator.clock import Clock
from tests.builders import App, Idp, app_client, pool, refused
from tests.wire import Clients

INVALID = "InvalidParameterException"
CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a1b2"}
BAD_NAME = (
    "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
    r"hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
)


@pytest.fixture
def pool_id(idp: Idp) -> str:
    return pool(idp)


def described(idp: Idp, name: str) -> dict[str, object]:
    found: dict[str, object] = idp.describe_user_pool_domain(Domain=name)["DomainDescription"]
    return found


def members(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_prefix_domain(idp: Idp, pool_id: str, clock: Clock) -> None:
    assert members(idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)) == {}
    found = described(idp, "acme")
    assert str(found.pop("CloudFrontDistribution")).endswith(".cloudfront.net")
    assert found == {
        "UserPoolId": pool_id,
        "AWSAccountId": "123456789012",
        "Domain": "acme",
        "S3Bucket": "aws-cognito-prod-iad-assets",
        "Version": "20260101000000",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    }
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Domain"] == "acme"


def test_a_custom_domain_beside_it(idp: Idp, pool_id: str) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    made = idp.create_user_pool_domain(
        Domain="login.acme.example", UserPoolId=pool_id, CustomDomainConfig=CERTIFICATE, ManagedLoginVersion=2
    )
    assert made["CloudFrontDomain"] == described(idp, "login.acme.example")["CloudFrontDistribution"]
    assert made["ManagedLoginVersion"] == 2
    shown = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert (shown["Domain"], shown["CustomDomain"]) == ("acme", "login.acme.example")


@pytest.mark.parametrize("name", ["acme.example", "Acme", "acme_1", "-acme", "acme-", "a b", "é"])
def test_names_that_no_prefix_has(idp: Idp, pool_id: str, name: str) -> None:
    with refused(INVALID, BAD_NAME):
        idp.create_user_pool_domain(Domain=name, UserPoolId=pool_id)


@pytest.mark.parametrize(("name", "word"), [("my-aws-app", "aws"), ("amazon", "amazon"), ("cognito-1", "cognito")])
def test_reserved_words(idp: Idp, pool_id: str, name: str, word: str) -> None:
    with refused(INVALID, f"Domain cannot contain reserved word: {word}"):
        idp.create_user_pool_domain(Domain=name, UserPoolId=pool_id)


def test_a_name_belongs_to_one_pool_in_a_region(idp: Idp, pool_id: str, clients: Clients) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    other = pool(idp)
    with refused(INVALID, "Domain already associated with another user pool."):
        idp.create_user_pool_domain(Domain="acme", UserPoolId=other)
    elsewhere = clients(region="eu-west-1")
    idp_elsewhere_pool = pool(elsewhere)
    elsewhere.create_user_pool_domain(Domain="acme", UserPoolId=idp_elsewhere_pool)
    assert described(elsewhere, "acme")["UserPoolId"] == idp_elsewhere_pool


def test_a_custom_domain_belongs_to_one_pool_anywhere(idp: Idp, pool_id: str, clients: Clients) -> None:
    name = "login.acme.example"
    idp.create_user_pool_domain(Domain=name, UserPoolId=pool_id, CustomDomainConfig=CERTIFICATE)
    elsewhere = clients(region="eu-west-1")
    other = pool(elsewhere)
    with refused(INVALID, "Domain already associated with another user pool."):
        elsewhere.create_user_pool_domain(Domain=name, UserPoolId=other, CustomDomainConfig=CERTIFICATE)


def test_one_domain_of_each_kind(idp: Idp, pool_id: str) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    with refused(INVALID, "User pool already has a domain configured."):
        idp.create_user_pool_domain(Domain="other", UserPoolId=pool_id)
    assert described(idp, "other") == {}


def test_custom_domains_that_cannot_be(idp: Idp, pool_id: str) -> None:
    text = (
        "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or "
        "domain parent is a top-level domain."
    )
    for name in ("acme", "acme.example"):
        with refused(INVALID, text):
            idp.create_user_pool_domain(Domain=name, UserPoolId=pool_id, CustomDomainConfig=CERTIFICATE)
    elsewhere = {"CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/a1b2"}
    with refused(
        INVALID,
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
        "valid certificate chain.",
    ):
        idp.create_user_pool_domain(Domain="login.acme.example", UserPoolId=pool_id, CustomDomainConfig=elsewhere)


def test_versions_of_the_pages(idp: Idp, pool_id: str) -> None:
    with refused(INVALID, "Invalid ManagedLoginVersion. Valid values are 1 and 2."):
        idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id, ManagedLoginVersion=3)
    lite = pool(idp, UserPoolTier="LITE")
    with refused(
        "FeatureUnavailableInTierException",
        "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2",
    ):
        idp.create_user_pool_domain(Domain="acme", UserPoolId=lite, ManagedLoginVersion=2)


def test_update(idp: Idp, pool_id: str) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    assert members(idp.update_user_pool_domain(Domain="acme", UserPoolId=pool_id, ManagedLoginVersion=2)) == {
        "ManagedLoginVersion": 2
    }
    assert described(idp, "acme")["ManagedLoginVersion"] == 2
    with refused(INVALID, "No such domain or user pool exists."):
        idp.update_user_pool_domain(Domain="nobody", UserPoolId=pool_id, ManagedLoginVersion=1)
    other = pool(idp)
    with refused(INVALID, "No such domain or user pool exists."):
        idp.update_user_pool_domain(Domain="acme", UserPoolId=other, ManagedLoginVersion=1)


def test_delete(idp: Idp, pool_id: str) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    assert members(idp.delete_user_pool_domain(Domain="acme", UserPoolId=pool_id)) == {}
    assert described(idp, "acme") == {}
    assert "Domain" not in idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    with refused(INVALID, "No such domain or user pool exists."):
        idp.delete_user_pool_domain(Domain="acme", UserPoolId=pool_id)


def test_a_pool_with_a_domain_is_not_deleted(idp: Idp, pool_id: str) -> None:
    idp.create_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    with refused(INVALID, "User pool cannot be deleted. It has a domain configured that should be deleted first."):
        idp.delete_user_pool(UserPoolId=pool_id)
    idp.delete_user_pool_domain(Domain="acme", UserPoolId=pool_id)
    idp.delete_user_pool(UserPoolId=pool_id)


def test_unknown_pool(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool us-east-1_nobody does not exist."):
        idp.create_user_pool_domain(Domain="acme", UserPoolId="us-east-1_nobody")


# ── resource servers ─────────────────────────────────────────────────────────────────────────────────────────

SCOPES = [{"ScopeName": "read", "ScopeDescription": "Read"}, {"ScopeName": "write", "ScopeDescription": "Write"}]


def test_resource_servers(idp: Idp, pool_id: str) -> None:
    made = idp.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="API", Scopes=SCOPES)["ResourceServer"]
    assert made == {"UserPoolId": pool_id, "Identifier": "api", "Name": "API", "Scopes": SCOPES}
    assert idp.describe_resource_server(UserPoolId=pool_id, Identifier="api")["ResourceServer"] == made
    changed = idp.update_resource_server(UserPoolId=pool_id, Identifier="api", Name="Other", Scopes=SCOPES[:1])
    assert changed["ResourceServer"] == {**made, "Name": "Other", "Scopes": SCOPES[:1]}
    emptied = idp.update_resource_server(UserPoolId=pool_id, Identifier="api", Name="Other")
    assert emptied["ResourceServer"]["Scopes"] == []
    idp.delete_resource_server(UserPoolId=pool_id, Identifier="api")
    with refused("ResourceNotFoundException", "Resource server api does not exist."):
        idp.describe_resource_server(UserPoolId=pool_id, Identifier="api")


def test_a_second_resource_server_of_the_same_name(idp: Idp, pool_id: str) -> None:
    idp.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="API")
    with refused(INVALID, f"api already exists in user pool {pool_id}."):
        idp.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="Other")
    assert idp.describe_resource_server(UserPoolId=pool_id, Identifier="api")["ResourceServer"]["Name"] == "API"


def test_list_resource_servers(idp: Idp, pool_id: str) -> None:
    for number in range(3):
        idp.create_resource_server(UserPoolId=pool_id, Identifier=f"api-{number}", Name="API")
    first = idp.list_resource_servers(UserPoolId=pool_id, MaxResults=2)
    rest = idp.list_resource_servers(UserPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
    listed = [server["Identifier"] for page in (first, rest) for server in page["ResourceServers"]]
    assert listed == ["api-0", "api-1", "api-2"]
    assert "NextToken" not in rest


def test_clients_may_use_scopes_that_exist(idp: Idp, pool_id: str) -> None:
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "CallbackURLs": ["https://app.example.com"],
    }
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/read"):
        app_client(idp, pool_id, AllowedOAuthScopes=["api/read"], **oauth)
    idp.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="API", Scopes=SCOPES)
    client = app_client(idp, pool_id, AllowedOAuthScopes=["openid", "api/read"], **oauth)
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/admin"):
        idp.update_user_pool_client(UserPoolId=pool_id, ClientId=client, AllowedOAuthScopes=["api/admin"], **oauth)


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────

LINKS = {"cognito:default": "https://example.com/terms"}
FIXED = {"TermsSource": "LINK", "Enforcement": "NONE"}


@pytest.fixture
def client(idp: Idp, pool_id: str) -> App:
    return App(pool_id, app_client(idp, pool_id))


def test_terms(idp: Idp, client: App) -> None:
    whose = {"UserPoolId": client.pool_id}
    made = idp.create_terms(**whose, ClientId=client.client_id, TermsName="terms-of-use", Links=LINKS, **FIXED)["Terms"]
    assert (made["TermsName"], made["Links"], made["ClientId"]) == ("terms-of-use", LINKS, client.client_id)
    key = {**whose, "TermsId": made["TermsId"]}
    assert idp.describe_terms(**key)["Terms"] == made
    by_client = {**whose, "ClientId": client.client_id, "TermsName": "terms-of-use"}
    assert idp.describe_terms_by_client(**by_client)["Terms"] == made
    links = {**LINKS, "cognito:french": "https://example.com/fr"}
    assert idp.update_terms(**key, Links=links)["Terms"]["Links"] == links
    listed = idp.list_terms(**whose)["Terms"]
    assert [(terms["TermsId"], terms["TermsName"]) for terms in listed] == [(made["TermsId"], "terms-of-use")]
    idp.delete_terms(**key)
    assert idp.list_terms(**whose)["Terms"] == []
    with refused("ResourceNotFoundException", "Terms do not exist."):
        idp.describe_terms_by_client(**by_client)


def test_terms_that_are_refused(idp: Idp, client: App) -> None:
    whose = {"UserPoolId": client.pool_id, "ClientId": client.client_id}
    with refused(INVALID, "Links must contain a value for cognito:default."):
        idp.create_terms(**whose, TermsName="terms-of-use", Links={"cognito:french": "https://x.example"}, **FIXED)
    with refused(INVALID, "Invalid link for cognito:default: it must be a URL that begins with https:// or http://."):
        idp.create_terms(**whose, TermsName="terms-of-use", Links={"cognito:default": "javascript:alert(1)"}, **FIXED)
    made = idp.create_terms(**whose, TermsName="terms-of-use", Links=LINKS, **FIXED)["Terms"]
    exists = f"Terms terms-of-use already exist for app client {client.client_id}."
    with refused("TermsExistsException", exists):
        idp.create_terms(**whose, TermsName="terms-of-use", Links=LINKS, **FIXED)
    other = idp.create_terms(**whose, TermsName="privacy-policy", Links=LINKS, **FIXED)["Terms"]
    with refused("TermsExistsException", exists):
        idp.update_terms(UserPoolId=client.pool_id, TermsId=other["TermsId"], TermsName="terms-of-use")
    assert idp.describe_terms(UserPoolId=client.pool_id, TermsId=made["TermsId"])["Terms"] == made
