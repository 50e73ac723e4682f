"""Tracked sessions. None of these texts was seen on AWS; the types are those that the API reference names."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, resource_not_found


def session_does_not_exist() -> AwsError:
    return resource_not_found("Session does not exist.")


def current_session_revoked() -> AwsError:
    return invalid_parameter("The current session cannot be revoked.")


def session_tracking_is_off() -> AwsError:
    return invalid_parameter("User session tracking is not enabled for this user pool.")
