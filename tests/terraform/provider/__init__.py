"""How version 6 of the AWS provider treats `aws_cognito_*`: which calls it makes, and what it calls a difference.

Facts read from the provider's sources (hashicorp/terraform-provider-aws, internal/service/cognitoidp and
internal/service/cognitoidentity), for where the provider itself cannot be had.
"""
