"""SetRiskConfiguration and DescribeRiskConfiguration."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import App, Idp, app, app_client, refused
from tests.conftest import START
from tests.user_pools.risk.protected import BLOCK_COMPROMISED, SENDER, configure, protected_app, takeover


def described(idp: Idp, app: App, client_id: str | None = None) -> dict[str, Any]:
    which = {"ClientId": client_id} if client_id else {}
    found: dict[str, Any] = idp.describe_risk_configuration(UserPoolId=app.pool_id, **which)["RiskConfiguration"]
    return found


def test_a_configuration_is_kept_as_it_was_given(idp: Idp) -> None:
    made = protected_app(idp)
    sections = {
        **BLOCK_COMPROMISED,
        **takeover(notify=True, Low="NO_ACTION", Medium="MFA_IF_CONFIGURED", High="BLOCK"),
        "RiskExceptionConfiguration": {
            "BlockedIPRangeList": ["192.0.2.0/24", "2001:db8::/32"],
            "SkippedIPRangeList": ["203.0.113.1/32"],
        },
    }
    answer = idp.set_risk_configuration(UserPoolId=made.pool_id, **sections)["RiskConfiguration"]
    assert answer == described(idp, made)
    assert answer.pop("LastModifiedDate").timestamp() == START
    assert answer == {"UserPoolId": made.pool_id, **sections}


def test_a_client_has_its_own_or_the_pools(idp: Idp) -> None:
    made = protected_app(idp)
    configure(idp, made, **BLOCK_COMPROMISED)
    assert described(idp, made, made.client_id) == {"UserPoolId": made.pool_id, "ClientId": made.client_id}
    configure(idp, made, made.client_id, **takeover(High="BLOCK"))
    own = described(idp, made, made.client_id)
    assert own["ClientId"] == made.client_id
    assert "CompromisedCredentialsRiskConfiguration" not in own
    assert "AccountTakeoverRiskConfiguration" not in described(idp, made)


def test_what_is_left_out_is_removed_and_nothing_at_all_is_the_default(idp: Idp) -> None:
    made = protected_app(idp)
    configure(idp, made, **BLOCK_COMPROMISED, **takeover(High="BLOCK"))
    configure(idp, made, **BLOCK_COMPROMISED)
    assert "AccountTakeoverRiskConfiguration" not in described(idp, made)
    configure(idp, made)
    assert described(idp, made) == {"UserPoolId": made.pool_id}


@pytest.mark.parametrize("mode", [None, "OFF"])
def test_it_can_be_set_before_threat_protection_is_on(idp: Idp, mode: str | None) -> None:
    add_ons = {"UserPoolAddOns": {"AdvancedSecurityMode": mode}} if mode else {}
    made = app(idp, **add_ons)
    assert described(idp, made) == {"UserPoolId": made.pool_id}
    configure(idp, made, **BLOCK_COMPROMISED)
    found = described(idp, made)
    assert {name: found[name] for name in BLOCK_COMPROMISED} == BLOCK_COMPROMISED


def test_it_needs_the_tier_plus(idp: Idp) -> None:
    text = "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection"
    with refused("FeatureUnavailableInTierException", text):
        app(idp, UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    made = protected_app(idp)
    with refused("FeatureUnavailableInTierException", text):
        idp.update_user_pool(
            UserPoolId=made.pool_id, UserPoolTier="ESSENTIALS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"}
        )


@pytest.mark.parametrize("text", ["192.0.2.1", "192.0.2.0/33", "example.com/8"])
def test_ranges_are_in_cidr_notation(idp: Idp, text: str) -> None:
    made = protected_app(idp)
    with refused("InvalidParameterException", "Incorrect CIDR format"):
        configure(idp, made, RiskExceptionConfiguration={"BlockedIPRangeList": [text]})
    assert described(idp, made) == {"UserPoolId": made.pool_id}


def test_what_is_not_there(idp: Idp) -> None:
    made = protected_app(idp)
    with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
        configure(idp, made, "nobody", **BLOCK_COMPROMISED)
    other = app_client(idp, protected_app(idp).pool_id)
    with refused("ResourceNotFoundException", f"User pool client {other} does not exist."):
        described(idp, made, other)


def test_a_notification_needs_a_sender(idp: Idp) -> None:
    section = takeover(notify=True, High="BLOCK")
    section["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = {
        **SENDER,
        "SourceArn": "nobody-at-all-knows-me",
    }
    with pytest.raises(idp.exceptions.InvalidParameterException):
        configure(idp, protected_app(idp), **section)
