output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "public_cidrs" {
  description = "Addresses of the public subnets, where load balancers are."
  value       = [for s in local.subnets : s.cidr if s.tier == "public"]
}

output "zones" {
  description = "Availability zones in use."
  value       = local.zones
}

output "subnet_ids" {
  description = "Subnets by tier: public, private, database."
  value       = { for tier in keys(local.tiers) : tier => [for z in local.zones : aws_subnet.this["${tier}-${z}"].id] }
}

output "log_key_arn" {
  description = "KMS key of logs."
  value       = module.log_key.arn
}

output "log_retention_days" {
  description = "How long logs are kept."
  value       = var.log_retention_days
}
