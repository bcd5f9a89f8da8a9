# What the services are given as files. The values are drawn here, written once,
# and in no state or plan: raise a number in secret_versions to draw anew.

variable "secret_versions" {
  description = "Generation of each secret; a higher number replaces its value. Not for config-key: config needs the old one beside the new one, docs/aws.md says how to change it."
  type = object({
    config-key = optional(number, 1)
    auth-token = optional(number, 1)
    settings   = optional(number, 1)
  })
  default = {}

  validation {
    condition     = alltrue([for v in values(var.secret_versions) : v >= 1 && floor(v) == v])
    error_message = "Generations are whole numbers from 1."
  }
}

locals {
  # By name, the properties that external-secrets hands out.
  secrets = {
    config-key = { "secret.key" = ephemeral.aws_secretsmanager_random_password.key.random_password }
    auth-token = { token = ephemeral.aws_secretsmanager_random_password.token.random_password }
    settings = {
      SECRET_KEY  = ephemeral.aws_secretsmanager_random_password.setting["SECRET_KEY"].random_password
      DB_PASSWORD = ephemeral.aws_secretsmanager_random_password.setting["DB_PASSWORD"].random_password
    }
  }
  about_secrets = {
    config-key = "key of config's secrets"
    auth-token = "bearer token of calls that write"
    settings   = "first secret settings of the page"
  }
}

# 32 bytes in hex.
ephemeral "aws_secretsmanager_random_password" "key" {
  password_length            = 64
  exclude_characters         = "ghijklmnopqrstuvwxyz"
  exclude_uppercase          = true
  exclude_punctuation        = true
  require_each_included_type = false
}

ephemeral "aws_secretsmanager_random_password" "token" {
  password_length     = 48
  exclude_punctuation = true
}

ephemeral "aws_secretsmanager_random_password" "setting" {
  for_each            = toset(["SECRET_KEY", "DB_PASSWORD"])
  password_length     = 32
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "this" {
  for_each    = local.about_secrets
  name        = "${var.name}/${var.environment}/${each.key}"
  description = each.value
  kms_key_id  = module.key.arn
  # How long a deleted one can be brought back. None where data may go, so that
  # the same names can be made again.
  recovery_window_in_days = var.allow_destroy ? 0 : 30
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each                 = aws_secretsmanager_secret.this
  secret_id                = each.value.id
  secret_string_wo         = jsonencode(local.secrets[each.key])
  secret_string_wo_version = var.secret_versions[each.key]
}
