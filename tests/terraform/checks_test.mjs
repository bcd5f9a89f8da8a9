// Each check finds what it is there to find, and leaves alone what is right.
import assert from "node:assert/strict";
import { test } from "node:test";
import { everywhere } from "./checks.mjs";
import { parse, stringsIn } from "./hcl.mjs";
import { readSource } from "./tree.mjs";

// What a template computes.
const computed = (expression) => `\${${expression}}`;

const folder = (source) => ({ name: "x", files: [readSource("x.tf", source)] });

// By check: what is wrong, and a word of the complaint; and what is right.
const cases = {
  variablesAreDescribed: [
    ['variable "a" {\n  type = string\n}', "no description"],
    [
      'variable "a" {\n  description = "A."\n  validation {\n    condition = true\n  }\n}',
      "no type",
    ],
    ['variable "a" {\n  type = string\n  description = "A."\n}', "no validation"],
    ['variable "a" {\n  type = bool\n  description = "A."\n}'],
  ],
  variablesAreUsed: [
    ['variable "a" {\n  validation {\n    condition = var.a > 1\n  }\n}', "not used"],
    ['variable "a" {}\nlocals {\n  # var.a\n  b = var.ab\n}', "not used"],
    [`variable "a" {}\nlocals {\n  b = "x${computed("var.a")}"\n}`],
  ],
  outputsAreDescribed: [
    ['output "a" {\n  value = 1\n}', "no description"],
    ['output "a" {\n  description = "A."\n  value = 1\n}'],
  ],
  iamIsNarrow: [
    [
      'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}',
      "allows *",
    ],
    [
      'locals {\n  a = {\n    actions = [\n      "s3:Get*", "ec2:*",\n    ]\n    resources = ["*"]\n  }\n}',
      "ec2:*",
    ],
    ['locals {\n  a = { actions = ["kms:*"], resources = ["x", "*"] }\n}', "kms:*"],
    ['locals {\n  a = 1\n  not_actions = ["iam:*"]\n  resources = ["*"]\n}', "iam:*"],
    ['locals {\n  effect = "Deny"\n  actions = ["s3:*"]\n  resources = ["*"]\n}'],
    ['locals {\n  actions = ["ec2:Describe*"]\n  resources = ["*"]\n}'],
    ['locals {\n  actions = ["s3:*"]\n  resources = [aws_s3_bucket.a.arn]\n}'],
  ],
  policiesAreDocuments: [
    ['locals {\n  a = jsonencode({ Statement = [{ Action = "*" }] })\n}', "as JSON"],
    ["locals {\n  actions = []\n}"],
  ],
  noAdministrators: [
    ['locals {\n  a = "arn:aws:iam::aws:policy/AdministratorAccess"\n}', "do anything"],
    ['locals {\n  a = "AmazonEKSClusterPolicy"\n}'],
  ],
  rolesAreBounded: [
    ['resource "aws_iam_role" "a" {\n  name = "a"\n}', "no boundary"],
    ['resource "aws_iam_role" "a" {\n  permissions_boundary = var.b\n}'],
  ],
  rightsAreGivenWithinTheBoundary: [
    ['locals {\n  iam_of_roles = ["iam:GetRole", "iam:CreateRole"]\n}', "without asking"],
    ['locals {\n  a = { actions = ["iam:Put*"], resources = ["x"] }\n}', "without asking"],
    [
      'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = local.iam_with_boundary\n  }\n}',
      "without asking",
    ],
    [
      'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["iam:AttachRolePolicy"]\n    condition {\n      test = "StringEqualsIfExists"\n      variable = "iam:PermissionsBoundary"\n    }\n  }\n}',
      "without asking",
    ],
    [
      'locals {\n  iam_with_boundary = ["iam:CreateRole"]\n}\ndata "aws_iam_policy_document" "a" {\n  statement {\n    actions = local.iam_with_boundary\n    condition {\n      test = "StringEquals"\n      variable = "iam:PermissionsBoundary"\n    }\n  }\n  statement {\n    effect = "Deny"\n    actions = ["iam:CreateRole", "iam:Put*"]\n  }\n}',
    ],
  ],
  noSecrets: [
    ['resource "aws_db_instance" "a" {\n  password = "hunter2"\n}', "written out"],
    ['locals {\n  auth_token = "abc"\n}', "written out"],
    ['resource "random_password" "a" {}', "in the state"],
    [`locals {\n  a = "${"AKIA"}ABCDEFGHIJKLMNOP"\n}`, "looks like a key"],
    ['resource "aws_db_instance" "a" {\n  manage_master_user_password = true\n}'],
  ],
  secretsAreWriteOnly: [
    [
      'resource "aws_secretsmanager_secret_version" "a" {\n  secret_string = var.a\n}',
      "kept in the state",
    ],
    ['resource "aws_secretsmanager_secret_version" "a" {\n  secret_string_wo = var.a\n}'],
  ],
  nothingIsHardCoded: [
    ['locals {\n  a = "arn:aws:iam::123456789012:root"\n}', "123456789012"],
    ['locals {\n  a = ["eu-west-1a", "eu-west-1"]\n}', "eu-west-1"],
    ['variable "a" {\n  description = "Such as eu-west-1."\n}'],
  ],
  namesAreGiven: [
    ['resource "aws_db_instance" "a" {\n  db_name = "triad"\n}', 'db_name says "triad"'],
    ['resource "aws_eks_cluster" "a" {\n  name = local.prefix\n}'],
  ],
  onlyTheAwsProvider: [
    [
      'terraform {\n  required_providers {\n    null = { source = "hashicorp/null" }\n  }\n}',
      "provider null",
    ],
    [
      'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 6.0" }\n  }\n}',
      "provider aws",
    ],
    [
      'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 5.100" }\n  }\n}',
    ],
  ],
  providersAreTagged: [
    ['provider "aws" {\n  region = var.region\n}', "without account or tags"],
    [
      'provider "aws" {\n  allowed_account_ids = [var.a]\n  default_tags {\n    tags = local.tags\n  }\n}',
    ],
  ],
  nothingIsPublic: [
    ['resource "aws_lb" "a" {\n  internal = false\n}', "aws_lb.a is not internal"],
    ['resource "aws_lb" "a" {}', "is not internal"],
    [
      'resource "aws_vpc_security_group_ingress_rule" "a" {\n  cidr_ipv4 = "0.0.0.0/0"\n}',
      "lets everybody in",
    ],
    [
      'resource "aws_security_group" "a" {\n  ingress {\n    ipv6_cidr_blocks = ["::/0"]\n  }\n}',
      "lets everybody in",
    ],
    [
      'resource "aws_cloudfront_distribution" "a" {\n  origin {\n    custom_origin_config {}\n  }\n}',
      "asks by the internet",
    ],
    [
      'resource "aws_lb" "a" {\n  internal = true\n}\nresource "aws_vpc_security_group_ingress_rule" "a" {\n  prefix_list_id = var.a\n}\nresource "aws_vpc_security_group_egress_rule" "a" {\n  cidr_ipv4 = "0.0.0.0/0"\n}',
    ],
  ],
  logsEnd: [
    ['resource "aws_cloudwatch_log_group" "a" {\n  kms_key_id = "k"\n}', "no retention_in_days"],
    ['resource "aws_cloudwatch_log_group" "a" {\n  retention_in_days = 7\n}', "no kms_key_id"],
    [
      'resource "aws_db_instance" "a" {\n  enabled_cloudwatch_logs_exports = ["postgresql"]\n}',
      "/aws/rds/instance/",
    ],
    [
      'resource "aws_ecs_cluster" "a" {\n  setting {\n    name = "containerInsights"\n  }\n}',
      "itself",
    ],
    [
      'resource "aws_cloudwatch_log_group" "a" {\n  name = "/aws/eks/x"\n  retention_in_days = 7\n  kms_key_id = "k"\n}\n' +
        'resource "aws_eks_cluster" "a" {\n  enabled_cluster_log_types = ["api"]\n}',
    ],
  ],
  dataIsProtected: [
    ['resource "aws_lb" "a" {}', "enable_deletion_protection"],
    ['resource "aws_ecr_repository" "a" {\n  force_delete = true\n}', "force_delete"],
    ['resource "aws_lb" "a" {\n  enable_deletion_protection = !var.allow_destroy\n}'],
  ],
};

for (const [name, examples] of Object.entries(cases)) {
  test(name, () => {
    for (const [source, complaint] of examples) {
      const found = everywhere[name](folder(source));
      if (complaint === undefined) assert.deepEqual(found, [], source);
      else
        assert.ok(
          found.some((one) => one.includes(complaint)),
          `${source}\n→ ${JSON.stringify(found)}`,
        );
    }
  });
}

test("every check is shown something", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(everywhere).sort());
});

test("HCL: strings, comments, heredocs and nested blocks", () => {
  const body = parse(
    'a = "x # no comment ' +
      computed('f("}")') +
      ' {" # a comment\n/* b = 1 */\nc "d" "e" {\n  f = [\n    1, # one\n  ]\n  g {}\n}\nh = <<-T\n  i = }\n  T\n',
  );
  assert.deepEqual([...body.attributes.keys()], ["a", "h"]);
  assert.deepEqual(body.blocks[0].labels, ["d", "e"]);
  assert.deepEqual([...body.blocks[0].body.attributes.keys()], ["f"]);
  assert.equal(body.blocks[0].line, 3);
  assert.throws(() => parse("a {\n", "f.tf"), /f\.tf:2: a is not closed/);
  assert.throws(() => parse('a = "x\n', "f.tf"), /without an end/);
  assert.deepEqual(stringsIn(`["a:*", "b${computed("var.x")}c", d]`), ["a:*", "b…c"]);
});
