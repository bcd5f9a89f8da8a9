# What the layer bootstrap left in its state: linked into layers that build on it.

data "terraform_remote_state" "bootstrap" {
  backend = "s3"
  config = {
    bucket = "${local.prefix}-state-${var.account_id}"
    key    = "bootstrap.tfstate"
    region = var.region
  }
}

locals {
  bootstrap = data.terraform_remote_state.bootstrap.outputs
}
