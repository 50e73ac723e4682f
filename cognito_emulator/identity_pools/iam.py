"""What IAM knows: roles with their trust policies, and the identity providers of an account.

IAM is asked through boto3, where an emulated one is reachable (`AWS_ENDPOINT_URL`, moto). Without one, nothing is
known about roles, and providers of IAM cannot be used.
"""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import unquote

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors
from cognito_emulator.outside.aws_clients import EmulatedAws

Json = dict[str, Any]
logger = logging.getLogger(__name__)


class NoSuchRole(Exception):
    """IAM says that there is no such role."""


def role(call: Call, arn: str) -> Json | None:
    """A role as GetRole shows it; None if there is no IAM to ask. Raises `NoSuchRole`."""
    from botocore.exceptions import BotoCoreError, ClientError

    account = arn.split(":")[4]
    iam = call.emulator.part(EmulatedAws).client("iam", call.region, account)
    if iam is None:
        return None
    try:
        found: Json = iam.get_role(RoleName=arn.rsplit("/", 1)[-1])["Role"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            raise NoSuchRole(arn) from None
        logger.warning("IAM cannot be asked about %s, so its trust policy is not looked at: %s", arn, error)
        return None
    except BotoCoreError as error:
        logger.warning("IAM cannot be asked about %s, so its trust policy is not looked at: %s", arn, error)
        return None
    if found["Arn"] != arn:
        raise NoSuchRole(arn)
    return found


def role_policies(call: Call, arn: str) -> list[Json] | None:
    """The inline and attached policies of a role, none if it is gone; None if there is no IAM to ask."""
    from botocore.exceptions import BotoCoreError, ClientError

    account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
    iam = call.emulator.part(EmulatedAws).client("iam", call.region, account)
    if iam is None:
        return None
    try:
        pages = iam.get_paginator("list_role_policies").paginate(RoleName=name)
        names = [policy for page in pages for policy in page["PolicyNames"]]
        inline = [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in names]
        pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
        arns = [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return []
        logger.warning("IAM cannot be asked about %s, so its policies are not looked at: %s", arn, error)
        return None
    except BotoCoreError as error:
        logger.warning("IAM cannot be asked about %s, so its policies are not looked at: %s", arn, error)
        return None
    attached = (managed_policy(call, account, policy) for policy in arns)
    return [*map(_document, inline), *(policy for policy in attached if policy is not None)]


def managed_policy(call: Call, account: str, arn: str) -> Json | None:
    """A managed policy in its default version; None if IAM does not show it."""
    from botocore.exceptions import BotoCoreError, ClientError

    iam = call.emulator.part(EmulatedAws).client("iam", call.region, account)
    if iam is None:
        return None
    try:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return _document(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    except (BotoCoreError, ClientError) as error:
        logger.warning("IAM does not show %s: %s", arn, error)
        return None


def trust_policy(role: Json) -> Json:
    """The trust policy of a role."""
    return _document(role["AssumeRolePolicyDocument"])


def _document(document: Any) -> Json:
    """A policy, which boto3 shows parsed, or as it travels."""
    if isinstance(document, str):
        document = json.loads(unquote(document))
    return dict(document)


def open_id_clients(call: Call, arn: str) -> list[str]:
    """The client ids of an OpenID Connect provider of IAM."""
    return list(_provider(call, arn, "get_open_id_connect_provider", "OpenIDConnectProviderArn")["ClientIDList"])


def saml_metadata(call: Call, arn: str) -> str:
    """The metadata document of a SAML provider of IAM."""
    return str(_provider(call, arn, "get_saml_provider", "SAMLProviderArn")["SAMLMetadataDocument"])


def _provider(call: Call, arn: str, operation: str, parameter: str) -> Json:
    """A provider as IAM shows it. One that IAM does not have supports nobody's token."""
    from botocore.exceptions import BotoCoreError, ClientError

    iam = call.emulator.part(EmulatedAws).client("iam", call.region, arn.split(":")[4])
    if iam is None:
        logger.warning("There is no IAM to ask about %s: set AWS_ENDPOINT_URL_IAM, or serve --with-moto", arn)
        raise errors.unsupported_provider()
    try:
        answer: Json = getattr(iam, operation)(**{parameter: arn})
    except (ClientError, BotoCoreError) as error:
        logger.warning("IAM does not show %s: %s", arn, error)
        raise errors.unsupported_provider() from None
    return answer
