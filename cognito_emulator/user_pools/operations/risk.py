"""Threat protection: its configuration, and the history of users."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.risk import configuration, events, feedback
from cognito_emulator.user_pools.risk_records import RiskConfiguration
from cognito_emulator.user_pools.service import operation

PAGE = 60


@operation
def set_risk_configuration(call: Call, params: Params) -> Answer:
    """Replace the risk configuration of a pool or of one client. It counts once threat protection is on.

    Source: API reference, SetRiskConfiguration; recording aws-cli-examples/cli-example-set-risk-configuration/1; that
    threat protection may be off, from the tests that terraform-provider-aws runs on AWS (risk_configuration_test.go,
    every one with a pool that has nothing but a name).
    """

    def step(tx: Transaction) -> RiskConfiguration:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        client_id = _client_id(tx, pool, params)
        return configuration.replace(tx, pool, client_id, params, call.now)

    return {"RiskConfiguration": configuration.described(call.transact(step))}


@operation
def describe_risk_configuration(call: Call, params: Params) -> Answer:
    """Show the risk configuration of a pool or of one client.

    Source: API reference, DescribeRiskConfiguration; recording
    aws-cli-examples/cli-example-describe-risk-configuration/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client_id = _client_id(call.reader, pool, params)
    return {"RiskConfiguration": configuration.shown(call.reader, pool, client_id)}


def _client_id(reader: Reader, pool: Pool, params: Params) -> str:
    if "ClientId" not in params:
        return ""
    return repository.client_of_pool(reader, pool, params["ClientId"]).id


@operation
def admin_list_user_auth_events(call: Call, params: Params) -> Answer:
    """Show what a user did, the newest first.

    Source: API reference, AdminListUserAuthEvents; recording
    aws-cli-examples/cli-example-admin-list-user-auth-events/1.
    """
    user = _user(call, params)
    size = params.get("MaxResults") or PAGE
    found, token = events.page(call.reader, user, size, params.get("NextToken"), call.now)
    answer: Answer = {"AuthEvents": [events.shown(event) for event in found]}
    return {**answer, "NextToken": token} if token else answer


@operation
def admin_update_auth_event_feedback(call: Call, params: Params) -> Answer:
    """Say whether an event was the user's own doing. Source: API reference, AdminUpdateAuthEventFeedback."""
    user = _user(call, params)
    _give_feedback(call, user, params, "Admin")
    return {}


@operation
def update_auth_event_feedback(call: Call, params: Params) -> Answer:
    """The user's own word on an event, with the token of the notification.

    Source: API reference, UpdateAuthEventFeedback.
    """
    pool = repository.pool_by_id(call.reader, params["UserPoolId"])
    if pool is None or repository.is_elsewhere(call, pool):
        raise errors.user_pool_does_not_exist(params["UserPoolId"])
    user = feedback.checked_user(call.reader, pool, params["Username"], params["EventId"], params["FeedbackToken"])
    _give_feedback(call, user, params, feedback.USER)
    return {}


def _user(call: Call, params: Params) -> User:
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    configuration.require_enabled(pool)
    return repository.user_for_admin(call.reader, pool, params["Username"])


def _give_feedback(call: Call, user: User, params: Params, provider: str) -> None:
    event_id, value = params["EventId"], params["FeedbackValue"]
    call.transact(lambda tx: events.give_feedback(tx, user, event_id, value, provider, call.now))
