# A Fargate service: task, roles, log, security group, and a scaler where it keeps
# no data.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

locals {
  full      = "${var.prefix}-${var.name}"
  has_files = length(var.secret_files) > 0
  # Numbers for the variables that carry the secrets to the helper.
  file_names = sort(keys(var.secret_files))
  stateful   = var.volume != null
  tasks      = local.stateful ? 1 : var.size.min

  mounts = concat(
    local.has_files ? [{ sourceVolume = "secrets", containerPath = "/secrets", readOnly = true }] : [],
    local.stateful ? [{ sourceVolume = "data", containerPath = "/var/lib/triad", readOnly = false }] : [],
  )
  log = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = var.region
      awslogs-stream-prefix = var.name
      mode                  = "non-blocking"
      max-buffer-size       = "4m"
    }
  }

  server = {
    name                   = var.name
    image                  = var.image.name
    essential              = true
    readonlyRootFilesystem = true
    user                   = "65532:65532"
    stopTimeout            = 60
    linuxParameters        = { capabilities = { add = [], drop = ["ALL"] }, initProcessEnabled = true }
    portMappings           = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
    environment            = [for n in sort(keys(local.environment)) : { name = n, value = local.environment[n] }]
    mountPoints            = local.mounts
    logConfiguration       = local.log
    healthCheck = {
      command     = ["CMD", "/triad-probe", "http://127.0.0.1:${var.health.port}${var.health.path}"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    dependsOn = local.has_files ? [{ containerName = "secrets", condition = "SUCCESS" }] : []
  }

  # Writes each secret into a file that all of the task, and nobody else, reads.
  helper = {
    name                   = "secrets"
    image                  = var.helper_image
    essential              = false
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { add = [], drop = ["ALL"] }, initProcessEnabled = false }
    command                = ["sh", "-ec", join("; ", concat(["umask 222"], [for i, f in local.file_names : "printf %s \"$SECRET_${i}\" >/secrets/${f}"]))]
    secrets                = [for i, f in local.file_names : { name = "SECRET_${i}", valueFrom = "${var.secret_files[f].arn}:${var.secret_files[f].property}::" }]
    mountPoints            = [{ sourceVolume = "secrets", containerPath = "/secrets", readOnly = false }]
    logConfiguration       = local.log
  }

  environment = merge(var.health.port == var.port ? {} : {
    # Time to be taken out of DNS and of the load balancer.
    TRIAD_DRAIN_DELAY   = "10s"
    TRIAD_DRAIN_TIMEOUT = "30s"
  }, var.environment)
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/ecs/${var.prefix}/${var.name}"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.key_arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.full
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = module.start_role.arn
  task_role_arn            = module.task_role.arn
  container_definitions    = jsonencode(concat([local.server], local.has_files ? [local.helper] : []))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  dynamic "volume" {
    for_each = local.has_files ? ["secrets"] : []
    content {
      name = volume.value
    }
  }

  dynamic "volume" {
    for_each = local.stateful ? [var.volume] : []
    content {
      name = "data"
      efs_volume_configuration {
        file_system_id     = volume.value.file_system_id
        transit_encryption = "ENABLED"
        authorization_config {
          access_point_id = volume.value.access_point_id
          iam             = "ENABLED"
        }
      }
    }
  }
}

resource "aws_ecs_service" "this" {
  name            = local.full
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = local.tasks
  propagate_tags  = "SERVICE"

  # A second process on the same data is refused, so the first one goes before.
  deployment_minimum_healthy_percent = local.stateful ? 0 : 100
  deployment_maximum_percent         = local.stateful ? 100 : 200
  health_check_grace_period_seconds  = var.target_group_arn == null ? null : 60

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  capacity_provider_strategy {
    capacity_provider = var.spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = var.target_group_arn == null ? [] : [var.target_group_arn]
    content {
      target_group_arn = load_balancer.value
      container_name   = var.name
      container_port   = var.port
    }
  }

  dynamic "service_registries" {
    for_each = var.registry_arn == null ? [] : [var.registry_arn]
    content {
      registry_arn = service_registries.value
    }
  }

  # The scaler moves it.
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_security_group" "this" {
  name        = local.full
  description = "${var.name} of ${var.prefix}"
  vpc_id      = var.vpc_id
}

# The registry, logs and secrets; names of others are asked of the VPC's own
# resolver, which groups do not see.
resource "aws_vpc_security_group_egress_rule" "aws" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS to AWS"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}
