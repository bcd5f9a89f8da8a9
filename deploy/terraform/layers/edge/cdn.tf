# CloudFront: files from S3, everything else from the gateway.

variable "cdn" {
  description = "Which of CloudFront's locations serve (PriceClass_100: Europe and North America; PriceClass_200; PriceClass_All), and countries that are refused."
  type = object({
    price_class = optional(string, "PriceClass_100")
    refused     = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.cdn.price_class)
    error_message = "cdn.price_class is PriceClass_100, PriceClass_200 or PriceClass_All."
  }
  validation {
    condition     = alltrue([for c in var.cdn.refused : can(regex("^[A-Z]{2}$", c))])
    error_message = "cdn.refused are two letters of ISO 3166 each."
  }
}

locals {
  # The headers that gateway and nginx send too.
  headers      = { for h in jsondecode(file("${path.module}/../../../../gateway/site/rules.json")).headers : h.name => h.value }
  named        = ["Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"]
  from_gateway = ["/api/*", "/config", "/docs", "/docs/*", "/openapi.json"]
  origins      = { site = "site", gateway = "gateway" }

  # Policies that AWS keeps.
  cache_files        = "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized
  cache_nothing      = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
  forward_all_viewer = "216adef6-5c7f-47e4-b989-5492eafa07d3" # AllViewer
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "${local.prefix}-site"
  description                       = "Signs what is asked of the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "site" {
  name    = "${local.prefix}-site"
  comment = "gateway/site/rules.json, and HSTS"

  security_headers_config {
    content_security_policy {
      content_security_policy = local.headers["Content-Security-Policy"]
      override                = true
    }
    content_type_options {
      override = true
    }
    referrer_policy {
      referrer_policy = local.headers["Referrer-Policy"]
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      override                   = true
    }
  }

  custom_headers_config {
    dynamic "items" {
      for_each = { for n, v in local.headers : n => v if !contains(local.named, n) }
      content {
        header   = items.key
        value    = items.value
        override = true
      }
    }
  }
}

resource "aws_cloudfront_distribution" "this" {
  enabled             = true
  is_ipv6_enabled     = true
  comment             = local.prefix
  aliases             = [var.domain]
  default_root_object = "index.html"
  http_version        = "http2and3"
  price_class         = var.cdn.price_class
  web_acl_id          = one(aws_wafv2_web_acl.this[*].arn)

  origin {
    origin_id                = local.origins.site
    domain_name              = "${local.prefix}-site-${var.account_id}.s3.${var.region}.amazonaws.com"
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  dynamic "origin" {
    for_each = aws_cloudfront_vpc_origin.this
    content {
      origin_id   = local.origins.gateway
      domain_name = local.origin
      vpc_origin_config {
        vpc_origin_id            = origin.value.id
        origin_read_timeout      = 60 # the gateway's event streams have a heartbeat every 15 s
        origin_keepalive_timeout = 60
      }
    }
  }

  # What the sync says in Cache-Control holds.
  default_cache_behavior {
    target_origin_id           = local.origins.site
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.cache_files
    response_headers_policy_id = aws_cloudfront_response_headers_policy.site.id
  }

  # As the viewer sent it, Host included: the gateway compares Origin with it.
  dynamic "ordered_cache_behavior" {
    for_each = length(local.balancers) > 0 ? local.from_gateway : []
    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = local.origins.gateway
      viewer_protocol_policy   = "https-only"
      allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = false
      cache_policy_id          = local.cache_nothing
      origin_request_policy_id = local.forward_all_viewer
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = length(var.cdn.refused) > 0 ? "blacklist" : "none"
      locations        = var.cdn.refused
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.page.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "page" {
  for_each = toset(["A", "AAAA"])
  zone_id  = local.zone_id
  name     = var.domain
  type     = each.value

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
