"""Tokens and credentials, where no other AWS is: the emulator's own STS makes them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import claims, header, refused, sign_in
from tests.identity_pools.builders import ACCOUNT, ROLES, World, identity_pool, role, world
from tests.wire import Clients, send

NO_GUESTS = "Unauthenticated access is not supported for this identity pool."
NO_ROLE = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


def credentials(identity: Any, identity_id: str, logins: dict[str, str] | None = None, **given: Any) -> dict[str, Any]:
    got = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins or {}, **given)
    return dict(got["Credentials"])


def caller(clients: Clients, given: dict[str, Any]) -> dict[str, Any]:
    """Who STS says the holder of these credentials is."""
    answer = sts(clients, given).get_caller_identity()
    return {name: answer[name] for name in ("UserId", "Account", "Arn")}


def sts(clients: Clients, given: dict[str, Any] | None = None) -> Any:
    keys = {"AccessKeyId": "testing", "SecretKey": "testing", "SessionToken": None, **(given or {})}
    client = boto3.client(
        "sts",
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretKey"],
        aws_session_token=keys["SessionToken"],
    )
    client.meta.events.register("before-send", clients._answer)
    return client


# ── the enhanced flow ────────────────────────────────────────────────────────────────────────────────────────


def test_a_guest_gets_the_guests_role(identity: Any, clients: Clients, clock: Clock) -> None:
    pool_id = identity_pool(identity)
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    given = credentials(identity, guest)
    assert set(given) == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert given["AccessKeyId"].startswith("ASIA")
    assert given["Expiration"].timestamp() == pytest.approx(clock.now() + 3600, abs=1)
    who = caller(clients, given)
    assert who["Account"] == ACCOUNT
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Guest/CognitoIdentityCredentials"
    assert who["UserId"].startswith("AROA")
    assert who["UserId"].endswith(":CognitoIdentityCredentials")


def test_a_user_gets_the_authenticated_role(idp: Any, identity: Any, made: World, clients: Clients) -> None:
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    who = caller(clients, credentials(identity, mine, logins))
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Authenticated/CognitoIdentityCredentials"


def test_credentials_expire(identity: Any, clients: Clients, clock: Clock) -> None:
    guest = identity.get_id(IdentityPoolId=identity_pool(identity))["IdentityId"]
    given = credentials(identity, guest)
    clock.advance(hours=1)
    with pytest.raises(ClientError, match="The security token included in the request is expired"):
        caller(clients, given)


def test_a_role_that_is_not_set(idp: Any, identity: Any) -> None:
    guest = identity.get_id(IdentityPoolId=identity_pool(identity, roles=None))["IdentityId"]
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        credentials(identity, guest)
    made = world(idp, identity, roles={"unauthenticated": role("Guest")})
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        credentials(identity, mine, logins)


def test_guests_are_refused_when_the_pool_changes(identity: Any) -> None:
    pool_id = identity_pool(identity)
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    identity.update_identity_pool(IdentityPoolId=pool_id, IdentityPoolName="pool", AllowUnauthenticatedIdentities=False)
    for ask in (identity.get_credentials_for_identity, identity.get_open_id_token):
        with refused("NotAuthorizedException", NO_GUESTS):
            ask(IdentityId=guest)


def test_logins_are_needed_for_who_has_some(idp: Any, identity: Any, made: World) -> None:
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=made.logins(idp))["IdentityId"]
    with refused("NotAuthorizedException", f"Access to Identity '{mine}' is forbidden."):
        credentials(identity, mine)


def test_calls_signed_with_credentials_are_of_the_roles_account(
    idp: Any, identity: Any, clients: Clients, emulator: Emulator
) -> None:
    stranger = clients("cognito-identity", access_key="111111111111")
    arn = "arn:aws:iam::111111111111:role/Guest"
    pool_id = identity_pool(stranger, roles={"unauthenticated": arn})
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    given = credentials(identity, guest)
    assert caller(clients, given)["Account"] == "111111111111"
    as_guest = clients("cognito-identity", access_key=given["AccessKeyId"])
    tagged = {"ResourceArn": f"arn:aws:cognito-identity:us-east-1:111111111111:identitypool/{pool_id}"}
    assert as_guest.list_tags_for_resource(**tagged)["Tags"] == {}
    with refused("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found."):
        identity.list_tags_for_resource(**tagged)
    with refused("NotAuthorizedException", "DescribeIdentityPool can only be called with developer credentials."):
        as_guest.describe_identity_pool(IdentityPoolId=pool_id)


def test_expired_credentials_sign_nothing(identity: Any, clients: Clients, clock: Clock) -> None:
    pool_id = identity_pool(identity)
    given = credentials(identity, identity.get_id(IdentityPoolId=pool_id)["IdentityId"])
    as_guest = clients("cognito-identity", access_key=given["AccessKeyId"])
    clock.advance(hours=1)
    with refused("ExpiredTokenException", "The security token included in the request is expired"):
        as_guest.describe_identity_pool(IdentityPoolId=pool_id)


# ── the basic flow ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_token_of_a_guest(identity: Any, clock: Clock) -> None:
    pool_id = identity_pool(identity)
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    answer = identity.get_open_id_token(IdentityId=guest)
    assert answer["IdentityId"] == guest
    assert header(answer["Token"])["alg"] == "RS512"
    said = claims(answer["Token"])
    assert (said["sub"], said["aud"], said["amr"]) == (guest, pool_id, ["unauthenticated"])
    assert said["exp"] - said["iat"] == 600
    assert said["iat"] == int(clock.now())


def test_the_token_of_a_user(idp: Any, identity: Any, made: World, emulator: Emulator) -> None:
    logins = made.logins(idp)
    sub = claims(logins[made.provider])["sub"]
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    token = identity.get_open_id_token(IdentityId=mine, Logins=logins)["Token"]
    assert claims(token)["amr"] == ["authenticated", made.provider, f"{made.provider}:CognitoSignIn:{sub}"]
    import jwt

    (key,) = send(emulator, "GET", "/.well-known/jwks_uri").json["keys"]
    options: Any = {"verify_exp": False, "verify_iat": False}
    verified = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS512"], audience=made.pool_id, options=options)
    assert verified["sub"] == mine


def test_sts_takes_the_token(idp: Any, identity: Any, made: World, clients: Clients, clock: Clock) -> None:
    logins = made.logins(idp)
    mine = identity.get_id(IdentityPoolId=made.pool_id, Logins=logins)["IdentityId"]
    token = identity.get_open_id_token(IdentityId=mine, Logins=logins)["Token"]
    wanted = {"RoleArn": role("Any"), "RoleSessionName": "me", "WebIdentityToken": token, "DurationSeconds": 900}
    answer = sts(clients).assume_role_with_web_identity(**wanted)
    assert answer["SubjectFromWebIdentityToken"] == mine
    assert answer["Audience"] == made.pool_id
    assert answer["Provider"] == "cognito-identity.amazonaws.com"
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Any/me"
    assert answer["Credentials"]["Expiration"].timestamp() == pytest.approx(clock.now() + 900, abs=1)
    given = {**answer["Credentials"], "SecretKey": answer["Credentials"]["SecretAccessKey"]}
    assert caller(clients, given)["Arn"] == answer["AssumedRoleUser"]["Arn"]
    clock.advance(601)
    with pytest.raises(ClientError) as caught:
        sts(clients).assume_role_with_web_identity(**wanted)
    assert caught.value.response["Error"]["Code"] == "ExpiredTokenException"


def test_sts_refuses_other_tokens(idp: Any, made: World, clients: Clients) -> None:
    for token in ("not-a-token", sign_in(idp, made.user)["IdToken"]):
        with pytest.raises(ClientError) as caught:
            sts(clients).assume_role_with_web_identity(
                RoleArn=role("Any"), RoleSessionName="me", WebIdentityToken=token
            )
        assert caught.value.response["Error"]["Code"] == "InvalidIdentityToken"


def test_sts_checks_its_parameters(emulator: Emulator) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}

    def error(body: str) -> tuple[int, str]:
        answer = send(emulator, "POST", "/", body, form)
        text = answer.body.decode()
        return answer.status, text.partition("<Code>")[2].partition("</Code>")[0]

    assert error("Action=DecodeAuthorizationMessage&Version=2011-06-15") == (400, "InvalidAction")
    assert error("Action=GetCallerIdentity&Version=2011-06-15") == (403, "MissingAuthenticationToken")
    start = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=x&RoleSessionName=me"
    assert error(start) == (400, "ValidationError")
    assert error(f"{start}&RoleArn=abc") == (400, "ValidationError")
    assert error(f"{start}&RoleArn={role('A')}&DurationSeconds=10") == (400, "ValidationError")
    assert error(f"{start}&RoleArn={role('A')}&Policy=x") == (400, "MalformedPolicyDocument")


def test_assume_role(clients: Clients) -> None:
    answer = sts(clients).assume_role(RoleArn=role("Any"), RoleSessionName="me")
    given = {**answer["Credentials"], "SecretKey": answer["Credentials"]["SecretAccessKey"]}
    assert caller(clients, given)["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Any/me"
    assert caller(clients, {})["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"


def test_the_basic_flow_can_be_off(identity: Any) -> None:
    for allowed, text in (
        (False, "Basic (classic) flow is not enabled, please use enhanced flow."),
        (True, None),
        (None, None),
    ):
        settings = {} if allowed is None else {"AllowClassicFlow": allowed}
        pool_id = identity_pool(identity, **settings)
        guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
        if text is None:
            assert identity.get_open_id_token(IdentityId=guest)["Token"]
        else:
            with refused("InvalidParameterException", text):
                identity.get_open_id_token(IdentityId=guest)


def test_the_basic_flow_knows_no_role_mappings(idp: Any, identity: Any, made: World) -> None:
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    identity.set_identity_pool_roles(
        IdentityPoolId=made.pool_id,
        Roles=ROLES,
        RoleMappings={f"{made.provider}:{made.app.client_id}": mapping},
    )
    guest = identity.get_id(IdentityPoolId=made.pool_id)["IdentityId"]
    text = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
    with refused("InvalidParameterException", text):
        identity.get_open_id_token(IdentityId=guest)


# ── roles by token and by rule ───────────────────────────────────────────────────────────────────────────────


class Mapped:
    """A user in groups, and a pool with a role mapping for the user's pool."""

    def __init__(self, idp: Any, identity: Any, clients: Clients) -> None:
        self.idp, self.identity, self.clients = idp, identity, clients
        self.made = world(idp, identity)

    def group(self, name: str, role_name: str, precedence: int | None = None) -> None:
        optional = {} if precedence is None else {"Precedence": precedence}
        pool = {"UserPoolId": self.made.app.pool_id}
        self.idp.create_group(**pool, GroupName=name, RoleArn=role(role_name), **optional)
        self.idp.admin_add_user_to_group(**pool, GroupName=name, Username=self.made.user.username)

    def map(self, **mapping: Any) -> None:
        key = f"{self.made.provider}:{self.made.app.client_id}"
        wanted = {"AmbiguousRoleResolution": "Deny", **mapping}
        self.identity.set_identity_pool_roles(IdentityPoolId=self.made.pool_id, Roles=ROLES, RoleMappings={key: wanted})

    def rules(self, *rules: tuple[str, str, str, str], **mapping: Any) -> None:
        shown = [
            {"Claim": claim, "MatchType": match, "Value": value, "RoleARN": role(name)}
            for claim, match, value, name in rules
        ]
        self.map(Type="Rules", RulesConfiguration={"Rules": shown}, **mapping)

    def role(self, **given: Any) -> str:
        logins = self.made.logins(self.idp)
        mine = self.identity.get_id(IdentityPoolId=self.made.pool_id, Logins=logins)["IdentityId"]
        got = credentials(self.identity, mine, logins, **given)
        return str(caller(self.clients, got)["Arn"]).split("/")[1]

    @property
    def denial(self) -> str:
        return f"The ambiguous role mapping rules for: {self.made.provider} denied this request."


@pytest.fixture
def mapped(idp: Any, identity: Any, clients: Clients) -> Mapped:
    return Mapped(idp, identity, clients)


def test_without_a_mapping_no_role_can_be_asked_for(mapped: Mapped) -> None:
    mapped.group("admins", "Admin", 1)
    assert mapped.role() == "Authenticated"
    with refused("InvalidParameterException", "CustomRoleArn is not supported for the provider of this login."):
        mapped.role(CustomRoleArn=role("Admin"))


def test_the_preferred_role(mapped: Mapped) -> None:
    mapped.map(Type="Token")
    mapped.group("users", "User", 10)
    mapped.group("admins", "Admin", 1)
    assert mapped.role() == "Admin"
    assert mapped.role(CustomRoleArn=role("User")) == "User"
    with refused("NotAuthorizedException", f"Access to Role '{role('Other')}' is forbidden."):
        mapped.role(CustomRoleArn=role("Other"))


def test_roles_of_equal_precedence(mapped: Mapped) -> None:
    mapped.group("one", "One", 5)
    mapped.group("two", "Two", 5)
    mapped.map(Type="Token")
    with refused("NotAuthorizedException", mapped.denial):
        mapped.role()
    assert mapped.role(CustomRoleArn=role("Two")) == "Two"
    mapped.map(Type="Token", AmbiguousRoleResolution="AuthenticatedRole")
    assert mapped.role() == "Authenticated"


def test_no_roles_in_the_token(mapped: Mapped) -> None:
    mapped.map(Type="Token")
    with refused("NotAuthorizedException", mapped.denial):
        mapped.role()
    mapped.map(Type="Token", AmbiguousRoleResolution="AuthenticatedRole")
    assert mapped.role() == "Authenticated"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (("cognito:username", "Equals", "alice"), "Match"),
        (("cognito:username", "Equals", "Alice"), "Authenticated"),
        (("cognito:username", "StartsWith", "al"), "Match"),
        (("cognito:username", "StartsWith", "li"), "Authenticated"),
        (("cognito:username", "Contains", "lic"), "Match"),
        (("cognito:username", "Contains", "x"), "Authenticated"),
        (("cognito:username", "NotEqual", "bob"), "Match"),
        (("cognito:username", "NotEqual", "alice"), "Authenticated"),
        (("isAdmin", "NotEqual", "yes"), "Authenticated"),
        (("isAdmin", "Equals", "yes"), "Authenticated"),
        (("cognito:groups", "Contains", "admins"), "Match"),
    ],
)
def test_rules(mapped: Mapped, rule: tuple[str, str, str], expected: str) -> None:
    mapped.group("admins", "Admin", 1)
    mapped.rules((*rule, "Match"), AmbiguousRoleResolution="AuthenticatedRole")
    assert mapped.role() == expected


def test_the_first_rule_counts(mapped: Mapped) -> None:
    user = "cognito:username"
    mapped.rules((user, "Equals", "bob", "Bob"), (user, "Equals", "alice", "First"), (user, "Contains", "a", "Second"))
    assert mapped.role() == "First"
    assert mapped.role(CustomRoleArn=role("Second")) == "Second"
    with refused("NotAuthorizedException", f"Access to Role '{role('Bob')}' is forbidden."):
        mapped.role(CustomRoleArn=role("Bob"))
    mapped.rules((user, "Equals", "bob", "Bob"))
    with refused("NotAuthorizedException", mapped.denial):
        mapped.role()
