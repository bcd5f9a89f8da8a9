# PostgreSQL's room to work in, if there is one.

locals {
  on_database = { DBInstanceIdentifier = local.prefix }
  alarms_of_database = {
    busy = {
      description = "PostgreSQL has used its processor up for a quarter of an hour"
      namespace   = "AWS/RDS", metric = "CPUUtilization", dimensions = local.on_database
      bound       = 90, breaching = true
    }
    disk = {
      description = "PostgreSQL has less than 2 GiB of disk, and RDS has not grown it: postgresql.max_gib"
      namespace   = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.on_database
      statistic   = "Minimum", bound = 2147483648, below = true
    }
    memory = {
      description = "PostgreSQL has less than 128 MiB of memory: postgresql.instance_class"
      namespace   = "AWS/RDS", metric = "FreeableMemory", dimensions = local.on_database
      statistic   = "Minimum", bound = 134217728, below = true
    }
  }
}

module "alarms" {
  source   = "../../modules/alarms"
  for_each = local.database
  name     = "${local.prefix}-data"
  emails   = var.alarm_emails
  alarms   = local.alarms_of_database
}
