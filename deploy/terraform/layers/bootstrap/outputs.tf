output "state_bucket" {
  description = "Bucket with the state of every layer."
  value       = module.state.id
}

output "registry" {
  description = "Host of the registry."
  value       = "${local.registry_owner}.dkr.ecr.${var.region}.${data.aws_partition.current.dns_suffix}"
}

output "repositories" {
  description = "Addresses of the images without a tag, by service."
  value       = { for i in var.images : i => "${local.registry_owner}.dkr.ecr.${var.region}.${data.aws_partition.current.dns_suffix}/${var.name}/${i}" }
}

output "repository_arns" {
  description = "ARNs of the repositories, by service."
  value       = { for i in var.images : i => "arn:${local.partition}:ecr:${var.region}:${local.registry_owner}:repository/${var.name}/${i}" }
}

output "ci_roles" {
  description = "ARNs of the pipeline's roles: plan, refresh, apply, images, site, reports."
  value       = { for n, r in module.ci : n => r.arn }
}

output "boundary" {
  description = "ARN of the boundary that every role carries."
  value       = aws_iam_policy.boundary.arn
}
