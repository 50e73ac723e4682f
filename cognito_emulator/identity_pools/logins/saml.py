"""SAML assertions, of providers that IAM knows.

Source: reference identity-pools.md §3, §5 and §7; IAM user guide, "Configure SAML assertions for the authentication
response" (audience, role attribute).
"""

from __future__ import annotations

import logging
from typing import Any

from cognito_emulator import saml
from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors, iam
from cognito_emulator.identity_pools.logins.open_id import GRACE
from cognito_emulator.identity_pools.logins.verified import Verified

logger = logging.getLogger(__name__)
ROLE_ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/Role"
AUDIENCES = ("urn:amazon:webservices", "https://signin.aws.amazon.com/saml")


def verify(call: Call, arn: str, encoded: str) -> Verified:
    """The user of whom the provider with that ARN asserts something."""
    metadata = iam.saml_metadata(call, arn)
    try:
        assertion = saml.read(encoded, saml.provider_of(metadata))
    except saml.NotSigned as error:
        logger.warning("%s: %s", arn, error)
        raise errors.unverified_signature() from None
    except saml.InvalidResponse as error:
        logger.warning("%s: %s", arn, error)
        raise errors.invalid_saml_response() from None
    if assertion.expires is not None and call.now >= assertion.expires + GRACE:
        raise errors.token_expired(call.now, assertion.expires)
    if assertion.not_before is not None and call.now < assertion.not_before - GRACE:
        raise errors.invalid_saml_response()
    if assertion.audiences and not set(assertion.audiences) & set(AUDIENCES):
        raise errors.wrong_audience()
    claims: dict[str, Any] = {
        name: values[0] if len(values) == 1 else values for name, values in assertion.attributes.items() if values
    }
    return Verified(
        provider=arn,
        subject=assertion.subject,
        detail=f"{arn}:{assertion.subject}",
        claims={"iss": assertion.issuer, "sub": assertion.subject, **claims},
        mapping=arn,
        tag_provider=arn,
        roles=_roles(arn, assertion.attributes.get(ROLE_ATTRIBUTE, [])),
    )


def _roles(arn: str, values: list[str]) -> tuple[str, ...]:
    """Roles for this provider; each value is a pair of role and provider, in any order."""
    pairs = [[part.strip() for part in value.split(",")] for value in values]
    return tuple(part for pair in pairs if arn in pair for part in pair if ":role/" in part)
