# What pods may do in AWS, by their service accounts: no pod has the node's role,
# no secret holds a key.

variable "namespace" {
  description = "Namespace that the chart is installed into."
  type        = string
  default     = "triad"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.namespace))
    error_message = "A namespace is lower-case letters, digits and hyphens."
  }
}

variable "release" {
  description = "Name of the chart's release; its service accounts are RELEASE-SERVICE."
  type        = string
  default     = "triad"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.release))
    error_message = "A release is lower-case letters, digits and hyphens."
  }
}

data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition
  # The layer data makes them; their names are known before.
  uploads_arn = "arn:${local.partition}:s3:::${local.prefix}-uploads-${var.account_id}"

  pods = merge({
    storage = {
      namespace = var.namespace, account = "${var.release}-storage", about = "storage's objects in S3"
      policy    = data.aws_iam_policy_document.storage.json, managed = []
    }
    external-secrets = {
      namespace = "external-secrets", account = "external-secrets", about = "secrets of this environment, to be handed to pods"
      policy    = data.aws_iam_policy_document.external_secrets.json, managed = []
    }
    }, local.auto ? {} : {
    ebs-csi = {
      namespace = "kube-system", account = "ebs-csi-controller-sa", about = "volumes for pods"
      policy    = null, managed = ["service-role/AmazonEBSCSIDriverPolicy"]
    }
    autoscaler = {
      namespace = "kube-system", account = "cluster-autoscaler", about = "how many nodes there are"
      policy    = data.aws_iam_policy_document.autoscaler.json, managed = []
    }
    load-balancers = {
      namespace = "kube-system", account = "aws-load-balancer-controller", about = "load balancers for Ingresses"
      policy    = data.aws_iam_policy_document.load_balancers.json, managed = []
    }
    }, var.container_insights ? {
    cloudwatch = {
      namespace = "amazon-cloudwatch", account = "cloudwatch-agent", about = "metrics and logs to CloudWatch"
      policy    = null, managed = ["CloudWatchAgentServerPolicy"]
    }
  } : {})
}

data "aws_iam_policy_document" "storage" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.uploads_arn]
  }
  statement {
    sid       = "Objects"
    actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${local.uploads_arn}/objects/*"]
  }
  statement {
    sid       = "UseItsKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local.any_key]
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/${local.prefix}-data"]
    }
  }
}

data "aws_iam_policy_document" "external_secrets" {
  statement {
    sid       = "Read"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds"]
    resources = ["arn:${local.partition}:secretsmanager:${var.region}:${var.account_id}:secret:${var.name}/${var.environment}/*"]
  }
  statement {
    sid       = "UseTheirKey"
    actions   = ["kms:Decrypt"]
    resources = [local.any_key]
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/${local.prefix}-data"]
    }
  }
}

data "aws_iam_policy_document" "autoscaler" {
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities", "autoscaling:DescribeTags", "ec2:DescribeImages", "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions", "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
    ]
    resources = ["*"]
  }
  # EKS tags the groups of its node groups so.
  statement {
    sid       = "ScaleOwn"
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["arn:${local.partition}:autoscaling:${var.region}:${var.account_id}:autoScalingGroup:*:autoScalingGroupName/eks-*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${local.prefix}"
      values   = ["owned"]
    }
  }
}

locals {
  any_key = "arn:${local.partition}:kms:${var.region}:${var.account_id}:key/*"
}

module "pod_role" {
  source           = "../../modules/role"
  for_each         = local.pods
  name             = "${local.prefix}-pod-${each.key}"
  description      = "Pods: ${each.value.about}"
  boundary         = local.bootstrap.boundary
  services         = ["pods.eks.amazonaws.com"]
  tag_session      = true
  policy           = each.value.policy
  has_policy       = length(each.value.managed) == 0
  managed_policies = each.value.managed
}

resource "aws_eks_pod_identity_association" "this" {
  for_each        = local.pods
  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.account
  role_arn        = module.pod_role[each.key].arn
}
