output "id" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
  # Whoever uses the bucket waits for its policy.
  depends_on = [aws_s3_bucket_policy.this]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "regional_domain_name" {
  description = "Host name of the bucket in its region."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}
