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
    },
}
