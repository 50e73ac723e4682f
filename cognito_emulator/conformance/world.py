"""The state that a scenario needs: pools, clients and users made through the API, and what stands for what.

Recordings hold ids of their own time. `bind` says which id stands for which here; requests are sent, and answers
expected, with the ids of here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from http.client import HTTPException
from typing import Any

from cognito_emulator.aws.models import service_model
from cognito_emulator.clock import Clock
from cognito_emulator.conformance.cleaning import delete_pool
from cognito_emulator.conformance.endpoint import Endpoint, Reply
from cognito_emulator.conformance.functions import Function
from cognito_emulator.conformance.roles import delete_role, make_role
from cognito_emulator.conformance.srp_client import SrpClient, secret_hash

Json = dict[str, Any]
PASSWORD = "Correct-Horse-7"
WEAK_POLICY = {
    "PasswordPolicy": {
        "MinimumLength": 6,
        "RequireLowercase": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
        "RequireUppercase": False,
    }
}


UNUSABLE = (LookupError, TypeError, AttributeError, ValueError, OSError, HTTPException)
"""What comes of answers that lack what a next step needs, or of none at all."""


class NotThereYet(Exception):
    """The endpoint does not have an operation at all (it says so)."""


class SetUpFailed(Exception):
    """A call that prepares a scenario was refused."""


@dataclass
class World:
    """One scenario's state on an endpoint."""

    endpoint: Endpoint
    bindings: dict[str, str] = field(default_factory=dict)
    region: str | None = None
    pool: str = ""
    client: str = ""
    secret: str | None = None
    """The pool, app client and client secret that the short forms below mean: those made last."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Paths of the recorded answer that say nothing about the service, and why."""
    facts: Json = field(default_factory=dict)
    """What steps remember for later ones and for checks."""
    _cleanup: list[tuple[str, str, Json]] = field(default_factory=list)
    _finishing: list[Callable[[], None]] = field(default_factory=list)
    _srp: SrpClient = field(init=False)
    _challenge: Json = field(init=False)

    # -- calls ---------------------------------------------------------------------------------------------------

    def send(self, operation: str, params: Any, service: str = "cognito-idp", **how: Any) -> Reply:
        """Call an operation and take whatever comes. Raises `NotThereYet`."""
        if service_model(service).operation(operation) is None:
            raise NotThereYet(f"{service}:{operation}, which the installed botocore does not know")
        reply = self.endpoint.call(service, operation, params, **{"region": self.region, **how})
        if reply.not_there_yet:
            raise NotThereYet(f"{service}:{operation}")
        return reply

    def call(self, operation: str, service: str = "cognito-idp", **params: Any) -> Json:
        """Call an operation that must succeed. Raises `SetUpFailed`, `NotThereYet`."""
        reply = self.send(operation, params, service)
        if reply.status != 200:
            raise SetUpFailed(f"{operation}: {reply.status} {reply.error_type}: {reply.message}")
        return reply.body or {}

    def bind(self, recorded: str, here: str) -> None:
        """Say what stands for a value of the recording."""
        self.bindings[recorded] = here

    def say_nothing_of(self, path: str, why: str) -> None:
        """Leave a part of the recorded answer out: published examples are edited, and the CLI adds its own."""
        self.unknown[path] = why

    def clean_up(self) -> None:
        """Delete what was made, last first, and set the clock back."""
        for finish in self._finishing:
            finish()
        for service, operation, params in reversed(self._cleanup):
            with suppress(NotThereYet, *UNUSABLE):
                if operation == "DeleteUserPool":
                    delete_pool(self, params["UserPoolId"])
                else:
                    self.send(operation, params, service)
        if self.facts.get("clock moved"):
            self.endpoint.control("POST", "clock", {"time": None})

    def at_the_end(self, finish: Callable[[], None]) -> None:
        """Remember something to do at the end."""
        self._finishing.append(finish)

    def delete_later(self, operation: str, service: str = "cognito-idp", **params: Any) -> None:
        """Remember something to delete at the end."""
        self._cleanup.append((service, operation, params))

    # -- things --------------------------------------------------------------------------------------------------

    def make_pool(self, *recorded: str, **settings: Any) -> str:
        """Create a user pool and bind its id to the recorded ones (and to `<pool>`)."""
        settings.setdefault("PoolName", "conformance")
        pool = self.call("CreateUserPool", **settings)["UserPool"]
        self.pool = str(pool["Id"])
        self.delete_later("DeleteUserPool", UserPoolId=self.pool)
        for name in (*recorded, "<pool>"):
            self.bind(name, self.pool)
        return self.pool

    def make_client(self, *recorded: str, **settings: Any) -> str:
        """Create an app client of the pool and bind its id to the recorded ones (and to `<client>`)."""
        settings.setdefault("ClientName", "conformance")
        made = self.call("CreateUserPoolClient", UserPoolId=self.pool, **settings)["UserPoolClient"]
        self.client, self.secret = str(made["ClientId"]), made.get("ClientSecret")
        for name in (*recorded, "<client>", "<client with secret>", "<ClientId>"):
            self.bind(name, self.client)
        return self.client

    def make_user(
        self, username: str = "user", *, confirmed: bool = True, password: str = PASSWORD, **attributes: str
    ) -> str:
        """Create a user by administrator; `confirmed` gives it a permanent password. Returns its username."""
        made = self.call(
            "AdminCreateUser",
            UserPoolId=self.pool,
            Username=username,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            MessageAction="SUPPRESS",
            **({} if confirmed else {"TemporaryPassword": password}),
        )["User"]
        if confirmed:
            self.call(
                "AdminSetUserPassword", UserPoolId=self.pool, Username=username, Password=password, Permanent=True
            )
        subject = next(item["Value"] for item in made["Attributes"] if item["Name"] == "sub")
        self.bind("<user>", made["Username"])
        self.bind("<sub>", subject)
        return str(made["Username"])

    def sign_up(self, username: str, password: str = PASSWORD, **attributes: str) -> str:
        """Sign a user up; returns the sub."""
        answer = self.call(
            "SignUp",
            ClientId=self.client,
            Username=username,
            Password=password,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            **self.with_hash(username, "SecretHash"),
        )
        self.bind("<user>", username)
        self.bind("<sub>", answer["UserSub"])
        return str(answer["UserSub"])

    def with_hash(self, username: str, key: str = "SECRET_HASH") -> dict[str, str]:
        """The secret hash of a username, if the client has a secret."""
        return {key: secret_hash(username, self.client, self.secret)} if self.secret else {}

    def account(self) -> str:
        """The account that the calls belong to, as the ARN of a pool tells."""
        if not self.pool:
            self.make_pool()
        described = self.call("DescribeUserPool", UserPoolId=self.pool)["UserPool"]
        return str(described["Arn"].split(":")[4])

    # -- sign-in -------------------------------------------------------------------------------------------------

    def sign_in(self, username: str = "user", password: str = PASSWORD, **extra: str) -> Json:
        """USER_PASSWORD_AUTH to the end; returns AuthenticationResult."""
        answer = self.call(
            "InitiateAuth",
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password, **self.with_hash(username), **extra},
        )
        if "AuthenticationResult" not in answer:
            raise SetUpFailed(f"sign-in of {username} met {answer.get('ChallengeName')}")
        return dict(answer["AuthenticationResult"])

    def signed_in_user(self, username: str = "user", **client: Any) -> Json:
        """A pool, a client, a confirmed user; its tokens."""
        client.setdefault("ExplicitAuthFlows", ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        if not self.pool:
            self.make_pool()
        if not self.client:
            self.make_client(**client)
        self.make_user(username)
        tokens = self.sign_in(username)
        self.bind("<jwt>", tokens["AccessToken"])
        return tokens

    def srp_begin(self, username: str) -> str:
        """Begin SRP; returns SRP_A."""
        self._srp = SrpClient(self.pool.partition("_")[2])
        return self._srp.public_hex

    def srp_take(self, challenge: Json) -> None:
        """Remember what PASSWORD_VERIFIER asks."""
        self._challenge = challenge["ChallengeParameters"]

    def srp_challenge(self, username: str) -> None:
        """Call InitiateAuth with USER_SRP_AUTH."""
        parameters = {"USERNAME": username, "SRP_A": self.srp_begin(username), **self.with_hash(username)}
        answer = self.call("InitiateAuth", ClientId=self.client, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
        self.srp_take(answer)

    def srp_finish(self, password: str = PASSWORD) -> dict[str, str]:
        """ChallengeResponses for PASSWORD_VERIFIER."""
        given = self._challenge
        user_id = given["USER_ID_FOR_SRP"]
        timestamp = self.srp_timestamp()
        claim = self._srp.claim(user_id, password, given["SALT"], given["SRP_B"], given["SECRET_BLOCK"], timestamp)
        return {
            "USERNAME": user_id,
            "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": claim,
            "TIMESTAMP": timestamp,
            **self.with_hash(user_id),
        }

    def srp_timestamp(self) -> str:
        """TIMESTAMP of a proof made now."""
        moment = datetime.fromtimestamp(self.now(), tz=timezone.utc)
        return f"{moment:%a %b} {moment.day} {moment:%H:%M:%S} UTC {moment.year}"

    # -- time and messages ---------------------------------------------------------------------------------------

    def now(self) -> float:
        """The endpoint's time."""
        if not self.endpoint.has_control:
            return Clock().now()
        text = self.endpoint.control("GET", "clock")["time"]
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def advance(self, seconds: float) -> None:
        """Move the endpoint's clock. Raises `NotThereYet` if it has none that moves."""
        if not self.endpoint.has_control:
            raise NotThereYet("a clock that can be moved")
        self.endpoint.control("POST", "clock", {"advanceSeconds": seconds})
        self.facts["clock moved"] = True

    def code(self, username: str) -> str:
        """The newest code sent to a user of the pool. Raises `NotThereYet` without a control API."""
        return str(self.message(username)["code"])

    def message(self, username: str) -> Json:
        """The newest message to a user of the pool. Raises `NotThereYet` without a control API."""
        if not self.endpoint.has_control:
            raise NotThereYet("messages that can be read")
        from urllib.parse import urlencode

        # Where an address is the name of a user, messages know the address.
        for key, wait in (("username", 2), ("destination", 0)):
            query = urlencode({"userPoolId": self.pool, key: username, "wait": wait})
            messages = self.endpoint.control("GET", f"messages?{query}")["messages"]
            if messages:
                return dict(messages[-1])
        raise SetUpFailed(f"no message to {username}")

    def function(self, name: str, function: Function) -> str:
        """A Lambda function for a trigger; its ARN. Raises `NotThereYet` where the endpoint calls none of ours."""
        if self.endpoint.functions is None:
            raise NotThereYet("Lambda functions that the endpoint calls")
        return self.endpoint.functions.add(name, function)

    def role(self, stem: str, trusts: str = "cognito-identity.amazonaws.com", allows: Sequence[str] = ()) -> str:
        """The ARN of a role that a service may assume: one that is there, if the endpoint can ask for it."""
        maker, region = self.endpoint.other_aws, self.region or self.endpoint.region
        name = self.unique(stem)
        arn = make_role(maker, region, "123456789012" if maker else self.account(), name, trusts, allows)
        if maker is not None:
            self.at_the_end(partial(delete_role, maker, region, name))
        return arn

    def unique(self, stem: str) -> str:
        """A name that nobody else has."""
        return f"{stem}-{uuid.uuid4().hex[:12]}"
