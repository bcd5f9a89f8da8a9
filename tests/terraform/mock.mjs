// Asks the mocked AWS directly, as somebody behind Terraform's back would. curl
// signs the requests.
import { spawnSync } from "node:child_process";

export const endpoint = process.env.TRIAD_AWS_ENDPOINT ?? "";
const region = "eu-west-1";

// Variables for Terraform, so that nothing but the mock is ever spoken to.
export const environment = {
  ...process.env,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_MAX_ATTEMPTS: "3",
  TF_CLI_ARGS: "-no-color",
  CHECKPOINT_DISABLE: "1",
};

function ask(service, args, { at = region, path = "/" } = {}) {
  const { status, stdout, stderr } = spawnSync(
    "curl",
    [
      ...["--silent", "--show-error", "--fail-with-body", "--max-time", "60"],
      ...["--aws-sigv4", `aws:amz:${at}:${service}`, "--user", "test:test"],
      ...args,
      `${endpoint}${path}`,
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the mock refused a request to ${service}: ${stdout}${stderr}`);
  return stdout;
}

// Services that take forms: EC2, IAM.
export const form = (service, version, fields, options) =>
  ask(
    service,
    Object.entries({ ...fields, Version: version }).flatMap(([name, value]) => [
      "--data-urlencode",
      `${name}=${value}`,
    ]),
    options,
  );

// Services that take JSON and the name of a call.
export const json = (service, target, body, type = "1.1") =>
  ask(service, [
    ...[
      "--header",
      `X-Amz-Target: ${target}`,
      "--header",
      `Content-Type: application/x-amz-json-${type}`,
    ],
    ...["--data", JSON.stringify(body)],
  ]);

// By curl's own type the mock takes a body for a form.
export const s3 = (path, method = "GET", body = "") =>
  ask(
    "s3",
    [
      ...["--request", method],
      ...(body ? ["--header", "Content-Type: application/xml", "--data", body] : []),
    ],
    { path },
  );

// What EC2 has by tag: the call, what it calls one, and, where it tells of some
// that are gone, the name of their state.
const numbered = [
  ["DescribeVpcs", "vpcId"],
  ["DescribeSubnets", "subnetId"],
  ["DescribeRouteTables", "routeTableId"],
  ["DescribeInternetGateways", "internetGatewayId"],
  ["DescribeNatGateways", "natGatewayId", "state"],
  ["DescribeAddresses", "allocationId"],
  ["DescribeVpcEndpoints", "vpcEndpointId", "state"],
  ["DescribeSecurityGroups", "groupId"],
  ["DescribeFlowLogs", "flowLogId"],
  ["DescribeLaunchTemplates", "launchTemplateId"],
];

const elements = (text, name) =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((match) => match[1]);

// Tags themselves do not tell: a mock may keep those of what is gone.
function tagged([Action, id, state]) {
  const text = form("ec2", "2016-11-15", {
    Action,
    "Filter.1.Name": "tag-key",
    "Filter.1.Value.1": "environment",
  });
  const states = state ? elements(text, state) : [];
  return elements(text, id).filter((_, i) => states[i] !== "deleted");
}

// What is left of an environment: names of everything that can be listed by name
// or tag. KMS only plans deletion, after the days that the key's owner has to
// think again.
export function leftOf(prefix) {
  const iam = (action, element) =>
    elements(
      form("iam", "2010-05-08", { Action: action, Scope: "Local" }, { at: "us-east-1" }),
      element,
    );
  return [
    ...elements(s3("/"), "Name"),
    ...iam("ListRoles", "RoleName"),
    ...iam("ListPolicies", "PolicyName"),
    ...JSON.parse(json("logs", "Logs_20140328.DescribeLogGroups", {})).logGroups.map(
      (one) => one.logGroupName,
    ),
    ...JSON.parse(json("secretsmanager", "secretsmanager.ListSecrets", {})).SecretList.map(
      (one) => one.Name,
    ),
    ...JSON.parse(
      json("ecr", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories", {}),
    ).repositories.map((one) => one.repositoryName),
    ...JSON.parse(ask("eks", [], { path: "/clusters" })).clusters,
    // CloudFront's alarms are in that one region.
    ...[region, "us-east-1"].flatMap((at) => [
      ...elements(form("sns", "2010-03-31", { Action: "ListTopics" }, { at }), "TopicArn"),
      ...elements(
        form("monitoring", "2010-08-01", { Action: "DescribeAlarms" }, { at }),
        "AlarmName",
        // A scaler makes and removes its own.
      ).filter((name) => !name.startsWith("TargetTracking-")),
    ]),
  ]
    .filter((name) => name.includes(prefix) || /^triad\//.test(name))
    .concat(numbered.flatMap(tagged));
}
