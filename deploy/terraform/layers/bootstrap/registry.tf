# The images. A tag, once pushed, is never another image.

variable "images" {
  description = "Names of the images, under the name of the suite."
  type        = set(string)
  default     = ["gateway", "frontend", "config", "transform", "storage", "standalone-gateway"]

  validation {
    condition     = alltrue([for i in var.images : can(regex("^[a-z][a-z0-9-]*$", i))])
    error_message = "An image is named in lower-case letters, digits and hyphens."
  }
}

variable "registry" {
  description = "Who has the repositories: this account (create), which lets other accounts pull (readers); or, with create off, the account that is named, or another environment of this one."
  type = object({
    create     = bool
    account_id = optional(string)
    readers    = optional(list(string), [])
  })
  default = { create = true }

  validation {
    condition     = !(var.registry.create && var.registry.account_id != null)
    error_message = "registry.account_id is for images that another account has: leave it out, or say create = false."
  }
}

variable "images_kept" {
  description = "How many images of each repository are kept beside what runs; older ones go."
  type        = number
  default     = 50

  validation {
    condition     = var.images_kept >= 10
    error_message = "Keep at least 10, to have something to roll back to."
  }
}

variable "images_live" {
  description = "How many images that an environment has deployed are kept for it in each repository: what it runs, and what it can be rolled back to."
  type        = number
  default     = 10

  validation {
    condition     = var.images_live >= 2
    error_message = "Keep at least 2: what runs, and what ran before it."
  }
}

variable "environments" {
  description = "The environments that run these images, the last one of the pipeline first: of an image that several have deployed, the first one's rule decides."
  type        = list(string)
  default     = ["production", "staging", "dev"]

  validation {
    condition     = alltrue([for e in var.environments : can(regex("^[a-z][a-z0-9]{1,11}$", e))])
    error_message = "An environment is 2 to 12 lower-case letters and digits, and begins with a letter."
  }
}

locals {
  repositories   = var.registry.create ? var.images : []
  registry_owner = coalesce(var.registry.account_id, var.account_id)
}

resource "aws_ecr_repository" "this" {
  for_each             = local.repositories
  name                 = "${var.name}/${each.value}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.allow_destroy

  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
  }
}

# In order of their numbers: an image that a rule is about is none of a later rule's.
resource "aws_ecr_lifecycle_policy" "this" {
  for_each   = aws_ecr_repository.this
  repository = each.value.name
  policy = jsonencode({
    rules = [for i, rule in concat(
      # Tagged so by deploy/ci/keep-images.
      [for e in var.environments : {
        description = "the newest ${var.images_live} that ${e} has deployed"
        selection   = { tagStatus = "tagged", tagPrefixList = ["live-${e}-"], countType = "imageCountMoreThan", countNumber = var.images_live }
      }],
      [
        {
          description = "what a broken push left"
          selection   = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        },
        {
          description = "the newest ${var.images_kept}"
          selection   = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.images_kept }
        },
      ],
    ) : merge(rule, { rulePriority = i + 1, action = { type = "expire" } })]
  })
}

data "aws_iam_policy_document" "readers" {
  statement {
    sid     = "Pull"
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    principals {
      type        = "AWS"
      identifiers = [for a in var.registry.readers : "arn:${data.aws_partition.current.partition}:iam::${a}:root"]
    }
  }
}

resource "aws_ecr_repository_policy" "readers" {
  for_each   = length(var.registry.readers) > 0 ? aws_ecr_repository.this : {}
  repository = each.value.name
  policy     = data.aws_iam_policy_document.readers.json
}
