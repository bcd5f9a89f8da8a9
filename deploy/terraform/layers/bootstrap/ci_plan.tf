# What the role plan may: read how things are, not what they hold; and the state,
# which it also locks.

locals {
  own_buckets = "arn:${local.partition}:s3:::${local.prefix}-*"
  own_roles   = ["arn:${local.partition}:iam::${var.account_id}:role/${local.prefix}-*"]
  own_profiles = [
    "arn:${local.partition}:iam::${var.account_id}:instance-profile/${local.prefix}-*",
    # EKS names those of Auto Mode.
    "arn:${local.partition}:iam::${var.account_id}:instance-profile/eks-*",
  ]
}

data "aws_iam_policy_document" "state" {
  statement {
    sid       = "ListState"
    actions   = ["s3:ListBucket"]
    resources = [module.state.arn]
  }
  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${module.state.arn}/*.tfstate"]
  }
  statement {
    sid       = "LockState"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${module.state.arn}/*.tflock"]
  }
  statement {
    sid       = "UseItsKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.state_key.arn]
  }
}

data "aws_iam_policy_document" "plan" {
  source_policy_documents = [data.aws_iam_policy_document.state.json]

  # Descriptions have no resource to narrow them by, for the most part.
  statement {
    sid = "Describe"
    actions = [
      "acm:DescribeCertificate", "acm:ListTagsForCertificate",
      "application-autoscaling:Describe*", "application-autoscaling:ListTagsForResource",
      "cloudfront:Describe*", "cloudfront:Get*", "cloudfront:List*",
      "ec2:Describe*", "ec2:GetManagedPrefixListEntries",
      "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource",
      "ecs:Describe*", "ecs:List*",
      "eks:Describe*", "eks:List*",
      "elasticfilesystem:Describe*", "elasticfilesystem:ListTagsForResource",
      "elasticloadbalancing:Describe*",
      "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags",
      "logs:Describe*", "logs:ListTagsForResource",
      "rds:Describe*", "rds:ListTagsForResource",
      "route53:Get*", "route53:List*",
      "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy",
      "servicediscovery:Get*", "servicediscovery:List*",
      "wafv2:Get*", "wafv2:List*",
    ]
    resources = ["*"]
  }
  statement {
    sid       = "DescribeRoles"
    actions   = ["iam:Get*", "iam:List*"]
    resources = concat(local.own_roles, local.own_profiles, [local.provider_arn, aws_iam_policy.boundary.arn])
  }
  statement {
    sid = "DescribeBuckets"
    actions = [
      "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration", "s3:ListBucket",
    ]
    resources = [local.own_buckets]
  }
}
