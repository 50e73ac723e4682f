"""What botocore's models say differently from what the services do: one visible list, each entry with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Correction:
    """Traits that replace those of one shape, with the reason and the source."""

    traits: dict[str, Any]
    reason: str
    source: str


CORRECTIONS: dict[str, dict[str, Correction]] = {
    "cognito-idp": {
        "ClientIdType": Correction(
            {"sensitive": False},
            "The service echoes client ids in constraint errors although the model marks them sensitive.",
            "recording github-issue-logs/client-id-empty-two-errors/1",
        ),
        "DomainType": Correction(
            {"pattern": None},
            "Custom domains have dots, and other characters are refused with a text of their own.",
            "recording aws-cli-examples/cli-example-create-user-pool-domain/1; reference oauth-and-hosted-ui.md §13",
        ),
        "UpdateManagedLoginBrandingRequest": Correction(
            {"required": ["UserPoolId", "ManagedLoginBrandingId"]},
            "The model requires nothing of an operation that cannot do without either.",
            "API reference, UpdateManagedLoginBranding (the style is named by these two); no recording",
        ),
        "UserPoolIdType": Correction(
            {"matchedPattern": r"[0-9a-zA-Z-]+_[0-9a-zA-Z]+"},
            "The service refuses an id with several underscores, naming a pattern that such an id would match.",
            "recording github-issue-logs/user-pool-id-pattern/1",
        ),
        "CompletionMessageType": Correction(
            {"pattern": None},
            "Completion messages of import jobs are sentences.",
            "recording aws-cli-examples/cli-example-list-user-import-jobs/1",
        ),
        "PasswordType": Correction(
            {"pattern": r"^[\S]+.*[\S]+$"},
            "Blanks inside a password are allowed since 2020; the model kept the older pattern.",
            "answers of AWS to SignUp, AdminSetUserPassword, ChangePassword and ConfirmForgotPassword (the latter in "
            "August 2026) that many public repositories translate or log, all with the anchors",
        ),
        "ExplicitAuthFlowsType": Correction(
            {
                "enum": [
                    "ADMIN_NO_SRP_AUTH",
                    "CUSTOM_AUTH_FLOW_ONLY",
                    "USER_PASSWORD_AUTH",
                    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                    "ALLOW_CUSTOM_AUTH",
                    "ALLOW_USER_PASSWORD_AUTH",
                    "ALLOW_USER_SRP_AUTH",
                    "ALLOW_REFRESH_TOKEN_AUTH",
                    "ALLOW_USER_AUTH",
                    "ALLOW_TOKEN_EXCHANGE_DELEGATION",
                    "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
                    "ALLOW_CLIENT_TOKEN_AUTH",
                ]
            },
            "GetClientToken needs a flow that the enumeration of the model (botocore 1.44.5) lacks.",
            "documentation of GetClientToken in the same model",
        ),
    },
    "cognito-identity": {
        "IdentityProviderToken": Correction(
            {"sensitive": False},
            "The service echoes logins in constraint errors although the model marks the tokens sensitive.",
            "recording github-issue-logs/empty-login-token/1",
        ),
    },
}
