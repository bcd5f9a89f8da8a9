# A KMS key with an alias. The account's IAM policies say who may use it; beside
# them the services listed here may, for resources of this account.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "alias" {
  description = "Name of the key, without alias/."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9/-]+$", var.alias))
    error_message = "alias is lower-case letters, digits, hyphens and slashes."
  }
}

variable "description" {
  description = "What the key encrypts."
  type        = string

  validation {
    condition     = length(var.description) > 0
    error_message = "Say what the key encrypts."
  }
}

variable "services" {
  description = "AWS services that may use the key: by name in a policy, the condition (variable and values) that ties them to this account."
  type        = map(object({ variable = string, values = list(string) }))
  default     = {}

  validation {
    condition     = alltrue([for s in keys(var.services) : endswith(s, ".amazonaws.com")])
    error_message = "A service is named as in a policy, such as logs.eu-west-1.amazonaws.com."
  }
}

variable "deletion_days" {
  description = "How long a key that was destroyed can still be brought back."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_days >= 7 && var.deletion_days <= 30
    error_message = "KMS waits for 7 to 30 days."
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_iam_policy_document" "key" {
  # In a key's policy, "*" is this key.
  statement {
    sid       = "AccountDecidesByIam"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  dynamic "statement" {
    for_each = var.services
    content {
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = [statement.key]
      }
      condition {
        test     = "ArnLike"
        variable = statement.value.variable
        values   = statement.value.values
      }
    }
  }
}

resource "aws_kms_key" "this" {
  description             = var.description
  policy                  = data.aws_iam_policy_document.key.json
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_days
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.alias}"
  target_key_id = aws_kms_key.this.key_id
}

output "arn" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}
