"""Every error text of cognito-sync, one function each; statuses are those of the service's model.

Sources: the recordings and issues that each function names. Texts marked *unverified* are this emulator's own words:
AWS refuses the same with the same type (API reference of the operation), but no answer of it with the text is known.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError


def _invalid_parameter(text: str) -> AwsError:
    return AwsError("InvalidParameterException", text)


def _not_found(text: str) -> AwsError:
    return AwsError("ResourceNotFoundException", text, status=404)


def _not_authorized(text: str) -> AwsError:
    return AwsError("NotAuthorizedException", text, status=403)


def _limit_exceeded(text: str) -> AwsError:
    return AwsError("LimitExceededException", text)


# ── who may call ─────────────────────────────────────────────────────────────────────────────────────────────


def wrong_credentials() -> AwsError:
    """Credentials of a developer where an identity's are wanted, or the other way round, or of another identity.

    Source: github.com/aws/aws-sdk-php/issues/494 (RegisterDevice with a developer's); for the others unverified.
    """
    return _not_authorized("These credentials are not valid for accessing this resource")


def pool_not_found(pool_id: str) -> AwsError:
    """The text is cognito-identity's: recording github-issue-logs/identity-pool-missing/1."""
    return _not_found(f"IdentityPool '{pool_id}' not found.")


def identity_not_found(identity_id: str) -> AwsError:
    """The text is cognito-identity's."""
    return _not_found(f"Identity '{identity_id}' not found.")


def identity_forbidden(identity_id: str) -> AwsError:
    """The text is cognito-identity's: recording github-issue-logs/identity-forbidden-headers/1."""
    return _not_authorized(f"Access to Identity '{identity_id}' is forbidden.")


# ── datasets and records ─────────────────────────────────────────────────────────────────────────────────────


def dataset_not_found(name: str) -> AwsError:
    """Unverified."""
    return _not_found(f"Dataset '{name}' not found.")


def conflict(key: str, current: int, given: int) -> AwsError:
    """Recording github-issue-logs/sync-count-conflict/1."""
    return AwsError("ResourceConflictException", f"Current SyncCount for: {key} is: {current} not: {given}", status=409)


def no_such_sync_count(count: int) -> AwsError:
    """Source: issue 94 of amazon-archives/aws-sdk-unity."""
    return _invalid_parameter(f"No such SyncCount: {count} exists for this Dataset")


def invalid_session_token() -> AwsError:
    """Recording github-issue-logs/sync-session-token-invalid/1."""
    return _invalid_parameter("SyncSessionToken not valid for these inputs")


def too_many_datasets(limit: int) -> AwsError:
    """Unverified."""
    return _limit_exceeded(f"An identity can have at most {limit} datasets.")


def too_many_records(limit: int) -> AwsError:
    """Unverified."""
    return _limit_exceeded(f"A dataset can have at most {limit} records.")


def dataset_too_large(limit: int) -> AwsError:
    """Unverified."""
    return _limit_exceeded(f"A dataset can have at most {limit} bytes.")


def invalid_next_token() -> AwsError:
    """Unverified."""
    return _invalid_parameter("Invalid NextToken.")


def invalid_max_results() -> AwsError:
    """Unverified."""
    return _invalid_parameter("MaxResults must be greater than 0.")


# ── settings of pools ────────────────────────────────────────────────────────────────────────────────────────


def unknown_event(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{name} is not an event that Cognito Sync has.")


def invalid_function_arn(arn: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{arn} is not the ARN of a Lambda function.")


def stream_incomplete() -> AwsError:
    """Unverified."""
    return _invalid_parameter("StreamName and RoleArn are required for a Cognito stream.")


def push_incomplete() -> AwsError:
    """Unverified."""
    return _invalid_parameter("ApplicationArns and RoleArn are required for push synchronization.")


def unusable_role(arn: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"Cognito cannot assume the role {arn}.")


def unusable_stream(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"The stream {name} cannot be found.")


def unusable_application(arn: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"The platform application {arn} cannot be found.")


# ── push ─────────────────────────────────────────────────────────────────────────────────────────────────────


def push_not_configured() -> AwsError:
    """Unverified."""
    return AwsError("InvalidConfigurationException", "Push synchronization is not configured for this identity pool.")


def platform_not_configured(platform: str) -> AwsError:
    """Unverified."""
    return AwsError("InvalidConfigurationException", f"No application of the platform {platform} is configured.")


def application_not_usable(arn: str) -> AwsError:
    """Unverified."""
    return AwsError("InvalidConfigurationException", f"The platform application {arn} cannot be used.")


def refused_push_token(reason: str) -> AwsError:
    """SNS's own words follow. Unverified."""
    return _invalid_parameter(f"The push token cannot be registered: {reason}")


def device_not_found(device_id: str) -> AwsError:
    """Unverified."""
    return _not_found(f"Device '{device_id}' not found.")


# ── bulk publish ─────────────────────────────────────────────────────────────────────────────────────────────


def no_enabled_stream() -> AwsError:
    """Unverified."""
    return _invalid_parameter("The identity pool has no enabled Cognito stream.")


def publish_in_progress() -> AwsError:
    """Unverified."""
    return AwsError("DuplicateRequestException", "A bulk publish of this identity pool is in progress.")


def already_published() -> AwsError:
    """Unverified."""
    return AwsError("AlreadyStreamedException", "A bulk publish of this identity pool succeeded in the last 24 hours.")


# ── the sync trigger ─────────────────────────────────────────────────────────────────────────────────────────


def invalid_function_output(reason: str) -> AwsError:
    """Unverified."""
    return AwsError("InvalidLambdaFunctionOutputException", reason)


def function_throttled(arn: str) -> AwsError:
    """Unverified."""
    return AwsError("LambdaThrottledException", f"The function {arn} is throttled.", status=429)


def function_timed_out(arn: str) -> AwsError:
    """Source of the type: developer guide, "Customizing workflows with Cognito Events". The text is unverified."""
    return AwsError("LambdaSocketTimeoutException", f"The function {arn} did not answer in time.")


def function_failed(arn: str, message: str | None) -> AwsError:
    """Unverified."""
    return AwsError("InvalidLambdaFunctionOutputException", f"The function {arn} failed: {message}")


def function_not_invoked(arn: str, code: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"The function {arn} cannot be invoked: {code}")
