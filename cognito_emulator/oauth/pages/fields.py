"""Which fields a pool's forms have: what a username is called, which attributes a new user gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.user_pools.records import Pool

# Types of inputs that help people type.
_TYPES = {"email": "email", "phone_number": "tel", "birthdate": "date", "website": "url", "picture": "url"}
_COMPLETION = {
    "address": "street-address",
    "birthdate": "bday",
    "email": "email",
    "family_name": "family-name",
    "gender": "sex",
    "given_name": "given-name",
    "middle_name": "additional-name",
    "name": "name",
    "nickname": "nickname",
    "phone_number": "tel",
    "website": "url",
}


@dataclass(frozen=True)
class Field:
    """An attribute in a form."""

    name: str
    label: str
    type: str
    autocomplete: str
    required: bool

    @property
    def input(self) -> str:
        return f"requiredAttributes[{self.name}]"


def username_label(pool: Pool) -> str:
    """The key of the text that a username goes by: with username attributes it is an address."""
    names = pool.username_attributes
    if names == ["email"]:
        return "field.email"
    if names == ["phone_number"]:
        return "field.phone_number"
    return "field.email_or_phone" if names else "field.username"


def username_type(pool: Pool) -> str:
    return "email" if pool.username_attributes == ["email"] else "text"


def may_sign_up(pool: Pool) -> bool:
    return not pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]


def of_sign_up(pool: Pool) -> list[Field]:
    """Required attributes, and addresses that a new user has to verify; not what the username already is."""
    names = [name for name, definition in pool.schema.items() if definition["Required"] and name != "sub"]
    names += [name for name in pool.auto_verified if name not in names]
    if len(pool.username_attributes) == 1:
        names = [name for name in names if name != pool.username_attributes[0]]
    return [field(name, required=pool.schema[name]["Required"]) for name in names]


def field(name: str, *, required: bool) -> Field:
    return Field(name, f"field.{name}", _TYPES.get(name, "text"), _COMPLETION.get(name, "off"), required)


def given(form: Parameters, names: list[str]) -> dict[str, str]:
    """The attributes that a form gives."""
    values = {name: form.get(f"requiredAttributes[{name}]", "").strip() for name in names}
    return {name: value for name, value in values.items() if value}


def password_rules(pool: Pool) -> list[tuple[str, dict[str, Any]]]:
    """What the pool wants of a password, as keys of texts with their values."""
    policy = pool.password_policy
    rules: list[tuple[str, dict[str, Any]]] = [("rule.length", {"count": policy["MinimumLength"]})]
    for setting, key in (
        ("RequireLowercase", "rule.lower"),
        ("RequireUppercase", "rule.upper"),
        ("RequireNumbers", "rule.number"),
        ("RequireSymbols", "rule.symbol"),
    ):
        if policy.get(setting):
            rules.append((key, {}))
    return rules
