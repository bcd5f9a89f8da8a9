# What runs: the images that Kubernetes runs too, as Fargate services.

variable "image_tag" {
  description = "Tag of the images that deploy/environments/ENV/images.yaml does not tag."
  type        = string
  default     = null

  validation {
    condition     = var.image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image_tag))
    error_message = "image_tag is the tag of an image."
  }
}

variable "sizes" {
  description = "By service: CPU units and MiB as Fargate has them, and tasks at least and at most; memory by default as docs/operations.md asks for. config and storage have one task: SQLite has one process."
  type = map(object({
    cpu    = optional(number, 256)
    memory = optional(number)
    min    = optional(number, 2)
    max    = optional(number, 6)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.sizes), keys(local.suite))) == 0
    error_message = "sizes are of ${join(", ", keys(local.suite))}."
  }
  validation {
    condition     = alltrue([for s in var.sizes : s.min >= 1 && s.min <= s.max])
    error_message = "min is at least 1 and at most max."
  }
}

variable "spot" {
  description = "Runs what has no data on Fargate Spot, which is cheaper and may be taken away with two minutes' notice."
  type        = bool
  default     = false
}

variable "helper_image" {
  description = "A small image with a shell, which puts secrets into files before a service starts: ECS knows them as variables only."
  type        = string
  default     = "public.ecr.aws/docker/library/busybox:1.37.0"

  validation {
    condition     = can(regex("[:@][^/]+$", var.helper_image))
    error_message = "helper_image names a tag or a digest."
  }
}

locals {
  chosen         = yamldecode(file("${path.module}/../../../environments/${var.environment}/images.yaml")).services
  tags_of_images = { for s in keys(local.services) : s => try(local.chosen[s].image.tag, var.image_tag) }

  inside = "${local.prefix}.internal"

  # The list of the suite: ports, gRPC services, and what keeps data.
  suite = { for s in jsondecode(file("${path.module}/../../../../suite.json")) : s.name => s }
  # What docs/operations.md, Memory, asks for: storage's bytes are on their way to S3, and
  # config has its entries in memory.
  memory = { for s in keys(local.suite) : s => contains(["config", "storage"], s) ? 1024 : 512 }
  sizes = { for s in keys(local.suite) : s => merge(
    { cpu = 256, memory = local.memory[s], min = 2, max = 6 },
    { for k, v in try(var.sizes[s], {}) : k => v if v != null },
  ) }
  # What the gateway sends to.
  grpc = { for s, v in local.suite : s => { name = v.service, port = v.port } if can(v.service) }
  # health: what /triad-probe asks for in the container.
  services = { for s, v in local.parts : s => merge(v, {
    port        = local.suite[s].port
    keeps       = local.suite[s].data && try(v.environment.TRIAD_DATABASE, "") != "none"
    environment = merge(v.environment, can(local.suite[s].admin_port) ? local.telemetry : {})
    files = merge(
      { for f, one in v.files : f => { arn = local.data.secret_arns[one.secret], property = one.property } },
      can(local.suite[s].admin_port) ? local.telemetry_files : {},
    )
    health = can(local.suite[s].admin_port) ? { port = local.suite[s].admin_port, path = "/readyz" } : { port = local.suite[s].port, path = "/healthz" }
  }) }

  # What the list does not say. paths: what the load balancer sends there. files: by
  # path, a secret and its property. from: who may call.
  parts = {
    gateway = {
      from  = ["load_balancer"]
      paths = ["/api/*", "/config", "/docs", "/docs/*", "/openapi.json"]
      files = {}
      environment = {
        TRIAD_UPSTREAM      = join(",", [for s, g in local.grpc : "${g.name}=${s}.${local.inside}:${g.port}"])
        TRIAD_ALLOWED_HOSTS = "${local.edge.domain},${local.edge.origin}"
        # CloudFront reaches the load balancer, and that the gateway, from inside the VPC.
        TRIAD_TRUSTED_PROXIES = local.network.vpc_cidr
      }
    }
    frontend = {
      from        = ["load_balancer"]
      paths       = ["/*"]
      files       = {}
      environment = {}
    }
    config = {
      from  = ["gateway"]
      paths = []
      files = {
        key         = { secret = "config-key", property = "secret.key" }
        token       = { secret = "auth-token", property = "token" }
        secret_key  = { secret = "settings", property = "SECRET_KEY" }
        db_password = { secret = "settings", property = "DB_PASSWORD" }
      }
      environment = {
        TRIAD_SECRET_KEY_FILE = "/secrets/key"
        TRIAD_AUTH_TOKEN_FILE = "/secrets/token"
        SECRET_KEY_FILE       = "/secrets/secret_key"
        DB_PASSWORD_FILE      = "/secrets/db_password"
        API_BASE_URL          = "https://${local.edge.domain}"
        LOG_LEVEL             = "info"
        MAX_CONNECTIONS       = "100"
      }
    }
    transform = {
      from  = ["gateway"]
      paths = []
      files = { token = { secret = "auth-token", property = "token" } }
      environment = {
        TRIAD_AUTH_TOKEN_FILE = "/secrets/token"
        # No recipes are kept: SQLite would make it one task.
        TRIAD_DATABASE = "none"
      }
    }
    storage = {
      from  = ["gateway"]
      paths = []
      files = { token = { secret = "auth-token", property = "token" } }
      environment = {
        TRIAD_AUTH_TOKEN_FILE = "/secrets/token"
        TRIAD_BLOBS           = "s3://${local.data.uploads_bucket}/${local.objects_prefix}"
      }
    }
  }
  # storage's objects are in the bucket of the layer data, whatever runs it.
  objects_prefix = "objects"
}

module "service" {
  source   = "../../modules/service"
  for_each = local.services

  prefix      = local.prefix
  name        = each.key
  region      = var.region
  boundary    = local.bootstrap.boundary
  cluster_arn = aws_ecs_cluster.this.arn
  vpc_id      = local.network.vpc_id
  subnet_ids  = local.network.subnet_ids.private
  log         = { key_arn = local.network.log_key_arn, retention_days = local.network.log_retention_days }

  image = {
    name           = "${local.bootstrap.repositories[each.key]}:${coalesce(local.tags_of_images[each.key], "none")}"
    repository_arn = local.bootstrap.repository_arns[each.key]
  }
  size        = local.sizes[each.key]
  spot        = var.spot && !each.value.keeps
  port        = each.value.port
  health      = each.value.health
  environment = each.value.environment

  secret_files = each.value.files
  secrets_key  = local.data.key_arn
  helper_image = var.helper_image

  volume = !each.value.keeps ? null : {
    file_system_id   = aws_efs_file_system.this.id
    file_system_arn  = aws_efs_file_system.this.arn
    access_point_id  = aws_efs_access_point.this[each.key].id
    access_point_arn = aws_efs_access_point.this[each.key].arn
  }
  objects          = each.key != "storage" ? null : { bucket_arn = local.data.uploads_bucket_arn, prefix = local.objects_prefix, key_arn = local.data.key_arn }
  target_group_arn = length(each.value.paths) > 0 ? aws_lb_target_group.this[each.key].arn : null
  registry_arn     = contains(keys(local.grpc), each.key) ? aws_service_discovery_service.this[each.key].arn : null
  depends_on       = [aws_lb_listener.https, aws_lb_listener_rule.this, aws_efs_mount_target.this]
}

# Who may call whom; a service's own group lets nobody in by itself.
locals {
  groups = merge({ load_balancer = aws_security_group.load_balancer.id }, { for s, m in module.service : s => m.security_group_id })
  # The load balancer also asks for health.
  calls = merge([for s, v in local.services : merge([for from in v.from : {
    for port in(from == "load_balancer" ? distinct([v.port, v.health.port]) : [v.port]) :
    "${from}-${s}-${port}" => { from = from, to = s, port = port }
  }]...)]...)
}

resource "aws_vpc_security_group_ingress_rule" "call" {
  for_each                     = local.calls
  security_group_id            = local.groups[each.value.to]
  description                  = "From ${each.value.from}"
  referenced_security_group_id = local.groups[each.value.from]
  from_port                    = each.value.port
  to_port                      = each.value.port
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "call" {
  for_each                     = local.calls
  security_group_id            = local.groups[each.value.from]
  description                  = "To ${each.value.to}"
  referenced_security_group_id = local.groups[each.value.to]
  from_port                    = each.value.port
  to_port                      = each.value.port
  ip_protocol                  = "tcp"
}
