"""`serve --with-moto`: one address for Cognito and the rest of AWS."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import time
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

from cognito_emulator.http.live import LiveServer
from tests.builders import app, confirmed_user, refused, sign_in
from tests.identity_pools.builders import ACCOUNT, identity_pool, provider_name, role, user_pool_provider

SUB = "${cognito-identity.amazonaws.com:sub}"


@pytest.fixture(scope="module")
def shared() -> Iterator[LiveServer]:
    with LiveServer(with_moto=True, issuer="local") as server:
        yield server


@pytest.fixture
def server(shared: LiveServer) -> LiveServer:
    shared.reset()
    return shared


def client(server: LiveServer, service: str, credentials: dict[str, Any] | None = None) -> Any:
    import boto3

    given = credentials or {"AccessKeyId": "testing", "SecretKey": "testing", "SessionToken": None}
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretKey"],
        aws_session_token=given["SessionToken"],
    )


def test_services_of_every_protocol(server: LiveServer) -> None:
    s3 = client(server, "s3")
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="a folder/ä+b.txt", Body=b"content", Metadata={"name": "value"})
    got = s3.get_object(Bucket="files", Key="a folder/ä+b.txt")
    assert (got["Body"].read(), got["Metadata"]) == (b"content", {"name": "value"})
    assert s3.head_object(Bucket="files", Key="a folder/ä+b.txt")["ContentLength"] == 7
    s3.delete_object(Bucket="files", Key="a folder/ä+b.txt")
    assert client(server, "sqs").create_queue(QueueName="queue")["QueueUrl"].endswith("/queue")
    assert client(server, "sns").create_topic(Name="topic")["TopicArn"].endswith(":topic")
    assert client(server, "dynamodb").list_tables()["TableNames"] == []
    assert client(server, "kinesis").list_streams()["StreamNames"] == []
    assert client(server, "lambda").list_functions()["Functions"] == []
    assert client(server, "ses").verify_email_identity(EmailAddress="a@example.com")
    assert client(server, "iam").list_roles()["Roles"] == []
    assert client(server, "sts").get_caller_identity()["Account"] == ACCOUNT
    assert client(server, "cognito-idp").list_user_pools(MaxResults=1)["UserPools"] == []
    assert client(server, "cognito-identity").list_identity_pools(MaxResults=1)["IdentityPools"] == []


def test_buckets_may_be_named_like_our_paths(server: LiveServer) -> None:
    s3 = client(server, "s3")
    for name in ("identitypools", "login", "oauth2"):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="token", Body=b"x")
        assert s3.get_object(Bucket=name, Key="token")["Body"].read() == b"x"


def test_pages_of_other_origins_see_what_uploads_need(server: LiveServer) -> None:
    s3 = client(server, "s3")
    s3.create_bucket(Bucket="files")
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "files", "Key": "k"})
    origin = {"Origin": "http://app.example"}
    asked = {**origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-amz-date"}
    before = requests.options(url, headers=asked, timeout=30)
    assert before.headers["Access-Control-Allow-Origin"] in ("*", "http://app.example")
    assert "PUT" in before.headers["Access-Control-Allow-Methods"]
    answer = requests.put(url, data=b"x", headers={**origin, "Content-Type": "text/plain"}, timeout=30)
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "http://app.example")
    assert (answer.headers["Access-Control-Expose-Headers"], bool(answer.headers["ETag"])) == ("*", True)


def test_reset_is_for_everything(server: LiveServer) -> None:
    client(server, "s3").create_bucket(Bucket="files")
    server.reset()
    assert client(server, "s3").list_buckets()["Buckets"] == []


def test_a_user_reaches_the_own_folder_only(server: LiveServer) -> None:
    idp, identity, iam = (client(server, name) for name in ("cognito-idp", "cognito-identity", "iam"))
    made = app(idp)
    pool_id = identity_pool(identity, roles=None, CognitoIdentityProviders=[user_pool_provider(made)])
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool_id}},
        },
    }
    allowed = {"Effect": "Allow", "Action": "s3:*Object", "Resource": f"arn:aws:s3:::files/{SUB}/*"}
    iam.create_role(RoleName="User", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName="User",
        PolicyName="own-folder",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role("User")})
    client(server, "s3").create_bucket(Bucket="files")
    logins = {provider_name(made): sign_in(idp, confirmed_user(idp, made))["IdToken"]}
    mine = identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"]
    credentials = identity.get_credentials_for_identity(IdentityId=mine, Logins=logins)["Credentials"]
    arn = client(server, "sts", credentials).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/User/CognitoIdentityCredentials"
    enforce(server, 0)
    try:
        s3 = client(server, "s3", credentials)
        s3.put_object(Bucket="files", Key=f"{mine}/note", Body=b"mine")
        assert s3.get_object(Bucket="files", Key=f"{mine}/note")["Body"].read() == b"mine"
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket="files", Key="us-east-1:another/note", Body=b"")
        assert caught.value.response["Error"]["Code"] == "AccessDenied"
        token = identity.get_open_id_token(IdentityId=mine, Logins=logins)["Token"]
        answer = client(server, "sts").assume_role_with_web_identity(
            RoleArn=role("User"), RoleSessionName="me", WebIdentityToken=token
        )
        assert answer["SubjectFromWebIdentityToken"] == mine
    finally:
        enforce(server, 1_000_000)


def test_a_role_has_to_exist(server: LiveServer) -> None:
    identity = client(server, "cognito-identity")
    pool_id = identity_pool(identity, roles={"unauthenticated": role("Nobody")})
    guest = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    with pytest.raises(ClientError) as caught:
        identity.get_credentials_for_identity(IdentityId=guest)
    assert caught.value.response["Error"]["Code"] == "InvalidIdentityPoolConfigurationException"


def test_roles_hold_for_cognito_sync_too(server: LiveServer) -> None:
    identity, iam = client(server, "cognito-identity"), client(server, "iam")
    pool_id = identity_pool(identity, roles={"unauthenticated": role("Guest")})
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool_id}},
    }
    iam.create_role(RoleName="Guest", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    me = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    sync = client(server, "cognito-sync", identity.get_credentials_for_identity(IdentityId=me)["Credentials"])
    place = {"IdentityPoolId": pool_id, "IdentityId": me, "DatasetName": "prefs:1"}
    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Guest/CognitoIdentityCredentials"
    resource = f"arn:aws:cognito-sync:us-east-1:{ACCOUNT}:identitypool/{pool_id}/identity/{me}/dataset/prefs:1"
    with refused(
        "AccessDeniedException",
        f"User: {caller} is not authorized to perform: cognito-sync:ListRecords on resource: {resource}",
    ):
        sync.list_records(**place)
    own = {
        "Effect": "Allow",
        "Action": "cognito-sync:*",
        "Resource": f"arn:aws:cognito-sync:us-east-1:{ACCOUNT}:identitypool/{pool_id}/identity/{SUB}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    iam.put_role_policy(RoleName="Guest", PolicyName="own", PolicyDocument=policy)
    assert sync.list_records(**place)["DatasetExists"] is False
    identity.delete_identity_pool(IdentityPoolId=pool_id)
    with refused("NotAuthorizedException", f"Access to Identity '{me}' is forbidden."):
        sync.list_records(**place)


def enforce(server: LiveServer, after: int) -> None:
    """Let moto enforce IAM after that many calls, as `moto.core.set_initial_no_auth_action_count` does."""
    address = urlsplit(server.endpoint_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.request("POST", "/moto-api/reset-auth", str(after))
    assert connection.getresponse().read()
    connection.close()


# Lambda functions, which moto would run in Docker


PYTHON_FUNCTION = """
import os, boto3
from package import texts

def handler(event, context):
    print("asked for", event)
    if event.get("fail"):
        raise KeyError(event["fail"])
    boto3.client("s3").put_object(Bucket="files", Key=event["key"], Body=texts.TEXT.encode())
    return {"name": context.function_name, "variable": os.environ["COLOUR"]}
"""
NODE_FUNCTION = "exports.handler = async (event) => ({ sum: event.a + event.b });"


def archive(**files: str) -> bytes:
    """A zip archive; in names of files, `__` stands for a slash and `_dot_` for a dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


def function(server: LiveServer, name: str, runtime: str, handler: str, code: bytes, **settings: Any) -> str:
    """A function at moto's Lambda; its ARN."""
    answer = client(server, "lambda").create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=role("Any"),
        Handler=handler,
        Code={"ZipFile": code},
        Timeout=60,
        **settings,
    )
    arn: str = answer["FunctionArn"]
    return arn


def invoke(server: LiveServer, name: str, event: Any) -> tuple[Any, str | None]:
    """The answer of a function, and the kind of its error."""
    answer = client(server, "lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


@pytest.fixture
def any_role(server: LiveServer) -> None:
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}}
    client(server, "iam").create_role(RoleName="Any", AssumeRolePolicyDocument=json.dumps(trust))


@pytest.mark.usefixtures("any_role")
def test_functions_reach_the_same_address(server: LiveServer) -> None:
    client(server, "s3").create_bucket(Bucket="files")
    layer = client(server, "lambda").publish_layer_version(
        LayerName="library", Content={"ZipFile": archive(python__package__texts_dot_py="TEXT = 'from a layer'")}
    )
    code = archive(source__app_dot_py=PYTHON_FUNCTION)
    environment = {"Variables": {"COLOUR": "red"}}
    layers = [layer["LayerVersionArn"]]
    function(server, "py", "python3.12", "source.app.handler", code, Environment=environment, Layers=layers)
    assert invoke(server, "py", {"key": "k"}) == ({"name": "py", "variable": "red"}, None)
    assert client(server, "s3").get_object(Bucket="files", Key="k")["Body"].read() == b"from a layer"
    failed, kind = invoke(server, "py", {"fail": "reason"})
    assert (failed["errorType"], failed["errorMessage"], bool(kind)) == ("KeyError", "'reason'", True)
    wait_for_log(server, "/aws/lambda/py", "asked for {'fail': 'reason'}")
    client(server, "lambda").update_function_configuration(
        FunctionName="py", Environment={"Variables": {"COLOUR": "blue"}}
    )
    assert invoke(server, "py", {"key": "k"})[0]["variable"] == "blue"


def wait_for_log(server: LiveServer, group: str, line: str) -> None:
    """Return when a function's line is in its log group."""
    end = time.monotonic() + 30
    while line not in (seen := [event["message"] for event in logged(server, group)]):
        assert time.monotonic() < end, seen
        time.sleep(0.02)


def logged(server: LiveServer, group: str) -> list[dict[str, Any]]:
    logs = client(server, "logs")
    try:
        events: list[dict[str, Any]] = logs.filter_log_events(logGroupName=group)["events"]
    except logs.exceptions.ResourceNotFoundException:  # nothing was printed yet
        return []
    return events


@pytest.mark.usefixtures("any_role")
def test_messages_of_a_queue_start_a_function(server: LiveServer) -> None:
    sqs = client(server, "sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    text = "def handler(event, context): print('got', event['Records'][0]['body'])"
    function(server, "worker", "python3.12", "app.handler", archive(app_dot_py=text))
    client(server, "lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="worker")
    sqs.send_message(QueueUrl=url, MessageBody="a job")
    wait_for_log(server, "/aws/lambda/worker", "got a job")


@pytest.mark.usefixtures("any_role")
def test_code_that_cannot_be_run(server: LiveServer) -> None:
    function(server, "none", "python3.12", "nowhere.handler", archive(app_dot_py=""))
    answer, kind = invoke(server, "none", {})
    assert kind is not None
    assert answer["errorMessage"] == "Unable to import module 'nowhere': there is no such file in the function's code"
    function(server, "out", "python3.12", "../../secret.handler", archive(app_dot_py=""))
    assert "Unable to import module" in invoke(server, "out", {})[0]["errorMessage"]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.usefixtures("any_role")
def test_functions_for_node(server: LiveServer) -> None:
    function(server, "js", "nodejs22.x", "index.handler", archive(index_dot_js=NODE_FUNCTION))
    assert invoke(server, "js", {"a": 1, "b": 2}) == ({"sum": 3}, None)


@pytest.mark.usefixtures("any_role")
def test_a_trigger_at_motos_lambda(server: LiveServer) -> None:
    text = "def handler(event, context):\n    event['response']['autoConfirmUser'] = True\n    return event\n"
    arn = function(server, "trigger", "python3.12", "app.handler", archive(app_dot_py=text))
    assert invoke(server, "trigger", {"response": {}})[1] is None
    idp = client(server, "cognito-idp")
    pool = idp.create_user_pool(PoolName="p", LambdaConfig={"PreSignUp": arn})["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
    assert idp.sign_up(ClientId=client_id, Username="jane", Password="Passw0rd!")["UserConfirmed"] is True
