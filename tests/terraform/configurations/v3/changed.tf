# made.tf with every argument changed that the provider can change.

locals {
  functions = "arn:aws:lambda:eu-west-1:123456789012:function"
  roles     = "arn:aws:iam::123456789012:role"
}

resource "aws_cognito_user_pool" "everything" {
  name                       = "everything"
  alias_attributes           = ["email", "phone_number", "preferred_username"]
  auto_verified_attributes   = ["email"]
  mfa_configuration          = "ON"
  sms_authentication_message = "Changed: {####}"

  account_recovery_setting {
    recovery_mechanism {
      name     = "admin_only"
      priority = 1
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = false

    invite_message_template {
      email_message = "Changed {username}: {####}"
      email_subject = "Changed"
      sms_message   = "Changed text {username}: {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = false
    device_only_remembered_on_user_prompt = true
  }

  email_configuration {
    configuration_set      = "changed"
    email_sending_account  = "DEVELOPER"
    from_email_address     = "Changed <changed@example.com>"
    reply_to_email_address = "other-answers@example.com"
    source_arn             = "arn:aws:ses:eu-west-1:123456789012:identity/changed@example.com"
  }

  lambda_config {
    create_auth_challenge          = "${local.functions}:changed-create-auth-challenge"
    custom_message                 = "${local.functions}:changed-custom-message"
    define_auth_challenge          = "${local.functions}:changed-define-auth-challenge"
    post_authentication            = "${local.functions}:changed-post-authentication"
    post_confirmation              = "${local.functions}:changed-post-confirmation"
    pre_authentication             = "${local.functions}:changed-pre-authentication"
    pre_sign_up                    = "${local.functions}:changed-pre-sign-up"
    pre_token_generation           = "${local.functions}:changed-pre-token-generation"
    user_migration                 = "${local.functions}:changed-user-migration"
    verify_auth_challenge_response = "${local.functions}:changed-verify-auth-challenge-response"
  }

  password_policy {
    minimum_length                   = 8
    require_lowercase                = false
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 14
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

  schema {
    name                = "added"
    attribute_data_type = "String"
    mutable             = true

    string_attribute_constraints {
      min_length = "1"
      max_length = "9"
    }
  }

  schema {
    name                = "score"
    attribute_data_type = "Number"
    mutable             = true

    number_attribute_constraints {
      min_value = "1"
      max_value = "10"
    }
  }

  sms_configuration {
    external_id    = "changed-external"
    sns_caller_arn = "${local.roles}/changed-sms"
  }

  software_token_mfa_configuration {
    enabled = false
  }

  user_pool_add_ons {
    advanced_security_mode = "OFF"
  }

  username_configuration {
    case_sensitive = false
  }

  verification_message_template {
    default_email_option  = "CONFIRM_WITH_CODE"
    email_message         = "Changed {####}"
    email_message_by_link = "Press {##there##}"
    email_subject         = "Changed"
    email_subject_by_link = "Press"
    sms_message           = "Changed text {####}"
  }

  tags = {
    Stage = "changed"
    Owner = "terraform"
  }
}

# What the pool above cannot have at the same time.
resource "aws_cognito_user_pool" "other" {
  name                       = "other"
  username_attributes        = ["email", "phone_number"]
  email_verification_message = "Your changed code: {####}"
  email_verification_subject = "Your changed code"
  sms_verification_message   = "Your changed text code: {####}"

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
  name                                 = "everything-changed"
  user_pool_id                         = aws_cognito_user_pool.everything.id
  generate_secret                      = true
  access_token_validity                = 2
  id_token_validity                    = 3600
  refresh_token_validity               = 4
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = ["openid", "https://api.example.com/administer"]
  callback_urls                        = ["https://example.com/c", "myapp://changed"]
  default_redirect_uri                 = "https://example.com/c"
  logout_urls                          = ["https://example.com/left", "https://example.com/gone"]
  explicit_auth_flows                  = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
  prevent_user_existence_errors        = "LEGACY"
  read_attributes                      = ["email", "nickname", "custom:added"]
  write_attributes                     = ["email", "custom:team"]
  supported_identity_providers         = [aws_cognito_identity_provider.google.provider_name]

  analytics_configuration {
    application_id   = "0123456789abcdef0123456789abcdef"
    external_id      = "changed-analytics"
    role_arn         = "${local.roles}/changed-analytics"
    user_data_shared = false
  }

  token_validity_units {
    access_token  = "hours"
    id_token      = "seconds"
    refresh_token = "days"
  }

  depends_on = [aws_cognito_resource_server.everything]
}

resource "aws_cognito_user_pool_client" "analytics" {
  name                                 = "analytics"
  user_pool_id                         = aws_cognito_user_pool.everything.id
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = ["openid"]
  callback_urls                        = ["https://example.com/analytics"]

  analytics_configuration {
    application_arn = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/fedcba9876543210fedcba9876543210"
  }
}

resource "aws_cognito_resource_server" "everything" {
  identifier   = "https://api.example.com"
  name         = "api"
  user_pool_id = aws_cognito_user_pool.everything.id

  scope {
    scope_name        = "administer"
    scope_description = "Administer it"
  }

  scope {
    scope_name        = "read"
    scope_description = "Read all of it"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id  = aws_cognito_user_pool.everything.id
  provider_name = "Google"
  provider_type = "Google"
  # Version 3.39 of the provider fails when this list changes, whatever answers it.
  idp_identifiers = ["google-of-everything", "another.identifier"]

  provider_details = {
    authorize_scopes              = "email profile openid"
    client_id                     = "changed-client"
    client_secret                 = "changed-secret"
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }

  attribute_mapping = {
    email      = "email"
    given_name = "given_name"
    username   = "sub"
  }
}

resource "aws_cognito_user_group" "everything" {
  name         = "managers"
  user_pool_id = aws_cognito_user_pool.everything.id
  description  = "Those who changed"
  precedence   = 0
  role_arn     = "${local.roles}/changed-managers"
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
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-1111-2222-3333-444444444444"
  user_pool_id    = aws_cognito_user_pool.other.id
}

resource "aws_cognito_user_pool_ui_customization" "client" {
  client_id    = aws_cognito_user_pool_client.everything.id
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: 300;}"
  image_file   = filebase64("${path.module}/changed-logo.png")
}

resource "aws_cognito_user_pool_ui_customization" "pool" {
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: 200;}"
}

data "aws_cognito_user_pools" "everything" {
  name = aws_cognito_user_pool.everything.name
}

output "found" {
  value = data.aws_cognito_user_pools.everything.ids
}

resource "aws_cognito_identity_pool" "everything" {
  identity_pool_name               = "everything"
  allow_unauthenticated_identities = false
  allow_classic_flow               = false
  developer_provider_name          = "developer.everything"
  openid_connect_provider_arns     = ["arn:aws:iam::123456789012:oidc-provider/changed.example.com"]
  saml_provider_arns               = ["arn:aws:iam::123456789012:saml-provider/changed", "arn:aws:iam::123456789012:saml-provider/added"]

  supported_login_providers = {
    "accounts.google.com" = "999999999999.apps.googleusercontent.com"
    "www.amazon.com"      = "amzn1.application.changed"
  }

  cognito_identity_providers {
    client_id               = aws_cognito_user_pool_client.everything.id
    provider_name           = aws_cognito_user_pool.everything.endpoint
    server_side_token_check = false
  }

  cognito_identity_providers {
    client_id     = aws_cognito_user_pool_client.analytics.id
    provider_name = aws_cognito_user_pool.everything.endpoint
  }

  tags = {
    Stage = "changed"
    Owner = "terraform"
  }
}

resource "aws_cognito_identity_pool_roles_attachment" "everything" {
  identity_pool_id = aws_cognito_identity_pool.everything.id

  roles = {
    authenticated   = "${local.roles}/changed-authenticated"
    unauthenticated = "${local.roles}/changed-unauthenticated"
  }

  role_mapping {
    identity_provider         = "www.amazon.com"
    ambiguous_role_resolution = "AuthenticatedRole"
    type                      = "Rules"

    mapping_rule {
      claim      = "level"
      match_type = "StartsWith"
      role_arn   = "${local.roles}/high"
      value      = "9"
    }

    mapping_rule {
      claim      = "isAdmin"
      match_type = "NotEqual"
      role_arn   = "${local.roles}/others"
      value      = "no"
    }
  }

  role_mapping {
    identity_provider         = "accounts.google.com"
    ambiguous_role_resolution = "AuthenticatedRole"
    type                      = "Token"
  }
}
