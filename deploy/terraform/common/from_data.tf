# What the layer data left in its state: linked into layers that build on it.

data "terraform_remote_state" "data" {
  backend = "s3"
  config = {
    bucket = "${local.prefix}-state-${var.account_id}"
    key    = "data.tfstate"
    region = var.region
  }
}

locals {
  data = data.terraform_remote_state.data.outputs
}
