# The environment production. deploy/aws gives each layer what it declares of this.

environment = "production"
account_id  = "123456789012"
region      = "eu-west-1"
tags        = {}

# bootstrap
gitlab     = { project = "example/triad" }
budget_usd = 900

# bootstrap, data, edge, ecs
alarm_emails = ["operators@example.com"]

# network
vpc_cidr            = "10.30.0.0/16"
nat                 = "zone"
log_retention_days  = 365
interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "sts"]

# cluster
compute = "auto"

# edge
domain = "triad.example.com"
waf    = { enabled = true }

# data
uploads = {
  infrequent_after_days = 90
  keep_replaced_days    = 90
}

# ecs
sizes = { gateway = { cpu = 512, memory = 1024, min = 3, max = 12 }, transform = { cpu = 512, memory = 1024, min = 3, max = 12 } }
