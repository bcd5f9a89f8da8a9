# No role of the suite may do more than this, whatever its policies say: nothing
# that makes or changes identities, and nothing beyond this account. It grants
# nothing. The pipeline may only make roles that carry it.

data "aws_iam_policy_document" "boundary" {
  statement {
    sid         = "AnythingButIdentities"
    not_actions = ["account:*", "iam:*", "organizations:*", "sts:*"]
    resources   = ["*"]
  }
  statement {
    sid       = "OwnRoles"
    actions   = concat(local.iam_of_roles, ["iam:PassRole"])
    resources = local.own_roles
  }
  # What EKS does for Auto Mode's nodes and Terraform for services.
  statement {
    sid       = "ProfilesAndServices"
    actions   = local.iam_of_profiles
    resources = concat(local.own_profiles, ["arn:${local.partition}:iam::${var.account_id}:role/aws-service-role/*"])
  }
  statement {
    sid       = "LookingOn"
    actions   = ["iam:GetOpenIDConnectProvider", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "sts:GetCallerIdentity"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.prefix}-boundary"
  description = "What no role of ${local.prefix} may go beyond"
  policy      = data.aws_iam_policy_document.boundary.json
}
