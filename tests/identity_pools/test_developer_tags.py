"""Principal tags that a developer gives an identity are tags of its session, in the enhanced and in the basic flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from cognito_emulator import mock_cognito
from tests.builders import refused
from tests.identity_pools.builders import DEVELOPER, identity_pool, role
from tests.identity_pools.test_moto import NO_ROLE, client, create_role, denied, trust

TEAM = {"Effect": "Allow", "Action": "s3:*Object", "Resource": "arn:aws:s3:::files/${aws:PrincipalTag/team}/*"}


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    with mock_cognito(check_responses=True), mock_aws():
        yield


def token(identity: Any, pool_id: str, **given: Any) -> dict[str, Any]:
    answer = identity.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool_id, Logins={DEVELOPER: "alice"}, **given
    )
    return dict(answer)


@pytest.fixture
def pool_id() -> str:
    identity = client("cognito-identity")
    made = identity_pool(identity, roles=None, DeveloperProviderName=DEVELOPER)
    create_role("Tagged", trust(made, tags=True), TEAM)
    create_role("Untagged", trust(made), TEAM)
    identity.set_identity_pool_roles(IdentityPoolId=made, Roles={"authenticated": role("Tagged")})
    client("s3").create_bucket(Bucket="files")
    return made


@pytest.mark.parametrize("flow", ["enhanced", "basic"])
def test_tags_of_a_developer(pool_id: str, flow: str) -> None:
    identity = client("cognito-identity")
    given = token(identity, pool_id, PrincipalTags={"team": "red"})
    if flow == "enhanced":
        keys = identity.get_credentials_for_identity(
            IdentityId=given["IdentityId"], Logins={"cognito-identity.amazonaws.com": given["Token"]}
        )["Credentials"]
    else:
        keys = client("sts").assume_role_with_web_identity(
            RoleArn=role("Tagged"), RoleSessionName="alice", WebIdentityToken=given["Token"]
        )["Credentials"]

    @set_initial_no_auth_action_count(0)
    def enforced() -> None:
        s3 = client("s3", keys)
        s3.put_object(Bucket="files", Key="red/note", Body=b"ours")
        denied(s3.put_object, "AccessDenied", Bucket="files", Key="blue/note", Body=b"")

    enforced()


def test_a_role_has_to_allow_tags(pool_id: str) -> None:
    identity = client("cognito-identity")
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role("Untagged")})
    tagged, plain = token(identity, pool_id, PrincipalTags={"team": "red"}), token(identity, pool_id)

    def credentials(given: dict[str, Any]) -> Any:
        logins = {"cognito-identity.amazonaws.com": given["Token"]}
        return identity.get_credentials_for_identity(IdentityId=given["IdentityId"], Logins=logins)["Credentials"]

    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        credentials(tagged)
    assert credentials(plain)["AccessKeyId"].startswith("ASIA")
