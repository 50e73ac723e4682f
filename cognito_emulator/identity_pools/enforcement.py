"""May a session do this? The role's policies, cut down by the session's, with everything that a condition can ask.

Source: IAM user guide, "Policy evaluation logic" (session policies); reference identity-pools.md §8 and §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.aws.policies import Decision, Request, decide_all
from cognito_emulator.identity_pools import repository

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.outside.moto_iam import Access


def is_allowed(emulator: Emulator, access_key: str, access: Access) -> bool | None:
    """Whether the holder of temporary credentials may do something; None for keys that were not given out here."""
    session = repository.session(emulator.store.reader, access_key)
    if session is None:
        return None
    request = Request(access.action, access.resources, {**session.context, **access.context})
    if decide_all(access.role_policies, request) is not Decision.ALLOW:
        return False
    managed = [access.managed_policy(arn) for arn in session.policy_arns]
    limits = [*session.policies, *(policy for policy in managed if policy is not None)]
    return not limits or decide_all(limits, request) is Decision.ALLOW
