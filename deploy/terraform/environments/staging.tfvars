# The environment staging. deploy/aws gives each layer what it declares of this.

environment = "staging"
account_id  = "123456789012"
region      = "eu-west-1"
tags        = {}

# bootstrap
gitlab     = { project = "example/triad" }
budget_usd = 500

# bootstrap, data, edge, ecs
alarm_emails = ["operators@example.com"]

# network
vpc_cidr           = "10.20.0.0/16"
nat                = "single"
log_retention_days = 90

# cluster
compute = "nodes"
node_group = {
  instance_types = ["m7i.large"]
  min            = 3
  max            = 6
}
api_allowed_cidrs = ["203.0.113.0/24"]

# edge
domain = "staging.triad.example.com"
