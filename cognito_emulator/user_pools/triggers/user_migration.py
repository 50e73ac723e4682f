"""Migrate user: a name that nobody has may be known elsewhere.

Sources: reference lambda-triggers.md §4.7; developer guide, "Migrate user Lambda trigger" (at sign-in, a status that is
not set confirms the user); repost.aws/questions/QU3VgGes1IRne3OVkCDMjrBA (an answer without `response`, an empty text
and null fail the migration; `response` alone is enough).
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Metadata, Origin, event
from cognito_emulator.user_pools.triggers.responses import Response

TRIGGER = "UserMigration"
AUTHENTICATION = "UserMigration_Authentication"
FORGOT_PASSWORD = "UserMigration_ForgotPassword"
# What users are who move in without a status: who forgot their password has none here yet.
_STATUS = {AUTHENTICATION: "CONFIRMED", FORGOT_PASSWORD: "RESET_REQUIRED"}
_MEMBERS = (
    "userAttributes",
    "forceAliasCreation",
    "enableSMSMFA",
    "finalUserStatus",
    "messageAction",
    "desiredDeliveryMediums",
)


@dataclass(frozen=True)
class Migrated:
    """A user as the function described them."""

    attributes: dict[str, str]
    status: str
    welcome: bool
    mediums: list[str]
    force_aliases: bool
    sms_mfa: bool


def authenticate(
    call: Call, pool: Pool, client_id: str, name: str, password: str, validation_data: Metadata | None
) -> Migrated | None:
    """Ask whether somebody of that name and password is known elsewhere; None if not.

    `validation_data` is the ClientMetadata of InitiateAuth.
    """
    request: Json = {
        "password": password,
        "validationData": dict(validation_data) if validation_data else None,
        "userAttributes": None,
    }
    return _ask(call, pool, Origin(client_id), AUTHENTICATION, name, request)


def forgot_password(call: Call, pool: Pool, origin: Origin, name: str) -> Migrated | None:
    """Ask whether somebody of that name, who wants a new password, is known elsewhere; None if not."""
    return _ask(call, pool, origin, FORGOT_PASSWORD, name, {"userAttributes": None, **origin.client_metadata})


def _ask(call: Call, pool: Pool, origin: Origin, source: str, name: str, request: Json) -> Migrated | None:
    if invoke.arn_of(pool, TRIGGER) is None:
        return None
    asked = event(pool, origin.client_id, name, source, request, dict.fromkeys(_MEMBERS))
    try:
        return _migrated(invoke.run(call, pool, TRIGGER, asked, needs_response=True), _STATUS[source])
    except AwsError as failure:
        if failure.type == "InvalidLambdaResponseException":
            raise errors.migration_failed(origin.client_id) from failure
        raise


def _migrated(answer: Response, status: str) -> Migrated | None:
    """The user of an answer. `status` is theirs if it does not say one."""
    attributes = answer.text_map("userAttributes")
    if not attributes:
        return None
    return Migrated(
        attributes,
        answer.choice("finalUserStatus", ("CONFIRMED", "RESET_REQUIRED")) or status,
        answer.choice("messageAction", ("SUPPRESS", "RESEND")) != "SUPPRESS",
        answer.texts("desiredDeliveryMediums") or ["SMS"],
        answer.boolean("forceAliasCreation"),
        answer.boolean("enableSMSMFA"),
    )
