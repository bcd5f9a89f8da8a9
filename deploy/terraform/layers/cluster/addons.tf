# What EKS installs and keeps up to date. Auto Mode has networking, DNS, disks
# and Pod Identity built in. Versions are those that EKS prefers for the cluster's
# version.

variable "container_insights" {
  description = "Metrics and logs of containers in CloudWatch, paid by volume."
  type        = bool
  default     = false
}

locals {
  addons = setunion(
    # snapshot-controller: the kinds of VolumeSnapshots, and who takes them.
    ["metrics-server", "snapshot-controller"],
    local.auto ? [] : ["aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"],
    var.container_insights ? ["amazon-cloudwatch-observability"] : [],
  )
  # What the pods need a network and an identity for comes before them.
  early_addons = setintersection(local.addons, ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"])
}

# The add-on would make them, without key or end.
resource "aws_cloudwatch_log_group" "insights" {
  for_each          = toset(var.container_insights ? ["application", "dataplane", "host", "performance"] : [])
  name              = "/aws/containerinsights/${local.prefix}/${each.value}"
  retention_in_days = local.network.log_retention_days
  kms_key_id        = local.network.log_key_arn
}

resource "aws_eks_addon" "early" {
  for_each                    = local.early_addons
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  # NetworkPolicies are enforced. Auto Mode is told by deploy/gitops/templates/network.yaml.
  configuration_values = each.value == "vpc-cni" ? jsonencode({ enableNetworkPolicy = "true" }) : null
}

resource "aws_eks_addon" "late" {
  for_each                    = setsubtract(local.addons, local.early_addons)
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  depends_on                  = [aws_cloudwatch_log_group.insights, aws_eks_node_group.this, aws_eks_pod_identity_association.this]
}
