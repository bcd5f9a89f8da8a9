# What the pipeline's tests said, for longer than GitLab keeps it.

variable "reports_kept_days" {
  description = "How long deploy/ci/publish-report's reports of the tests are kept; null for no bucket."
  type        = number
  default     = null

  validation {
    condition     = var.reports_kept_days == null || coalesce(var.reports_kept_days, 1) >= 1
    error_message = "reports_kept_days is a day at least, or null."
  }
}

# By S3's own key, as there is nothing secret in them.
module "reports" {
  source             = "../../modules/bucket"
  count              = var.reports_kept_days == null ? 0 : 1
  name               = local.reports_bucket
  encrypt_by_kms     = false
  expire_days        = var.reports_kept_days
  keep_replaced_days = 1
  force_destroy      = var.allow_destroy
}

data "aws_iam_policy_document" "reports" {
  statement {
    sid       = "Keep"
    actions   = ["s3:PutObject"]
    resources = ["arn:${local.partition}:s3:::${local.reports_bucket}/*"]
  }
}

locals {
  reports_bucket = "${local.prefix}-reports-${var.account_id}"
}
