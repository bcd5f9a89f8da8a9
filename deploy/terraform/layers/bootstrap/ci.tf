# GitLab's jobs become roles of this account by their OIDC tokens: there is no
# key to leak. One role for each thing that a pipeline does.

variable "gitlab" {
  description = "Where the pipeline runs: GitLab's address, the project's path, and the branch that deploys. create_provider is off if another environment has made the account's OIDC provider."
  type = object({
    project         = string
    url             = optional(string, "https://gitlab.com")
    branch          = optional(string, "main")
    create_provider = optional(bool, true)
  })

  validation {
    condition     = can(regex("^https://[^/]+$", var.gitlab.url)) && can(regex("^[^/*]+(/[^/*]+)+$", var.gitlab.project))
    error_message = "gitlab.url is https://HOST, and gitlab.project is GROUP/PROJECT."
  }
  validation {
    condition     = !can(regex("[*?]", var.gitlab.branch))
    error_message = "gitlab.branch is one branch, without wildcards."
  }
}

data "aws_partition" "current" {}

locals {
  partition     = data.aws_partition.current.partition
  gitlab_issuer = trimprefix(var.gitlab.url, "https://")
  provider_arn  = "arn:${local.partition}:iam::${var.account_id}:oidc-provider/${local.gitlab_issuer}"

  any_branch = "project_path:${var.gitlab.project}:ref_type:branch:ref:*"
  the_branch = "project_path:${var.gitlab.project}:ref_type:branch:ref:${var.gitlab.branch}"

  ci_roles = {
    plan   = { about = "terraform plan, from any branch", subject = local.any_branch, policy = data.aws_iam_policy_document.plan.json }
    apply  = { about = "terraform apply and destroy, from the branch that deploys", subject = local.the_branch, policy = data.aws_iam_policy_document.apply.json }
    images = { about = "pushes images", subject = local.the_branch, policy = data.aws_iam_policy_document.images.json }
    site   = { about = "publishes static files", subject = local.the_branch, policy = data.aws_iam_policy_document.site.json }
  }
}

# Without thumbprints: AWS checks GitLab's certificate by its own authorities.
resource "aws_iam_openid_connect_provider" "gitlab" {
  count          = var.gitlab.create_provider ? 1 : 0
  url            = var.gitlab.url
  client_id_list = [var.gitlab.url]
}

data "aws_iam_policy_document" "ci_trust" {
  for_each = local.ci_roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.gitlab_issuer}:aud"
      values   = [var.gitlab.url]
    }
    condition {
      test     = "StringLike"
      variable = "${local.gitlab_issuer}:sub"
      values   = [each.value.subject]
    }
  }
}

module "ci" {
  source      = "../../modules/role"
  for_each    = local.ci_roles
  name        = "${local.prefix}-ci-${each.key}"
  description = "GitLab: ${each.value.about}"
  boundary    = aws_iam_policy.boundary.arn
  trust       = data.aws_iam_policy_document.ci_trust[each.key].json
  policy      = each.value.policy
  depends_on  = [aws_iam_openid_connect_provider.gitlab]
}
