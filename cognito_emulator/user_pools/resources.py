"""What a call is about, as policies name it.

Source: service authorization reference, "Actions, resources, and condition keys for Amazon Cognito User Pools".
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call


def resource_of(call: Call) -> str:
    """The ARN of the pool that a call is about; `*` for calls about no pool in particular."""
    if "ResourceArn" in call.params:
        return str(call.params["ResourceArn"])
    pool_id = call.params.get("UserPoolId")
    return f"arn:aws:cognito-idp:{call.region}:{call.account}:userpool/{pool_id}" if pool_id is not None else "*"
