"""May a session do this? The role's policies, cut down by the session's, with everything that a condition can ask.

Source: IAM user guide, "Policy evaluation logic" (session policies); reference identity-pools.md §8 and §11.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.policies import Decision, Request, decide_all
from cognito_emulator.identity_pools import errors, iam, repository
from cognito_emulator.identity_pools.session_policies import GUESTS_ARN

if TYPE_CHECKING:
    from cognito_emulator.aws.call import Call
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.identity_pools.records import Session
    from cognito_emulator.outside.moto_iam import Access

Json = dict[str, Any]
# What the API reference does not ask developer credentials for.
_FOR_IDENTITIES_TOO = frozenset(
    {
        "GetPrincipalTagAttributeMap",
        "SetPrincipalTagAttributeMap",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
    }
)


def is_allowed(emulator: Emulator, access_key: str, access: Access) -> bool | None:
    """Whether the holder of temporary credentials may do something; None for keys that were not given out here."""
    session = repository.session(emulator.store.reader, access_key)
    if session is None:
        return None
    request = Request(access.action, access.resources, {**session.context, **access.context})
    if decide_all(access.role_policies, request) is not Decision.ALLOW:
        return False
    return _is_within_limits(session, request, access.managed_policy)


def authorise(call: Call, action: str, resource: str) -> None:
    """Refuse a call of Cognito itself that the role or the session policies of its caller do not allow.

    Without an IAM to ask, then or now, nothing is known about roles, so none is refused; session policies that came
    with the session count all the same. Raises `AccessDeniedException`; `NotAuthorizedException` where the service
    wants a developer and the caller is an identity.
    """
    session = repository.session(call.reader, call.access_key)
    if session is None:
        return
    request = Request(action, [resource], {**session.context, "aws:RequestedRegion": call.region})
    policies = iam.role_policies(call, session.role_arn) if session.role_is_known else None
    if policies is not None and decide_all(policies, request) is not Decision.ALLOW:
        raise errors.access_denied(session.arn, action, resource)
    if not _is_within_limits(session, request, lambda arn: iam.managed_policy(call, session.account, arn)):
        raise errors.access_denied(session.arn, action, resource)
    is_ours = action.startswith("cognito-identity:")
    if is_ours and session.identity_id is not None and call.operation not in _FOR_IDENTITIES_TOO:
        raise errors.developers_only(call.operation)


def _is_within_limits(session: Session, request: Request, managed_policy: Callable[[str], Json | None]) -> bool:
    """Whether the session policies, where there are some, allow the request too."""
    if not session.policies and not session.policy_arns:
        return True
    given = decide_all(session.policies, request)
    # AWS's limits for guests only allow: they are not asked for what the others allow.
    arns = [arn for arn in session.policy_arns if given is not Decision.ALLOW or arn != GUESTS_ARN]
    managed = [policy for policy in map(managed_policy, arns) if policy is not None]
    return decide_all([*session.policies, *managed], request) is Decision.ALLOW
