# What Prometheus would tell elsewhere, as far as CloudWatch knows it: whether requests
# fail or wait, and whether each service runs and has room.

locals {
  load_balancer = { LoadBalancer = aws_lb.this.arn_suffix }
  alarms = merge(
    {
      failing = {
        description = "The suite answers requests with 5xx: docs/operations.md, TriadAvailabilityBudgetBurnsFast"
        namespace   = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.load_balancer
        statistic   = "Sum", times = 2, bound = 10
      }
      unreached = {
        description = "The load balancer answers 5xx itself, as it reaches no task: docs/operations.md, TriadServiceDown"
        namespace   = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.load_balancer
        statistic   = "Sum", times = 2, bound = 10
      }
      slow = {
        description = "One request in a hundred takes longer than a second: docs/operations.md, TriadLatencyBudgetBurnsFast"
        namespace   = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.load_balancer
        statistic   = "p99", bound = 1
      }
    },
    { for s, g in aws_lb_target_group.this : "${s}-unhealthy" => {
      description = "No task of ${s} is healthy: docs/operations.md, TriadServiceDown"
      namespace   = "AWS/ApplicationELB", metric = "HealthyHostCount"
      dimensions  = merge(local.load_balancer, { TargetGroup = g.arn_suffix })
      statistic   = "Maximum", minutes = 1, times = 3, bound = 1, below = true, breaching = true
    } },
    # A service without a task has no figures.
    { for s in keys(local.services) : "${s}-busy" => {
      description = "${s} has used its processor up, or does not run at all: docs/operations.md, TriadServiceDown and Sizing"
      namespace   = "AWS/ECS", metric = "CPUUtilization"
      dimensions  = { ClusterName = aws_ecs_cluster.this.name, ServiceName = "${local.prefix}-${s}" }
      bound       = 90, breaching = true
    } },
    { for s in keys(local.services) : "${s}-memory" => {
      description = "${s} is about to run out of memory: docs/operations.md, TriadMemoryNearLimit"
      namespace   = "AWS/ECS", metric = "MemoryUtilization"
      dimensions  = { ClusterName = aws_ecs_cluster.this.name, ServiceName = "${local.prefix}-${s}" }
      statistic   = "Maximum", bound = 90
    } },
  )
}

module "alarms" {
  source = "../../modules/alarms"
  name   = "${local.prefix}-ecs"
  emails = var.alarm_emails
  alarms = local.alarms
}
