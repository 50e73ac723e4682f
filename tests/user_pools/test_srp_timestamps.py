"""TIMESTAMP of SRP proofs: what is none, and what the service would write otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Idp, User, app, confirmed_user, refused
from tests.srp_client import srp_begin


@pytest.fixture
def user(idp: Idp) -> User:
    return confirmed_user(idp, app(idp))


@pytest.mark.parametrize(
    "timestamp",
    ["", "now", "2026-01-01T00:00:00Z", "Mon Feb 12 15:26:37 +05:30 2018", "Do Jan 1 00:00:00 UTC 2026", "Thu Jan 1"],
)
def test_what_is_no_timestamp(idp: Idp, user: User, timestamp: str) -> None:
    client, answer = srp_begin(idp, user)
    text = (
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
        if timestamp
        else "Missing required parameter TIMESTAMP"
    )
    proof = {**client.responses(answer["ChallengeParameters"]), "TIMESTAMP": timestamp}
    with refused("InvalidParameterException", text):
        _prove(idp, user, proof)
    assert "AuthenticationResult" in _prove(idp, user, client.responses(answer["ChallengeParameters"]))


@pytest.mark.parametrize(
    "timestamp",
    [
        "Thu Jan 01 00:00:00 UTC 2026",
        "Thu Jan 1 0:00:00 UTC 2026",
        "Thu Jan 1 00:00:00 GMT 2026",
        "Thu Jan 1 01:00:00 CET 2026",
        "Fri Jan 1 00:00:00 UTC 2026",
        "Thursday January 1 00:00:00 UTC 2026",
    ],
)
def test_a_timestamp_that_is_written_otherwise_makes_the_proof_wrong(idp: Idp, user: User, timestamp: str) -> None:
    """Source: github.com/qwigo/warrant/pull/12."""
    client, answer = srp_begin(idp, user)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        _prove(idp, user, client.responses(answer["ChallengeParameters"], timestamp))


def _prove(idp: Idp, user: User, proof: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=user.app.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
    )
    return answer
