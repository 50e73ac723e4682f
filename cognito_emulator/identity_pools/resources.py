"""What a call is about, as policies name it.

Source: service authorization reference, "Actions, resources, and condition keys for Amazon Cognito Identity".
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call


def resource_of(call: Call) -> str:
    """The ARN of the pool that a call is about; `*` for calls about no pool in particular."""
    if "ResourceArn" in call.params:
        return str(call.params["ResourceArn"])
    pool_id = call.params.get("IdentityPoolId")
    if pool_id is None:
        return "*"
    return f"arn:aws:cognito-identity:{call.region}:{call.account}:identitypool/{pool_id}"
