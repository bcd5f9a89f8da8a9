# Names: a zone for the environment, and certificates that renew themselves.

variable "domain" {
  description = "Public name of the environment, such as triad.example.com; also the name of its zone."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is a host name, such as triad.example.com."
  }
}

variable "zone" {
  description = "The Route 53 zone: one that is there (id); else one is made, and named in the zone above it (parent_id), or by whoever has the domain."
  type = object({
    id        = optional(string)
    parent_id = optional(string)
  })
  default = {}

  validation {
    condition     = !(var.zone.id != null && var.zone.parent_id != null)
    error_message = "A zone that is there (zone.id) has its parent already."
  }
}

variable "origin_target" {
  description = "Host name of the load balancer that Kubernetes made for the chart's Ingress, once it is there. With ECS its layer names it."
  type        = string
  default     = null

  validation {
    condition     = var.origin_target == null || can(regex("^[A-Za-z0-9.-]+$", var.origin_target))
    error_message = "origin_target is a host name."
  }
}

variable "tools" {
  description = "Names below the domain that the load balancer serves too, with its certificate: those of deploy/gitops."
  type        = set(string)
  default     = ["argocd", "grafana"]

  validation {
    condition     = alltrue([for t in var.tools : can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", t))])
    error_message = "tools are single labels of host names."
  }
}

locals {
  make_zone = var.zone.id == null
  zone_id   = local.make_zone ? aws_route53_zone.this[0].zone_id : var.zone.id
  # Where CloudFront asks for what is not a file: the load balancer in front of
  # the gateway.
  origin = "origin.${var.domain}"
}

resource "aws_route53_zone" "this" {
  count         = local.make_zone ? 1 : 0
  name          = var.domain
  comment       = local.prefix
  force_destroy = var.allow_destroy
}

resource "aws_route53_record" "delegation" {
  count   = var.zone.parent_id == null ? 0 : 1
  zone_id = var.zone.parent_id
  name    = var.domain
  type    = "NS"
  ttl     = 300
  records = aws_route53_zone.this[0].name_servers
}

resource "aws_route53_record" "origin" {
  count   = var.origin_target == null ? 0 : 1
  zone_id = local.zone_id
  name    = local.origin
  type    = "CNAME"
  ttl     = 60
  records = [var.origin_target]
}

resource "aws_route53_record" "tool" {
  for_each = var.origin_target == null ? toset([]) : var.tools
  zone_id  = local.zone_id
  name     = "${each.value}.${var.domain}"
  type     = "CNAME"
  ttl      = 60
  records  = [var.origin_target]
}

# For CloudFront.
resource "aws_acm_certificate" "page" {
  provider          = aws.global
  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# For the load balancer, in its region. CloudFront hands the page's Host on, and
# then asks for a certificate of that name.
resource "aws_acm_certificate" "origin" {
  domain_name               = local.origin
  subject_alternative_names = concat([var.domain], [for t in var.tools : "${t}.${var.domain}"])
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# ACM asks for the same record for a name in all of an account's certificates, so
# that the page's is among these.
resource "aws_route53_record" "validation" {
  for_each        = { for o in aws_acm_certificate.origin.domain_validation_options : o.domain_name => o }
  zone_id         = local.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "page" {
  provider        = aws.global
  certificate_arn = aws_acm_certificate.page.arn
  depends_on      = [aws_route53_record.validation]
}

resource "aws_acm_certificate_validation" "origin" {
  certificate_arn         = aws_acm_certificate.origin.arn
  validation_record_fqdns = [for r in aws_route53_record.validation : r.fqdn]
}
