"""The AWS Encryption SDK under a KMS key. KMS is reached through boto3, wherever its endpoint variables point."""

from __future__ import annotations


def encrypt(plain: bytes, key_arn: str, region: str, context: dict[str, str]) -> bytes:
    """A message of the AWS Encryption SDK, with its default algorithm suite (key commitment, signed)."""
    try:
        import aws_encryption_sdk
        from aws_encryption_sdk.identifiers import CommitmentPolicy
    except ImportError as error:
        raise RuntimeError(
            "custom senders need the AWS Encryption SDK: pip install 'cognito-emulator[senders]'"
        ) from error
    import botocore.session

    session = botocore.session.Session()
    session.set_config_variable("region", region)
    keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key_arn], botocore_session=session)
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    message, _ = client.encrypt(source=plain, key_provider=keys, encryption_context=context)
    return bytes(message)
