# People and pipelines that Kubernetes lets in, by their IAM roles.

variable "admins" {
  description = "Who may do what in the cluster: ARN of an IAM role, by a name; view, edit, admin or cluster-admin; in namespaces, or, with none named, everywhere."
  type = map(object({
    role_arn   = string
    level      = optional(string, "cluster-admin")
    namespaces = optional(list(string), [])
  }))
  default = {}

  validation {
    condition     = alltrue([for a in var.admins : contains(["view", "edit", "admin", "cluster-admin"], a.level)])
    error_message = "level is view, edit, admin or cluster-admin."
  }
  validation {
    condition     = alltrue([for a in var.admins : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", a.role_arn))])
    error_message = "role_arn is the ARN of an IAM role."
  }
  # The pipeline may change and pass on what is named so, which is no place for a
  # role without the boundary.
  validation {
    condition     = !anytrue([for a in var.admins : startswith(basename(a.role_arn), "${var.name}-${var.environment}-")])
    error_message = "role_arn is a role of people: names that begin with the environment's are for roles that Terraform makes."
  }
}

locals {
  # deploy/aws runs as this one in the pipeline.
  access = merge(var.admins, {
    pipeline = { role_arn = local.bootstrap.ci_roles.apply, level = "cluster-admin", namespaces = [] }
  })
  policy_of_level = {
    view          = "AmazonEKSViewPolicy"
    edit          = "AmazonEKSEditPolicy"
    admin         = "AmazonEKSAdminPolicy"
    cluster-admin = "AmazonEKSClusterAdminPolicy"
  }
}

resource "aws_eks_access_entry" "this" {
  for_each      = local.access
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value.role_arn
}

resource "aws_eks_access_policy_association" "this" {
  for_each      = local.access
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.this[each.key].principal_arn
  policy_arn    = "arn:${data.aws_partition.current.partition}:eks::aws:cluster-access-policy/${local.policy_of_level[each.value.level]}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = each.value.namespaces
  }
}
