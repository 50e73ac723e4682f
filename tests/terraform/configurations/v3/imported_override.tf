# What no read answers, so that an import cannot know it: whether a secret was asked for, and the bytes of an image.

resource "aws_cognito_user_pool_client" "everything" {
  lifecycle {
    ignore_changes = [generate_secret]
  }
}

resource "aws_cognito_user_pool_ui_customization" "client" {
  lifecycle {
    ignore_changes = [image_file]
  }
}
