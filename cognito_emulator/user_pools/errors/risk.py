"""Threat protection.

"Unable to login because of security reasons.", "Request not allowed due to security reasons." (for a blocked address)
and "Provided password cannot be used for security reasons." are texts that several public apps match, with these
types and these causes in their comments. The other texts are not known.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, not_authorized, resource_not_found


def user_pool_add_on_not_enabled() -> AwsError:
    return AwsError("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.")


def sign_in_blocked() -> AwsError:
    return not_authorized("Unable to login because of security reasons.")


def address_blocked() -> AwsError:
    return not_authorized("Request not allowed due to security reasons.")


def compromised_password() -> AwsError:
    return AwsError("InvalidPasswordException", "Provided password cannot be used for security reasons.")


def invalid_ip_range() -> AwsError:
    """Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-risk-ip-range-cidr."""
    return invalid_parameter("Incorrect CIDR format")


def auth_event_does_not_exist(event_id: str) -> AwsError:
    return resource_not_found(f"Auth event {event_id} does not exist.")


def invalid_feedback_token() -> AwsError:
    return not_authorized("Invalid feedback token.")


def user_context_data_needs_secret() -> AwsError:
    return invalid_parameter("Client Secret is required to set EnablePropagateAdditionalUserContextData as true")
