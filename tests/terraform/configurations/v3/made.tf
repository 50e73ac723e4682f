# Every argument that aws_cognito_* has in version 3.39 of the provider.

locals {
  functions = "arn:aws:lambda:eu-west-1:123456789012:function"
  roles     = "arn:aws:iam::123456789012:role"
}

resource "aws_cognito_user_pool" "everything" {
  name                       = "everything"
  alias_attributes           = ["email", "phone_number", "preferred_username"]
  auto_verified_attributes   = ["email", "phone_number"]
  mfa_configuration          = "OPTIONAL"
  sms_authentication_message = "Your code is {####}"

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 2
    }
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = true

    invite_message_template {
      email_message = "Welcome {username}: {####}"
      email_subject = "Welcome"
      sms_message   = "Hello {username}: {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = false
  }

  email_configuration {
    configuration_set      = "tracking"
    email_sending_account  = "DEVELOPER"
    from_email_address     = "Everything <sender@example.com>"
    reply_to_email_address = "answers@example.com"
    source_arn             = "arn:aws:ses:eu-west-1:123456789012:identity/sender@example.com"
  }

  lambda_config {
    create_auth_challenge          = "${local.functions}:create-auth-challenge"
    custom_message                 = "${local.functions}:custom-message"
    define_auth_challenge          = "${local.functions}:define-auth-challenge"
    post_authentication            = "${local.functions}:post-authentication"
    post_confirmation              = "${local.functions}:post-confirmation"
    pre_authentication             = "${local.functions}:pre-authentication"
    pre_sign_up                    = "${local.functions}:pre-sign-up"
    pre_token_generation           = "${local.functions}:pre-token-generation"
    user_migration                 = "${local.functions}:user-migration"
    verify_auth_challenge_response = "${local.functions}:verify-auth-challenge-response"
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_numbers                  = false
    require_symbols                  = true
    require_uppercase                = false
    temporary_password_validity_days = 3
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    mutable             = true
    required            = true

    string_attribute_constraints {
      min_length = "7"
      max_length = "100"
    }
  }

  schema {
    name                     = "team"
    attribute_data_type      = "String"
    developer_only_attribute = false
    mutable                  = true
    required                 = false

    string_attribute_constraints {
      min_length = "0"
      max_length = "2048"
    }
  }

  schema {
    name                     = "level"
    attribute_data_type      = "Number"
    developer_only_attribute = true
    mutable                  = true

    number_attribute_constraints {
      min_value = "-5"
      max_value = "60"
    }
  }

  schema {
    name                = "paid"
    attribute_data_type = "Boolean"
    mutable             = false
  }

  schema {
    name                = "joined"
    attribute_data_type = "DateTime"
    mutable             = true
  }

  sms_configuration {
    external_id    = "everything-external"
    sns_caller_arn = "${local.roles}/sms"
  }

  software_token_mfa_configuration {
    enabled = true
  }

  user_pool_add_ons {
    advanced_security_mode = "OFF"
  }

  username_configuration {
    case_sensitive = false
  }

  verification_message_template {
    default_email_option  = "CONFIRM_WITH_LINK"
    email_message         = "Verify with {####}"
    email_message_by_link = "Click {##here##}"
    email_subject         = "Verify"
    email_subject_by_link = "Click"
    sms_message           = "Verify with {####}"
  }

  tags = {
    Team  = "identity"
    Stage = "made"
  }
}

# What the pool above cannot have at the same time.
resource "aws_cognito_user_pool" "other" {
  name                       = "other"
  username_attributes        = ["email", "phone_number"]
  email_verification_message = "Your code: {####}"
  email_verification_subject = "Your code"
  sms_verification_message   = "Your text code: {####}"

  # AWS gives every pool this; the provider knows no default and wants to take away what is not named. See
  # https://github.com/hashicorp/terraform-provider-aws/issues/30030
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }

    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 2
    }
  }
}

resource "aws_cognito_user_pool_client" "everything" {
  name                                 = "everything"
  user_pool_id                         = aws_cognito_user_pool.everything.id
  generate_secret                      = true
  access_token_validity                = 10
  id_token_validity                    = 20
  refresh_token_validity               = 3
  allowed_oauth_flows                  = ["implicit", "code"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = ["openid", "email", "profile", "phone", "aws.cognito.signin.user.admin", "https://api.example.com/read"]
  callback_urls                        = ["https://example.com/b", "https://example.com/a"]
  default_redirect_uri                 = "https://example.com/a"
  logout_urls                          = ["https://example.com/out"]
  explicit_auth_flows                  = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
  prevent_user_existence_errors        = "ENABLED"
  read_attributes                      = ["email", "name", "custom:team"]
  write_attributes                     = ["email", "name"]
  supported_identity_providers         = ["COGNITO", aws_cognito_identity_provider.google.provider_name]

  analytics_configuration {
    application_id   = "36b8e9d1a4c24f5a8d7b5a0c3c1f2e4d"
    external_id      = "analytics"
    role_arn         = "${local.roles}/analytics"
    user_data_shared = true
  }

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }

  depends_on = [aws_cognito_resource_server.everything]
}

resource "aws_cognito_user_pool_client" "analytics" {
  name         = "analytics"
  user_pool_id = aws_cognito_user_pool.everything.id

  analytics_configuration {
    application_arn = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/36b8e9d1a4c24f5a8d7b5a0c3c1f2e4d"
  }
}

resource "aws_cognito_resource_server" "everything" {
  identifier   = "https://api.example.com"
  name         = "api"
  user_pool_id = aws_cognito_user_pool.everything.id

  scope {
    scope_name        = "write"
    scope_description = "Write it"
  }

  scope {
    scope_name        = "read"
    scope_description = "Read it"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id    = aws_cognito_user_pool.everything.id
  provider_name   = "Google"
  provider_type   = "Google"
  idp_identifiers = ["google-of-everything", "another.identifier"]

  provider_details = {
    authorize_scopes              = "email profile"
    client_id                     = "google-client"
    client_secret                 = "google-secret"
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }
}

resource "aws_cognito_user_group" "everything" {
  name         = "managers"
  user_pool_id = aws_cognito_user_pool.everything.id
  description  = "Those who manage"
  precedence   = 42
  role_arn     = "${local.roles}/managers"
}

resource "aws_cognito_user_group" "bare" {
  name         = "bare"
  user_pool_id = aws_cognito_user_pool.everything.id
}

resource "aws_cognito_user_pool_domain" "prefix" {
  domain       = "everything-by-terraform"
  user_pool_id = aws_cognito_user_pool.everything.id
}

resource "aws_cognito_user_pool_domain" "custom" {
  domain          = "auth.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1b9c6d0e-7a2f-4d6b-9c3e-5f8a7b6c5d4e"
  user_pool_id    = aws_cognito_user_pool.other.id
}

resource "aws_cognito_user_pool_ui_customization" "client" {
  client_id    = aws_cognito_user_pool_client.everything.id
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: 400;}"
  image_file   = filebase64("${path.module}/logo.png")
}

resource "aws_cognito_user_pool_ui_customization" "pool" {
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: 700;}"
}

data "aws_cognito_user_pools" "everything" {
  name = aws_cognito_user_pool.everything.name
}

output "found" {
  value = data.aws_cognito_user_pools.everything.ids
}

resource "aws_cognito_identity_pool" "everything" {
  identity_pool_name               = "everything"
  allow_unauthenticated_identities = true
  allow_classic_flow               = true
  developer_provider_name          = "developer.everything"
  openid_connect_provider_arns     = ["arn:aws:iam::123456789012:oidc-provider/issuer.example.com"]
  saml_provider_arns               = ["arn:aws:iam::123456789012:saml-provider/corporate"]

  supported_login_providers = {
    "graph.facebook.com"  = "7346241598935552"
    "accounts.google.com" = "123456789012.apps.googleusercontent.com"
  }

  cognito_identity_providers {
    client_id               = aws_cognito_user_pool_client.everything.id
    provider_name           = aws_cognito_user_pool.everything.endpoint
    server_side_token_check = true
  }

  cognito_identity_providers {
    client_id     = aws_cognito_user_pool_client.analytics.id
    provider_name = aws_cognito_user_pool.everything.endpoint
  }

  tags = {
    Stage = "made"
  }
}

resource "aws_cognito_identity_pool_roles_attachment" "everything" {
  identity_pool_id = aws_cognito_identity_pool.everything.id

  roles = {
    authenticated   = "${local.roles}/authenticated"
    unauthenticated = "${local.roles}/unauthenticated"
  }

  role_mapping {
    identity_provider         = "graph.facebook.com"
    ambiguous_role_resolution = "AuthenticatedRole"
    type                      = "Rules"

    mapping_rule {
      claim      = "isAdmin"
      match_type = "Equals"
      role_arn   = "${local.roles}/admins"
      value      = "paid"
    }
  }

  role_mapping {
    identity_provider         = "accounts.google.com"
    ambiguous_role_resolution = "Deny"
    type                      = "Token"
  }
}
