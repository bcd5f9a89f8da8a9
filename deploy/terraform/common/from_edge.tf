# What the layer edge left in its state: linked into layers that build on it.

data "terraform_remote_state" "edge" {
  backend = "s3"
  config = {
    bucket = "${local.prefix}-state-${var.account_id}"
    key    = "edge.tfstate"
    region = var.region
  }
}

locals {
  edge = data.terraform_remote_state.edge.outputs
}
