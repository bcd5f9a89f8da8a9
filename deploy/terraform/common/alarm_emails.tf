# Linked into the layers that have alarms.

variable "alarm_emails" {
  description = "Who is told of CloudWatch's alarms and of the budget, by e-mail; each answers AWS' first message. Empty: alarms are only shown."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for e in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", e))])
    error_message = "alarm_emails are addresses."
  }
}
