# What every layer begins with: linked into each as common.tf.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Bucket, key, region and KMS key are given by deploy/aws.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  # Another account's credentials are refused before anything is read.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.tags
  }
}

variable "name" {
  description = "First part of every name."
  type        = string
  default     = "triad"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.name))
    error_message = "name is 2 to 16 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Which environment this is; the second part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "environment is 2 to 12 lower-case letters and digits, and begins with a letter."
  }
}

variable "account_id" {
  description = "The AWS account that the environment lives in. Best is one for each environment."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is the 12 digits of an AWS account."
  }
}

variable "region" {
  description = "The AWS region that the environment lives in."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is an AWS region, such as eu-west-1."
  }
}

variable "tags" {
  description = "Further tags of everything, such as a cost centre."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.tags), ["app", "environment", "layer", "managed-by"])) == 0
    error_message = "app, environment, layer and managed-by are tagged already."
  }
}

locals {
  prefix = "${var.name}-${var.environment}"
  tags = merge(var.tags, {
    app         = var.name
    environment = var.environment
    layer       = basename(abspath(path.root))
    managed-by  = "terraform"
  })
}
