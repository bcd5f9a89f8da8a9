# What pods run on: Auto Mode, where EKS chooses, makes and replaces nodes, or
# node groups of our own.

variable "compute" {
  description = "auto (EKS Auto Mode) or nodes (managed node groups)."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "nodes"], var.compute)
    error_message = "compute is auto or nodes."
  }
}

variable "node_group" {
  description = "Of compute = nodes: kinds of machines, how many of them, SPOT or ON_DEMAND, GiB of disk."
  type = object({
    instance_types = optional(list(string), ["m7i.large"])
    ami_type       = optional(string, "AL2023_x86_64_STANDARD")
    capacity_type  = optional(string, "ON_DEMAND")
    min            = optional(number, 3)
    max            = optional(number, 6)
    disk_gib       = optional(number, 50)
  })
  default = {}

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.node_group.capacity_type)
    error_message = "node_group.capacity_type is ON_DEMAND or SPOT."
  }
  validation {
    condition     = var.node_group.min >= 1 && var.node_group.min <= var.node_group.max
    error_message = "node_group.min is at least 1 and at most node_group.max."
  }
}

locals {
  auto = var.compute == "auto"
}

module "node_role" {
  source      = "../../modules/role"
  name        = "${local.prefix}-node"
  description = "EKS nodes"
  boundary    = local.bootstrap.boundary
  services    = ["ec2.amazonaws.com"]
  has_policy  = false
  managed_policies = local.auto ? ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy"] : [
    "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy", "AmazonEKSWorkerNodePolicy",
  ]
}

resource "aws_launch_template" "node" {
  count                  = local.auto ? 0 : 1
  name                   = "${local.prefix}-node"
  update_default_version = true

  # Pods do not reach the metadata, and with it the node's role.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = var.node_group.disk_gib
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])
    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = "${local.prefix}-node" })
    }
  }
}

# One group for each zone, so that a volume's zone always has a node.
resource "aws_eks_node_group" "this" {
  for_each        = local.auto ? {} : { for i, z in local.network.zones : z => local.network.subnet_ids.private[i] }
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "${local.prefix}-${each.key}"
  node_role_arn   = module.node_role.arn
  subnet_ids      = [each.value]
  instance_types  = var.node_group.instance_types
  ami_type        = var.node_group.ami_type
  capacity_type   = var.node_group.capacity_type

  launch_template {
    id      = aws_launch_template.node[0].id
    version = aws_launch_template.node[0].latest_version
  }
  scaling_config {
    desired_size = local.nodes_per_zone.min
    min_size     = local.nodes_per_zone.min
    max_size     = local.nodes_per_zone.max
  }
  update_config {
    max_unavailable = 1
  }

  # cluster-autoscaler (deploy/gitops) moves it.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
}

locals {
  nodes_per_zone = {
    min = ceil(var.node_group.min / length(local.network.zones))
    max = ceil(var.node_group.max / length(local.network.zones))
  }
}
