"""User import jobs.

Seen on AWS: that no file was uploaded (github.com/aws-amplify/amplify-js/issues/6416), that no verified attribute is
true (github.com/aws-solutions/cognito-user-profiles-export-reference-architecture/issues/58). Of the other texts only
the types are AWS's, from the API reference.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, limit_exceeded, resource_not_found


def precondition_not_met(text: str) -> AwsError:
    return AwsError("PreconditionNotMetException", text)


def import_job_does_not_exist(job_id: str) -> AwsError:
    return resource_not_found(f"Import job {job_id} does not exist.")


def too_many_import_jobs() -> AwsError:
    return limit_exceeded("Maximum number of user import jobs exceeded for the user pool.")


def no_csv_file(job_id: str) -> AwsError:
    return precondition_not_met(f"No csv file was uploaded for {job_id}")


def import_job_not_startable(job_id: str, status: str) -> AwsError:
    return precondition_not_met(f"User import job {job_id} cannot be started. Current status is {status}")


def import_job_not_stoppable(job_id: str, status: str) -> AwsError:
    return precondition_not_met(f"User import job {job_id} cannot be stopped. Current status is {status}")


def no_auto_verified_attribute() -> AwsError:
    return precondition_not_met("The user pool must have at least one auto verified attribute to import users.")


def another_import_job_is_active() -> AwsError:
    return precondition_not_met("Another user import job is active in the account.")


def import_in_progress() -> AwsError:
    return AwsError("UserImportInProgressException", "A user import job is in progress for the user pool.")


def row_sets_no_verified_attribute() -> AwsError:
    return invalid_parameter(
        "The User Record does not set any of the auto verified attributes to verified. "
        "(Example: email_verified to true)."
    )


def row_too_long() -> AwsError:
    return invalid_parameter("The User Record is longer than 16000 characters.")


def row_has_wrong_number_of_values() -> AwsError:
    return invalid_parameter("The User Record does not have as many values as the header has columns.")


def row_lacks_username() -> AwsError:
    return invalid_parameter("The User Record does not have a value for cognito:username.")


def row_value_is_not_boolean(column: str) -> AwsError:
    return invalid_parameter(f"The User Record has a value for {column} that is neither true nor false.")


def row_verifies_missing_attribute(column: str) -> AwsError:
    return invalid_parameter(f"The User Record sets {column} to true without a value for the attribute.")


def row_mfa_does_not_fit(required: bool) -> AwsError:
    return invalid_parameter(f"The User Record must set cognito:mfa_enabled to {'true' if required else 'false'}.")


def row_mfa_needs_phone_number() -> AwsError:
    return invalid_parameter("The User Record sets cognito:mfa_enabled to true without a phone_number.")


def row_password_hash(algorithm: str) -> AwsError:
    return invalid_parameter(f"The User Record has a password_hash that is not a valid {algorithm} hash.")


def row_birthdate() -> AwsError:
    return invalid_parameter("The User Record has a birthdate that is not of the form mm/dd/yyyy.")
