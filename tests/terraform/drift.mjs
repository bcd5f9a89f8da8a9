// A change behind Terraform's back for each layer, and what the next plan has to
// say about it.
import { form, json, s3 } from "./mock.mjs";

export const account = "123456789012";

const suspend =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status></VersioningConfiguration>';

// By layer. `output` reads an output of the layer.
export const drift = {
  bootstrap: {
    what: "tags of images can be overwritten",
    make: () =>
      json("ecr", "AmazonEC2ContainerRegistry_V20150921.PutImageTagMutability", {
        repositoryName: "triad/gateway",
        imageTagMutability: "MUTABLE",
      }),
    shows: 'aws_ecr_repository.this["gateway"] will be updated',
  },
  network: {
    what: "the VPC resolves no names of hosts",
    make: ({ output }) =>
      form("ec2", "2016-11-15", {
        Action: "ModifyVpcAttribute",
        VpcId: output("network", "vpc_id"),
        "EnableDnsHostnames.Value": "false",
      }),
    shows: "aws_vpc.this will be updated",
  },
  cluster: {
    what: "storage's pods may do anything",
    make: ({ prefix }) =>
      form(
        "iam",
        "2010-05-08",
        {
          Action: "PutRolePolicy",
          RoleName: `${prefix}-pod-storage`,
          PolicyName: "own",
          PolicyDocument:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        },
        { at: "us-east-1" },
      ),
    shows: 'module.pod_role["storage"].aws_iam_role_policy.this[0] will be updated',
  },
  data: {
    what: "replaced objects are not kept",
    make: ({ prefix }) => s3(`/${prefix}-uploads-${account}?versioning`, "PUT", suspend),
    shows: "module.uploads.aws_s3_bucket_versioning.this will be updated",
  },
  edge: {
    what: "replaced files are not kept",
    make: ({ prefix }) => s3(`/${prefix}-site-${account}?versioning`, "PUT", suspend),
    shows: "module.site.aws_s3_bucket_versioning.this will be updated",
  },
  ecs: {
    what: "the gateway may have a thousand tasks",
    make: ({ prefix }) =>
      json("application-autoscaling", "AnyScaleFrontendService.RegisterScalableTarget", {
        ServiceNamespace: "ecs",
        ResourceId: `service/${prefix}/${prefix}-gateway`,
        ScalableDimension: "ecs:service:DesiredCount",
        MinCapacity: 1,
        MaxCapacity: 1000,
      }),
    shows: 'module.service["gateway"].aws_appautoscaling_target.this[0] will be updated',
  },
};
