"""Scenarios of the tests that the AWS provider's authors run on AWS: after each step the plan was empty there.

Names are those of the tests in hashicorp/terraform-provider-aws, internal/service/cognitoidp and cognitoidentity
(without `TestAcc` and `TestAccCognitoIDP`); configurations and expected values are facts from them. Those that need
threat protection name the tier PLUS, which they did not when they were written. Left out of `UserPool_basic` is that a
pool has an account recovery setting without being given one: the recording
`github-issue-logs/account-recovery-absent-by-default/1` says the opposite.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.oauth.federation.saml_idp import SSO, Idp

from .acceptance_clients import CLIENTS
from .acceptance_others import OTHERS, of_pool
from .acceptance_pools import POOLS, Step
from .provider.values import normal
from .provider.world import World

SAML = "aws_cognito_identity_provider.test"


@pytest.mark.parametrize("name", CLIENTS)
def test_user_pool_clients(world: World, name: str) -> None:
    follow(world, CLIENTS[name])


@pytest.mark.parametrize("name", OTHERS)
def test_other_resources(world: World, name: str) -> None:
    follow(world, OTHERS[name])


@pytest.mark.parametrize("name", POOLS)
def test_user_pools(world: World, name: str) -> None:
    follow(world, POOLS[name])


def test_saml_identity_providers(world: World) -> None:
    """IdentityProvider_saml: metadata, there without a place to sign out, are shown with what is made of them."""
    metadata = re.sub("<md:SingleLogoutService[^>]*>", "", Idp(rsa.generate_private_key(65537, 2048)).metadata)
    for encrypted in ("false", "true"):
        details = {"EncryptedResponses": encrypted, "MetadataFile": metadata}
        config = {"provider_name": "test", "provider_type": "SAML", "attribute_mapping": {"email": "email"}}
        follow(world, [of_pool("identity_provider", {"idp_identifiers": None}, **config, provider_details=details)])
        shown = world.kind(SAML).read(world.state[SAML])
        assert shown is not None
        assert shown["provider_details"].pop("ActiveEncryptionCertificate")
        assert shown["provider_details"] == {**details, "SSORedirectBindingURI": SSO}


def follow(world: World, steps: list[Step]) -> None:
    """Apply each step; then the plan is empty, the values are as on AWS, and an import finds the same."""
    for configs, expected in steps:
        world.apply(copy.deepcopy(configs))
        assert world.plan(configs) == {}
        for path, value in expected.items():
            kind, name, *inner = path.split(".")
            found: Any = world.kind(f"{kind}.{name}").read(world.state[f"{kind}.{name}"])
            for one in inner:
                found = (found or {}).get(one)
            assert found == value or normal(found) == normal(value), path
        world.forget(configs)
        assert world.plan(configs) == {}
