# The tools of deploy/gitops, for people: behind the same CloudFront and firewall, as
# the load balancer lets nobody else in. Nothing of them is kept there.

resource "aws_cloudfront_distribution" "tools" {
  count           = local.has_tools ? 1 : 0
  enabled         = true
  is_ipv6_enabled = true
  comment         = "${local.prefix}: ${join(", ", var.tools)}"
  aliases         = local.tools
  http_version    = "http2and3"
  price_class     = var.cdn.price_class
  web_acl_id      = one(aws_wafv2_web_acl.this[*].arn)

  dynamic "origin" {
    for_each = aws_cloudfront_vpc_origin.this
    content {
      origin_id   = local.origins.gateway
      domain_name = local.origin
      vpc_origin_config {
        vpc_origin_id            = origin.value.id
        origin_read_timeout      = 60
        origin_keepalive_timeout = 60
      }
    }
  }

  # The load balancer tells them by their Host.
  default_cache_behavior {
    target_origin_id         = local.origins.gateway
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = false
    cache_policy_id          = local.cache_nothing
    origin_request_policy_id = local.forward_all_viewer
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

resource "aws_route53_record" "tool" {
  for_each = local.has_tools ? { for pair in setproduct(local.tools, ["A", "AAAA"]) : join(" ", pair) => { name = pair[0], type = pair[1] } } : {}
  zone_id  = local.zone_id
  name     = each.value.name
  type     = each.value.type

  alias {
    name                   = aws_cloudfront_distribution.tools[0].domain_name
    zone_id                = aws_cloudfront_distribution.tools[0].hosted_zone_id
    evaluate_target_health = false
  }
}
