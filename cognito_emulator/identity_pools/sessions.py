"""Temporary credentials: who may assume the role, who makes them, and what is remembered about them.

Where an STS is reachable through boto3 (moto in this process, or `AWS_ENDPOINT_URL_STS`) it makes the credentials, so
that the other emulated services know them. Otherwise they are made here. Either way the session is kept: it tells
account and caller of requests that are signed with its key, and what policies ask about it.

Sources: reference identity-pools.md §8 and §10; STS API reference, AssumeRoleWithWebIdentity.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.policies import Decision, Request, decide
from cognito_emulator.identity_pools import iam
from cognito_emulator.identity_pools.records import SESSIONS, Session
from cognito_emulator.outside.aws_clients import EmulatedAws
from cognito_emulator.randomness import ALPHANUMERIC

if TYPE_CHECKING:
    from cognito_emulator.store.interface import Transaction

Json = dict[str, Any]
Claims = dict[str, Any]
logger = logging.getLogger(__name__)
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
FEDERATION = "sts:AssumeRoleWithWebIdentity"
_TAGS = "https://aws.amazon.com/tags"
_GRACE = 3600.0


class NotAllowed(Exception):
    """The role's trust policy does not let this happen, or there is no such role."""


@dataclass(frozen=True)
class Wanted:
    """Credentials that somebody wants."""

    role_arn: str
    session_name: str
    seconds: int
    policies: list[Json] = field(default_factory=list)
    policy_arns: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        return self.role_arn.split(":")[4]


def with_web_identity(
    call: Call, wanted: Wanted, claims: Claims, token: Callable[[], str], *, ask_others: bool = True
) -> Session:
    """A session for the bearer of one of the service's tokens. Raises `NotAllowed`.

    `token` gives the token with these claims; it is asked for if an STS elsewhere makes the credentials, which
    `ask_others` allows.
    """
    host = str(claims["iss"]).removeprefix("https://")
    tags = {name: values[0] for name, values in claims.get(_TAGS, {}).get("principal_tags", {}).items()}
    context = {f"{host}:{name}": claims[name] for name in ("aud", "sub", "amr")}
    role = _trusting_role(call, wanted, ("Federated", host), context, tags) if ask_others else None
    made = _elsewhere(call, wanted, token) if ask_others else None
    session = _session(call, wanted, made, role, {**context, **_tag_context(tags)}, claims["sub"])
    return _kept(call, session)


def with_caller(call: Call, wanted: Wanted, caller_arn: str, external_id: str | None) -> Session:
    """A session for another caller (AssumeRole), made here. Raises `NotAllowed`."""
    context = {"sts:ExternalId": external_id} if external_id else {}
    role = _trusting_role(call, wanted, ("AWS", caller_arn), context, {}, "sts:AssumeRole")
    return _kept(call, _session(call, wanted, None, role, {}, None))


def _trusting_role(
    call: Call,
    wanted: Wanted,
    principal: tuple[str, str],
    context: Json,
    tags: dict[str, str],
    action: str = FEDERATION,
) -> Json | None:
    """The role, if its trust policy allows what is wanted; None if there is no IAM to ask."""
    try:
        role = iam.role(call, wanted.role_arn)
    except iam.NoSuchRole:
        raise NotAllowed(f"there is no role {wanted.role_arn}") from None
    if role is None:
        return None
    trust = iam.trust_policy(role)
    request_tags: Json = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
    if tags:
        request_tags["aws:TagKeys"] = list(tags)
    for needed in (action, "sts:TagSession") if tags else (action,):
        request = Request(needed, context={**context, **request_tags}, principal=principal)
        if decide(trust, request) is not Decision.ALLOW:
            raise NotAllowed(f"the trust policy of {wanted.role_arn} does not allow {needed}")
    return role


def _elsewhere(call: Call, wanted: Wanted, token: Callable[[], str]) -> Json | None:
    """Credentials of an STS that is reachable; None if there is none."""
    from botocore.exceptions import BotoCoreError, ClientError

    sts = call.emulator.part(EmulatedAws).client("sts", call.region, wanted.account)
    if sts is None:
        return None
    optional: Json = {}
    if wanted.policies:
        optional["Policy"] = json.dumps(wanted.policies[0])
    if wanted.policy_arns:
        optional["PolicyArns"] = [{"arn": arn} for arn in wanted.policy_arns]
    try:
        answer: Json = sts.assume_role_with_web_identity(
            RoleArn=wanted.role_arn,
            RoleSessionName=wanted.session_name,
            WebIdentityToken=token(),
            DurationSeconds=wanted.seconds,
            **optional,
        )
    except ClientError as error:
        raise NotAllowed(f"STS refuses {wanted.role_arn}: {error}") from None
    except BotoCoreError as error:
        logger.warning("STS cannot be reached, so the credentials of %s are made here: %s", wanted.role_arn, error)
        return None
    return answer


def _session(
    call: Call, wanted: Wanted, made: Json | None, role: Json | None, context: Json, identity_id: str | None
) -> Session:
    randomness = call.emulator.randomness
    role_id = role["RoleId"] if role is not None else "AROA" + randomness.text(17, BASE32)
    if made is not None:
        given = made["Credentials"]
        access_key, secret, token = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        expires = given["Expiration"].timestamp()
    else:
        access_key = "ASIA" + randomness.text(16, BASE32)
        secret = randomness.text(40, ALPHANUMERIC)
        token = "IQoJb3JpZ2luX2Vj" + base64.b64encode(randomness.bytes(360)).decode()
        expires = call.now + wanted.seconds
    session = Session(
        access_key=access_key,
        secret_key=secret,
        token=token,
        account=wanted.account,
        role_arn=wanted.role_arn,
        role_id=role_id,
        name=wanted.session_name,
        expires=expires,
        policies=wanted.policies,
        policy_arns=wanted.policy_arns,
        identity_id=identity_id,
        role_is_known=role is not None,
    )
    caller = {
        "aws:userid": f"{role_id}:{wanted.session_name}",
        "aws:PrincipalArn": wanted.role_arn,
        "aws:PrincipalAccount": wanted.account,
        "aws:PrincipalType": "AssumedRole",
    }
    session.context.update({**caller, **context})
    return session


def _tag_context(tags: dict[str, str]) -> Json:
    return {f"aws:PrincipalTag/{name}": value for name, value in tags.items()}


def _kept(call: Call, session: Session) -> Session:
    def step(tx: Transaction) -> None:
        for old in tx.page(SESSIONS, "expires", (), limit=2).records:
            if old.expires < call.now - _GRACE:
                tx.delete(SESSIONS, old.access_key)
        tx.put(SESSIONS, session)

    call.transact(step)
    return session
