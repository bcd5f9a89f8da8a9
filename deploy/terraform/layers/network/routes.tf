variable "nat" {
  description = "NAT gateways: one for each zone, or a single one, which is cheaper and leaves with its zone."
  type        = string

  validation {
    condition     = contains(["zone", "single"], var.nat)
    error_message = "nat is zone or single."
  }
}

locals {
  nat_zones = var.nat == "zone" ? local.zones : slice(local.zones, 0, 1)
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = local.prefix }
}

resource "aws_eip" "nat" {
  for_each   = toset(local.nat_zones)
  domain     = "vpc"
  tags       = { Name = "${local.prefix}-nat-${each.key}" }
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each      = aws_eip.nat
  allocation_id = each.value.id
  subnet_id     = aws_subnet.this["public-${each.key}"].id
  tags          = { Name = "${local.prefix}-${each.key}" }
}

# A table for the public subnets, one for each private one, and two that lead nowhere,
# for the load balancer and the databases.
resource "aws_route_table" "this" {
  for_each = toset(concat(["public", "front", "database"], [for z in local.zones : "private-${z}"]))
  vpc_id   = aws_vpc.this.id
  tags     = { Name = "${local.prefix}-${each.key}" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.this["public"].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route" "nat" {
  for_each               = toset(local.zones)
  route_table_id         = aws_route_table.this["private-${each.key}"].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.nat == "zone" ? each.key : local.nat_zones[0]].id
}

resource "aws_route_table_association" "this" {
  for_each       = local.subnets
  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.value.tier == "private" ? each.key : each.value.tier].id
}
