"""Logs and error lines of public issues: triggers, linking, identity pools, sync, the user pool domain."""

from __future__ import annotations

from cognito_emulator.conformance import federation
from cognito_emulator.conformance.preconditions import Given, Instead, Json, precondition
from cognito_emulator.conformance.preconditions.cli_others import identity_pool, provider_of
from cognito_emulator.conformance.world import World

_SOURCE = "github-issue-logs/"
_UNTRUSTED = "cognito-identity.cn-north-1.amazonaws.com.cn"


def _links(w: World) -> Json:
    w.make_pool()
    w.make_client()
    w.make_user()
    federation.add_social_provider(w, "Facebook")
    return {
        "UserPoolId": w.pool,
        "DestinationUser": {"ProviderAttributeValue": "user"},
        "SourceUser": {"ProviderAttributeValue": "10158"},
    }


@precondition(_SOURCE + "source-already-exists")
def source_has_profile(w: World) -> Given:
    """The source signed in once by itself; here through an OpenID Connect provider."""
    w.make_pool()
    w.make_client()
    w.make_user()
    name = federation.federated_user(w)
    provider, _, subject = name.partition("_")
    return {
        "UserPoolId": w.pool,
        "DestinationUser": {"ProviderAttributeValue": "user"},
        "SourceUser": {"ProviderName": provider, "ProviderAttributeValue": subject},
    }


@precondition(_SOURCE + "alias-exists")
def imported_destination(w: World) -> Given:
    """A destination that has not signed in (the import of a file leaves users so)."""
    params = _links(w)
    w.make_user("imported", confirmed=False)
    return {**params, "DestinationUser": {"ProviderAttributeValue": "imported"}}


# -- identity pools ----------------------------------------------------------------------------------------------


def guest(w: World) -> str:
    """An identity without logins in a pool that allows them."""
    pool = identity_pool(w, AllowUnauthenticatedIdentities=True)
    return str(w.call("GetId", "cognito-identity", IdentityPoolId=pool)["IdentityId"])


def signed_in_identity(w: World) -> tuple[str, dict[str, str]]:
    """An identity with a login of the user pool; its id and its logins."""
    tokens = w.signed_in_user()
    provider = provider_of(w)
    pool = identity_pool(w, AllowUnauthenticatedIdentities=True, CognitoIdentityProviders=[provider])
    logins = {provider["ProviderName"]: tokens["IdToken"]}
    made = w.call("GetId", "cognito-identity", IdentityPoolId=pool, Logins=logins)
    w.bind("<IdentityId>", made["IdentityId"])
    return str(made["IdentityId"]), logins


def with_roles(w: World) -> None:
    """Give the identity pool two roles."""
    role = "arn:aws:iam::123456789012:role/conformance-{}"
    roles = {name: role.format(name) for name in ("authenticated", "unauthenticated")}
    pool = w.facts["identity pool"]
    w.call("SetIdentityPoolRoles", "cognito-identity", IdentityPoolId=pool, Roles=roles)


@precondition(_SOURCE + "empty-login-token")
def empty_login(w: World) -> Given:
    return {"IdentityId": guest(w), "Logins": Instead({_UNTRUSTED: ""})}


@precondition(_SOURCE + "identity-pool-id-pattern")
def nothing(w: World) -> Given:
    """The request is refused whatever there is."""
    return None


@precondition(_SOURCE + "identity-pool-missing")
def no_such_pool(w: World) -> Given:
    w.bind(
        "us-east-1:8d8f7658-417e-46dd-a884-8b5cf9165a02", f"{w.endpoint.region}:8d8f7658-417e-46dd-a884-8b5cf9165a02"
    )
    return None


@precondition(_SOURCE + "unauthenticated-not-allowed")
def no_guests(w: World) -> Given:
    return {"IdentityPoolId": identity_pool(w, AllowUnauthenticatedIdentities=False)}


@precondition(_SOURCE + "logins-do-not-match")
def other_provider(w: World) -> Given:
    identity, logins = signed_in_identity(w)
    return {"IdentityId": identity, "Logins": Instead({"graph.facebook.com": next(iter(logins.values()))})}


@precondition(_SOURCE + "issuer-mismatch")
def token_of_another_pool(w: World) -> Given:
    """The pool trusts both user pools; the login names the one, the token is of the other."""
    tokens = w.signed_in_user()
    right = provider_of(w)
    w.make_pool()
    w.make_client()
    wrong = provider_of(w)
    pool = identity_pool(w, CognitoIdentityProviders=[right, wrong])
    return {"IdentityPoolId": pool, "Logins": Instead({wrong["ProviderName"]: tokens["IdToken"]})}


@precondition(_SOURCE + "client-not-a-provider")
def other_client(w: World) -> Given:
    """The identity pool names another app client of the same user pool."""
    tokens = w.signed_in_user()
    w.make_client()
    provider = provider_of(w)
    pool = identity_pool(w, CognitoIdentityProviders=[provider])
    return {"IdentityPoolId": pool, "Logins": Instead({provider["ProviderName"]: tokens["IdToken"]})}


@precondition(_SOURCE + "token-expired")
def expired_token(w: World) -> Given:
    identity, logins = signed_in_identity(w)
    with_roles(w)
    w.advance(2 * 3600)
    w.bind("1667365798 >= 1667235770", "<now> >= <exp>")
    return {"IdentityId": identity, "Logins": Instead(logins)}


@precondition(_SOURCE + "role-cannot-be-assumed")
def no_roles(w: World) -> Given:
    """The identity pool has no role for guests."""
    return {"IdentityId": guest(w)}


@precondition(_SOURCE + "identity-forbidden-headers")
def authenticated_without_logins(w: World) -> Given:
    identity, _ = signed_in_identity(w)
    with_roles(w)
    return {"IdentityId": identity}


@precondition(_SOURCE + "developer-login-missing-public-login")
def linked_identity_without_its_login(w: World) -> Given:
    """The identity is linked to a public provider (here a user pool); the request brings only the developer's.

    The reporter cut the text; its long form is recorded in logins-do-not-match.
    """
    text = "Logins don't match"
    w.bind(text, f"{text}. Please include at least one valid login for this identity or identity pool.")
    tokens = w.signed_in_user()
    provider = provider_of(w)
    pool = identity_pool(w, CognitoIdentityProviders=[provider], DeveloperProviderName="login.conformance")
    logins = {provider["ProviderName"]: tokens["IdToken"]}
    identity = w.call("GetId", "cognito-identity", IdentityPoolId=pool, Logins=logins)["IdentityId"]
    return {"IdentityPoolId": pool, "IdentityId": identity, "Logins": Instead({"login.conformance": "somebody"})}


@precondition(_SOURCE + "pass-role-denied")
def role_of_others(w: World) -> Given:
    role = "arn:aws:iam::999999999999:role/someone-elses"
    w.bind("arn:aws:iam::123456789012:role/<role>", role)
    return {"IdentityPoolId": identity_pool(w), "Roles": {"unauthenticated": role}}


# -- sync --------------------------------------------------------------------------------------------------------


def sync_dataset(w: World, dataset: str, *, writes: int, key: str, given_count: int) -> Json:
    """A dataset that was written `writes` times; parameters of a write that claims to know `given_count`."""
    identity = guest(w)
    place = {"IdentityPoolId": w.facts["identity pool"], "IdentityId": identity, "DatasetName": dataset}
    for count in range(writes):
        token = w.call("ListRecords", "cognito-sync", **place)["SyncSessionToken"]
        patch = {"Key": "filler" if given_count == 0 else key, "Op": "replace", "SyncCount": count, "Value": str(count)}
        w.call("UpdateRecords", "cognito-sync", **place, SyncSessionToken=token, RecordPatches=[patch])
    token = w.call("ListRecords", "cognito-sync", **place)["SyncSessionToken"]
    w.bind("eu-central-1:11111111-2222-4333-8444-555555555555", identity)
    return {**place, "SyncSessionToken": token}


@precondition(_SOURCE + "sync-count-conflict")
def newer_record(w: World) -> Given:
    """The record was written four times; the client believes in the first."""
    params = sync_dataset(w, "history", writes=4, key="history2", given_count=1)
    w.bind("is: 5285 not: 5282", "is: 4 not: 1")
    patch = {"Key": "history2", "Op": "replace", "SyncCount": 1, "Value": "x"}
    return {**params, "RecordPatches": [patch]}


@precondition(_SOURCE + "sync-session-token-invalid")
def session_token_of_another_dataset(w: World) -> Given:
    params = sync_dataset(w, "one", writes=1, key="a", given_count=1)
    patch = {"Key": "a", "Op": "replace", "SyncCount": 0, "Value": "x"}
    return {**params, "DatasetName": "two", "RecordPatches": [patch]}


# -- the user pool domain ----------------------------------------------------------------------------------------


@precondition(_SOURCE + "redirect-mismatch")
def unregistered_redirect(w: World) -> Given:
    host = federation.hosted_client(w)
    w.bind("<domain>", host)
    query = {"client_id": w.client, "redirect_uri": "https://elsewhere.example.com/", "response_type": "code"}
    return w.endpoint.get("/oauth2/authorize", query, Host=host)


@precondition(_SOURCE + "idp-token-endpoint-fails")
def failing_provider(w: World) -> Given:
    """The provider's token endpoint answers 400."""
    body = "Failure: 'Request failed with status code 400'"
    return federation.sign_in(w, token_answer=(400, body.encode(), "text/plain"))[-1]


@precondition(_SOURCE + "refresh-token-invalid-grant")
def refresh_token_of_api(w: World) -> Given:
    """A refresh token of another app client."""
    federation.hosted_client(w, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    w.make_user()
    token = w.sign_in()["RefreshToken"]
    host = federation.hosted_client(w, new_pool=False)
    form = {"grant_type": "refresh_token", "client_id": w.client, "refresh_token": token}
    return w.endpoint.post_form("/oauth2/token", form, {"Host": host})


@precondition(_SOURCE + "hosted-ui-id-token-claims")
def hosted_sign_in(w: World) -> Given:
    """A pool with e-mail addresses as usernames; the user is in one group, which has a role but no precedence."""
    w.region = "us-east-1"
    host = federation.hosted_client(w, recorded=("us-east-1_EXAMPLE1",), UsernameAttributes=["email"])
    attributes: Json = {
        "email": "user@example.com",
        "email_verified": "true",
        "phone_number": "+15555550100",
        "phone_number_verified": "true",
    }
    name = w.make_user("user@example.com", **attributes)
    role = "arn:aws:iam::123456789012:role/ExampleRole"
    w.call("CreateGroup", UserPoolId=w.pool, GroupName="AuthenticatedUser", RoleArn=role)
    w.call("AdminAddUserToGroup", UserPoolId=w.pool, Username=name, GroupName="AuthenticatedUser")
    return federation.code_sign_in(w, host, "user@example.com", scope="openid email phone")


@precondition(_SOURCE + "userinfo-without-openid-scope")
def userinfo_of_api_token(w: World) -> Given:
    """A token of the API has the scope aws.cognito.signin.user.admin alone."""
    host = federation.hosted_client(w, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    token = w.signed_in_user()["AccessToken"]
    return w.endpoint.get("/oauth2/userInfo", Host=host, Authorization=f"Bearer {token}")


@precondition(_SOURCE + "access-token-without-admin-scope", _SOURCE + "access-token-scope-federated-android")
def token_without_admin_scope(w: World) -> Given:
    """A token of the user pool domain with the scopes openid and email."""
    host = federation.hosted_client(w)
    w.make_user(email="user@example.com", email_verified="true")
    reply = federation.code_sign_in(w, host, "user")
    return {"AccessToken": reply.body["access_token"]}
