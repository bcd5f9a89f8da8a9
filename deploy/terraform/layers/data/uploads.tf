# What storage keeps in S3: --blobs=s3://BUCKET/objects, with Kubernetes and with ECS.

variable "uploads" {
  description = "Objects: after how many days they move to the class for infrequent access (null for never), and how long replaced versions are kept."
  type = object({
    infrequent_after_days = optional(number)
    keep_replaced_days    = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.uploads.keep_replaced_days >= 1
    error_message = "uploads.keep_replaced_days is at least a day."
  }
}

module "key" {
  source      = "../../modules/key"
  alias       = "${local.prefix}-data"
  description = "Data and secrets of ${local.prefix}"
}

module "uploads" {
  source                = "../../modules/bucket"
  name                  = "${local.prefix}-uploads-${var.account_id}"
  kms_key_arn           = module.key.arn
  infrequent_after_days = var.uploads.infrequent_after_days
  keep_replaced_days    = var.uploads.keep_replaced_days
  force_destroy         = var.allow_destroy
}
