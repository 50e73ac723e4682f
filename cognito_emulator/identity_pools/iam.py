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


def trust_policy(role: Json) -> Json:
    """The trust policy of a role: boto3 shows it parsed, or as it travels."""
    document = role["AssumeRolePolicyDocument"]
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
