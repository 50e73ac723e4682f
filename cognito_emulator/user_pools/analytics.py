"""Analytics of app clients: what their users do is told to a project of Amazon Pinpoint.

Only requests that name an endpoint (`AnalyticsMetadata`) of a client with an `AnalyticsConfiguration` count. Sign-ups,
sign-ins and attempts that failed are events of the endpoint; whose endpoint it is, Pinpoint is told as well. A client
that shares user data has the user's attributes told too, and endpoints for the user's addresses.

Pinpoint is told in the background, where an emulated one is (see `outside.aws_clients`); whatever goes wrong there is
no request's business.

Sources: developer guide, "Using Amazon Pinpoint for user pool analytics" (what is tracked, the two operations, the
further endpoints); AWS knowledge center, "pinpoint-cognito-user-pool-analytics" (nothing without AnalyticsMetadata);
`AnalyticsConfigurationType` in botocore's model; Amazon Pinpoint developer guide, "Reporting events" (names of the
events). How Cognito names the further endpoints, and what else is in its requests, is not documented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cognito_emulator.aws.call import Answer, Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.clock import iso
from cognito_emulator.outside import aws_clients
from cognito_emulator.outside.aws_clients import EmulatedAws
from cognito_emulator.outside.errands import Errands
from cognito_emulator.user_pools import repository
from cognito_emulator.user_pools.records import Client, Pool, User

Json = dict[str, Any]
SIGN_IN, SIGN_UP, AUTH_FAIL = "_userauth.sign_in", "_userauth.sign_up", "_userauth.auth_fail"
# Errors by which a user hears that they cannot sign in. Others are the application's mistakes.
_FAILURES = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
        "CodeMismatchException",
        "ExpiredCodeException",
    }
)
_CHANNELS = {"email": "EMAIL", "phone_number": "SMS"}
# Where there is no Pinpoint, user pools report to this region.
_DEFAULT_REGION = "us-east-1"


def of_sign_in(
    call: Call, pool: Pool, client: Client, parameters: dict[str, str], step: Callable[[], Answer]
) -> Answer:
    """Take a step of a sign-in and report how it ended. Refreshing tokens is no sign-in: it names no user."""
    name = parameters.get("USERNAME")
    if not name or _endpoint(call, client) is None:
        return step()
    try:
        answer = step()
    except AwsError as failure:
        if failure.type in _FAILURES:
            tell(call, pool, client, _user(call, pool, name), AUTH_FAIL)
        raise
    if "AuthenticationResult" in answer:
        tell(call, pool, client, _user(call, pool, name), SIGN_IN)
    return answer


def met(call: Call, pool: Pool, client: Client, name: str) -> None:
    """Report whose endpoint it is that a request came from."""
    if _endpoint(call, client) is not None:
        tell(call, pool, client, _user(call, pool, name), None)


def tell(call: Call, pool: Pool, client: Client, user: User | None, event: str | None) -> None:
    """Report an event (None: only the endpoint) if the client has analytics and the request names an endpoint."""
    endpoint = _endpoint(call, client)
    if endpoint is None:
        return
    configuration = client.settings["AnalyticsConfiguration"]
    events = {call.emulator.randomness.uuid(): {"EventType": event, "Timestamp": iso(call.now)}} if event else {}
    report = _report(configuration, endpoint, user, events)
    post = partial(_post, call.emulator.part(EmulatedAws), pool, configuration, report)
    call.emulator.part(Errands).hand_over(f"an event of the app client {client.id}", post)


@dataclass(frozen=True)
class Project:
    """A Pinpoint project, and the role that may write to it."""

    id: str
    region: str
    account: str
    role: str | None
    external_id: str | None


@dataclass(frozen=True)
class Report:
    """What Pinpoint is told: endpoints with what belongs to them, and events of one of them."""

    endpoint: str
    endpoints: dict[str, Json]
    public: Json
    events: Json


def _endpoint(call: Call, client: Client) -> str | None:
    if not client.settings.get("AnalyticsConfiguration"):
        return None
    return (call.params.get("AnalyticsMetadata") or {}).get("AnalyticsEndpointId") or None


def _user(call: Call, pool: Pool, name: str) -> User | None:
    return repository.find_user_for_admin(call.reader, pool, name)


def _project(pool: Pool, configuration: Json) -> Project | None:
    """The project by its ARN (`arn:aws:mobiletargeting:<region>:<account>:apps/<id>`), or by its id."""
    role, external_id = configuration.get("RoleArn"), configuration.get("ExternalId")
    arn = str(configuration.get("ApplicationArn") or "").split(":", 5)
    if len(arn) == 6 and arn[5].startswith("apps/"):
        return Project(arn[5].removeprefix("apps/"), arn[3], arn[4], role, external_id)
    if not configuration.get("ApplicationId"):
        return None
    region = pool.region if pool.region in aws_clients.regions_of("pinpoint") else _DEFAULT_REGION
    return Project(configuration["ApplicationId"], region, pool.account, role, external_id)


def _report(configuration: Json, endpoint: str, user: User | None, events: Json) -> Report:
    if user is None:
        return Report(endpoint, {}, {}, events)
    whose: Json = {"User": {"UserId": user.sub}}
    if not configuration.get("UserDataShared"):
        return Report(endpoint, {endpoint: whose}, whose, events)
    whose["User"]["UserAttributes"] = {name: [value] for name, value in user.attributes.items() if name != "sub"}
    endpoints = {endpoint: whose}
    for attribute, channel in _CHANNELS.items():
        if user.attributes.get(attribute):
            address = {"Address": user.attributes[attribute], "ChannelType": channel, "OptOut": "NONE"}
            endpoints[f"{user.sub}-{attribute}"] = {**address, **whose}
    return Report(endpoint, endpoints, whose, events)


def _post(aws: EmulatedAws, pool: Pool, configuration: Json, report: Report) -> None:
    project = _project(pool, configuration)
    if project is None:
        return
    client = aws.client_in_role("pinpoint", project.region, project.account, project.role, project.external_id)
    if client is None:
        return
    for endpoint, request in report.endpoints.items():
        client.update_endpoint(ApplicationId=project.id, EndpointId=endpoint, EndpointRequest=request)
    if report.events:
        batch = {report.endpoint: {"Endpoint": report.public, "Events": report.events}}
        client.put_events(ApplicationId=project.id, EventsRequest={"BatchItem": batch})
