// What has to hold for the Terraform, as functions from what was read to a list
// of complaints. checks_test.mjs shows each of them something that is wrong.
import { nothingIsPublic, rightsAreGivenWithinTheBoundary } from "./access.mjs";
import { blocksOf, eachBlock, expressionsOf, stringsIn, where, withoutComments } from "./hcl.mjs";

export const variablesOf = (folder) =>
  eachBlock(folder, "variable").map(({ block }) => block.labels[0]);

export const requiredOf = (folder) =>
  eachBlock(folder, "variable")
    .filter(({ block }) => !block.body.attributes.has("default"))
    .map(({ block }) => block.labels[0]);

// A yes or no can be nothing else, so that its type is its validation.
export function variablesAreDescribed(folder) {
  return eachBlock(folder, "variable").flatMap(({ file, block }) => {
    const { attributes, blocks } = block.body;
    const lacks = ["type", "description"].filter((name) => !attributes.has(name));
    const type = attributes.get("type")?.text;
    if (type !== "bool" && !blocks.some((inner) => inner.type === "validation"))
      lacks.push("validation");
    return lacks.map(
      (what) => `${where(file, block.line)}: variable ${block.labels[0]} has no ${what}`,
    );
  });
}

export function variablesAreUsed(folder) {
  return eachBlock(folder, "variable").flatMap(({ file, block }) => {
    const name = block.labels[0];
    const uses = new RegExp(`\\bvar\\.${name}\\b`);
    const used = folder.files.some(({ body }) =>
      body.blocks.some(
        (other) =>
          other !== block &&
          expressionsOf(other.body).some(({ text }) => uses.test(withoutComments(text))),
      ),
    );
    return used ? [] : [`${where(file, block.line)}: variable ${name} is not used`];
  });
}

export function outputsAreDescribed(folder) {
  return eachBlock(folder, "output")
    .filter(({ block }) => !block.body.attributes.has("description"))
    .map(
      ({ file, block }) =>
        `${where(file, block.line)}: output ${block.labels[0]} has no description`,
    );
}

// The statements of a folder, in documents and in tables that become documents:
// each has `actions` (or `not_actions`) followed by its `resources`.
function statements(file) {
  const found = [];
  const pattern = /\b(not_)?actions\s*=\s*/g;
  for (const match of file.code.matchAll(pattern)) {
    const from = match.index + match[0].length;
    const rest = file.code.slice(from);
    const resources = /\bresources\s*=\s*([^\n]*)/.exec(rest);
    const next = rest.search(/\b(not_)?actions\s*=/);
    const has = resources && (next < 0 || resources.index < next);
    found.push({
      line: file.code.slice(0, match.index).split("\n").length,
      deny: /effect\s*=\s*"Deny"[^{}]*$/.test(file.code.slice(0, match.index)),
      negated: match[1] !== undefined,
      actions: stringsIn(
        has ? rest.slice(0, resources.index) : rest.slice(0, next < 0 ? undefined : next),
      ),
      resources: has ? stringsIn(resources[1]) : [],
    });
  }
  return found;
}

// Statements that may be as wide as they are, by file, with the reason.
export const wide = {
  "deploy/terraform/modules/key/main.tf": "in the policy of a key, * is that key",
  "deploy/terraform/layers/bootstrap/boundary.tf": "a boundary grants nothing; it only takes away",
};

const isWide = (action) => /^(\*|[\w-]+:\*|)$/.test(action);

export function iamIsNarrow(folder) {
  return folder.files.flatMap((file) => {
    if (wide[file.name]) return [];
    return statements(file)
      .filter((one) => !one.deny && one.resources.includes("*"))
      .filter((one) => one.negated || one.actions.some(isWide))
      .map(
        (one) => `${where(file, one.line)}: allows ${one.actions.filter(isWide)} on every resource`,
      );
  });
}

// Policies are documents, which the check above reads.
export function policiesAreDocuments(folder) {
  return folder.files.flatMap((file) =>
    [...file.code.matchAll(/\b"?(Statement|NotAction|Action)"?\s*[=:]\s*/g)].map(
      (match) =>
        `${where(file, file.code.slice(0, match.index).split("\n").length)}: a policy as JSON; write it as a document`,
    ),
  );
}

const administrators = /AdministratorAccess|PowerUserAccess|IAMFullAccess/;

export function noAdministrators(folder) {
  return folder.files
    .filter(
      (file) =>
        file.name !== "deploy/terraform/modules/role/main.tf" && administrators.test(file.code),
    )
    .map((file) => `${file.name}: a role that may do anything`);
}

// The module `role` alone makes roles, and all of its roles are bounded.
export function rolesAreBounded(folder) {
  return eachBlock(folder, "resource")
    .filter(({ block }) => block.labels[0] === "aws_iam_role")
    .filter(({ block }) => !block.body.attributes.has("permissions_boundary"))
    .map(
      ({ file, block }) => `${where(file, block.line)}: role ${block.labels[1]} has no boundary`,
    );
}

const secretName =
  /^(.*_)?(password|secret|secret_string|token|private_key|access_key|secret_key|user_data)$/;
const secretText =
  /AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|\bgl(pat|dt)-[\w-]{20}|\bxox[bp]-/;

export function noSecrets(folder) {
  return folder.files.flatMap((file) => {
    const named = expressionsOf(file.body)
      .filter(({ name, text }) => secretName.test(name) && /^"/.test(text))
      .map(({ name, line }) => `${where(file, line)}: ${name} is written out`);
    const stored = blocksOf(file.body, "resource")
      .filter(({ labels }) => labels[0] === "random_password" || labels[0] === "random_string")
      .map(({ labels, line }) => `${where(file, line)}: ${labels[1]} would be in the state`);
    const readable = secretText.test(file.source) ? [`${file.name}: what looks like a key`] : [];
    return [...named, ...stored, ...readable];
  });
}

// Secrets go into Secrets Manager by attributes that no state keeps.
export function secretsAreWriteOnly(folder) {
  return eachBlock(folder, "resource")
    .filter(({ block }) => block.labels[0] === "aws_secretsmanager_secret_version")
    .filter(({ block }) => !block.body.attributes.has("secret_string_wo"))
    .map(
      ({ file, block }) => `${where(file, block.line)}: ${block.labels[1]} is kept in the state`,
    );
}

// Accounts and regions come from the environment. us-east-1 is where CloudFront
// takes its certificates and firewalls from.
export function nothingIsHardCoded(folder) {
  return folder.files.flatMap((file) =>
    expressionsOf(file.body)
      .filter(({ name }) => name !== "description" && name !== "error_message")
      .flatMap(({ name, text, line }) => {
        const found = [...text.matchAll(/\b\d{12}\b|\b[a-z]{2}-(?:[a-z]+-)+\d\b/g)].map(
          ([hit]) => hit,
        );
        return found
          .filter((hit) => hit !== "us-east-1")
          .map((hit) => `${where(file, line)}: ${name} says ${hit}`);
      }),
  );
}

// Nor are names: they begin with var.name. What the images and protos are called, and
// what a variable is unless somebody sets it, is the suite's.
export function namesAreGiven(folder) {
  return folder.files.flatMap((file) =>
    blocksOf(file.body, "resource").flatMap(({ body }) =>
      expressionsOf(body)
        .filter(({ text }) => /^"triad/.test(text))
        .map(({ name, text, line }) => `${where(file, line)}: ${name} says ${text}`),
    ),
  );
}

export function onlyTheAwsProvider(folder) {
  return folder.files.flatMap((file) => {
    const wanted = blocksOf(file.body, "required_providers").flatMap(({ body, line }) =>
      [...body.attributes].map(([name, { text }]) => ({ name, text, line })),
    );
    return wanted
      .filter(({ name, text }) => name !== "aws" || !/hashicorp\/aws"[\s\S]*"~> 5\.100"/.test(text))
      .map(({ name, line }) => `${where(file, line)}: provider ${name}`);
  });
}

export function providersAreTagged(folder) {
  return eachBlock(folder, "provider")
    .filter(({ block }) => {
      const tags = block.body.blocks.find(({ type }) => type === "default_tags");
      const ids = block.body.attributes.has("allowed_account_ids");
      return !ids || tags?.body.attributes.get("tags")?.text !== "local.tags";
    })
    .map(({ file, block }) => `${where(file, block.line)}: a provider without account or tags`);
}

// Deletion protection, by kind of resource: the attribute, and what it has to be.
const protection = {
  aws_db_instance: {
    deletion_protection: "!var.allow_destroy",
    skip_final_snapshot: "var.allow_destroy",
  },
  aws_lb: { enable_deletion_protection: "!var.allow_destroy" },
  aws_s3_bucket: { force_destroy: "var.force_destroy" },
  aws_ecr_repository: { force_delete: "var.allow_destroy" },
  aws_route53_zone: { force_destroy: "var.allow_destroy" },
};

export function dataIsProtected(folder) {
  return eachBlock(folder, "resource").flatMap(({ file, block }) =>
    Object.entries(protection[block.labels[0]] ?? {})
      .filter(([name, text]) => block.body.attributes.get(name)?.text !== text)
      .map(
        ([name, text]) =>
          `${where(file, block.line)}: ${name} of ${block.labels.join(".")} is not ${text}`,
      ),
  );
}

// What AWS logs into groups that it makes by itself, without end or key, if there is
// none: by what asks for it, the group.
const groupsOfAws = [
  [/enabled_cloudwatch_logs_exports/, "/aws/rds/instance/"],
  [/enabled_cluster_log_types/, "/aws/eks/"],
  [/"amazon-cloudwatch-observability"/, "/aws/containerinsights/"],
  [/"containerInsights"/, "/aws/ecs/containerinsights/"],
];

export function logsEnd(folder) {
  const groups = eachBlock(folder, "resource").filter(
    ({ block }) => block.labels[0] === "aws_cloudwatch_log_group",
  );
  const endless = groups.flatMap(({ file, block }) =>
    ["retention_in_days", "kms_key_id"]
      .filter((name) => !block.body.attributes.has(name))
      .map((name) => `${where(file, block.line)}: log group ${block.labels[1]} has no ${name}`),
  );
  const names = groups.map(({ block }) => block.body.attributes.get("name")?.text ?? "");
  const unmade = folder.files.flatMap((file) =>
    groupsOfAws
      .filter(([asks, group]) => asks.test(file.code) && !names.some((one) => one.includes(group)))
      .map(([, group]) => `${file.name}: AWS would make ${group}… itself, without an end`),
  );
  return [...endless, ...unmade];
}

export const everywhere = {
  variablesAreDescribed,
  variablesAreUsed,
  outputsAreDescribed,
  iamIsNarrow,
  policiesAreDocuments,
  noAdministrators,
  rolesAreBounded,
  rightsAreGivenWithinTheBoundary,
  noSecrets,
  secretsAreWriteOnly,
  nothingIsHardCoded,
  namesAreGiven,
  onlyTheAwsProvider,
  providersAreTagged,
  dataIsProtected,
  nothingIsPublic,
  logsEnd,
};
