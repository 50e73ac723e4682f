"""Lambda functions in local files on a live server, with the clients that set them off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.http.live import LiveServer

from .support import EMAIL, PASSWORD, App, NodeClients, claims_of, create_app, create_totp_app

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"
PYTHON = Path(__file__).parent / "functions" / "triggers.py"
CUSTOM_AUTH = "custom_auth.mjs"
QUESTION = {"question": "2 + 3", "hint": "a prime", "USERNAME": "jane"}
RIDDLE = {
    "DefineAuthChallenge": ARN + "riddle",
    "CreateAuthChallenge": ARN + "riddle",
    "VerifyAuthChallengeResponse": ARN + "riddle",
}


@pytest.fixture(scope="module")
def server(node_clients: NodeClients) -> Iterator[LiveServer]:
    """A server that runs the functions of a Python file and of a Node file."""
    node = node_clients.scripts / "triggers.mjs"
    options = (
        f"riddle={PYTHON}:riddle",
        f"join-python={PYTHON}:join_group",
        f"join-node={node}:joinGroup",
        f"no-disposable={node}:noDisposableMail",
    )
    with LiveServer(function=options) as server:
        yield server


def custom_app(server: LiveServer) -> App:
    made = create_app(server, {"LambdaConfig": RIDDLE})
    made.add_user("jane")
    return made


def asked(step: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the custom challenge that a step of Amplify shows."""
    assert step["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
    parameters: dict[str, Any] = step["nextStep"]["additionalInfo"]
    return parameters


def test_amplify_custom_sign_in(server: LiveServer, node_clients: NodeClients) -> None:
    made = custom_app(server)
    result = node_clients.run(CUSTOM_AUTH, made.config("amplify", username="jane"))
    assert asked(result["started"]) == asked(result["wrong"]) == QUESTION
    assert result["right"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert claims_of(result["accessToken"])["username"] == "jane"


def test_amplify_custom_sign_in_after_srp(server: LiveServer, node_clients: NodeClients) -> None:
    made = custom_app(server)
    result = node_clients.run(CUSTOM_AUTH, made.config("amplifyWithSrp", username="jane", password=PASSWORD))
    assert result["badPassword"] == {
        "name": "NotAuthorizedException",
        "message": "Incorrect username or password.",
    }
    assert asked(result["started"]) == QUESTION
    assert claims_of(result["accessToken"])["username"] == "jane"


def test_amplify_custom_sign_in_after_srp_and_mfa(server: LiveServer, node_clients: NodeClients) -> None:
    made = create_totp_app(server, pool={"LambdaConfig": RIDDLE})
    made.add_user("jane")
    secret = made.register_totp("jane")
    config = made.config("amplifyWithMfa", username="jane", password=PASSWORD, totpSecret=secret)
    result = node_clients.run(CUSTOM_AUTH, config)
    assert result["mfa"]["nextStep"] == {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}
    assert result["wrongCode"] == {"name": "CodeMismatchException", "message": "Invalid code received for user"}
    assert asked(result["started"]) == asked(result["wrong"]) == QUESTION
    assert result["right"] == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    assert claims_of(result["accessToken"])["username"] == "jane"


def test_amplify_custom_sign_in_fails(server: LiveServer, node_clients: NodeClients) -> None:
    made = custom_app(server)
    result = node_clients.run(CUSTOM_AUTH, made.config("amplifyFails", username="jane"))
    assert result["failed"] == {"name": "NotAuthorizedException", "message": "Incorrect username or password."}


@pytest.mark.parametrize("flow", ["identityJs", "identityJsWithSrp"])
def test_identity_js_custom_sign_in(server: LiveServer, node_clients: NodeClients, flow: str) -> None:
    made = custom_app(server)
    result = node_clients.run(CUSTOM_AUTH, made.config(flow, username="jane", password=PASSWORD))
    assert result["asked"] == [QUESTION, QUESTION]
    assert claims_of(result["accessToken"])["username"] == "jane"


@pytest.mark.parametrize("language", ["python", "node"])
def test_function_calls_back_into_the_pool(server: LiveServer, language: str) -> None:
    made = create_app(server, {"LambdaConfig": {"PostConfirmation": f"{ARN}join-{language}"}})
    made.idp.create_group(UserPoolId=made.pool_id, GroupName=f"{language}-members")
    made.idp.sign_up(
        ClientId=made.client_id,
        Username="jane",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": EMAIL}],
    )
    code = made.read_code("jane", "CustomMessage_SignUp")
    made.idp.confirm_sign_up(ClientId=made.client_id, Username="jane", ConfirmationCode=code)
    assert claims_of(made.sign_in("jane")["AccessToken"])["cognito:groups"] == [f"{language}-members"]


def test_function_refuses_a_sign_up(server: LiveServer) -> None:
    made = create_app(server, {"LambdaConfig": {"PreSignUp": ARN + "no-disposable"}})
    with pytest.raises(made.idp.exceptions.UserLambdaValidationException) as caught:
        made.idp.sign_up(
            ClientId=made.client_id,
            Username="jane",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": "jane@disposable.example"}],
        )
    assert caught.value.response["Error"]["Message"] == "PreSignUp failed with error No disposable addresses."


def test_output_of_a_function_is_in_the_servers_log(server: LiveServer) -> None:
    made = custom_app(server)
    made.idp.initiate_auth(ClientId=made.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "jane"})
    for _ in range(200):
        if "[riddle] CreateAuthChallenge_Authentication" in server.log:
            return
        time.sleep(0.01)
    raise AssertionError(server.log)


def test_edited_file(tmp_path: Path) -> None:
    file = tmp_path / "handler.py"
    file.write_text("def handler(event, context): raise ValueError('one')")
    with LiveServer(function=(f"edited={file}",)) as server:
        made = create_app(server, {"LambdaConfig": {"PreSignUp": ARN + "edited"}})
        for word in ("one", "another"):
            file.write_text(f"def handler(event, context): raise ValueError('{word}')")
            with pytest.raises(made.idp.exceptions.UserLambdaValidationException, match=word):
                made.idp.sign_up(ClientId=made.client_id, Username="jane", Password=PASSWORD)
