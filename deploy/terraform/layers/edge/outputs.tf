output "domain" {
  description = "Public name of the environment."
  value       = var.domain
}

output "origin" {
  description = "Name of the load balancer in front of the gateway, inside the VPC."
  value       = local.origin
}

output "origin_certificate_arn" {
  description = "Certificate of that name, for the load balancer."
  value       = aws_acm_certificate_validation.origin.certificate_arn
}

output "zone_id" {
  description = "Route 53 zone of the environment."
  value       = local.zone_id
}

output "name_servers" {
  description = "What the zone above has to name for this one; empty if the zone was there."
  value       = local.make_zone ? aws_route53_zone.this[0].name_servers : []
}

output "site_bucket" {
  description = "Bucket of the page's files."
  value       = module.site.id
}

output "distribution_id" {
  description = "The CloudFront distribution, for invalidations."
  value       = aws_cloudfront_distribution.this.id
}
