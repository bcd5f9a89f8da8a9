# Linked into the layers that keep data.

variable "allow_destroy" {
  description = "Lifts deletion protection, and has buckets and registries emptied when they are destroyed. For one run of deploy/aws destroy."
  type        = bool
  default     = false
}
