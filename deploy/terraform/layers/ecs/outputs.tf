output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "load_balancer" {
  description = "Host name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "images" {
  description = "What runs, by service."
  value       = { for s, t in local.tags_of_images : s => "${local.bootstrap.repositories[s]}:${t}" }
}

output "url" {
  description = "Where the page is."
  value       = "https://${local.edge.domain}/"
}
