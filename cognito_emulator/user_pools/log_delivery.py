"""A pool's logs: where they go, what they say, and their way there.

Entries are handed over in the background, so that no request waits for another service. Where that service is no
emulated one, or refuses an entry, the entry is lost, as it would be on AWS.

Sources: developer guide, "Exporting logs from Amazon Cognito user pools" (both kinds of entry); API reference,
LogConfigurationType; reference user-pools.md §11. Names of streams and objects are not documented.
"""

from __future__ import annotations

import json
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from cognito_emulator.outside import log_groups
from cognito_emulator.outside.aws_clients import EmulatedAws
from cognito_emulator.outside.errands import Errands
from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.log_records import LOG_DELIVERIES
from cognito_emulator.user_pools.records import Pool

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

Json = dict[str, Any]
NOTIFICATION, ACTIVITY = "userNotification", "userAuthEvents"
_LEVELS = {NOTIFICATION: "ERROR", ACTIVITY: "INFO"}
_ENTRY_SOURCES = {NOTIFICATION: "USER_NOTIFICATION", ACTIVITY: "USER_ACTIVITY"}
_GROUP, _BUCKET, _STREAM = "CloudWatchLogsConfiguration", "S3Configuration", "FirehoseConfiguration"
_ARNS = {
    _GROUP: ("LogGroupArn", re.compile(r"arn:[\w-]+:logs:([\w-]+):(\d{12}):log-group:([^:]+)(:\*)?")),
    _BUCKET: ("BucketArn", re.compile(r"arn:[\w-]+:s3:(.{0}):(.{0}):([^:/]+)")),
    _STREAM: ("StreamArn", re.compile(r"arn:[\w-]+:firehose:([\w-]+):(\d{12}):deliverystream/([^:/]+)")),
}
_DECISIONS = {"NoRisk": "PASS", "AccountTakeover": "ACCOUNT_TAKEOVER", "Block": "BLOCK"}


def check(pool: Pool, configurations: list[Json]) -> None:
    """Refuse log configurations that do not go together."""
    sources = [configuration["EventSource"] for configuration in configurations]
    lost = [each["EventSource"] for each in configurations if not any(kind in each for kind in _ARNS)]
    repeated = [source for source in sources if sources.count(source) > 1]
    if lost or repeated:
        raise errors.invalid_event_sources(list(dict.fromkeys(lost)), list(dict.fromkeys(repeated)))
    for configuration in configurations:
        source = configuration["EventSource"]
        if configuration["LogLevel"] != _LEVELS[source]:
            raise errors.log_level_does_not_fit(source, _LEVELS[source])
        kinds = [kind for kind in _ARNS if kind in configuration]
        if len(kinds) != 1:
            raise errors.one_log_destination()
        if source == NOTIFICATION and kinds != [_GROUP]:
            raise errors.log_destination_not_supported(source)
        member, form = _ARNS[kinds[0]]
        arn = configuration[kinds[0]].get(member, "")
        found = form.fullmatch(arn)
        if found is None:
            raise errors.invalid_log_destination(arn)
        if kinds == [_GROUP] and found.group(2) != pool.account:
            raise errors.log_group_of_other_account(arn)


def configurations_of(reader: Reader, pool_id: str) -> list[Json]:
    """Where a pool's logs go."""
    delivery = reader.get(LOG_DELIVERIES, pool_id)
    return delivery.configurations if delivery is not None else []


def exports_activity(reader: Reader, pool_id: str) -> bool:
    """Whether the events of a pool's users are exported."""
    return any(configuration["EventSource"] == ACTIVITY for configuration in configurations_of(reader, pool_id))


def message_failed(emulator: Emulator, pool: Pool, details: str) -> None:
    """Tell the pool's log that a message to a user could not be delivered."""
    _tell(emulator, pool, NOTIFICATION, {"details": details})


def user_acted(
    emulator: Emulator,
    pool: Pool,
    *,
    event_id: str,
    event_type: str,
    response: str,
    created: float,
    sub: str,
    username: str,
    client_id: str,
    risk: Json,
    challenges: list[dict[str, str]],
    context: dict[str, str],
    request_id: str,
    provider: str = "",
    feedback: Json | None = None,
) -> None:
    """Tell the pool's log what a user did, as threat protection saw it.

    `risk`, `challenges`, `context` and `feedback` are as AdminListUserAuthEvents shows them (`EventRisk`, …). Nothing
    happens in a pool that does not export its users' activity. May be called from a request, outside transactions.
    """
    feedback = feedback or {}
    message = {
        "version": "1",
        "eventId": event_id,
        "eventType": event_type,
        "userSub": sub,
        "userName": username,
        "userPoolId": pool.id,
        "clientId": client_id,
        "creationDate": time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(created)),
        "eventResponse": response,
        "riskLevel": risk.get("RiskLevel", ""),
        "riskDecision": _DECISIONS.get(risk.get("RiskDecision", "NoRisk"), ""),
        "challenges": [f"{given['ChallengeName']}:{given['ChallengeResponse']}" for given in challenges],
        "deviceName": context.get("DeviceName", ""),
        "ipAddress": context.get("IpAddress", ""),
        "requestId": request_id,
        "idpName": provider,
        "compromisedCredentialDetected": "true" if risk.get("CompromisedCredentialsDetected") else "false",
        "city": context.get("City", ""),
        "country": context.get("Country", ""),
        "eventFeedbackValue": feedback.get("FeedbackValue", ""),
        "eventFeedbackDate": str(feedback.get("FeedbackDate", "")),
        "eventFeedbackProvider": feedback.get("Provider", ""),
        "hasContextData": "true" if context else "false",
    }
    _tell(emulator, pool, ACTIVITY, message)


def _tell(emulator: Emulator, pool: Pool, source: str, message: Json) -> None:
    for configuration in configurations_of(emulator.store.reader, pool.id):
        if configuration["EventSource"] != source:
            continue
        entry = {
            "eventTimestamp": str(int(emulator.clock.now() * 1000)),
            "eventSource": _ENTRY_SOURCES[source],
            "logLevel": configuration["LogLevel"],
            "message": message,
            "logSourceId": {"userPoolId": pool.id},
        }
        deliver = partial(_deliver, emulator, pool, configuration, json.dumps(entry))
        emulator.part(Errands).hand_over(f"a log entry of the user pool {pool.id}", deliver)


def _deliver(emulator: Emulator, pool: Pool, configuration: Json, entry: str) -> None:
    kind = next(kind for kind in _ARNS if kind in configuration)
    member, form = _ARNS[kind]
    found = form.fullmatch(configuration[kind][member])
    if found is None:
        return
    region, account, name = (found.group(1) or pool.region, found.group(2) or pool.account, found.group(3))
    service = {_GROUP: "logs", _BUCKET: "s3", _STREAM: "firehose"}[kind]
    client = emulator.part(EmulatedAws).client(service, region, account)
    if client is None:
        return
    if kind == _GROUP:
        # The other service does not share a clock that a test moved.
        clock = emulator.clock
        log_groups.write(client, name, pool.id, clock.unmoved(), [entry], make_group=False)
    elif kind == _STREAM:
        client.put_record(DeliveryStreamName=name, Record={"Data": entry.encode() + b"\n"})
    else:
        day = time.strftime("%Y/%m/%d", time.gmtime(emulator.clock.now()))
        key = f"AWSLogs/{pool.account}/cognito/{pool.region}/{pool.id}/{day}/{emulator.randomness.uuid()}.json"
        client.put_object(Bucket=name, Key=key, Body=entry.encode(), ContentType="application/json")
