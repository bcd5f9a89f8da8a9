# What CloudFront asks, from inside the VPC: TLS ends here, paths go to the gateway or
# the page. It has no public address.

variable "callers" {
  description = "Address ranges inside the VPC, or joined to it, that reach the load balancer beside CloudFront."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for c in var.callers : can(cidrnetmask(c))])
    error_message = "callers are IPv4 ranges, such as 10.20.0.0/16."
  }
  validation {
    condition     = length(var.callers) <= 5
    error_message = "callers are at most 5: CloudFront's list counts as 55 of the 60 rules of the security group."
  }
}

data "aws_partition" "current" {}

locals {
  fronted = { for s, v in local.services : s => v if length(v.paths) > 0 }
}

resource "aws_security_group" "load_balancer" {
  name        = "${local.prefix}-load-balancer"
  description = "HTTPS from CloudFront"
  vpc_id      = local.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "CloudFront"
  prefix_list_id    = local.network.cloudfront_prefix_list
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each          = toset(var.callers)
  security_group_id = aws_security_group.load_balancer.id
  description       = "Beside CloudFront"
  cidr_ipv4         = each.value
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_lb" "this" {
  name                       = local.prefix
  load_balancer_type         = "application"
  internal                   = true
  subnets                    = local.network.subnet_ids.front
  security_groups            = [aws_security_group.load_balancer.id]
  idle_timeout               = 120 # event streams have a heartbeat every 15 s
  drop_invalid_header_fields = true
  enable_deletion_protection = !var.allow_destroy

  access_logs {
    enabled = true
    bucket  = module.access_logs.id
  }
}

resource "aws_lb_target_group" "this" {
  for_each             = local.fronted
  name                 = "${local.prefix}-${each.key}"
  vpc_id               = local.network.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = each.value.port
  deregistration_delay = 30

  health_check {
    port                = each.value.health.port
    path                = each.value.health.path
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = local.edge.origin_certificate_arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["frontend"].arn
  }
}

# The gateway's paths, five to a rule as the load balancer has it; the rest is the
# page.
resource "aws_lb_listener_rule" "this" {
  for_each     = { for s, v in local.fronted : s => v if !contains(v.paths, "/*") }
  listener_arn = aws_lb_listener.https.arn

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }
  condition {
    path_pattern {
      values = each.value.paths
    }
  }
}

data "aws_iam_policy_document" "access_logs" {
  statement {
    sid       = "WrittenByLoadBalancer"
    actions   = ["s3:PutObject"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${local.prefix}-access-logs-${var.account_id}/AWSLogs/${var.account_id}/*"]
    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:elasticloadbalancing:${var.region}:${var.account_id}:loadbalancer/*"]
    }
  }
}

# Load balancers cannot write by a key of KMS.
module "access_logs" {
  source         = "../../modules/bucket"
  name           = "${local.prefix}-access-logs-${var.account_id}"
  encrypt_by_kms = false
  expire_days    = local.network.log_retention_days
  policies       = [data.aws_iam_policy_document.access_logs.json]
  force_destroy  = var.allow_destroy
}
