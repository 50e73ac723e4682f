"""What guests may do at most, whatever their role says.

Sources: developer guide, "IAM roles" (services that unauthenticated identities can access); reference
identity-pools.md §8.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
GUESTS_ARN = "arn:aws:iam::aws:policy/AmazonCognitoUnAuthedIdentitiesSessionPolicy"
_SERVICES = (
    "appsync",
    "codewhisperer",
    "cloudwatch",
    "cognito-identity",
    "cognito-idp",
    "cognito-sync",
    "comprehend",
    "dynamodb",
    "execute-api",
    "firehose",
    "gamelift",
    "iot",
    "kinesis",
    "lambda",
    "lex",
    "logs",
    "machinelearning",
    "mobileanalytics",
    "mobiletargeting",
    "personalize",
    "polly",
    "rekognition",
    "s3",
    "sdb",
    "ses",
    "sns",
    "sqs",
    "sumerian",
    "transcribe",
    "translate",
)
_ACTIONS = ("sagemaker:InvokeEndpoint", "textract:AnalyzeDocument", "textract:DetectDocumentText")


def for_guests() -> Json:
    """The inline session policy of the enhanced flow.

    The managed policy `GUESTS_ARN` comes with it: guests may do what their role and one of the two allow.
    """
    actions = [*(f"{service}:*" for service in _SERVICES), *_ACTIONS]
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
