# PostgreSQL, for services whose database it is. Off by default: no service of
# Triad has a PostgreSQL driver yet.

variable "postgresql" {
  description = "The database, or null for none: its machine, GiB to begin with and at most, whether a second one stands by in another zone, days of backups."
  type = object({
    instance_class = optional(string, "db.t4g.medium")
    version        = optional(string, "16.4")
    gib            = optional(number, 20)
    max_gib        = optional(number, 100)
    multi_az       = optional(bool, true)
    backup_days    = optional(number, 14)
  })
  default = null

  validation {
    condition     = try(var.postgresql.backup_days, 14) >= 1 && try(var.postgresql.backup_days, 14) <= 35
    error_message = "postgresql.backup_days is 1 to 35."
  }
  validation {
    condition     = try(var.postgresql.gib <= var.postgresql.max_gib, true)
    error_message = "postgresql.gib is at most postgresql.max_gib."
  }
}

locals {
  database      = var.postgresql == null ? {} : { this = var.postgresql }
  database_logs = ["postgresql", "upgrade"]
}

# RDS would make them, without key or end.
resource "aws_cloudwatch_log_group" "database" {
  for_each          = toset(var.postgresql == null ? [] : local.database_logs)
  name              = "/aws/rds/instance/${local.prefix}/${each.value}"
  retention_in_days = local.network.log_retention_days
  kms_key_id        = local.network.log_key_arn
}

resource "aws_db_subnet_group" "this" {
  for_each    = local.database
  name        = local.prefix
  description = "Subnets without a way out"
  subnet_ids  = local.network.subnet_ids.database
}

resource "aws_security_group" "database" {
  for_each    = local.database
  name        = "${local.prefix}-database"
  description = "PostgreSQL, for this VPC"
  vpc_id      = local.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each          = local.database
  security_group_id = aws_security_group.database["this"].id
  description       = "PostgreSQL from the VPC; who may sign in, the database decides"
  cidr_ipv4         = local.network.vpc_cidr
  from_port         = 5432
  to_port           = 5432
  ip_protocol       = "tcp"
}

resource "aws_db_parameter_group" "this" {
  for_each    = local.database
  name        = "${local.prefix}-pg${split(".", each.value.version)[0]}"
  description = "TLS only; slow statements are logged"
  family      = "postgres${split(".", each.value.version)[0]}"

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "immediate"
  }
  parameter {
    name         = "log_min_duration_statement"
    value        = "500"
    apply_method = "immediate"
  }
}

module "monitoring_role" {
  source           = "../../modules/role"
  for_each         = local.database
  name             = "${local.prefix}-database-monitoring"
  description      = "RDS: metrics of the database's machine"
  boundary         = local.bootstrap.boundary
  services         = ["monitoring.rds.amazonaws.com"]
  has_policy       = false
  managed_policies = ["service-role/AmazonRDSEnhancedMonitoringRole"]
}

resource "aws_db_instance" "this" {
  for_each       = local.database
  identifier     = local.prefix
  engine         = "postgres"
  engine_version = each.value.version
  instance_class = each.value.instance_class
  multi_az       = each.value.multi_az

  allocated_storage     = each.value.gib
  max_allocated_storage = each.value.max_gib
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = module.key.arn

  db_name              = replace(var.name, "-", "_")
  username             = replace(var.name, "-", "_")
  db_subnet_group_name = aws_db_subnet_group.this["this"].name
  parameter_group_name = aws_db_parameter_group.this["this"].name
  # RDS draws the password, keeps it in Secrets Manager and rotates it; services
  # may also sign in by IAM.
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = module.key.arn
  iam_database_authentication_enabled = true
  vpc_security_group_ids              = [aws_security_group.database["this"].id]
  publicly_accessible                 = false
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"

  backup_retention_period    = each.value.backup_days
  backup_window              = "02:00-03:00"
  maintenance_window         = "sun:04:00-sun:05:00"
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  deletion_protection        = !var.allow_destroy
  skip_final_snapshot        = var.allow_destroy
  final_snapshot_identifier  = "${local.prefix}-last"

  performance_insights_enabled    = true
  performance_insights_kms_key_id = module.key.arn
  monitoring_interval             = 60
  monitoring_role_arn             = module.monitoring_role["this"].arn
  enabled_cloudwatch_logs_exports = local.database_logs
  depends_on                      = [aws_cloudwatch_log_group.database]
}
