"""Examples shipped in the AWS service model (and shown in the API reference)."""

from __future__ import annotations

from cognito_emulator.conformance import federation
from cognito_emulator.conformance.preconditions import Given, precondition
from cognito_emulator.conformance.preconditions.cli_users import SMS, enrol_totp, totp_pool
from cognito_emulator.conformance.world import World

_SOURCE = "aws-model-examples/model-example-"


@precondition(_SOURCE + "admincreateuser-1")
def admin_create_user(w: World) -> Given:
    """The pool can send text messages."""
    w.make_pool("us-east-1_EXAMPLE", SmsConfiguration=SMS)
    return None


def _track_sessions(w: World) -> None:
    limit = {"MaxPerUser": 20}
    w.call("SetUserPoolSessionConfiguration", UserPoolId=w.pool, UserSessionTracking="ENABLED", TokenSession=limit)


_CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0_0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Safari/537.36"
)


@precondition(_SOURCE + "adminlistusersessions-1")
def admin_list_user_sessions(w: World) -> Given:
    """Sessions are tracked; the user signed in on the pages, with Chrome on macOS. Where from is the example's own."""
    host = federation.hosted_client(w, recorded=("us-east-1_EXAMPLE",))
    limit = {"MaxPerUser": 20}
    w.call("SetUserPoolSessionConfiguration", UserPoolId=w.pool, UserSessionTracking="ENABLED", TokenSession=limit)
    w.make_user("testuser")
    federation.code_sign_in(w, host, "testuser", user_agent=_CHROME)
    w.say_nothing_of("body.Sessions.LastIPAddress", "the address is of the example")
    w.say_nothing_of("body.Sessions.LastLocation", "the place of the example's address")
    return None


def _replicated_pool(w: World, recorded: str, *regions: str) -> None:
    w.region = recorded.partition("_")[0]
    key = f"arn:aws:kms:{w.region}:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
    w.make_pool(
        recorded,
        UserPoolTier="ESSENTIALS",
        KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key},
    )
    for region in regions:
        w.call("CreateUserPoolReplica", UserPoolId=w.pool, RegionName=region)


@precondition(_SOURCE + "createuserpoolreplica-1")
def create_replica(w: World) -> Given:
    _replicated_pool(w, "us-east-1_abcd12345")
    return None


@precondition(_SOURCE + "deleteuserpoolreplica-1")
def delete_replica(w: World) -> Given:
    _replicated_pool(w, "us-west-2_abcd12345", "us-east-2")
    w.advance(600)
    return None


@precondition(_SOURCE + "listuserpoolreplicas-1")
def list_replicas(w: World) -> Given:
    _replicated_pool(w, "eu-north-1_abcd12345", "ap-south-1")
    return None


@precondition(_SOURCE + "updateuserpoolreplica-1")
def update_replica(w: World) -> Given:
    """The replica has been made and stopped (it is made INACTIVE)."""
    _replicated_pool(w, "ap-south-1_abcd12345", "us-east-1")
    w.advance(600)
    return None


@precondition(_SOURCE + "getprovisionedlimit-1")
def get_provisioned_limit(w: World) -> Given:
    """The account has the limits it began with."""
    return None


@precondition(_SOURCE + "setuserpoolclientsessionconfiguration-1")
def set_client_session_configuration(w: World) -> Given:
    """The model documents that sessions have to be tracked."""
    w.make_pool("us-east-1_EXAMPLE")
    _track_sessions(w)
    w.make_client("1example23456789")
    return None


@precondition(_SOURCE + "getuserpoolclientsessionconfiguration-1")
def get_client_session_configuration(w: World) -> Given:
    w.make_pool("us-east-1_EXAMPLE")
    _track_sessions(w)
    client = w.make_client("1example23456789")
    session = {"MaxValidityMinutes": 43200}
    w.call("SetUserPoolClientSessionConfiguration", UserPoolId=w.pool, ClientId=client, SSOSession=session)
    return None


@precondition(_SOURCE + "setuserpoolsessionconfiguration-1")
def set_pool_session_configuration(w: World) -> Given:
    w.make_pool("us-east-1_EXAMPLE")
    return None


@precondition(_SOURCE + "initiateauth-1")
def initiate_auth(w: World) -> Given:
    """A client with a secret; the user has a software token named mytestauthenticator."""
    totp_pool(w)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    w.make_client("1example23456789", GenerateSecret=True, ExplicitAuthFlows=flows)
    w.make_user("mytestuser", password="This-is-my-test-99!")
    enrol_totp(w, "mytestuser", "mytestauthenticator", "This-is-my-test-99!")
    return {"AuthParameters": w.with_hash("mytestuser")}
