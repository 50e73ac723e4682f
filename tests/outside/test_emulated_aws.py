"""Clients of an emulated AWS are where the standard variables say, and nowhere else."""

from __future__ import annotations

import os
from typing import Any

import pytest

from cognito_emulator.outside import aws_clients
from cognito_emulator.outside.aws_clients import EmulatedAws

# Every service that the emulator calls, and its variable in AWS's list of service-specific endpoints.
VARIABLES = {
    "firehose": "AWS_ENDPOINT_URL_FIREHOSE",
    "iam": "AWS_ENDPOINT_URL_IAM",
    "kinesis": "AWS_ENDPOINT_URL_KINESIS",
    "lambda": "AWS_ENDPOINT_URL_LAMBDA",
    "logs": "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "pinpoint": "AWS_ENDPOINT_URL_PINPOINT",
    "pinpoint-sms-voice-v2": "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2",
    "s3": "AWS_ENDPOINT_URL_S3",
    "ses": "AWS_ENDPOINT_URL_SES",
    "sns": "AWS_ENDPOINT_URL_SNS",
    "sts": "AWS_ENDPOINT_URL_STS",
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setattr(aws_clients, "moto_is_active", lambda: False)


def client(service: str) -> Any:
    return EmulatedAws(None).client(service, "us-east-1", "123456789012")


@pytest.mark.parametrize("service", sorted(VARIABLES))
def test_the_variable_of_a_service(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client(service) is None
    for other, variable in VARIABLES.items():
        if other != service:
            monkeypatch.setenv(variable, "http://127.0.0.1:1")
    assert client(service) is None
    monkeypatch.setenv(VARIABLES[service], "http://127.0.0.1:2")
    assert client(service).meta.endpoint_url == "http://127.0.0.1:2"


@pytest.mark.parametrize("service", ["logs", "sts"])
def test_the_variable_of_all(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:3")
    assert client(service).meta.endpoint_url == "http://127.0.0.1:3"
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert client(service) is None
