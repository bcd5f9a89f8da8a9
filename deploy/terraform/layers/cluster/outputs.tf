output "cluster_name" {
  description = "Name of the cluster, for aws eks update-kubeconfig."
  value       = aws_eks_cluster.this.name
}

output "cluster_endpoint" {
  description = "Address of the API server."
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_security_group_id" {
  description = "The security group that EKS gives to control plane and nodes."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "namespace" {
  description = "Namespace that storage's identity belongs to."
  value       = var.namespace
}

output "release" {
  description = "Release that storage's identity belongs to."
  value       = var.release
}
