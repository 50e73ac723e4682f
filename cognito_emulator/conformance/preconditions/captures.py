"""Captured traffic: cloud-custodian (placebo), floci (fixtures), browsers and proxies."""

from __future__ import annotations

from cognito_emulator.conformance.endpoint import Credentials
from cognito_emulator.conformance.preconditions import Changes, Given, Json, Steps, precondition
from cognito_emulator.conformance.preconditions.cli_others import identity_pool, provider_of
from cognito_emulator.conformance.world import NotThereYet, World


@precondition("browser-captures/sync-update-records")
def sync_update_records(w: World) -> Given:
    """A dataset at sync count 8, written with the credentials of an identity."""
    from cognito_emulator.conformance.preconditions.issue_others import sync_dataset

    key = "AccountHistory:0123456789ABCDEF0123456789ABCDEF"
    params = sync_dataset(w, "BlurData", writes=8, key=key, given_count=0)
    role = w.role("Guest", allows=["cognito-sync:*"])
    pool_id, identity_id = params["IdentityPoolId"], params["IdentityId"]
    w.call("SetIdentityPoolRoles", "cognito-identity", IdentityPoolId=pool_id, Roles={"unauthenticated": role})
    given = w.call("GetCredentialsForIdentity", "cognito-identity", IdentityId=identity_id)["Credentials"]
    # The call was a browser's.
    keys = Credentials(given["AccessKeyId"], given["SecretKey"], given["SessionToken"])
    how = {"credentials": keys, "headers": {"Origin": "https://app.example.com"}}
    return Changes(params, how)


@precondition("browser-captures/openid-configuration-prefix-domain")
def openid_configuration(w: World) -> Given:
    """Asked for at the host of AWS, where the issuer is AWS's."""
    w.make_pool("us-east-1_EXAMPLE12")
    prefix = w.unique("prefix")
    w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=prefix)
    w.delete_later("DeleteUserPoolDomain", UserPoolId=w.pool, Domain=prefix)
    w.bind("<prefix>", prefix)
    return w.endpoint.get(f"/{w.pool}/.well-known/openid-configuration", Host="cognito-idp.us-east-1.amazonaws.com")


@precondition("browser-captures/appsync-access-token-claims")
def refreshed_token(w: World) -> Given:
    """A pool with e-mail addresses as usernames; the token comes from a refresh."""
    w.region = "ap-southeast-3"
    w.make_pool("ap-southeast-3_EXAMPLE56", UsernameAttributes=["email"])
    w.make_client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    w.make_user("someone@example.com", email="someone@example.com")
    tokens = w.sign_in("someone@example.com")
    if w.endpoint.has_control:
        w.advance(14 * 3600)
    return Changes(
        {
            "ClientId": w.client,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
        },
        {"headers": {"Host": "cognito-idp.ap-southeast-3.amazonaws.com"}},
    )


@precondition("cloud-custodian-placebo/test_cognito-identity-pool")
def two_identity_pools(w: World) -> Given:
    """Two pools, the first with a user pool as its provider."""
    w.make_pool("us-east-1_W6ST8sYH6")
    w.make_client("5jmrjnl6tk8akcovt907fudooc")
    identity_pool(
        w,
        "us-east-1:7af6af21-0a2b-49fb-98e6-07d8a39a3f7a",
        IdentityPoolName="origin_MOBILEHUB_1667653900",
        AllowUnauthenticatedIdentities=True,
        CognitoIdentityProviders=[provider_of(w)],
    )
    identity_pool(
        w,
        "us-east-1:dee8f727-00d8-468d-9309-cf1ef485b96c",
        IdentityPoolName="test_delete_id_pool",
        AllowUnauthenticatedIdentities=True,
    )
    return None


@precondition("cloud-custodian-placebo/test_cognito-user-pool_delete")
def two_user_pools(w: World) -> Steps:
    """Two pools as the console made them in 2017, with a required address; the second is deleted. There is no other."""
    if w.call("ListUserPools", MaxResults=1)["UserPools"]:
        raise NotThereYet("an account without user pools in this region")
    settings: Json = {"AutoVerifiedAttributes": ["email"]}
    settings["Schema"] = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    w.make_pool("us-east-1_hK13zaUU3", PoolName="test-delete-user-pool2", **settings)
    pool = w.make_pool("us-east-1_rDwm3X6Xo", PoolName="test-delete-user-pool", **settings)
    w.say_nothing_of("body.UserPool.SchemaAttributes.length", "pools have the attribute `identities` since")
    yield None
    yield None
    yield None
    yield {"UserPoolId": pool}
    yield None


_FIXTURE_CLIENT = "6h89qn2bfglbmvfebq9aaknqk0"


def _fixture_pool(w: World) -> None:
    w.make_pool(AutoVerifiedAttributes=["email"])
    w.make_client(_FIXTURE_CLIENT)


@precondition("floci-aws-fixtures/aws-cognito.sign-up.happy")
def nobody_signed_up(w: World) -> Given:
    _fixture_pool(w)
    return None


@precondition("floci-aws-fixtures/aws-cognito.confirm-sign-up.error.code-mismatch")
def unconfirmed_with_code(w: World) -> Given:
    _fixture_pool(w)
    w.sign_up("fixture@example.com", email="fixture@example.com")
    return None


@precondition("floci-aws-fixtures/aws-cognito.resend-confirmation.error.rate-limit")
def several_resends(w: World) -> Given:
    _fixture_pool(w)
    w.sign_up("fixture@example.com", email="fixture@example.com")
    for _ in range(3):
        w.call("ResendConfirmationCode", ClientId=w.client, Username="fixture@example.com")
    return None


@precondition("floci-aws-fixtures/aws-cognito.initiate-auth.srp.unknown-user")
def unknown_user_of_legacy_client(w: World) -> Given:
    w.make_pool()
    w.make_client(_FIXTURE_CLIENT, PreventUserExistenceErrors="LEGACY")
    return None


@precondition("kiro-cli-capture/unauthenticated-getid", "github-issue-logs/anonymous-getid-ios")
def guests_allowed(w: World) -> Given:
    pool = identity_pool(w, AllowUnauthenticatedIdentities=True)
    return {"IdentityPoolId": pool}
