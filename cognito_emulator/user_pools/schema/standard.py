"""The attributes every pool has, and what a pool's own schema makes of them.

Sources: recordings `cloud-custodian-placebo/test_cognito-user-pool_delete/2`,
`github-issue-logs/create-pool-raw-wire/1`, `…/required-custom-attribute/1`, `…/attribute-data-type-missing/1`;
reference user-pools.md §3.1.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.user_pools import errors

Json = dict[str, Any]
CUSTOM_LIMIT = 50


def _attribute(name: str, kind: str, **traits: Any) -> Json:
    base = {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }
    return {**base, **traits}


def _text(name: str, low: int = 0, high: int = 2048, **traits: Any) -> Json:
    constraints = {"MinLength": str(low), "MaxLength": str(high)}
    return _attribute(name, "String", StringAttributeConstraints=constraints, **traits)


_STANDARD: tuple[Json, ...] = (
    _text("sub", low=1, Mutable=False, Required=True),
    _text("name"),
    _text("given_name"),
    _text("family_name"),
    _text("middle_name"),
    _text("nickname"),
    _text("preferred_username"),
    _text("profile"),
    _text("picture"),
    _text("website"),
    _text("email"),
    _attribute("email_verified", "Boolean"),
    _text("gender"),
    _text("birthdate", low=10, high=10),
    _text("zoneinfo"),
    _text("locale"),
    _text("phone_number"),
    _attribute("phone_number_verified", "Boolean"),
    _text("address"),
    _attribute("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
    _attribute("identities", "String", StringAttributeConstraints={}),
)

STANDARD_NAMES = frozenset(attribute["Name"] for attribute in _STANDARD)
# What a client may read or write when its lists are not set.
DEFAULT_READABLE = STANDARD_NAMES - {"sub"}
DEFAULT_WRITABLE = DEFAULT_READABLE - {"email_verified", "phone_number_verified", "identities"}


def standard_schema() -> dict[str, Json]:
    """The schema of a pool that defines nothing of its own."""
    return {attribute["Name"]: dict(attribute) for attribute in _STANDARD}


def schema_of(definitions: list[Json]) -> dict[str, Json]:
    """The schema of a new pool from `CreateUserPool.Schema`."""
    schema = standard_schema()
    for definition in definitions:
        name = definition.get("Name", "")
        if name in STANDARD_NAMES:
            schema[name] = _redefined(schema[name], definition)
        elif f"custom:{name}" in schema and not definition.get("DeveloperOnlyAttribute"):
            raise errors.duplicate_attributes(f"custom:{name}")
        else:
            _add_custom(schema, definition)
    return schema


def with_custom(schema: dict[str, Json], definitions: list[Json]) -> dict[str, Json]:
    """The schema with more custom attributes (`AddCustomAttributes`)."""
    extended = dict(schema)
    for definition in definitions:
        _add_custom(extended, definition)
    if sum(name not in STANDARD_NAMES for name in extended) > CUSTOM_LIMIT:
        raise errors.too_many_custom_attributes()
    return extended


def _redefined(standard: Json, definition: Json) -> Json:
    """A standard attribute as a pool wants it; constraints that are left out stay the usual ones.

    Source: `skipFlatteningStringAttributeContraints` in terraform-provider-aws and its test, after what AWS answers.
    """
    name = standard["Name"]
    kind = definition.get("AttributeDataType", standard["AttributeDataType"])
    if kind != standard["AttributeDataType"] or definition.get("DeveloperOnlyAttribute"):
        raise errors.standard_attribute_changed(name)
    changed = dict(standard)
    for trait in ("Mutable", "Required"):
        if trait in definition and name != "sub":
            changed[trait] = definition[trait]
    for constraints in ("StringAttributeConstraints", "NumberAttributeConstraints"):
        if constraints in definition and constraints in standard:
            changed[constraints] = dict(definition[constraints])
    _check_constraints(changed)
    return changed


def _add_custom(schema: dict[str, Json], definition: Json) -> None:
    if "AttributeDataType" not in definition:
        raise errors.attribute_data_type_missing()
    plain = definition.get("Name", "")
    developer_only = definition.get("DeveloperOnlyAttribute", False)
    name = f"dev:custom:{plain}" if developer_only else f"custom:{plain}"
    if definition.get("Required"):
        raise errors.required_custom_attributes()
    if name in schema:
        raise errors.existing_attribute(name)
    kind = definition["AttributeDataType"]
    attribute = _attribute(name, kind, DeveloperOnlyAttribute=developer_only, Mutable=definition.get("Mutable", True))
    if kind == "String":
        attribute["StringAttributeConstraints"] = dict(definition.get("StringAttributeConstraints", {}))
    if kind == "Number":
        # Shown although none were given. Source: github.com/hashicorp/terraform-provider-aws/pull/7808.
        attribute["NumberAttributeConstraints"] = dict(definition.get("NumberAttributeConstraints", {}))
    _check_constraints(attribute)
    schema[name] = attribute


def _check_constraints(attribute: Json) -> None:
    name = attribute["Name"]
    lengths = _numbers(attribute.get("StringAttributeConstraints", {}), "Length")
    values = _numbers(attribute.get("NumberAttributeConstraints", {}), "Value")
    if lengths is None:
        raise errors.invalid_string_constraints(name)
    if values is None:
        raise errors.invalid_number_constraints(name)
    low, high = lengths
    if max(low or 0, high or 0) > 2048:
        raise errors.string_attribute_too_long(name)
    if low is not None and high is not None and high < low:
        raise errors.max_length_less_than_min(name)
    low, high = values
    if low is not None and high is not None and high < low:
        raise errors.max_value_less_than_min(name)


def _numbers(constraints: Json, what: str) -> tuple[float | None, float | None] | None:
    try:
        low, high = (float(constraints[key]) if constraints.get(key) else None for key in (f"Min{what}", f"Max{what}"))
    except ValueError:
        return None
    return low, high
