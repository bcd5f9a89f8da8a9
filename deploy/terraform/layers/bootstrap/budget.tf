# What the account may cost in a month, and who is told when it costs more. It stops
# nothing.

variable "budget_usd" {
  description = "Dollars a month that the account is meant to cost, everything in it. alarm_emails are told at four fifths of it, and when it looks as if it will not do. Null: there is no budget."
  type        = number
  default     = null

  validation {
    condition     = var.budget_usd == null || try(var.budget_usd >= 1, false)
    error_message = "budget_usd is at least a dollar."
  }
  validation {
    condition     = var.budget_usd == null || length(var.alarm_emails) > 0
    error_message = "budget_usd: say in alarm_emails who is told."
  }
}

resource "aws_budgets_budget" "this" {
  count        = var.budget_usd == null ? 0 : 1
  name         = local.prefix
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.key
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.alarm_emails
    }
  }
}
