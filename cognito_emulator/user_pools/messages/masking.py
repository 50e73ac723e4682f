"""Addresses as answers show them.

Sources: recording `floci-aws-fixtures/aws-cognito.sign-up.happy/1`; reference user-pools.md §5.4.
"""

from __future__ import annotations


def masked(medium: str, destination: str) -> str:
    """`f***@e***` for an e-mail address, `+*******9934` for a phone number."""
    if medium == "EMAIL":
        local, _, domain = destination.partition("@")
        return f"{local[:1]}***@{domain[:1]}***"
    return "+" + "*" * max(0, len(destination) - 5) + destination[-4:]


def details(attribute: str, destination: str) -> dict[str, str]:
    """`CodeDeliveryDetails` of a code that went to that address."""
    medium = medium_of(attribute)
    return {
        "AttributeName": attribute,
        "DeliveryMedium": medium,
        "Destination": masked(medium, destination),
    }


def medium_of(attribute: str) -> str:
    """How an address is reached."""
    return "EMAIL" if attribute == "email" else "SMS"
