"""Values of user attributes: do they fit the schema, and may this client touch them?

Sources: recordings `github-issue-logs/attribute-not-in-schema/1`, `…/write-attribute-not-allowed/1`; texts of
length complaints: github.com/aws/aws-sdk-java/issues/1396 and aws-amplify/amplify-swift/issues/1088;
reference user-pools.md §2.2 and §3.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Client, Pool
from cognito_emulator.user_pools.schema.standard import DEFAULT_READABLE, DEFAULT_WRITABLE

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|[^\s@]+@localhost")
_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]+)?")
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,18}")
VERIFIED_FLAGS = {"email": "email_verified", "phone_number": "phone_number_verified"}


def is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def is_phone_number(text: str) -> bool:
    return bool(_PHONE_NUMBER.fullmatch(text))


def given(attributes: Iterable[dict[str, str]]) -> dict[str, str]:
    """Attributes of a request as a mapping; booleans in lower case, as they are stored.

    Raises `InvalidParameterException` for one without a value: only an empty text is none. `sub` is refused either
    way, in words of its own (tests on AWS: github.com/iampanupat/CS499-AlphanahBackend, AccountServiceUnitTest).
    """
    values: dict[str, str] = {}
    for attribute in attributes:
        name, value = attribute["Name"], attribute.get("Value")
        if value is None and name != "sub":
            raise errors.attribute_value_missing(name)
        value = value or ""
        values[name] = value.lower() if name in VERIFIED_FLAGS.values() else value
    return values


def listed(attributes: dict[str, str]) -> list[dict[str, str]]:
    """Attributes as answers list them, `sub` first."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def check_new_user(pool: Pool, attributes: dict[str, str], *, complete: bool = True) -> None:
    """Refuse attributes of a new user that do not fit the pool's schema, or a required one that is missing.

    With `complete=False` required ones may be missing: a user whom an administrator makes gives them at the first
    sign-in. Source: botocore's model, AdminCreateUser.UserAttributes.
    """
    if "sub" in attributes:
        raise errors.cannot_modify_sub()
    unknown_custom = next((n for n in attributes if n.startswith("custom:") and n not in pool.schema), None)
    if unknown_custom is not None:
        raise errors.attribute_type_unknown(unknown_custom)
    complaints = complaints_about(pool, attributes)
    complaints += [
        _required_complaint(name)
        for name, attribute in pool.schema.items()
        if complete and attribute["Required"] and name != "sub" and not attributes.get(name)
    ]
    if complaints:
        raise errors.attributes_did_not_conform(complaints)
    check_formats(attributes)


def check_changes(pool: Pool, current: dict[str, str], changes: dict[str, str]) -> None:
    """Refuse changes of a user's attributes that the schema does not allow.

    Source: tests on AWS in github.com/iampanupat/CS499-AlphanahBackend, AccountServiceUnitTest.
    """
    if "sub" in changes:
        raise errors.cannot_modify_sub()
    unknown = [f"user.{name}: Attribute does not exist in the schema.\n" for name in changes if name not in pool.schema]
    fixed = [
        f"user.{name}: Attribute cannot be updated.\n"
        for name in changes
        if name in pool.schema and not pool.schema[name]["Mutable"] and current.get(name) != changes[name]
    ]
    if unknown or fixed:
        raise errors.attribute_problems(unknown + fixed)
    complaints = complaints_about(pool, {name: value for name, value in changes.items() if value})
    if complaints:
        raise errors.attribute_problems(f"user.{complaint}" for complaint in complaints)
    required = [name for name, value in changes.items() if not value and pool.schema[name]["Required"]]
    if required:
        raise errors.required_attributes_removed(required)
    check_formats(changes)


def check_deletions(pool: Pool, names: Iterable[str]) -> None:
    """Refuse to delete attributes that the pool lacks, requires or never lets change."""
    complaints = []
    for name in names:
        if name not in pool.schema:
            complaints.append(f"user.{name}: Attribute does not exist in the schema.\n")
        elif name == "sub" or not pool.schema[name]["Mutable"]:
            complaints.append(f"user.{name}: Attribute cannot be updated.\n")
        elif pool.schema[name]["Required"]:
            complaints.append(f"{name}: {errors.REQUIRED_ATTRIBUTE}\n")
    if complaints:
        raise errors.invalid_user_attributes(complaints)


def check_formats(attributes: dict[str, str]) -> None:
    """Refuse what is no e-mail address or no phone number."""
    if attributes.get("email") and not is_email(attributes["email"]):
        raise errors.invalid_email_format()
    if attributes.get("phone_number") and not is_phone_number(attributes["phone_number"]):
        raise errors.invalid_phone_number_format()


def check_writable(pool: Pool, client: Client, names: Iterable[str]) -> None:
    """Refuse attributes that the app client may not write.

    There is no permission for what no client can write (`sub`) or what does not exist: other checks refuse those.
    Source: recording github-issue-logs/attribute-not-in-schema/1.
    """
    allowed = client.settings.get("WriteAttributes") or DEFAULT_WRITABLE
    if any(name not in allowed for name in names if name in pool.schema and name != "sub"):
        raise errors.unauthorized_attribute_write()


def readable(client: Client, attributes: dict[str, str]) -> dict[str, str]:
    """The attributes that the app client may read; `sub` always."""
    allowed = client.settings.get("ReadAttributes") or DEFAULT_READABLE
    return {name: value for name, value in attributes.items() if name == "sub" or name in allowed}


def complaints_about(pool: Pool, attributes: dict[str, str]) -> list[str]:
    """One text for each attribute that is not in the schema or whose value breaks its constraints."""
    complaints = []
    for name, value in attributes.items():
        definition = pool.schema.get(name)
        if definition is None:
            complaints.append(f"{name}: Attribute does not exist in the schema.\n")
        else:
            complaints.extend(f"{name}: {problem}\n" for problem in _problems(definition, value))
    return complaints


def _required_complaint(name: str) -> str:
    # The service keeps `name` and `address` as structures inside and lets it show.
    # Source: reports of "name.formatted: The attribute name.formatted is required".
    if name in ("name", "address"):
        return f"{name}.formatted: The attribute {name}.formatted is required\n"
    return f"{name}: The attribute is required\n"


def _problems(definition: dict[str, Any], value: str) -> list[str]:
    kind = definition["AttributeDataType"]
    if kind == "String":
        return _length_problems(definition.get("StringAttributeConstraints", {}), value)
    if kind == "Number":
        return _number_problems(definition.get("NumberAttributeConstraints", {}), value)
    if kind == "Boolean" and value.lower() not in ("true", "false"):
        return ["Attribute value is not a boolean"]
    return []


def _length_problems(constraints: dict[str, str], value: str) -> list[str]:
    low, high = constraints.get("MinLength"), constraints.get("MaxLength") or "2048"
    if low and len(value) < int(low):
        return [f"String must be no shorter than {low} characters"]
    if len(value) > int(high):
        return [f"String must be no longer than {high} characters"]
    return []


def _number_problems(constraints: dict[str, str], value: str) -> list[str]:
    if not _NUMBER.fullmatch(value):
        return ["Attribute value is not a number"]
    number = float(value)
    low, high = constraints.get("MinValue"), constraints.get("MaxValue")
    if low and number < float(low):
        return [f"Number must be no less than {low}"]
    if high and number > float(high):
        return [f"Number must be no greater than {high}"]
    return []
