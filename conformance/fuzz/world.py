"""What is fuzzed: an emulator with something in it, and the rules that every answer keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cognito_emulator import Emulator
from cognito_emulator.aws.models import Operation
from cognito_emulator.clock import Clock
from cognito_emulator.conformance.endpoint import Endpoint, InProcess, Reply
from cognito_emulator.conformance.world import PASSWORD, World
from cognito_emulator.randomness import KeySupply
from cognito_emulator.tables import all_tables

START = 1_767_225_600.123
# What the framework before the operations answers, whatever the operation declares.
FRAMEWORK = {
    "SerializationException",
    "MissingAuthenticationTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "UnknownOperationException",
    "ValidationException",
    "InvalidParameterException",
    "TooManyRequestsException",
    "NotImplementedException",
}
# Refused requests may write here: failed attempts, spent or failed sessions, what was sent or is due to expire.
RECORDED_BY_AWS = {"attempts", "sessions", "codes", "auth_events", "settings", "refresh_tokens"}
# Errors that an operation answers without declaring them, each with its reason.
UNDECLARED = {
    (
        "InitiateAuth",
        "MFAMethodNotFoundException",
    ): "seen on AWS after SRP; what a sign-in in one step answers is not known"
}
_KEYS = KeySupply()
_TABLES = all_tables()


@dataclass
class Fuzzed:
    """One emulator under fuzz, and values that exist in it."""

    emulator: Emulator
    endpoint: Endpoint
    known: dict[str, tuple[Any, ...]]

    def snapshot(self) -> dict[str, list[Any]]:
        """Every record but those that AWS itself writes for refused requests."""
        return {name: records for name, records in self._all() if name not in RECORDED_BY_AWS}

    def records(self) -> int:
        """How many records there are in all."""
        return sum(len(records) for _, records in self._all())

    def _all(self) -> Iterator[tuple[str, list[Any]]]:
        reader = self.emulator.store.reader
        for table in _TABLES:
            yield table.name, reader.page(table, None, ()).records


def inhabited() -> Fuzzed:
    """An emulator with a pool, clients, users, a group, tokens and an identity pool. It checks its own answers."""
    emulator = Emulator(
        clock=Clock(START), key_supply=_KEYS, seed=1, check_responses=True, log_format="off", issuer="aws"
    )
    endpoint = Endpoint(InProcess(emulator))
    w = World(endpoint)
    w.make_pool(
        AutoVerifiedAttributes=["email"], Schema=[{"Name": "x", "AttributeDataType": "String", "Mutable": True}]
    )
    flows = [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ]
    client = w.make_client(ExplicitAuthFlows=flows)
    w.make_user("alice", email="alice@example.com", email_verified="true")
    tokens = w.sign_in("alice")
    w.make_user("bob", confirmed=False, email="bob@example.com")
    w.sign_up("carol", email="carol@example.com")
    w.call("CreateGroup", UserPoolId=w.pool, GroupName="staff")
    users = ("alice", "bob", "carol", "nobody", "alice@example.com")
    arn = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{w.pool}"
    known: dict[str, tuple[Any, ...]] = {
        "UserPoolId": (w.pool,),
        "ClientId": (client,),
        "Username": users,
        "AccessToken": (tokens["AccessToken"],),
        "RefreshToken": (tokens["RefreshToken"], "x"),
        "Token": (tokens["RefreshToken"], tokens["AccessToken"]),
        "GroupName": ("staff", "nothing"),
        "Password": (PASSWORD, "short"),
        "ConfirmationCode": ("123456",),
        "ResourceArn": (arn,),
        "AuthParameters.key": ("USERNAME", "PASSWORD", "SRP_A", "REFRESH_TOKEN", "SECRET_HASH"),
        "AuthParameters.value": (*users, PASSWORD, tokens["RefreshToken"], "abcdef"),
        "ChallengeResponses.key": ("USERNAME", "NEW_PASSWORD", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "ANSWER"),
        "ChallengeResponses.value": (*users, PASSWORD),
        "AttributeName": ("email", "phone_number", "custom:x"),
        "Name": ("email", "name", "custom:x", "sub", "phone_number"),
        "Filter": ('username = "alice"', 'email ^= "a"', "nonsense"),
    }
    _add_settings(w, known)
    _add_identity_pool(w, known)
    return Fuzzed(emulator, endpoint, known)


def _add_settings(w: World, known: dict[str, tuple[Any, ...]]) -> None:
    """One of each thing that a pool may have."""
    pool = {"UserPoolId": w.pool}
    w.call("CreateUserPoolDomain", **pool, Domain="fuzzed")
    w.call("CreateResourceServer", **pool, Identifier="api", Name="API", Scopes=_SCOPES)
    w.call("CreateIdentityProvider", **pool, ProviderName="Google", ProviderType="Google", ProviderDetails=_GOOGLE)
    links = {"cognito:default": "https://example.com/terms"}
    kind = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
    terms = w.call("CreateTerms", **pool, ClientId=w.client, **kind)["Terms"]
    style = w.call("CreateManagedLoginBranding", **pool, ClientId=w.client, UseCognitoProvidedValues=True)
    role = "arn:aws:iam::123456789012:role/import"
    job = w.call("CreateUserImportJob", **pool, JobName="job", CloudWatchLogsRoleArn=role)["UserImportJob"]
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    w.call("SetUserPoolSessionConfiguration", **pool, **tracking)
    w.sign_in("alice")
    sessions = w.call("AdminListUserSessions", **pool, Username="alice")["Sessions"]
    known |= {
        "Domain": ("fuzzed", "auth.example.com"),
        "Identifier": ("api",),
        "ScopeName": ("read",),
        "Scope": ("api/read", "openid"),
        "AllowedOAuthScope": ("api/read", "openid", "email"),
        "ProviderName": ("Google", "Cognito", "Facebook"),
        "SupportedIdentityProvider": ("Google", "COGNITO"),
        "ProviderAttributeName": ("Cognito_Subject",),
        "ProviderAttributeValue": ("alice", "1234567890"),
        "ProviderDetails.key": ("client_id", "client_secret", "authorize_scopes", "oidc_issuer", "MetadataURL"),
        "TermsId": (terms["TermsId"],),
        "TermsName": ("terms-of-use", "privacy-policy"),
        "Links.key": ("cognito:default", "cognito:french"),
        "Links.value": ("https://example.com/terms",),
        "ManagedLoginBrandingId": (style["ManagedLoginBranding"]["ManagedLoginBrandingId"],),
        "JobId": (job["JobId"],),
        "SessionId": (sessions[0]["SessionId"],),
        "RegionName": ("eu-west-1", "us-east-1"),
        "Attributes.key": ("Category",),
        "Attributes.value": ("UserRead", "UserList", "UserAuthentication"),
        "CSS": (".label-customizable{color:red;}", "nonsense"),
    }


_SCOPES = [{"ScopeName": "read", "ScopeDescription": "Read"}]
_GOOGLE = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}


def _add_identity_pool(w: World, known: dict[str, tuple[Any, ...]]) -> None:
    made = w.send(
        "CreateIdentityPool", {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True}, "cognito-identity"
    )
    if made.status == 200:
        pool = made.body["IdentityPoolId"]
        identity = w.call("GetId", "cognito-identity", IdentityPoolId=pool)["IdentityId"]
        known |= {"IdentityPoolId": (pool,), "IdentityId": (identity,), "DatasetName": ("prefs",)}


def broken_rules(operation: Operation, reply: Reply) -> list[str]:
    """The rules that an answer breaks. That answers have the model's shape the emulator checks itself."""
    broken = []
    if reply.status >= 500 and reply.status != 501:
        broken.append(f"{operation.name} answers {reply.status}")
    declared = reply.error_type in {*operation.errors, *FRAMEWORK}
    if reply.status >= 400 and not declared and (operation.name, reply.error_type) not in UNDECLARED:
        broken.append(f"{operation.name} does not declare {reply.error_type}: {reply.message}")
    if reply.status < 400 and operation.output is not None and not isinstance(reply.body, dict):
        broken.append(f"{operation.name} answers no object: {reply.raw[:100]!r}")
    return broken
