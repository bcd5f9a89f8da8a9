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

variable "tools" {
  description = "Names below the domain that Kubernetes' load balancer serves too: those of deploy/gitops."
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
  tools     = [for t in var.tools : "${t}.${var.domain}"]
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

# For CloudFront.
resource "aws_acm_certificate" "page" {
  provider                  = aws.global
  domain_name               = var.domain
  subject_alternative_names = local.tools
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# For the load balancer, in its region. CloudFront hands the page's Host on, and
# then asks for a certificate of that name.
resource "aws_acm_certificate" "origin" {
  domain_name               = local.origin
  subject_alternative_names = concat([var.domain], local.tools)
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
