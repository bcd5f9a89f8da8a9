# What config and storage keep: SQLite on a network file system, one task on each
# directory. docs/aws.md says what that costs in speed and deploys.

locals {
  keepers = { for s, v in local.services : s => v if v.keeps }
}

resource "aws_efs_file_system" "this" {
  creation_token  = local.prefix
  encrypted       = true
  kms_key_id      = local.data.key_arn
  throughput_mode = "elastic"
  tags            = { Name = local.prefix }

  lifecycle_policy {
    transition_to_ia = "AFTER_90_DAYS"
  }
}

resource "aws_efs_backup_policy" "this" {
  file_system_id = aws_efs_file_system.this.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "this" {
  for_each        = toset(local.network.zones)
  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = local.network.subnet_ids.private[index(local.network.zones, each.key)]
  security_groups = [aws_security_group.files.id]
}

# Each sees its own directory, as the images' user.
resource "aws_efs_access_point" "this" {
  for_each       = local.keepers
  file_system_id = aws_efs_file_system.this.id
  tags           = { Name = "${local.prefix}-${each.key}" }

  posix_user {
    uid = 65532
    gid = 65532
  }
  root_directory {
    path = "/${each.key}"
    creation_info {
      owner_uid   = 65532
      owner_gid   = 65532
      permissions = "0700"
    }
  }
}

resource "aws_security_group" "files" {
  name        = "${local.prefix}-files"
  description = "EFS, for the services that keep data"
  vpc_id      = local.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "files" {
  for_each                     = local.keepers
  security_group_id            = aws_security_group.files.id
  description                  = "From ${each.key}"
  referenced_security_group_id = local.groups[each.key]
  from_port                    = 2049
  to_port                      = 2049
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "files" {
  for_each                     = local.keepers
  security_group_id            = local.groups[each.key]
  description                  = "To EFS"
  referenced_security_group_id = aws_security_group.files.id
  from_port                    = 2049
  to_port                      = 2049
  ip_protocol                  = "tcp"
}
