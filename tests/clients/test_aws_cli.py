"""The AWS CLI: a user's first steps, listing with a filter, and how a refused call looks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from .support import EMAIL, PASSWORD, App, claims_of, clean_environment

pytest.importorskip("awscli", reason="the AWS CLI is not installed")


def run_aws(app: App, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One `aws cognito-idp` command, with placeholder credentials and no configuration of the machine."""
    environment = clean_environment(
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=app.endpoint,
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION=app.region,
        AWS_PAGER="",
    )
    return subprocess.run(
        [sys.executable, "-m", "awscli", "cognito-idp", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def aws(app: App, *arguments: str) -> Any:
    """The answer of a command that has to succeed; nothing where the command prints nothing."""
    finished = run_aws(app, *arguments, "--output", "json")
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout) if finished.stdout.strip() else None


def test_first_steps_of_a_user(app: App) -> None:
    """Sign-up and sign-in without credentials, confirmation as administrator."""
    client = ("--client-id", app.client_id)
    signed_up = aws(
        app,
        *("sign-up", *client, "--no-sign-request", "--username", "jane", "--password", PASSWORD),
        *("--user-attributes", f"Name=email,Value={EMAIL}"),
    )
    assert signed_up["UserConfirmed"] is False
    assert aws(app, "admin-confirm-sign-up", "--user-pool-id", app.pool_id, "--username", "jane") in (None, {})
    signed_in = aws(
        app,
        *("initiate-auth", *client, "--no-sign-request", "--auth-flow", "USER_PASSWORD_AUTH"),
        *("--auth-parameters", f"USERNAME=jane,PASSWORD={PASSWORD}"),
    )
    assert signed_in["ChallengeParameters"] == {}
    claims = claims_of(signed_in["AuthenticationResult"]["AccessToken"])
    assert (claims["username"], claims["sub"]) == ("jane", signed_up["UserSub"])


def test_list_users(app: App) -> None:
    """A filter, a page size below the number of users, and a query on the output."""
    for number in range(3):
        app.add_user(f"jane-{number}", email=f"jane-{number}@example.com")
    app.add_user("tom", email="tom@example.com")
    pool = ("--user-pool-id", app.pool_id)
    users = aws(app, "list-users", *pool, "--filter", 'email = "tom@example.com"')["Users"]
    assert [(user["Username"], user["UserStatus"]) for user in users] == [("tom", "CONFIRMED")]
    names = aws(
        app,
        *("list-users", *pool, "--filter", 'username ^= "jane"', "--page-size", "2", "--query", "Users[].Username"),
    )
    assert sorted(names) == ["jane-0", "jane-1", "jane-2"]


def test_refused_call(app: App) -> None:
    """A refused call ends with a status other than 0, and prints code, operation and message of the error."""
    finished = run_aws(app, "admin-get-user", "--user-pool-id", app.pool_id, "--username", "nobody")
    assert finished.returncode in (254, 255)
    assert finished.stdout == ""
    expected = "An error occurred (UserNotFoundException) when calling the AdminGetUser operation: User does not exist."
    assert expected in finished.stderr


def test_pool_from_a_json_skeleton(app: App) -> None:
    """Nested structures given as JSON come back from the server, and the endpoint may be an option."""
    policy = {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}}
    created = aws(
        app,
        *("create-user-pool", "--pool-name", "cli", "--policies", json.dumps(policy)),
        *("--endpoint-url", app.endpoint),
    )["UserPool"]
    assert created["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    described = aws(app, "describe-user-pool", "--user-pool-id", created["Id"])["UserPool"]
    assert described["Policies"] == created["Policies"]
    assert aws(app, "delete-user-pool", "--user-pool-id", created["Id"]) is None
