// A load balancer as Kubernetes makes it, behind Terraform's back, for CloudFront to find.
import { form } from "./mock.mjs";

// Tags of who makes it, by compute: EKS Auto Mode, or the controller on node groups.
const tags = {
  auto: (name) => ({
    "eks:eks-cluster-name": name,
    "ingress.eks.amazonaws.com/resource": "LoadBalancer",
    "ingress.eks.amazonaws.com/stack": name,
  }),
  nodes: (name) => ({
    "elbv2.k8s.aws/cluster": name,
    "ingress.k8s.aws/resource": "LoadBalancer",
    "ingress.k8s.aws/stack": name,
  }),
};

const call = (Action, fields) => form("elasticloadbalancing", "2015-12-01", { Action, ...fields });

// members("Subnets", ["a"]) is { "Subnets.member.1": "a" }.
const members = (name, values) =>
  Object.fromEntries(values.map((value, i) => [`${name}.member.${i + 1}`, value]));

// Gives what deletes it.
export function makeBalancer(compute, prefix, subnets) {
  const own = Object.entries(tags[compute](prefix));
  const text = call("CreateLoadBalancer", {
    Name: `k8s-${prefix}`,
    Scheme: "internal",
    ...members("Subnets", subnets),
    ...Object.fromEntries(
      own.flatMap(([key, value], i) => [
        [`Tags.member.${i + 1}.Key`, key],
        [`Tags.member.${i + 1}.Value`, value],
      ]),
    ),
  });
  const [, arn] = /<LoadBalancerArn>([^<]*)</.exec(text);
  return () => call("DeleteLoadBalancer", { LoadBalancerArn: arn });
}
