# The environment dev. deploy/aws gives each layer what it declares of this.

environment = "dev"
account_id  = "123456789012"
region      = "eu-west-1"
tags        = {}

# bootstrap
gitlab            = { project = "example/triad" }
budget_usd        = 300
reports_kept_days = 90

# bootstrap, data, edge, ecs
alarm_emails = ["operators@example.com"]

# network
vpc_cidr           = "10.10.0.0/16"
nat                = "single"
log_retention_days = 30

# cluster
compute = "nodes"
node_group = {
  instance_types = ["m7i.large", "m6i.large", "m6a.large"]
  capacity_type  = "SPOT"
  min            = 3
  max            = 6
}
api_allowed_cidrs = ["203.0.113.0/24"]

# edge
domain = "dev.triad.example.com"

# ecs
spot  = true
sizes = { gateway = { min = 1, max = 2 }, frontend = { min = 1, max = 2 }, transform = { min = 1, max = 2 } }
