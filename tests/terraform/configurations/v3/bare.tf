# Every optional argument taken away again, except those that cannot be taken away without a new resource and those
# that version 3.39 of the provider cannot take away: the tags of a user pool and the role of a group.

locals {
  roles = "arn:aws:iam::123456789012:role"
}

resource "aws_cognito_user_pool" "everything" {
  name             = "everything"
  alias_attributes = ["email", "phone_number", "preferred_username"]

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
    name                = "team"
    attribute_data_type = "String"
    mutable             = true

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

  username_configuration {
    case_sensitive = false
  }

  tags = {
    Stage = "bare"
  }

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

resource "aws_cognito_user_pool" "other" {
  name                = "other"
  username_attributes = ["email", "phone_number"]

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
  name            = "everything"
  user_pool_id    = aws_cognito_user_pool.everything.id
  generate_secret = true
}

resource "aws_cognito_user_pool_client" "analytics" {
  name         = "analytics"
  user_pool_id = aws_cognito_user_pool.everything.id
}

resource "aws_cognito_resource_server" "everything" {
  identifier   = "https://api.example.com"
  name         = "api"
  user_pool_id = aws_cognito_user_pool.everything.id
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id    = aws_cognito_user_pool.everything.id
  provider_name   = "Google"
  provider_type   = "Google"
  idp_identifiers = ["google-of-everything", "another.identifier"]

  provider_details = {
    authorize_scopes              = "email"
    client_id                     = "google-client"
    client_secret                 = "google-secret"
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }
}

resource "aws_cognito_user_group" "everything" {
  name         = "managers"
  user_pool_id = aws_cognito_user_pool.everything.id
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
  domain       = "other-by-terraform"
  user_pool_id = aws_cognito_user_pool.other.id
}

resource "aws_cognito_user_pool_ui_customization" "client" {
  client_id    = aws_cognito_user_pool_client.everything.id
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: 300;}"
}

resource "aws_cognito_identity_pool" "everything" {
  identity_pool_name      = "everything"
  developer_provider_name = "developer.everything"
}

resource "aws_cognito_identity_pool_roles_attachment" "everything" {
  identity_pool_id = aws_cognito_identity_pool.everything.id

  roles = {
    authenticated = "${local.roles}/authenticated"
  }
}
