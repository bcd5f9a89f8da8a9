variable "kubernetes_version" {
  description = "Version of Kubernetes, such as 1.34. Raise it by one minor version at a time."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "kubernetes_version is 1.NN."
  }
}

variable "api_allowed_cidrs" {
  description = "Public addresses that reach the API server. Empty: it has a private address alone."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for c in var.api_allowed_cidrs : can(cidrnetmask(c)) && c != "0.0.0.0/0"])
    error_message = "api_allowed_cidrs are IPv4 ranges, such as 203.0.113.0/24, and not the whole internet."
  }
}

variable "control_plane_logs" {
  description = "What the control plane logs into CloudWatch."
  type        = set(string)
  default     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  validation {
    condition     = length(setsubtract(var.control_plane_logs, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "control_plane_logs are of api, audit, authenticator, controllerManager, scheduler."
  }
}

module "secrets_key" {
  source      = "../../modules/key"
  alias       = "${local.prefix}-cluster"
  description = "Kubernetes Secrets of ${local.prefix}"
}

module "cluster_role" {
  source      = "../../modules/role"
  name        = "${local.prefix}-cluster"
  description = "EKS control plane"
  boundary    = local.bootstrap.boundary
  services    = ["eks.amazonaws.com"]
  tag_session = true
  has_policy  = false
  managed_policies = concat(["AmazonEKSClusterPolicy"], local.auto ? [
    "AmazonEKSBlockStoragePolicy", "AmazonEKSComputePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy",
  ] : [])
}

resource "aws_cloudwatch_log_group" "cluster" {
  # EKS would make it, without key or end.
  name              = "/aws/eks/${local.prefix}/cluster"
  retention_in_days = local.network.log_retention_days
  kms_key_id        = local.network.log_key_arn
}

resource "aws_eks_cluster" "this" {
  name                          = local.prefix
  role_arn                      = module.cluster_role.arn
  version                       = var.kubernetes_version
  enabled_cluster_log_types     = var.control_plane_logs
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode = "API"
    # Who is let in stands in `admins`, and nowhere else.
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = local.network.subnet_ids.private
    endpoint_private_access = true
    endpoint_public_access  = length(var.api_allowed_cidrs) > 0
    public_access_cidrs     = length(var.api_allowed_cidrs) > 0 ? var.api_allowed_cidrs : null
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = module.secrets_key.arn
    }
  }

  upgrade_policy {
    support_type = "STANDARD"
  }

  dynamic "compute_config" {
    for_each = local.auto ? [true] : []
    content {
      enabled       = true
      node_pools    = ["general-purpose", "system"]
      node_role_arn = module.node_role.arn
    }
  }
  dynamic "kubernetes_network_config" {
    for_each = local.auto ? [true] : []
    content {
      elastic_load_balancing {
        enabled = true
      }
    }
  }
  dynamic "storage_config" {
    for_each = local.auto ? [true] : []
    content {
      block_storage {
        enabled = true
      }
    }
  }

  depends_on = [aws_cloudwatch_log_group.cluster]
}
