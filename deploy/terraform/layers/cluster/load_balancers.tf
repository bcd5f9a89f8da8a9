# What the AWS Load Balancer Controller may, which makes load balancers for
# Ingresses where the nodes are groups; Auto Mode brings its own. It changes what
# it has tagged with this cluster, and the cluster's own security group.

locals {
  elb     = "arn:${local.partition}:elasticloadbalancing:${var.region}:${var.account_id}"
  ec2     = "arn:${local.partition}:ec2:${var.region}:${var.account_id}"
  elb_tag = "elbv2.k8s.aws/cluster"
  # As the controller names them.
  made_balancers = [for kind in ["app", "net"] : "${local.elb}:loadbalancer/${kind}/k8s-*"]
  made_listeners = flatten([for kind in ["app", "net"] : [for part in ["listener", "listener-rule"] : "${local.elb}:${part}/${kind}/k8s-*"]])
  made_groups    = ["${local.elb}:targetgroup/k8s-*"]

  # Statements about what carries the controller's tag.
  on_tagged = {
    SecurityGroups = {
      actions = [
        "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:DeleteSecurityGroup", "ec2:DeleteTags", "ec2:RevokeSecurityGroupIngress",
      ]
      resources = ["${local.ec2}:security-group/*"]
    }
    Balancers = {
      actions = [
        "elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener", "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:Modify*", "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
      ]
      resources = concat(local.made_balancers, local.made_groups)
    }
  }
}

data "aws_iam_policy_document" "load_balancers" {
  statement {
    sid = "Describe"
    actions = [
      "acm:DescribeCertificate", "acm:ListCertificates",
      "ec2:Describe*", "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:Describe*",
      "shield:DescribeProtection", "shield:GetSubscriptionState",
      "waf-regional:GetWebACLForResource", "wafv2:GetWebACLForResource",
    ]
    resources = ["*"]
  }
  statement {
    sid       = "RoleOfLoadBalancing"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${var.account_id}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"]
  }

  statement {
    sid       = "MakeSecurityGroups"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = ["${local.ec2}:security-group/*", "${local.ec2}:vpc/${local.network.vpc_id}"]
  }
  statement {
    sid       = "TagThemWhenMade"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.ec2}:security-group/*"]
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateSecurityGroup"]
    }
  }
  # Lets load balancers reach the pods.
  statement {
    sid       = "OpenTheCluster"
    actions   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    resources = ["${local.ec2}:security-group/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/kubernetes.io/cluster/${local.prefix}"
      values   = ["owned"]
    }
  }

  statement {
    sid       = "MakeBalancers"
    actions   = ["elasticloadbalancing:AddTags", "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
    resources = concat(local.made_balancers, local.made_groups)
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.elb_tag}"
      values   = [local.prefix]
    }
  }
  statement {
    sid = "Listeners"
    actions = [
      "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:AddTags", "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:RemoveListenerCertificates", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:SetRulePriorities",
    ]
    resources = local.made_listeners
  }
  statement {
    sid       = "Targets"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = local.made_groups
  }

  dynamic "statement" {
    for_each = local.on_tagged
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources
      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.elb_tag}"
        values   = [local.prefix]
      }
    }
  }
}
