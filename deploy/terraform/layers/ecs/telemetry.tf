# What each server of Triad's is told of traces and error reports. Addresses that hold
# secrets are files.

variable "telemetry" {
  description = "Where traces and error reports go: URL of an OpenTelemetry collector (on port 443 anywhere, on another inside the VPC), and which share of traces it gets; ARNs of secrets in Secrets Manager with the property headers, which the collector asks for, and with the property dsn, of Sentry or what speaks its protocol. What is not given is off."
  type = object({
    otlp_endpoint    = optional(string)
    sample_ratio     = optional(number, 1)
    otlp_headers_arn = optional(string)
    sentry_dsn_arn   = optional(string)
  })
  default = {}

  validation {
    condition     = var.telemetry.otlp_endpoint == null || can(regex("^https?://[^\\s/]+(/\\S*)?$", var.telemetry.otlp_endpoint))
    error_message = "telemetry.otlp_endpoint is a URL, such as https://collector.example.com."
  }
  validation {
    condition     = var.telemetry.sample_ratio >= 0 && var.telemetry.sample_ratio <= 1
    error_message = "telemetry.sample_ratio is 0 to 1."
  }
  validation {
    condition = alltrue([for a in [var.telemetry.otlp_headers_arn, var.telemetry.sentry_dsn_arn] :
      a == null || can(regex("^arn:[a-z-]+:secretsmanager:", a))
    ])
    error_message = "telemetry.otlp_headers_arn and telemetry.sentry_dsn_arn are ARNs of secrets in Secrets Manager."
  }
}

locals {
  telemetry_files = merge(
    var.telemetry.otlp_headers_arn == null ? {} : { otlp_headers = { arn = var.telemetry.otlp_headers_arn, property = "headers" } },
    var.telemetry.sentry_dsn_arn == null ? {} : { sentry_dsn = { arn = var.telemetry.sentry_dsn_arn, property = "dsn" } },
  )
  telemetry = merge(
    { TRIAD_ENVIRONMENT = var.environment },
    var.telemetry.otlp_endpoint == null ? {} : {
      TRIAD_OTLP_ENDPOINT      = var.telemetry.otlp_endpoint
      TRIAD_TRACE_SAMPLE_RATIO = tostring(var.telemetry.sample_ratio)
    },
    { for f in keys(local.telemetry_files) : "TRIAD_${upper(f)}_FILE" => "/secrets/${f}" },
  )
  # HTTPS goes out anyway.
  collector_port = try(tonumber(regex("^https?://[^/]*:([0-9]+)", coalesce(var.telemetry.otlp_endpoint, "none"))[0]),
  startswith(coalesce(var.telemetry.otlp_endpoint, "none"), "http://") ? 80 : 443)
}

resource "aws_vpc_security_group_egress_rule" "collector" {
  for_each          = { for s, v in local.services : s => v if local.collector_port != 443 && can(local.suite[s].admin_port) }
  security_group_id = local.groups[each.key]
  description       = "To the collector of traces"
  cidr_ipv4         = local.network.vpc_cidr
  from_port         = local.collector_port
  to_port           = local.collector_port
  ip_protocol       = "tcp"
}
