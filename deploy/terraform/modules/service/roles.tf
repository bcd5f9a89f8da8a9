# Two roles: what starts the task may fetch its image, secrets and log; what runs
# in it may reach its own files and objects, or nothing.

data "aws_iam_policy_document" "start" {
  statement {
    sid       = "SignIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    sid       = "Pull"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.image.repository_arn]
  }
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = local.has_files ? [true] : []
    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = distinct([for f in var.secret_files : f.arn])
    }
  }
  dynamic "statement" {
    for_each = local.has_files ? [true] : []
    content {
      sid       = "UseTheirKey"
      actions   = ["kms:Decrypt"]
      resources = [var.secrets_key]
    }
  }
}

module "start_role" {
  source      = "../role"
  name        = "${local.full}-start"
  description = "ECS: starts ${var.name}"
  boundary    = var.boundary
  services    = ["ecs-tasks.amazonaws.com"]
  policy      = data.aws_iam_policy_document.start.json
}

data "aws_iam_policy_document" "task" {
  count = local.stateful ? 1 : 0
  statement {
    sid       = "OwnFiles"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [var.volume.file_system_arn]
    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [var.volume.access_point_arn]
    }
  }

  dynamic "statement" {
    for_each = var.objects == null ? [] : [var.objects]
    content {
      sid       = "ListObjects"
      actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
      resources = [statement.value.bucket_arn]
    }
  }
  dynamic "statement" {
    for_each = var.objects == null ? [] : [var.objects]
    content {
      sid       = "OwnObjects"
      actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      resources = ["${statement.value.bucket_arn}/${statement.value.prefix}/*"]
    }
  }
  dynamic "statement" {
    for_each = var.objects == null ? [] : [var.objects]
    content {
      sid       = "UseTheirKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value.key_arn]
    }
  }
}

module "task_role" {
  source      = "../role"
  name        = "${local.full}-task"
  description = "ECS: what ${var.name} may do"
  boundary    = var.boundary
  services    = ["ecs-tasks.amazonaws.com"]
  policy      = one(data.aws_iam_policy_document.task[*].json)
  has_policy  = local.stateful
}
