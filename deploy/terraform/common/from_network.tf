# What the layer network left in its state: linked into layers that build on it.

data "terraform_remote_state" "network" {
  backend = "s3"
  config = {
    bucket = "${local.prefix}-state-${var.account_id}"
    key    = "network.tfstate"
    region = var.region
  }
}

locals {
  network = data.terraform_remote_state.network.outputs
}
