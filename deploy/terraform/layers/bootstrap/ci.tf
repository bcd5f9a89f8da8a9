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

  # What the jobs' tokens are for: `aud` of their id_tokens in deploy/ci.
  audience = "sts.amazonaws.com"

  any_branch = "project_path:${var.gitlab.project}:ref_type:branch:ref:*"
  the_branch = "project_path:${var.gitlab.project}:ref_type:branch:ref:${var.gitlab.branch}"
  versions   = "project_path:${var.gitlab.project}:ref_type:tag:ref:v*"

  # `also` are policies beside the role's own, as a role has room for one only.
  ci_roles = {
    plan    = { about = "compares with the state, from any branch", subjects = [local.any_branch], also = [], policy = data.aws_iam_policy_document.plan.json }
    refresh = { about = "compares with what is there, from the branch that deploys", subjects = [local.the_branch], also = ["read"], policy = data.aws_iam_policy_document.state.json }
    apply   = { about = "terraform apply and destroy, from the branch that deploys", subjects = [local.the_branch], also = ["numbered", "read"], policy = data.aws_iam_policy_document.apply.json }
    images  = { about = "pushes images, also of a version's tag", subjects = [local.the_branch, local.versions], also = [], policy = data.aws_iam_policy_document.images.json }
    site    = { about = "publishes static files", subjects = [local.the_branch], also = [], policy = data.aws_iam_policy_document.site.json }
    reports = { about = "keeps reports of the tests", subjects = [local.the_branch], also = [], policy = data.aws_iam_policy_document.reports.json }
  }
  ci_policies = {
    numbered = { about = "What apply makes that AWS numbers", policy = data.aws_iam_policy_document.apply_numbered.json }
    read     = { about = "What refresh and apply read", policy = data.aws_iam_policy_document.read.json }
  }
}

resource "aws_iam_policy" "ci" {
  for_each    = local.ci_policies
  name        = "${local.prefix}-ci-${each.key}"
  description = each.value.about
  policy      = each.value.policy
}

# Without thumbprints: AWS checks GitLab's certificate by its own authorities.
resource "aws_iam_openid_connect_provider" "gitlab" {
  count          = var.gitlab.create_provider ? 1 : 0
  url            = var.gitlab.url
  client_id_list = [local.audience]
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
      values   = [local.audience]
    }
    condition {
      test     = "StringLike"
      variable = "${local.gitlab_issuer}:sub"
      values   = each.value.subjects
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
  also        = { for n in each.value.also : n => aws_iam_policy.ci[n].arn }
  depends_on  = [aws_iam_openid_connect_provider.gitlab]
}
