variable "name" {
  description = "Name of the bucket; unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name is 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "encrypt_by_kms" {
  description = "Encrypts by kms_key_arn. Off where the writer cannot use KMS, as load balancers' logs cannot: then by S3's own key."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "The KMS key, if encrypt_by_kms."
  type        = string
  default     = null

  validation {
    condition     = var.encrypt_by_kms == (var.kms_key_arn != null)
    error_message = "kms_key_arn goes with encrypt_by_kms."
  }
}

variable "force_destroy" {
  description = "Empties the bucket when it is destroyed."
  type        = bool
  default     = false
}

variable "keep_replaced_days" {
  description = "How long replaced and deleted versions are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.keep_replaced_days >= 1
    error_message = "At least a day."
  }
}

variable "expire_days" {
  description = "Age at which objects are deleted; null for never."
  type        = number
  default     = null

  validation {
    condition     = var.expire_days == null || coalesce(var.expire_days, 1) >= 1
    error_message = "At least a day."
  }
}

variable "infrequent_after_days" {
  description = "Age at which objects move to the storage class for infrequent access; null for never."
  type        = number
  default     = null

  validation {
    condition     = var.infrequent_after_days == null || coalesce(var.infrequent_after_days, 30) >= 30
    error_message = "S3 moves objects after 30 days at the earliest."
  }
}

variable "policies" {
  description = "Further policy documents, as JSON."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for p in var.policies : can(jsondecode(p))])
    error_message = "Policies are JSON."
  }
}
