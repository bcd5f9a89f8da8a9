# An IAM role: who may assume it, and what it then may. The boundary that the
# bootstrap made caps all of them, so that whoever may make roles cannot give
# more than that.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,63}$", var.name))
    error_message = "A role's name is at most 64 lower-case letters, digits and hyphens."
  }
}

variable "description" {
  description = "What the role is for."
  type        = string

  validation {
    condition     = length(var.description) > 0
    error_message = "Say what the role is for."
  }
}

variable "boundary" {
  description = "ARN of the permissions boundary."
  type        = string

  validation {
    condition     = startswith(var.boundary, "arn:")
    error_message = "The boundary is the ARN of a policy."
  }
}

variable "services" {
  description = "AWS services that may assume the role, such as ec2.amazonaws.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for s in var.services : endswith(s, ".amazonaws.com")])
    error_message = "A service is named as in a policy, such as ec2.amazonaws.com."
  }
}

variable "tag_session" {
  description = "Whether those services tag the session too, as EKS Pod Identity and Auto Mode do."
  type        = bool
  default     = false
}

variable "trust" {
  description = "The trust policy as JSON, instead of services."
  type        = string
  default     = null

  validation {
    condition     = (var.trust == null) == (length(var.services) > 0)
    error_message = "Give either services or trust."
  }
}

variable "policy" {
  description = "What the role may, as JSON; null for what managed policies grant alone."
  type        = string
  default     = null

  validation {
    condition     = var.policy == null || can(jsondecode(var.policy))
    error_message = "The policy is JSON."
  }
}

variable "has_policy" {
  description = "Whether there is a policy; said apart, since it may be known only when its resources are."
  type        = bool
  default     = true
}

variable "managed_policies" {
  description = "Names of policies that AWS manages, such as AmazonEKSClusterPolicy."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setintersection(var.managed_policies, ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"])) == 0
    error_message = "No role of this suite is an administrator."
  }
}

variable "also" {
  description = "ARNs of further policies of this account, by a name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.also) : startswith(arn, "arn:") && strcontains(arn, ":policy/")])
    error_message = "Policies are given by their ARNs."
  }
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "trust" {
  count = var.trust == null ? 1 : 0
  statement {
    actions = concat(["sts:AssumeRole"], var.tag_session ? ["sts:TagSession"] : [])
    principals {
      type        = "Service"
      identifiers = var.services
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = var.description
  assume_role_policy   = coalesce(var.trust, try(data.aws_iam_policy_document.trust[0].json, null))
  permissions_boundary = var.boundary
}

resource "aws_iam_role_policy" "this" {
  count  = var.has_policy ? 1 : 0
  name   = "own"
  role   = aws_iam_role.this.name
  policy = var.policy
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = var.managed_policies
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "also" {
  for_each   = var.also
  role       = aws_iam_role.this.name
  policy_arn = each.value
}

output "arn" {
  description = "ARN of the role, once it may do what it is for."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.also, aws_iam_role_policy_attachment.managed]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}
