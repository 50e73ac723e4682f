"""The token exchange grant (RFC 8693) at the token endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Idp, User, claims, sign_in
from tests.oauth.browser import Page
from tests.oauth.conftest import Relying

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"
ADMIN = "aws.cognito.signin.user.admin"
API = "https://api.example"


@pytest.fixture
def service(idp: Idp, app: Relying) -> Relying:
    """A service of the pool that may exchange what it is handed, with and without an actor."""
    idp.create_resource_server(UserPoolId=app.app.pool_id, Identifier=API, Name="API")
    return exchanger(idp, app, "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION")


def exchanger(idp: Idp, app: Relying, *flows: str) -> Relying:
    made = idp.create_user_pool_client(
        UserPoolId=app.app.pool_id, ClientName="service", GenerateSecret=True, ExplicitAuthFlows=list(flows)
    )["UserPoolClient"]
    client = type(app.app)(app.app.pool_id, made["ClientId"], made["ClientSecret"])
    return Relying(idp, app.emulator, client)


@pytest.fixture
def tokens(idp: Idp, alice: User) -> dict[str, Any]:
    return sign_in(idp, alice)


def exchange(service: Relying, subject: str, type: str = "access_token", **more: str) -> Page:
    return service.token(grant_type=GRANT, subject_token=subject, subject_token_type=TYPE + type, **more)


def test_a_token_for_another_service(service: Relying, tokens: dict[str, Any]) -> None:
    answer = exchange(service, tokens["AccessToken"], audience="ledger").json
    said = claims(answer.pop("access_token"))
    assert answer == {
        "issued_token_type": f"{TYPE}access_token",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": ADMIN,
    }
    assert (said["aud"], said["client_id"], said["username"]) == ("ledger", service.app.client_id, "alice")


def test_an_id_token(service: Relying, tokens: dict[str, Any]) -> None:
    answer = exchange(service, tokens["IdToken"], "id_token", requested_token_type=f"{TYPE}id_token", resource=API).json
    assert (answer["issued_token_type"], answer["token_type"]) == (f"{TYPE}id_token", "N_A")
    assert "scope" not in answer
    said = claims(answer["access_token"])
    assert (said["token_use"], said["aud"], said["email"]) == ("id", API, "alice@example.com")


def test_an_actor(service: Relying, tokens: dict[str, Any]) -> None:
    acting = {"actor_token": tokens["IdToken"], "actor_token_type": f"{TYPE}id_token"}
    answer = exchange(service, tokens["AccessToken"], **acting).json
    assert claims(answer["access_token"])["act"] == {"sub": claims(tokens["IdToken"])["sub"]}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"subject_token": ""}, "invalid_request"),
        ({"subject_token": "x.y.z"}, "invalid_request"),
        ({"subject_token_type": ""}, "invalid_request"),
        ({"subject_token_type": f"{TYPE}jwt"}, "invalid_request"),
        ({"subject_token_type": f"{TYPE}id_token"}, "invalid_request"),
        ({"subject_token_type": f"{TYPE}saml2"}, "invalid_request"),
        ({"actor_token": "x.y.z"}, "invalid_request"),
        ({"actor_token_type": f"{TYPE}access_token"}, "invalid_request"),
        ({"requested_token_type": f"{TYPE}saml2"}, "invalid_request"),
        ({"audience": "ledger", "resource": API}, "invalid_request"),
        ({"resource": "https://no.example"}, "invalid_target"),
    ],
)
def test_what_is_refused(service: Relying, tokens: dict[str, Any], changes: dict[str, str], error: str) -> None:
    given = {"subject_token": tokens["AccessToken"], "subject_token_type": f"{TYPE}access_token", **changes}
    page = service.token(grant_type=GRANT, **given)
    assert (page.status, page.json) == (400, {"error": error})


def test_the_client_has_to_be_allowed(idp: Idp, app: Relying, service: Relying, tokens: dict[str, Any]) -> None:
    for client in (app, exchanger(idp, app, "ALLOW_TOKEN_EXCHANGE_DELEGATION")):
        page = exchange(client, tokens["AccessToken"])
        assert (page.status, page.json) == (400, {"error": "unauthorized_client"})
    page = exchange(service, tokens["AccessToken"], Authorization="Basic eDp5")
    assert (page.status, page.json) == (400, {"error": "invalid_client"})
