# Four tiers of subnets over the zones: public for NAT, front for the load balancer,
# private for what runs, database. Front and database have no way out.

variable "vpc_cidr" {
  description = "Addresses of the VPC: a private /16."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && endswith(var.vpc_cidr, "/16")
    error_message = "vpc_cidr is a /16, such as 10.10.0.0/16."
  }
}

variable "zone_count" {
  description = "How many availability zones are used."
  type        = number
  default     = 3

  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 3
    error_message = "Two zones at least, for load balancers and databases; three at most."
  }
}

data "aws_availability_zones" "available" {
  state = "available"
  # No local zones.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

locals {
  zones = slice(sort(data.aws_availability_zones.available.names), 0, var.zone_count)

  # By tier: bits beyond the VPC's prefix and the first number, so that none
  # overlap: private /19 from 0, public /22 from 32, front /22 from 36, database /24
  # from 160. Front is the load balancer's alone, so that its addresses tell it from
  # the pods.
  tiers = {
    private  = { bits = 3, first = 0, tags = {} }
    public   = { bits = 6, first = 32, tags = {} }
    front    = { bits = 6, first = 36, tags = { "kubernetes.io/role/internal-elb" = "1" } }
    database = { bits = 8, first = 160, tags = {} }
  }
  subnets = merge([for tier, t in local.tiers : {
    for i, zone in local.zones : "${tier}-${zone}" => {
      tier = tier, zone = zone, cidr = cidrsubnet(var.vpc_cidr, t.bits, t.first + i), tags = t.tags
    }
  }]...)
}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = local.prefix }
}

# The default group lets nobody in or out, so that nothing uses it unnoticed.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id
}

# NAT gateways bring addresses of their own; nothing else is given a public one.
resource "aws_subnet" "this" {
  for_each                = local.subnets
  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.value.zone
  cidr_block              = each.value.cidr
  map_public_ip_on_launch = false
  tags                    = merge(each.value.tags, { Name = "${local.prefix}-${each.key}", tier = each.value.tier })
}
