# No role of the suite may do more than this, whatever its policies say: nothing
# that makes or changes identities, but roles that carry this boundary, and nothing
# beyond this account. It grants nothing. The pipeline may only make roles that
# carry it.

locals {
  # By their names, as the boundary itself says who may not change it.
  boundary_arn = "arn:${local.partition}:iam::${var.account_id}:policy/${local.prefix}-boundary"
  ci_roles_arn = "arn:${local.partition}:iam::${var.account_id}:role/${local.prefix}-ci-*"

  iam_of_roles = [
    "iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:ListRoleTags",
    "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
  ]
  # What a role may do changes by these alone, so they want the boundary: on the role,
  # or, of a new role and of a new boundary, in the request.
  iam_with_boundary = [
    "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
  ]
  iam_of_profiles = [
    "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:CreateServiceLinkedRole", "iam:DeleteInstanceProfile",
    "iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile",
  ]
}

# What whoever makes the environment's roles may do with them. IAM cannot ask for
# the boundary of a role that is passed, so its name decides: a role that is named
# like the environment's is one that the pipeline may pass on.
data "aws_iam_policy_document" "own_roles" {
  statement {
    sid       = "OwnRoles"
    actions   = concat(local.iam_of_roles, ["iam:PassRole"])
    resources = local.own_roles
  }
  statement {
    sid       = "RolesWithTheBoundary"
    actions   = local.iam_with_boundary
    resources = local.own_roles
    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary_arn]
    }
  }
  # What EKS does for Auto Mode's nodes and Terraform for services.
  statement {
    sid       = "ProfilesAndServices"
    actions   = local.iam_of_profiles
    resources = concat(local.own_profiles, ["arn:${local.partition}:iam::${var.account_id}:role/aws-service-role/*"])
  }
}

data "aws_iam_policy_document" "boundary" {
  source_policy_documents = [data.aws_iam_policy_document.own_roles.json]

  statement {
    sid = "AnythingButIdentities"
    not_actions = [
      "account:*", "iam:*", "identitystore:*", "organizations:*", "rolesanywhere:*", "sso-directory:*", "sso:*", "sts:*",
    ]
    resources = ["*"]
  }
  statement {
    sid       = "LookingOn"
    actions   = ["iam:GetOpenIDConnectProvider", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "sts:GetCallerIdentity"]
    resources = ["*"]
  }

  # Nor may anybody who is bound by it loosen it.
  statement {
    sid       = "TheBoundaryStays"
    effect    = "Deny"
    actions   = ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"]
    resources = [local.boundary_arn]
  }
  statement {
    sid       = "OnEveryRole"
    effect    = "Deny"
    actions   = ["iam:DeleteRolePermissionsBoundary"]
    resources = ["*"]
  }
  # A person makes the pipeline's own roles, and says who may be them.
  statement {
    sid    = "NotThePipelineItself"
    effect = "Deny"
    actions = [
      "iam:AttachRolePolicy", "iam:CreateRole", "iam:Delete*", "iam:Detach*", "iam:PassRole", "iam:Put*", "iam:Update*",
    ]
    resources = [local.ci_roles_arn]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.prefix}-boundary"
  description = "What no role of ${local.prefix} may go beyond"
  policy      = data.aws_iam_policy_document.boundary.json
}
