"""InboundFederation, and PreSignUp of a federated user: the functions that the federation code calls."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.aws.call import Call, HttpRequest
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools import repository
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import inbound_federation, pre_sign_up
from cognito_emulator.user_pools.triggers.events import Origin
from tests.builders import App, Idp, app
from tests.user_pools.triggers.functions import Recorder

Json = dict[str, Any]
PROVIDED = {"sub": "42", "email": "alice@idp.example", "groups": "a,b"}
ANSWERS: Json = {"tokenResponse": {"access_token": "x"}, "idToken": PROVIDED, "userInfo": {"name": "Alice"}}


def call_of(emulator: Emulator, made: App) -> tuple[Call, Pool]:
    request = HttpRequest("GET", "/oauth2/idpresponse", "", {}, b"", "http://localhost")
    call = Call(emulator, "", "us-east-1", "123456789012", "request", emulator.clock.now(), request)
    pool = repository.pool_by_id(call.reader, made.pool_id)
    assert pool is not None
    return call, pool


def mapped(idp: Idp, emulator: Emulator, config: Json) -> dict[str, str]:
    made = app(idp, LambdaConfig=config)
    call, pool = call_of(emulator, made)
    return inbound_federation.run(
        call, pool, made.client_id, "Acme_42", "Acme", "OIDC", {**ANSWERS, "samlResponse": None}, PROVIDED
    )


def config(function: str) -> Json:
    return {"InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": function}}


def test_event(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    mapped(idp, emulator, config(functions.answer("inbound")))
    event = functions.event("InboundFederation_ExternalProvider")
    assert (event["version"], event["userName"]) == ("1", "Acme_42")
    assert event["request"] == {"providerName": "Acme", "providerType": "OIDC", "attributes": ANSWERS}
    assert event["response"] == {"userAttributesToMap": {}}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({}, PROVIDED),
        ({"userAttributesToMap": {}}, PROVIDED),
        ({"userAttributesToMap": None}, PROVIDED),
        ({"userAttributesToMap": {"sub": "42", "email": "new@example.com"}}, {"sub": "42", "email": "new@example.com"}),
    ],
)
def test_answer(idp: Idp, emulator: Emulator, functions: Recorder, answer: Json, wanted: Json) -> None:
    assert mapped(idp, emulator, config(functions.returns("inbound", {"response": answer}))) == wanted


def test_no_function(idp: Idp, emulator: Emulator) -> None:
    assert mapped(idp, emulator, {}) == PROVIDED


def test_function_that_refuses(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    with pytest.raises(AwsError) as caught:
        mapped(idp, emulator, config(functions.fail("inbound", "Not from there")))
    assert caught.value.type == "UserLambdaValidationException"
    assert caught.value.message == "InboundFederation failed with error Not from there."


def test_pre_sign_up_of_a_federated_user(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"))
    call, pool = call_of(emulator, made)
    origin = Origin(made.client_id)
    pre_sign_up.run(call, pool, origin, pre_sign_up.EXTERNAL_PROVIDER, "Acme_42", {"email": "alice@idp.example"})
    event = functions.event("PreSignUp_ExternalProvider")
    assert event["userName"] == "Acme_42"
    assert event["request"] == {
        "userAttributes": {
            "cognito:email_alias": "",
            "cognito:phone_number_alias": "",
            "email": "alice@idp.example",
        },
        "validationData": {},
    }
