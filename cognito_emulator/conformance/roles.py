"""Roles of IAM that scenarios need: made where there is another AWS beside the endpoint, or else only named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

_ACTIONS = {"cognito-identity.amazonaws.com": "sts:AssumeRoleWithWebIdentity"}


def make_role(
    maker: Callable[[str, str], Any] | None, region: str, account: str, name: str, trusts: str, allows: Sequence[str]
) -> str:
    """The ARN of a role that a service may assume, and that allows these actions on everything."""
    if maker is None:
        return f"arn:aws:iam::{account}:role/{name}"
    kind = "Federated" if trusts in _ACTIONS else "Service"
    trust = {"Effect": "Allow", "Principal": {kind: trusts}, "Action": _ACTIONS.get(trusts, "sts:AssumeRole")}
    iam = maker("iam", region)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))["Role"]
    if allows:
        policy = _document({"Effect": "Allow", "Action": list(allows), "Resource": "*"})
        iam.put_role_policy(RoleName=name, PolicyName="conformance", PolicyDocument=policy)
    return str(role["Arn"])


def delete_role(maker: Callable[[str, str], Any], region: str, name: str) -> None:
    """Remove a role that `make_role` made."""
    iam = maker("iam", region)
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
