# Who spoke to whom, for the day after.

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365, 731], var.log_retention_days)
    error_message = "log_retention_days is 7, 14, 30, 60, 90, 180, 365 or 731."
  }
}

data "aws_partition" "current" {}

module "log_key" {
  source      = "../../modules/key"
  alias       = "${local.prefix}-logs"
  description = "Logs of ${local.prefix}"
  services = {
    "logs.${var.region}.amazonaws.com" = {
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${data.aws_partition.current.partition}:logs:${var.region}:${var.account_id}:log-group:*"]
    }
  }
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/aws/vpc/${local.prefix}/flow"
  retention_in_days = var.log_retention_days
  kms_key_id        = module.log_key.arn
}

data "aws_iam_policy_document" "flow" {
  statement {
    sid       = "Write"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [aws_cloudwatch_log_group.flow.arn, "${aws_cloudwatch_log_group.flow.arn}:*"]
  }
}

module "flow_role" {
  source      = "../../modules/role"
  name        = "${local.prefix}-flow-log"
  description = "VPC flow logs, into their log group"
  boundary    = local.bootstrap.boundary
  services    = ["vpc-flow-logs.amazonaws.com"]
  policy      = data.aws_iam_policy_document.flow.json
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  iam_role_arn    = module.flow_role.arn
  log_destination = aws_cloudwatch_log_group.flow.arn
  tags            = { Name = local.prefix }
}
