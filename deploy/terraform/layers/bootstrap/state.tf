# Where the state of every layer is kept, this one's included: deploy/aws begins
# with a file and moves it here.

module "state_key" {
  source      = "../../modules/key"
  alias       = "${local.prefix}-state"
  description = "Terraform's state of ${local.prefix}"
}

module "state" {
  source             = "../../modules/bucket"
  name               = "${local.prefix}-state-${var.account_id}"
  kms_key_arn        = module.state_key.arn
  keep_replaced_days = 90
  force_destroy      = var.allow_destroy
}
