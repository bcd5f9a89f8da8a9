# The web application firewall, paid by rule and by request.

variable "waf" {
  description = "The firewall in front of CloudFront: whether there is one, and how many requests an address may send in five minutes."
  type = object({
    enabled    = optional(bool, false)
    rate_limit = optional(number, 2000)
  })
  default = {}

  validation {
    condition     = var.waf.rate_limit >= 100
    error_message = "waf.rate_limit is at least 100."
  }
}

locals {
  # AWS's rule sets, in order.
  rule_sets = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"]
  # The gateway streams bodies of any size and checks them itself.
  counted_only = { AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY"] }
}

resource "aws_wafv2_web_acl" "this" {
  count       = var.waf.enabled ? 1 : 0
  provider    = aws.global
  name        = local.prefix
  description = "In front of CloudFront"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 0
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = var.waf.rate_limit
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.rule_sets
    content {
      name     = rule.value
      priority = rule.key + 1
      override_action {
        none {}
      }
      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value
          dynamic "rule_action_override" {
            for_each = lookup(local.counted_only, rule.value, [])
            content {
              name = rule_action_override.value
              action_to_use {
                count {}
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.prefix
    sampled_requests_enabled   = true
  }
}
