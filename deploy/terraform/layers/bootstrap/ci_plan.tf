# What the roles plan and refresh may. plan is any branch's, so that it knows the
# state, which it also locks, and what the data sources ask; refresh reads how
# everything is.

locals {
  own_buckets  = "arn:${local.partition}:s3:::${local.prefix}-*"
  own_roles    = ["arn:${local.partition}:iam::${var.account_id}:role/${local.prefix}-*"]
  own_policies = ["arn:${local.partition}:iam::${var.account_id}:policy/${local.prefix}-*"]
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

# What Terraform asks before it compares, whatever a layer has. The random word is no
# secret yet.
data "aws_iam_policy_document" "plan" {
  source_policy_documents = [data.aws_iam_policy_document.state.json]

  statement {
    sid = "Ask"
    actions = [
      "ec2:DescribeAvailabilityZones", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries",
      "elasticloadbalancing:Describe*", "secretsmanager:GetRandomPassword",
    ]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "read" {
  # Descriptions have no resource to narrow them by, for the most part.
  statement {
    sid = "Describe"
    actions = [
      "acm:DescribeCertificate", "acm:ListTagsForCertificate",
      "application-autoscaling:Describe*", "application-autoscaling:ListTagsForResource",
      "budgets:ListTagsForResource", "budgets:ViewBudget",
      "cloudfront:Describe*", "cloudfront:Get*", "cloudfront:List*",
      "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
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
      "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetResourcePolicy",
      "servicediscovery:Get*", "servicediscovery:List*",
      "sns:Get*", "sns:List*",
      "wafv2:Get*", "wafv2:List*",
    ]
    resources = ["*"]
  }
  statement {
    sid       = "DescribeRoles"
    actions   = ["iam:Get*", "iam:List*"]
    resources = concat(local.own_roles, local.own_profiles, local.own_policies, [local.provider_arn])
  }
  statement {
    sid = "DescribeBuckets"
    actions = [
      "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration", "s3:ListBucket",
    ]
    resources = [local.own_buckets]
  }
  # The provider reads a secret to see that it is there, though it keeps none.
  statement {
    sid       = "ReadSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:${local.partition}:secretsmanager:${var.region}:${var.account_id}:secret:${var.name}/${var.environment}/*"]
  }
  statement {
    sid       = "UseTheirKey"
    actions   = ["kms:Decrypt"]
    resources = ["arn:${local.partition}:kms:${var.region}:${var.account_id}:key/*"]
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/${local.prefix}-data"]
    }
  }
}
