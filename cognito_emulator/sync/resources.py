"""What a call is about, as policies name it.

Sources: service authorization reference, "Actions, resources, and condition keys for Amazon Cognito Sync"; issue 1912
of aws/aws-sdk-java (`dataset/null` where the call names no dataset).
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call

_ABOUT_IDENTITIES = frozenset({"DescribeIdentityUsage", "RegisterDevice"})


def resource_of(call: Call) -> str:
    """The ARN of a dataset, an identity or a pool."""
    pool = f"arn:aws:cognito-sync:{call.region}:{call.account}:identitypool/{call.params.get('IdentityPoolId', '*')}"
    identity_id = call.params.get("IdentityId")
    if identity_id is None:
        return pool
    identity = f"{pool}/identity/{identity_id}"
    if call.operation in _ABOUT_IDENTITIES:
        return identity
    return f"{identity}/dataset/{call.params.get('DatasetName', 'null')}"
