# Where CloudFront asks for what is not a file: the load balancer in front of the
# gateway. It is inside the VPC and has no public address, so that nothing gets to it
# but through CloudFront, as a VPC origin of this account, and through the firewall.
# Whoever makes it tags it, and by its tags it is found: Kubernetes for its Ingresses,
# or the layer ecs. Until it is there, CloudFront has files alone.

variable "load_balancer" {
  description = "Whether CloudFront asks the load balancer. deploy/aws destroy turns it off first: AWS does not delete a load balancer that CloudFront holds on to."
  type        = bool
  default     = true
}

locals {
  # By who makes it. The stack is the group of Ingresses, in
  # deploy/gitops/templates/aws.yaml.
  tags_of_balancer = {
    auto_mode = {
      "eks:eks-cluster-name"               = local.prefix
      "ingress.eks.amazonaws.com/resource" = "LoadBalancer"
      "ingress.eks.amazonaws.com/stack"    = local.prefix
    }
    controller = {
      "elbv2.k8s.aws/cluster"    = local.prefix
      "ingress.k8s.aws/resource" = "LoadBalancer"
      "ingress.k8s.aws/stack"    = local.prefix
    }
    ecs = { app = var.name, environment = var.environment, layer = "ecs" }
  }
  # Who made it, by ARN; empty, or one.
  balancers = merge([for maker, found in data.aws_lbs.this : { for arn in found.arns : arn => maker }]...)
  has_tools = anytrue([for maker in values(local.balancers) : maker != "ecs"])

  # The name by which CloudFront checks its certificate.
  origin = "origin.${var.domain}"
}

data "aws_lbs" "this" {
  for_each = var.load_balancer ? local.tags_of_balancer : {}
  tags     = each.value
}

data "aws_lb" "this" {
  for_each = local.balancers
  arn      = each.key
}

# One that is in use cannot be changed: another load balancer gets another one, and
# this one goes when CloudFront has left it.
resource "aws_cloudfront_vpc_origin" "this" {
  for_each = local.balancers

  vpc_origin_endpoint_config {
    name                   = local.prefix
    arn                    = each.key
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }

  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = length(local.balancers) == 1
      error_message = "More than one load balancer is tagged as this environment's: ${join(", ", keys(local.balancers))}. Delete the one that is not in use."
    }
  }
}

resource "aws_route53_record" "origin" {
  count   = length(local.balancers) > 0 ? 1 : 0
  zone_id = local.zone_id
  name    = local.origin
  type    = "A"

  alias {
    name                   = values(data.aws_lb.this)[0].dns_name
    zone_id                = values(data.aws_lb.this)[0].zone_id
    evaluate_target_health = true
  }
}
