"""What is there before Terraform: `aws_cognito_managed_user_pool_client` takes over clients that others made."""

from __future__ import annotations

from typing import Any


def managed_pool(idp: Any) -> str:
    """A pool with clients that some other service made."""
    pool_id: str = idp.create_user_pool(PoolName="managed")["UserPool"]["Id"]
    for name in ("AmazonOpenSearchService-everything", "Other-client"):
        idp.create_user_pool_client(UserPoolId=pool_id, ClientName=name, GenerateSecret=True)
    return pool_id
