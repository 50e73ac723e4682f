"""Push sync: devices as SNS platform endpoints, and silent messages to them when a dataset changes.

Source: developer guide, "Push sync"; reference sync.md §7.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.sync import aws, errors, repository
from cognito_emulator.sync.records import Dataset, Device, PoolSettings

logger = logging.getLogger(__name__)
Json = dict[str, Any]


def require_configured(call: Call, pool_id: str) -> PoolSettings:
    """The pool's settings. Raises `InvalidConfigurationException` if it has none for push messages."""
    settings = repository.settings_of(call.reader, pool_id)
    if not settings.push or not settings.push.get("ApplicationArns"):
        raise errors.push_not_configured()
    return settings


def application_of(settings: PoolSettings, platform: str) -> str:
    """The pool's SNS application of a platform. Raises `InvalidConfigurationException`."""
    assert settings.push is not None
    for arn in settings.push["ApplicationArns"]:
        if str(arn).split(":app/")[1].split("/")[0] == platform:
            return str(arn)
    raise errors.platform_not_configured(platform)


def endpoint(call: Call, settings: PoolSettings, platform: str, token: str) -> str:
    """Make an endpoint of the pool's application for a device.

    Raises `InvalidConfigurationException` or `InvalidParameterException`.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    assert settings.push is not None
    application = application_of(settings, platform)
    role_arn = settings.push["RoleArn"]
    if not aws.may_assume(call, role_arn) or not aws.may(call, role_arn, "sns:CreatePlatformEndpoint", application):
        raise errors.application_not_usable(application)
    try:
        sns = aws.client(call, "sns")
        made: Json = sns.create_platform_endpoint(PlatformApplicationArn=application, Token=token)
    except ClientError as failure:
        error = failure.response["Error"]
        if error["Code"] == "InvalidParameter":
            raise errors.refused_push_token(error["Message"]) from failure
        raise errors.application_not_usable(application) from failure
    except (aws.Unusable, BotoCoreError) as failure:
        logger.warning("No endpoint of %s can be made: %s", application, failure)
        raise errors.application_not_usable(application) from failure
    return str(made["EndpointArn"])


def tell_devices(call: Call, dataset: Dataset, writer: str | None) -> None:
    """Tell the devices that subscribed to a dataset, but not the one that wrote, that it changed.

    A message that cannot be sent is logged: the change stands.
    """
    devices = repository.subscribers(call.reader, dataset.identity_id, dataset.name)
    devices = [device for device in devices if device.id != writer]
    if not devices:
        return
    settings = repository.settings_of(call.reader, dataset.pool_id)
    if not settings.push or not aws.may_assume(call, settings.push["RoleArn"]):
        logger.warning("Nobody is told of changes of %s: push sync is not usable", dataset.name)
        return
    for device in devices:
        targets = (device.endpoint, *settings.push["ApplicationArns"])
        if not aws.may(call, settings.push["RoleArn"], "sns:Publish", *targets):
            logger.warning("Device %s is not told of a change: the role does not allow sns:Publish", device.id)
            continue
        try:
            message = json.dumps(_message(device, dataset))
            aws.ask(call, "sns", "publish", TargetArn=device.endpoint, MessageStructure="json", Message=message)
        except aws.Unusable as failure:
            logger.warning("Device %s is not told of a change: %s", device.id, failure)


def _message(device: Device, dataset: Dataset) -> Json:
    """A message without alert, in the form of the device's platform."""
    data = {
        "source": "cognito-sync",
        "identityPoolId": dataset.pool_id,
        "identityId": dataset.identity_id,
        "datasetName": dataset.name,
        # The data of Google's and Amazon's messages are text.
        "syncCount": str(dataset.sync_count),
    }
    content: Json = {"data": data}
    if device.platform.startswith("APNS"):
        content = {"aps": {"content-available": 1}, "data": {**data, "syncCount": dataset.sync_count}}
    return {"default": "", device.platform: json.dumps(content)}
