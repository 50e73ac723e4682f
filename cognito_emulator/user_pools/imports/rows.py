"""The CSV file of an import job: its header, its rows, and what user a row describes.

Users have to choose a password, save those who can sign in with a code by e-mail or text message: they are confirmed
without one, as users are whom an administrator makes without one.

A job with a PasswordHashingAlgorithm takes a column for hashes of passwords besides those of the pool; who has one
there is confirmed and signs in with the password.

Sources: developer guide, "Importing users into user pools from a CSV file"; reference user-pools.md §5.2 and §7; the
column `password_hash`: notes on the feature in public repositories, as AWS's own page could not be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors, mfa, registration
from cognito_emulator.user_pools.credentials import imported_hashes, passwords
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS, check_new_user

USERNAME, MFA_ENABLED, PASSWORD_HASH = "cognito:username", "cognito:mfa_enabled", "password_hash"
LONGEST_ROW = 16_000
MOST_ROWS = 500_000
_NOT_IN_FILE = ("sub", "identities")
# `str.splitlines` would also end a line at characters that a value may have.
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMA = re.compile(r"(?<!\\),")
_BIRTHDATE = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/\d{4}")


@dataclass(frozen=True)
class Row:
    """A line of the file, numbered as in the file, where the header is line 1."""

    number: int
    line: str


def header(pool: Pool) -> list[str]:
    """The columns of a pool's file. Source: recording aws-cli-examples/cli-example-get-csv-header/1."""
    return [*(name for name in pool.schema if name not in _NOT_IN_FILE), MFA_ENABLED, USERNAME]


def fits(pool: Pool, columns: list[str], hashing: str | None) -> bool:
    """Whether a file has the columns of the pool, in any order; with hashing, the one for hashes may be there."""
    if hashing is not None and columns.count(PASSWORD_HASH) == 1:
        columns = [column for column in columns if column != PASSWORD_HASH]
    return sorted(columns) == sorted(header(pool))


def read(text: str) -> tuple[list[str], list[Row]]:
    """Columns and rows of a file. Empty lines are passed over."""
    lines = _LINE_END.split(text)
    columns = values_of(lines[0]) if lines[0] else []
    return columns, [Row(number, line) for number, line in enumerate(lines[1:], 2) if line.strip()]


def values_of(line: str) -> list[str]:
    """The values of a line; `\\,` stands for a comma in a value."""
    return [value.strip().replace("\\,", ",") for value in _COMMA.split(line)]


def user_of(call: Call, pool: Pool, columns: list[str], row: Row, hashing: str | None) -> User:
    """The user that a row describes: with a password still to be chosen, if one is needed and there is no hash of it.

    Raises an `AwsError` whose text says what is wrong with the row.
    """
    if len(row.line) > LONGEST_ROW:
        raise errors.row_too_long()
    values = values_of(row.line)
    if len(values) != len(columns):
        raise errors.row_has_wrong_number_of_values()
    given = {column: value for column, value in zip(columns, values, strict=True) if value}
    username = given.pop(USERNAME, "")
    if not username:
        raise errors.row_lacks_username()
    password = _password(given.pop(PASSWORD_HASH, ""), hashing, call.now)
    with_mfa = _boolean(MFA_ENABLED, given.pop(MFA_ENABLED, ""))
    for flag in VERIFIED_FLAGS.values():
        if flag in given:
            given[flag] = "true" if _boolean(flag, given[flag]) else "false"
    given = registration.named_attributes(pool, username, given)
    _check_verified(pool, given)
    if "birthdate" in given and not _BIRTHDATE.fullmatch(given["birthdate"]):
        raise errors.row_birthdate()
    check_new_user(pool, given)
    traits = {"mfa": _mfa(pool, given, with_mfa), "password": password}
    is_confirmed = password is not None or registration.has_code_address(pool, given)
    status = "CONFIRMED" if is_confirmed else "RESET_REQUIRED"
    return registration.new_user(call, pool, username, status, given, **traits)


def _password(hashed: str, hashing: str | None, now: float) -> dict[str, object] | None:
    if not hashed or hashing is None:
        return None
    if not imported_hashes.is_valid(hashing, hashed):
        raise errors.row_password_hash(hashing)
    return passwords.imported(hashing, hashed, now)


def _boolean(column: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise errors.row_value_is_not_boolean(column)
    return value.lower() == "true"


def _check_verified(pool: Pool, given: dict[str, str]) -> None:
    for attribute, flag in VERIFIED_FLAGS.items():
        if given.get(flag) == "true" and not given.get(attribute):
            raise errors.row_verifies_missing_attribute(flag)
    if not any(given.get(VERIFIED_FLAGS[attribute]) == "true" for attribute in pool.auto_verified):
        raise errors.row_sets_no_verified_attribute()


def _mfa(pool: Pool, given: dict[str, str], wanted: bool) -> dict[str, object]:
    """The user's second factors: text messages, as they were the only ones when the column was named."""
    if pool.mfa_mode != "OPTIONAL" and wanted != (pool.mfa_mode == "ON"):
        raise errors.row_mfa_does_not_fit(pool.mfa_mode == "ON")
    if not wanted or not mfa.pool_has(pool, mfa.SMS):
        return {}
    if not given.get("phone_number"):
        raise errors.row_mfa_needs_phone_number()
    return {"enabled": [mfa.SMS], "preferred": mfa.SMS, "options": True}
