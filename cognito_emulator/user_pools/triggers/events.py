"""The part of an event that is the same for all triggers.

Sources: reference lambda-triggers.md §1.1 (order of members, constant texts, what user attributes there are); events
that apps caught (the other order of triggers that came later, `cognito:token_nbf`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import repository
from cognito_emulator.user_pools.records import Client, Pool, User

Json = dict[str, Any]
Metadata = Mapping[str, str]
NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
_SDK = "aws-sdk-unknown-unknown"
# Names under which an event shows the aliases that a user is found by.
_ALIASES = {"email": "cognito:email_alias", "phone_number": "cognito:phone_number_alias"}
# Triggers that came later have their members in another order.
_LATER = ("TokenGeneration_", "UserMigration_", "CustomEmailSender_", "CustomSMSSender_")


@dataclass(frozen=True)
class Origin:
    """Where a request comes from, as functions are told: the app client, and the caller's metadata for them.

    Administrators' requests come through no client.
    """

    client_id: str = NO_CLIENT
    metadata: Metadata | None = None

    @property
    def client_metadata(self) -> Json:
        """The `clientMetadata` member; there is none where nothing was passed."""
        return {"clientMetadata": dict(self.metadata)} if self.metadata else {}


@dataclass(frozen=True)
class Subject:
    """Whom a sign-in is about: a user, or a name that nobody has (which the client hides)."""

    name: str
    user: User | None
    hides_unknown_users: bool

    @classmethod
    def of(cls, client: Client, user: User | None, name: str) -> Subject:
        return cls(user.username if user else name, user, client.hides_unknown_users)

    @property
    def not_found(self) -> Json:
        """The `userNotFound` member, which only clients that hide unknown users cause."""
        return {"userNotFound": self.user is None} if self.hides_unknown_users else {}

    def attributes(self, call: Call, pool: Pool) -> dict[str, str]:
        return user_attributes(call, pool, self.user) if self.user else {}


def event(
    pool: Pool, client_id: str | None, user_name: str, source: str, request: Json, response: Json, version: str = "1"
) -> Json:
    """An event. `response` has the members that the function may set."""
    trigger = {"triggerSource": source}
    later = source.startswith(_LATER)
    return {
        "version": version,
        **(trigger if later else {}),
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": user_name,
        "callerContext": {"awsSdkVersion": _SDK, "clientId": client_id},
        **({} if later else trigger),
        "request": request,
        "response": response,
    }


def user_attributes(call: Call, pool: Pool, user: User) -> dict[str, str]:
    """The attributes of a user who is in the pool, with status and aliases. What clients may read does not count.

    After a global sign-out there is the time before which no token counts, in milliseconds.
    """
    shown = {"sub": user.sub}
    if user.signed_out_at is not None:
        shown["cognito:token_nbf"] = str(int(user.signed_out_at * 1000))
    for attribute in pool.alias_attributes:
        value = user.attributes.get(attribute)
        holder = repository.alias_holder(call.reader, pool, attribute, value) if value else None
        if attribute in _ALIASES and value and holder is not None and holder.user_key == user.key:
            shown[_ALIASES[attribute]] = value
    return {**shown, "cognito:user_status": user.status, **user.attributes}
