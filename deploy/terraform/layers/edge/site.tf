# The page's files, which CloudFront alone may read.

module "key" {
  source      = "../../modules/key"
  alias       = "${local.prefix}-site"
  description = "Static files of ${local.prefix}"
  services = {
    "cloudfront.amazonaws.com" = {
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:cloudfront::${var.account_id}:distribution/*"]
    }
  }
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "read_by_cdn" {
  statement {
    sid       = "ReadByCdn"
    actions   = ["s3:GetObject"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${local.prefix}-site-${var.account_id}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudfront_distribution.this.arn]
    }
  }
}

module "site" {
  source        = "../../modules/bucket"
  name          = "${local.prefix}-site-${var.account_id}"
  kms_key_arn   = module.key.arn
  policies      = [data.aws_iam_policy_document.read_by_cdn.json]
  force_destroy = var.allow_destroy
}
