"""Which feature plan (tier) a feature needs: the one table of it, and the refusal of what a plan lacks.

Names of features are those of the service's error text where one was seen: "Threat Protection", "Passwordless
Sign-In" and "Token Customization with Pre-Token Generation Lambda V2_0" (github.com/hashicorp/
terraform-provider-aws/issues/40734, github.com/aws-amplify/amplify-backend/issues/2805). The other names are made
in their manner. Which plan has what: developer guide, "User pool feature plans"; reference user-pools.md §11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cognito_emulator.user_pools import errors

Json = dict[str, Any]
_ORDER = ("LITE", "ESSENTIALS", "PLUS")


@dataclass(frozen=True)
class Feature:
    """A feature: what it is called, the lowest tier that has it, and which pool settings use it."""

    name: str
    tier: str
    used_by: Callable[[Json], bool] = lambda settings: False

    def is_in(self, tier: str) -> bool:
        return _ORDER.index(tier) >= _ORDER.index(self.tier)


def _token_customization(version: str) -> Feature:
    def is_set(settings: Json) -> bool:
        function = settings["LambdaConfig"].get("PreTokenGenerationConfig", {})
        return bool(function.get("LambdaVersion", "V1_0") == version)

    return Feature(f"Token Customization with Pre-Token Generation Lambda {version}", "ESSENTIALS", is_set)


THREAT_PROTECTION = Feature(
    "Threat Protection",
    "PLUS",
    lambda settings: settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF",
)
PASSWORDLESS = Feature(
    "Passwordless Sign-In",
    "ESSENTIALS",
    lambda settings: settings["Policies"]["SignInPolicy"].get("AllowedFirstAuthFactors", ["PASSWORD"]) != ["PASSWORD"],
)
PASSWORD_HISTORY = Feature(
    "Password History",
    "ESSENTIALS",
    lambda settings: bool(settings["Policies"]["PasswordPolicy"].get("PasswordHistorySize")),
)
ACR = Feature("ACR Configuration", "ESSENTIALS", lambda settings: bool(settings.get("AcrConfiguration")))
STEP_UP = Feature("Step-Up Authentication", "ESSENTIALS")
RESOURCE_BINDING = Feature("Resource Binding", "ESSENTIALS")
DCR = Feature(
    "Dynamic Client Registration",
    "ESSENTIALS",
    lambda settings: settings.get("DcrConfiguration", {}).get("EnableStatus") == "Enabled",
)
EMAIL_MFA = Feature("Email MFA", "ESSENTIALS")
MANAGED_LOGIN = Feature("Managed Login", "ESSENTIALS")
SESSION_TRACKING = Feature("User Session Tracking", "ESSENTIALS")
REPLICATION = Feature("Multi-Region Replication", "ESSENTIALS")
ACTIVITY_EXPORT = Feature("Log Streaming", "PLUS")

FEATURES: tuple[Feature, ...] = (
    THREAT_PROTECTION,
    PASSWORDLESS,
    PASSWORD_HISTORY,
    _token_customization("V2_0"),
    _token_customization("V3_0"),
    ACR,
    DCR,
    EMAIL_MFA,
    MANAGED_LOGIN,
    SESSION_TRACKING,
)


def check(settings: Json, also_used: Iterable[Feature] = ()) -> None:
    """Refuse pool settings that use what their tier lacks.

    `also_used` are features that are configured elsewhere. Raises `FeatureUnavailableInTierException`.
    """
    others = tuple(also_used)
    require(settings, [feature for feature in FEATURES if feature in others or feature.used_by(settings)])


def require_here(settings: Json, feature: Feature) -> None:
    """Refuse what is not a setting of the pool itself. Raises `FeatureUnavailableInTierException`."""
    if not feature.is_in(settings["UserPoolTier"]):
        raise errors.feature_not_available_in_tier(settings["UserPoolTier"], feature.name)


def require(settings: Json, features: Iterable[Feature]) -> None:
    """Refuse features that the tier of a pool with these settings lacks."""
    tier = settings["UserPoolTier"]
    missing = [feature.name for feature in features if not feature.is_in(tier)]
    if missing:
        raise errors.feature_unavailable_in_tier(tier, missing)
