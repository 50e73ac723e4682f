"""How a pool sends text messages: through Amazon SNS, or through AWS End User Messaging SMS.

Source: `SmsConfigurationType` and `EumsSmsConfigurationType` in botocore's model.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.user_pools import errors


def check(configuration: dict[str, Any] | None, region: str) -> None:
    """Refuse a configuration that names both services or neither, or another region than the pool's for the second."""
    if not configuration:
        return
    messaging = configuration.get("EumsSms")
    if bool(configuration.get("SnsCallerArn")) == bool(messaging):
        raise errors.one_sms_service()
    if messaging and messaging.get("Region", region) != region:
        raise errors.sms_in_another_region(messaging["Region"])
