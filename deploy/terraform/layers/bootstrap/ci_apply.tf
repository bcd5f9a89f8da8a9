# What the role apply may: make, change and delete what the layers have, by name
# where AWS names things, else in this region. Roles only with the boundary.

locals {
  regional = "${var.region}:${var.account_id}"

  # Statements by what they are for: actions and the things they may touch.
  apply = {
    Repositories = {
      actions   = ["ecr:CreateRepository", "ecr:Delete*", "ecr:Put*", "ecr:SetRepositoryPolicy", "ecr:TagResource", "ecr:UntagResource"]
      resources = ["arn:${local.partition}:ecr:${local.regional}:repository/${var.name}/*"]
    }
    Buckets = {
      actions   = ["s3:CreateBucket", "s3:Delete*", "s3:Get*", "s3:List*", "s3:Put*"]
      resources = [local.own_buckets, "${local.own_buckets}/*"]
    }
    LogGroups = {
      actions = [
        "logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
      ]
      resources = [for p in ["/aws/eks", "/aws/containerinsights", "/aws/vpc", "/aws/ecs", "/aws/ecs/containerinsights", "/aws/rds/instance"] : "arn:${local.partition}:logs:${local.regional}:log-group:${p}/${local.prefix}*"]
    }
    Alarms = {
      actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
      resources = ["arn:${local.partition}:cloudwatch:*:${var.account_id}:alarm:${local.prefix}-*"]
    }
    Topics = {
      actions   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource"]
      resources = ["arn:${local.partition}:sns:*:${var.account_id}:${local.prefix}-*-alarms*"]
    }
    Cluster = {
      actions = [
        "eks:Associate*", "eks:Create*", "eks:Delete*", "eks:Disassociate*", "eks:TagResource", "eks:UntagResource", "eks:Update*",
      ]
      resources = [for r in ["cluster", "nodegroup", "addon", "access-entry", "podidentityassociation"] : "arn:${local.partition}:eks:${local.regional}:${r}/${local.prefix}*"]
    }
    Databases = {
      actions = [
        "rds:AddTagsToResource", "rds:Create*", "rds:Delete*", "rds:Modify*", "rds:RemoveTagsFromResource", "rds:ResetDBParameterGroup",
      ]
      resources = [for r in ["db", "pg", "subgrp", "snapshot"] : "arn:${local.partition}:rds:${local.regional}:${r}:${local.prefix}*"]
    }
    Secrets = {
      actions = [
        "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:PutSecretValue", "secretsmanager:RotateSecret",
        "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
      ]
      resources = [for s in ["${var.name}/${var.environment}/*", "rds!*"] : "arn:${local.partition}:secretsmanager:${local.regional}:secret:${s}"]
    }
    Containers = {
      actions   = ["ecs:CreateCluster", "ecs:CreateService", "ecs:DeleteCluster", "ecs:DeleteService", "ecs:PutClusterCapacityProviders", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster", "ecs:UpdateClusterSettings", "ecs:UpdateService"]
      resources = [for r in ["cluster", "service", "task-definition"] : "arn:${local.partition}:ecs:${local.regional}:${r}/${local.prefix}*"]
    }
    LoadBalancers = {
      actions = [
        "elasticloadbalancing:AddTags", "elasticloadbalancing:Create*", "elasticloadbalancing:Delete*", "elasticloadbalancing:Modify*",
        "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:Set*",
      ]
      resources = [for r in ["loadbalancer/app", "listener/app", "listener-rule/app", "targetgroup"] : "arn:${local.partition}:elasticloadbalancing:${local.regional}:${r}/${local.prefix}*"]
    }
    Zones = {
      actions   = ["route53:ChangeResourceRecordSets", "route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:UpdateHostedZoneComment"]
      resources = ["arn:${local.partition}:route53:::hostedzone/*"]
    }
    Distributions = {
      actions = [
        "cloudfront:CreateDistribution*", "cloudfront:CreateInvalidation", "cloudfront:CreateOriginAccessControl", "cloudfront:CreateResponseHeadersPolicy", "cloudfront:CreateVpcOrigin",
        "cloudfront:DeleteDistribution", "cloudfront:DeleteOriginAccessControl", "cloudfront:DeleteResponseHeadersPolicy", "cloudfront:DeleteVpcOrigin",
        "cloudfront:TagResource", "cloudfront:UntagResource",
        "cloudfront:UpdateDistribution", "cloudfront:UpdateOriginAccessControl", "cloudfront:UpdateResponseHeadersPolicy", "cloudfront:UpdateVpcOrigin",
      ]
      resources = [for r in ["distribution", "origin-access-control", "response-headers-policy", "vpcorigin"] : "arn:${local.partition}:cloudfront::${var.account_id}:${r}/*"]
    }
    Firewalls = {
      actions   = ["wafv2:CreateWebACL", "wafv2:DeleteWebACL", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL"]
      resources = ["arn:${local.partition}:wafv2:us-east-1:${var.account_id}:global/webacl/${local.prefix}*", "arn:${local.partition}:wafv2:us-east-1:${var.account_id}:global/managedruleset/*"]
    }
  }
}

# Beside what it reads, as refresh does.
data "aws_iam_policy_document" "apply" {
  source_policy_documents = [data.aws_iam_policy_document.state.json, data.aws_iam_policy_document.own_roles.json]

  statement {
    sid       = "WriteState"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = ["${module.state.arn}/*.tfstate"]
  }

  dynamic "statement" {
    for_each = local.apply
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

# What AWS numbers, so that no name can be given before it is made. A policy of its
# own: those inside a role have 10240 characters together.
data "aws_iam_policy_document" "apply_numbered" {
  statement {
    sid = "MakeInThisRegion"
    actions = [
      "acm:AddTagsToCertificate", "acm:RequestCertificate",
      "application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource",
      "ec2:AllocateAddress", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroup*",
      "ec2:CreateFlowLogs", "ec2:CreateInternetGateway", "ec2:CreateLaunchTemplate*", "ec2:CreateNatGateway", "ec2:CreateRoute*",
      "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpc*", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute",
      # EKS asks whether whoever makes a node group could start its machines.
      "ec2:RunInstances",
      "ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition",
      "elasticfilesystem:CreateFileSystem", "elasticfilesystem:TagResource",
      "kms:CreateAlias", "kms:CreateKey", "kms:TagResource",
      "route53:CreateHostedZone",
      "servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:CreateService", "servicediscovery:TagResource",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.region, "us-east-1"]
    }
  }

  # What is there is told by its tags.
  statement {
    sid = "ChangeOwn"
    actions = [
      "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate",
      "application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget", "application-autoscaling:UntagResource",
      "ec2:Delete*", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable", "ec2:ModifyLaunchTemplate",
      "ec2:ModifySecurityGroupRules", "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:RevokeSecurityGroup*",
      "elasticfilesystem:CreateAccessPoint", "elasticfilesystem:CreateMountTarget", "elasticfilesystem:Delete*",
      "elasticfilesystem:Put*", "elasticfilesystem:UntagResource", "elasticfilesystem:UpdateFileSystem",
      "kms:CreateGrant", "kms:Decrypt", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:Encrypt", "kms:GenerateDataKey", "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
      "servicediscovery:Delete*", "servicediscovery:UntagResource", "servicediscovery:Update*",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/app"
      values   = [var.name]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/environment"
      values   = [var.environment]
    }
  }
}
