output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "front_cidrs" {
  description = "Addresses of the subnets that the load balancer is in."
  value       = [for s in local.subnets : s.cidr if s.tier == "front"]
}

output "cloudfront_prefix_list" {
  description = "Addresses that CloudFront asks from, which AWS keeps: all that the load balancer lets in. The list counts as 55 of the 60 rules of a security group."
  value       = data.aws_ec2_managed_prefix_list.cloudfront.id
}

output "zones" {
  description = "Availability zones in use."
  value       = local.zones
}

output "subnet_ids" {
  description = "Subnets by tier: public, front, private, database."
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
