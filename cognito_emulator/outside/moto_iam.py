"""moto's IAM enforcement, told what it cannot see: session policies, policy variables, conditions, table resources.

moto evaluates actions and, for S3, resources. For sessions that were given out here the emulator's own evaluation
takes its place: `describe` says what a request wants, the `Decider` whether it may. Requests of the emulator itself
are those of an AWS service and need no policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cognito_emulator.outside.aws_clients import is_own

Json = dict[str, Any]
Method = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """What a request wants: an action on resources, in a context; and what the role's policies say."""

    action: str
    resources: list[str]
    context: Json = field(default_factory=dict)
    role_policies: list[Json] = field(default_factory=list)
    managed_policy: Callable[[str], Json | None] = lambda arn: None


Decider = Callable[[str, Access], bool | None]
"""Access key and access → may it? None: the key is none of ours, moto decides."""


def authenticating(decide: Decider, original: Method) -> Method:
    """In place of `ActionAuthenticatorMixin._authenticate_and_authorize_action`."""

    def authenticate(response: Any, iam_request_class: Any, resource: str = "*") -> None:
        if not is_own(response.headers.get("User-Agent")):
            original(response, iam_request_class, resource)

    return authenticate


def permitting(decide: Decider, original: Method) -> Method:
    """In place of `IAMRequestBase.check_action_permitted`."""

    def check_action_permitted(request: Any, resource: str) -> None:
        key = getattr(request._access_key, "_access_key_id", "")
        access = describe(request, resource)
        allowed = decide(key, access)
        if allowed is None:
            original(request, resource)
        elif not allowed and request._action != "sts:GetCallerIdentity":
            _refuse(request, access)

    return check_action_permitted


def _refuse(request: Any, access: Access) -> None:
    """Raise the service's refusal. moto's own is XML, which services that speak JSON do not answer."""
    if "X-Amz-Target" not in request._headers:
        request._raise_access_denied()
    from moto.core.exceptions import JsonRESTError

    caller, resource = request._access_key.arn, access.resources[0]
    raise JsonRESTError(
        "AccessDeniedException",
        f"User: {caller} is not authorized to perform: {access.action} on resource: {resource} "
        f"because no identity-based policy allows the {access.action} action",
    )


PATCHES = (
    ("moto.core.authorization", "ActionAuthenticatorMixin", "_authenticate_and_authorize_action", authenticating),
    ("moto.iam.access_control", "IAMRequestBase", "check_action_permitted", permitting),
)


def describe(request: Any, resource: str) -> Access:
    """What a request that moto has before it wants."""
    service, _, action = str(request._action).partition(":")
    find = _FINDERS.get(service)
    resources, context = find(request, action, resource) if find is not None else ([resource], {})
    return Access(
        action=request._action,
        resources=resources or [resource],
        context={"aws:RequestedRegion": request._region, **context},
        role_policies=[_document(policy) for policy in request._access_key.collect_policies()],
        managed_policy=lambda arn: _managed(request, arn),
    )


def _document(policy: Any) -> Json:
    """A policy in any of the forms in which moto keeps it."""
    if hasattr(policy, "versions"):
        policy = next(version.document for version in policy.versions if version.is_default)
    elif not isinstance(policy, str):
        policy = policy["policy_document"]
    return dict(json.loads(policy))


def _managed(request: Any, arn: str) -> Json | None:
    policy = request.backend.managed_policies.get(arn)
    return _document(policy) if policy is not None else None


# ── resources and condition keys of the services that have more than moto says ───────────────────────────────


def _s3(request: Any, action: str, resource: str) -> tuple[list[str], Json]:
    query = parse_qs(urlsplit(request._path).query, keep_blank_values=True)
    keys = {name: query[name][0] for name in ("prefix", "delimiter", "max-keys") if name in query}
    if action.startswith("ListBucket"):
        keys.setdefault("prefix", "")
    return [resource], {f"s3:{name}": value for name, value in keys.items()}


def _dynamodb(request: Any, action: str, resource: str) -> tuple[list[str], Json]:
    body = _json_body(request)
    region, account = request._region, request.account_id
    resources: dict[str, None] = {}
    leading: list[str] = []
    for item in _table_accesses(body):
        table_name = str(item["TableName"]).rsplit("/", 1)[-1]
        arn = f"arn:aws:dynamodb:{region}:{account}:table/{table_name}"
        index = item.get("IndexName")
        resources[f"{arn}/index/{index}" if index else arn] = None
        leading += _leading_keys(item, _partition_key(account, region, table_name, index))
    return list(resources), {"dynamodb:LeadingKeys": leading} if leading else {}


def _table_accesses(body: Json) -> list[Json]:
    """Every access to one table in a request: it, or those of a batch or transaction."""
    if "TableName" in body:
        return [body]
    accesses: list[Json] = []
    requests = body.get("RequestItems", {})
    for table, wanted in requests.items():
        if isinstance(wanted, dict):
            accesses += [{"TableName": table, "Key": key} for key in wanted.get("Keys", ())]
        else:
            accesses += [{"TableName": table, **next(iter(one.values()))} for one in wanted]
    return accesses + [next(iter(one.values())) for one in body.get("TransactItems", ())]


def _leading_keys(item: Json, name: str | None) -> list[str]:
    """The partition keys that an access names."""
    if name is None:
        return []
    for place in ("Key", "Item"):
        if name in item.get(place, {}):
            return [_value(item[place][name])]
    values, names = item.get("ExpressionAttributeValues", {}), item.get("ExpressionAttributeNames", {})
    for left, right in re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", item.get("KeyConditionExpression", "")):
        if names.get(left, left) == name and right in values:
            return [_value(values[right])]
    condition = item.get("KeyConditions", {}).get(name)
    return [_value(value) for value in condition["AttributeValueList"]] if condition else []


def _value(attribute: Json) -> str:
    return str(next(iter(attribute.values())))


def _partition_key(account: str, region: str, table_name: str, index: str | None) -> str | None:
    from moto.dynamodb.models import dynamodb_backends

    table = dynamodb_backends[account][region].tables.get(table_name)
    if table is None:
        return None
    if index is None:
        return str(table.hash_key_attr)
    indexes = {one.name: one for one in (*table.indexes, *table.global_indexes)}
    schema = indexes[index].schema if index in indexes else []
    return next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)


def _named(member: str, pattern: str) -> Method:
    """Resources that one member of the request names, by name or by ARN."""

    def find(request: Any, action: str, resource: str) -> tuple[list[str], Json]:
        given = _json_body(request).get(member) or request._data.get(member)
        name = given[0] if isinstance(given, list) else given
        if not name:
            return [resource], {}
        arn = name if str(name).startswith("arn:") else pattern.format(request._region, request.account_id, name)
        return [arn], {}

    return find


def _lambda(request: Any, action: str, resource: str) -> tuple[list[str], Json]:
    found = re.search(r"/functions/([^/?]+)", request._path)
    if found is None:
        return [resource], {}
    return [f"arn:aws:lambda:{request._region}:{request.account_id}:function:{found.group(1)}"], {}


def _json_body(request: Any) -> Json:
    try:
        body = json.loads(request._body or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


_FINDERS: dict[str, Method] = {
    "s3": _s3,
    "dynamodb": _dynamodb,
    "kinesis": _named("StreamName", "arn:aws:kinesis:{}:{}:stream/{}"),
    "lambda": _lambda,
    "sns": _named("TopicArn", "{2}"),
}
