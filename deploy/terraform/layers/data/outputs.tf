output "uploads_bucket" {
  description = "Bucket of storage's objects, for --blobs=s3://BUCKET/objects."
  value       = module.uploads.id
}

output "uploads_bucket_arn" {
  description = "ARN of that bucket."
  value       = module.uploads.arn
}

output "key_arn" {
  description = "KMS key of data and secrets."
  value       = module.key.arn
}

output "secret_arns" {
  description = "ARNs of the secrets, by name."
  value       = { for n, s in aws_secretsmanager_secret.this : n => s.arn }
}

output "database_endpoint" {
  description = "HOST:PORT of PostgreSQL, or null."
  value       = one([for d in aws_db_instance.this : d.endpoint])
}

output "database_secret_arn" {
  description = "ARN of the secret with PostgreSQL's password, or null."
  value       = one([for d in aws_db_instance.this : d.master_user_secret[0].secret_arn])
}
