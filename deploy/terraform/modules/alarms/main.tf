# Alarms of CloudWatch, and the topic that tells people of them.

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
  description = "Name of the topic, and first part of the alarms' names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]+$", var.name))
    error_message = "name is lower-case letters, digits and hyphens."
  }
}

variable "emails" {
  description = "Who is told. Each has to answer AWS' first message."
  type        = set(string)

  validation {
    condition     = alltrue([for e in var.emails : strcontains(e, "@")])
    error_message = "emails are addresses."
  }
}

variable "alarms" {
  description = "By name: what it means, the metric with its dimensions, its statistic over minutes, the bound that it goes beyond and for how many such times; below says that less is bad, breaching that no data is."
  type = map(object({
    description = string
    namespace   = string
    metric      = string
    dimensions  = map(string)
    statistic   = optional(string, "Average")
    minutes     = optional(number, 5)
    times       = optional(number, 3)
    bound       = number
    below       = optional(bool, false)
    breaching   = optional(bool, false)
  }))

  validation {
    condition     = alltrue([for a in var.alarms : can(regex("^(Average|Maximum|Minimum|Sum|p[0-9]{2})$", a.statistic))])
    error_message = "A statistic is Average, Maximum, Minimum, Sum or a percentile such as p99."
  }
  validation {
    condition     = alltrue([for a in var.alarms : a.minutes * a.times <= 1440])
    error_message = "An alarm looks back a day at most."
  }
}

resource "aws_sns_topic" "this" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = var.emails
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each          = var.alarms
  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description
  namespace         = each.value.namespace
  metric_name       = each.value.metric
  dimensions        = each.value.dimensions

  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = each.value.minutes * 60
  evaluation_periods  = each.value.times
  threshold           = each.value.bound
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  treat_missing_data  = each.value.breaching ? "breaching" : "notBreaching"

  alarm_actions = [aws_sns_topic.this.arn]
  ok_actions    = [aws_sns_topic.this.arn]
}
