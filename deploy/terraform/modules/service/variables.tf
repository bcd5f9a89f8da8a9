variable "prefix" {
  description = "First part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]+$", var.prefix))
    error_message = "prefix is lower-case letters, digits and hyphens."
  }
}

variable "name" {
  description = "Name of the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]+$", var.name))
    error_message = "name is lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "The AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is an AWS region, such as eu-west-1."
  }
}

variable "boundary" {
  description = "ARN of the permissions boundary of its roles."
  type        = string

  validation {
    condition     = startswith(var.boundary, "arn:")
    error_message = "boundary is an ARN."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string

  validation {
    condition     = startswith(var.cluster_arn, "arn:")
    error_message = "cluster_arn is an ARN."
  }
}

variable "vpc_id" {
  description = "The VPC."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id begins with vpc-."
  }
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "At least one subnet."
  }
}

variable "log" {
  description = "KMS key of the log, and how long it is kept."
  type        = object({ key_arn = string, retention_days = number })

  validation {
    condition     = var.log.retention_days >= 1
    error_message = "At least a day."
  }
}

variable "image" {
  description = "The image with its tag, and the ARN of its repository."
  type        = object({ name = string, repository_arn = string })

  validation {
    condition     = can(regex(":[^:/]+$", var.image.name))
    error_message = "image.name has a tag."
  }
}

variable "size" {
  description = "CPU units and MiB of a task; tasks at least and at most."
  type        = object({ cpu = number, memory = number, min = number, max = number })

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.size.cpu) && var.size.memory >= var.size.cpu * 2 && var.size.memory <= var.size.cpu * 8
    error_message = "Fargate has 256, 512, 1024, ... CPU units, with two to eight times as many MiB."
  }
}

variable "spot" {
  description = "Runs on Fargate Spot."
  type        = bool
}

variable "port" {
  description = "Port that it serves on."
  type        = number

  validation {
    condition     = var.port > 0 && var.port < 65536
    error_message = "port is 1 to 65535."
  }
}

variable "health" {
  description = "Port and path that tell its health."
  type        = object({ port = number, path = string })

  validation {
    condition     = startswith(var.health.path, "/")
    error_message = "health.path begins with a slash."
  }
}

variable "environment" {
  description = "Variables; nothing secret."
  type        = map(string)

  validation {
    condition     = alltrue([for n in keys(var.environment) : can(regex("^[A-Z_]+$", n))])
    error_message = "Variables are named in upper case."
  }
}

variable "secret_files" {
  description = "Files in /secrets: by name, the secret's ARN and the property of it."
  type        = map(object({ arn = string, property = string }))

  validation {
    condition     = alltrue([for n in keys(var.secret_files) : can(regex("^[a-z_]+$", n))])
    error_message = "Files are named in lower-case letters and underscores."
  }
}

variable "secrets_key" {
  description = "ARN of the secrets' KMS key."
  type        = string

  validation {
    condition     = startswith(var.secrets_key, "arn:")
    error_message = "secrets_key is an ARN."
  }
}

variable "helper_image" {
  description = "An image with a shell, which writes those files."
  type        = string

  validation {
    condition     = length(var.helper_image) > 0
    error_message = "helper_image names an image."
  }
}

variable "volume" {
  description = "The EFS directory that it keeps its data in, or null. With one, there is one task."
  type        = object({ file_system_id = string, file_system_arn = string, access_point_id = string, access_point_arn = string })

  validation {
    condition     = var.volume == null || can(var.volume.access_point_id)
    error_message = "volume is null or an access point."
  }
}

variable "objects" {
  description = "Where it keeps objects in S3, or null: ARN of the bucket, prefix of the keys without slashes, ARN of the KMS key."
  type        = object({ bucket_arn = string, prefix = string, key_arn = string })

  validation {
    condition     = var.objects == null || can(regex("^[a-z0-9-]+$", var.objects.prefix))
    error_message = "objects.prefix is lower-case letters, digits and hyphens."
  }
}

variable "target_group_arn" {
  description = "Target group of the load balancer, or null."
  type        = string

  validation {
    condition     = var.target_group_arn == null || can(regex("^arn:", var.target_group_arn))
    error_message = "target_group_arn is an ARN."
  }
}

variable "registry_arn" {
  description = "Entry in service discovery, or null."
  type        = string

  validation {
    condition     = var.registry_arn == null || can(regex("^arn:", var.registry_arn))
    error_message = "registry_arn is an ARN."
  }
}
