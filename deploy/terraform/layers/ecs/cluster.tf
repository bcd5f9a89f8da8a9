variable "container_insights" {
  description = "Metrics of tasks in CloudWatch, paid by volume."
  type        = bool
  default     = false
}

# ECS would make it, without key or end.
resource "aws_cloudwatch_log_group" "insights" {
  count             = var.container_insights ? 1 : 0
  name              = "/aws/ecs/containerinsights/${local.prefix}/performance"
  retention_in_days = local.network.log_retention_days
  kms_key_id        = local.network.log_key_arn
}

resource "aws_ecs_cluster" "this" {
  name = local.prefix

  setting {
    name  = "containerInsights"
    value = var.container_insights ? "enabled" : "disabled"
  }

  depends_on = [aws_cloudwatch_log_group.insights]

  lifecycle {
    precondition {
      condition     = alltrue([for t in values(local.tags_of_images) : t != null])
      error_message = "Say which images: deploy/ci/bump-tags writes them into deploy/environments, or give image_tag (TF_VAR_image_tag)."
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

# gRPC services by name: every task has its address in DNS, and the gateway
# spreads its calls over them.
resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = local.inside
  description = "Services of ${local.prefix}"
  vpc         = local.network.vpc_id
}

resource "aws_service_discovery_service" "this" {
  for_each      = local.grpc
  name          = each.key
  description   = each.value.name
  force_destroy = true

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = 5
    }
  }
}
