// Whether the pipeline's roles may call what Terraform called: its log names each
// call, the roles' policies are asked of the mock. Names of actions alone are
// compared; which resources and tags a statement asks for, only AWS could try.
import { readFileSync } from "node:fs";
import { namesAction } from "./iam.mjs";
import { form } from "./mock.mjs";

// Services by what the SDK and what IAM calls them.
const prefixes = {
  ACM: "acm",
  "Application Auto Scaling": "application-autoscaling",
  Budgets: "budgets",
  CloudFront: "cloudfront",
  CloudWatch: "cloudwatch",
  "CloudWatch Logs": "logs",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  EFS: "elasticfilesystem",
  EKS: "eks",
  "Elastic Load Balancing v2": "elasticloadbalancing",
  IAM: "iam",
  KMS: "kms",
  RDS: "rds",
  "Route 53": "route53",
  S3: "s3",
  "Secrets Manager": "secretsmanager",
  SNS: "sns",
  ServiceDiscovery: "servicediscovery",
  WAFV2: "wafv2",
};

// Calls whose action has another name.
const renamed = {
  "budgets:DescribeBudget": "budgets:ViewBudget",
  "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
  "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
  "cloudfront:CreateDistributionWithTags": "cloudfront:CreateDistribution",
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3:DeleteObjects": "s3:DeleteObjectVersion",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

// The actions that a log of Terraform (TF_LOG=DEBUG) shows.
export function actionsIn(log) {
  const actions = new Set();
  // An entry begins with its time; those with bodies have several lines.
  for (const entry of readFileSync(log, "utf8").split(/^(?=\d{4}-\d\d-\d\dT)/m)) {
    const method = /\brpc\.method=(\w+)/.exec(entry)?.[1];
    const [, quoted, bare] = /\brpc\.service=(?:"([^"]*)"|(\S+))/.exec(entry) ?? [];
    const service = quoted ?? bare;
    // Who one is may always be asked.
    if (!method || service === "STS") continue;
    const prefix = prefixes[service];
    if (!prefix) throw new Error(`${service} is no service that this knows: add it`);
    const action = `${prefix}:${method}`;
    actions.add(renamed[action] ?? action);
  }
  return [...actions].sort();
}

const iam = (fields) => form("iam", "2010-05-08", fields, { at: "us-east-1" });
const element = (text, name) =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((match) => match[1]);
const documentIn = (text, name) => JSON.parse(decodeURIComponent(element(text, name)[0]));

// What a role may: its own policies, and those of this account that it carries.
export function policiesOf(role) {
  const own = element(iam({ Action: "ListRolePolicies", RoleName: role }), "member").map((name) => {
    return documentIn(
      iam({ Action: "GetRolePolicy", RoleName: role, PolicyName: name }),
      "PolicyDocument",
    );
  });
  const carried = element(iam({ Action: "ListAttachedRolePolicies", RoleName: role }), "PolicyArn");
  const attached = carried.filter((arn) => !arn.includes(":aws:policy/")).map(document);
  const [bounds] = element(iam({ Action: "GetRole", RoleName: role }), "PermissionsBoundaryArn");
  return { own, attached, boundary: document(bounds) };
}

function document(arn) {
  const version = element(iam({ Action: "GetPolicy", PolicyArn: arn }), "DefaultVersionId")[0];
  return documentIn(
    iam({ Action: "GetPolicyVersion", PolicyArn: arn, VersionId: version }),
    "Document",
  );
}

const allows = (policies, action) =>
  policies
    .flatMap(({ Statement }) => Statement)
    .some((statement) => statement.Effect === "Allow" && namesAction(statement, action));

// The actions that a role's policies, or its boundary, have no word for.
export function refused(role, actions) {
  const { own, attached, boundary } = policiesOf(role);
  return actions.filter(
    (action) => !allows([...own, ...attached], action) || !allows([boundary], action),
  );
}

// What AWS would not take for its length: a role's own policies have 10240
// characters together, another policy 6144; the mock takes any.
export function tooLong(prefix) {
  const length = (policy) => JSON.stringify(policy).length;
  const roles = element(iam({ Action: "ListRoles" }), "RoleName");
  const mine = roles.filter((role) => role.startsWith(`${prefix}-`));
  if (mine.length < 10) throw new Error(`only ${mine.length} roles are called ${prefix}`);
  return mine.flatMap((role) => {
    const { own, attached, boundary } = policiesOf(role);
    const sum = own.reduce((total, policy) => total + length(policy), 0);
    const long = [...attached, boundary].map(length).filter((one) => one > 6144);
    return [...(sum > 10240 ? [`${role}: ${sum}`] : []), ...long.map((one) => `${role}: ${one}`)];
  });
}
