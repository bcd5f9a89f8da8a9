# What people see of it: CloudFront's answers, and the certificates. Both have their
# metrics in this one region.

locals {
  alarms = {
    failing = {
      description = "CloudFront answers more than one request in a hundred with 5xx"
      namespace   = "AWS/CloudFront", metric = "5xxErrorRate"
      dimensions  = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }
      times       = 2, bound = 1
    }
    certificate = {
      description = "ACM has not renewed the page's certificate: is its record in the zone?"
      namespace   = "AWS/CertificateManager", metric = "DaysToExpiry"
      dimensions  = { CertificateArn = aws_acm_certificate.page.arn }
      statistic   = "Minimum", minutes = 1440, times = 1, bound = 21, below = true
    }
  }
}

module "alarms" {
  source    = "../../modules/alarms"
  providers = { aws = aws.global }
  name      = "${local.prefix}-edge"
  emails    = var.alarm_emails
  alarms    = local.alarms
}
