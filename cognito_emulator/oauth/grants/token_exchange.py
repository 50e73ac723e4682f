"""The token exchange grant: GetDerivedToken at the token endpoint.

That it is there is documented, its parameters are those of RFC 8693. How a provider is named that issued the subject
token is documented nowhere, so that only tokens of the pool are taken here.

Sources: developer guide, "Exchanging tokens for downstream services"; RFC 8693, sections 2.1 and 2.2 (with the errors).
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.authentication import flows
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.tokens import exchange as tokens

NAME = "urn:ietf:params:oauth:grant-type:token-exchange"
_TYPES = {
    f"urn:ietf:params:oauth:token-type:{name}": type
    for name, type in (("access_token", "ACCESS_TOKEN"), ("id_token", "ID_TOKEN"), ("saml2", "SAML2"))
}
_ISSUED = {type: name for name, type in _TYPES.items() if type != "SAML2"}
_INVALID = ("InvalidParameterException", "NotAuthorizedException", "UserNotFoundException")


def exchange(visit: Visit, client: Client) -> dict[str, Any]:
    """A token for the next service, in exchange for one of the user's."""
    params = _params(visit)
    if tokens.flow_of(params) not in flows.enabled_flows(client):
        raise errors.unauthorized_client()
    try:
        tokens.check_combinations(params)
        answer = tokens.run(visit.call, visit.pool, client, params)
    except AwsError as failure:
        if failure.type == "ResourceNotFoundException":
            raise errors.invalid_target() from None
        if failure.type in _INVALID:
            raise errors.bad_request() from None
        raise
    scope = {"Scope": " ".join(answer["Scopes"])} if "Scopes" in answer else {}
    return {
        "AccessToken": answer["IssuedToken"],
        "IssuedTokenType": _ISSUED[answer["IssuedTokenType"]],
        "TokenType": answer["TokenType"],
        "ExpiresIn": answer["ExpiresIn"],
        **scope,
    }


def _params(visit: Visit) -> dict[str, Any]:
    """The request as GetDerivedToken has it. Raises `OAuthError`."""
    given = visit.given
    if not given.get("subject_token") or "resource" in given.repeated:
        raise errors.bad_request()
    params: dict[str, Any] = {
        "SubjectToken": given["subject_token"],
        "SubjectTokenType": _type(given.get("subject_token_type")),
    }
    if given.get("actor_token"):
        params["ActorToken"] = given["actor_token"]
    if given.get("actor_token_type"):
        params["ActorTokenType"] = _type(given["actor_token_type"])
    if given.get("requested_token_type"):
        params["RequestedTokenType"] = _type(given["requested_token_type"])
        if params["RequestedTokenType"] not in _ISSUED:
            raise errors.bad_request()
    lists = {"Scopes": given.get("scope", "").split()}
    lists |= {
        name: [given[wire]] for name, wire in (("Audiences", "audience"), ("Resources", "resource")) if given.get(wire)
    }
    return {**params, **{name: values for name, values in lists.items() if values}}


def _type(name: str | None) -> str:
    if name not in _TYPES:
        raise errors.bad_request()
    return _TYPES[name]
