output "security_group_id" {
  description = "Its security group."
  value       = aws_security_group.this.id
}
