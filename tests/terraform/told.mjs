// What an environment is told of, and what tells of it: alarms with a topic that
// reaches people, a budget, logs that end, and addresses of traces and error reports.
import assert from "node:assert/strict";
import { account } from "./drift.mjs";
import { form, json } from "./mock.mjs";

const elements = (text, name) =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((match) => match[1]);

function describeAlarms(at, fields = {}) {
  return form("monitoring", "2010-08-01", { Action: "DescribeAlarms", ...fields }, { at });
}

// Alarms of a region by name, with the topics that they tell. What a scaler makes for
// itself is not ours.
function alarmsIn(at, prefix) {
  const fields = { AlarmNamePrefix: `${prefix}-` };
  return elements(describeAlarms(at, fields), "AlarmName").map((name) => {
    const one = describeAlarms(at, { "AlarmNames.member.1": name });
    return { name, topics: [...new Set(one.match(/arn:aws:sns:[^<]*/g))] };
  });
}

function subscribed(topic, at) {
  const fields = { Action: "ListSubscriptionsByTopic", TopicArn: topic };
  return elements(form("sns", "2010-03-31", fields, { at }), "Endpoint");
}

// Every alarm tells one topic, and that the addresses of the environment's file.
function alarms(prefix, emails, hasDatabase) {
  const regions = {
    "eu-west-1": alarmsIn("eu-west-1", prefix),
    "us-east-1": alarmsIn("us-east-1", prefix),
  };
  const names = Object.values(regions).flatMap((all) => all.map(({ name }) => name));
  const wanted = ["ecs-failing", "ecs-slow", "edge-failing", "edge-certificate"];
  for (const service of ["gateway", "frontend", "config", "transform", "storage"]) {
    wanted.push(`ecs-${service}-busy`, `ecs-${service}-memory`);
  }
  if (hasDatabase) wanted.push("data-busy", "data-disk", "data-memory");
  for (const name of wanted) assert.ok(names.includes(`${prefix}-${name}`), `no alarm ${name}`);
  for (const [at, all] of Object.entries(regions)) {
    for (const { name, topics } of all) {
      assert.equal(topics.length, 1, name);
      assert.deepEqual(subscribed(topics[0], at), emails, name);
    }
  }
  return names.length;
}

function budget(prefix, emails) {
  const ask = (call, body) =>
    JSON.parse(
      json("budgets", `AWSBudgetServiceGateway.${call}`, {
        AccountId: account,
        BudgetName: prefix,
        ...body,
      }),
    );
  const { Amount, Unit } = ask("DescribeBudget").Budget.BudgetLimit;
  const { Notifications } = ask("DescribeNotificationsForBudget");
  assert.equal(Notifications.length, 2);
  for (const Notification of Notifications) {
    const { Subscribers } = ask("DescribeSubscribersForNotification", { Notification });
    assert.deepEqual(
      Subscribers.map(({ Address }) => Address),
      emails,
    );
  }
  return `${Number(Amount)} ${Unit}`;
}

function logsEnd() {
  const { logGroups } = JSON.parse(json("logs", "Logs_20140328.DescribeLogGroups", {}));
  const endless = logGroups.filter((one) => !one.retentionInDays || !one.kmsKeyId);
  assert.deepEqual(
    endless.map(({ logGroupName }) => logGroupName),
    [],
  );
  return logGroups.length;
}

// Variables of each server's container, and what its files are made of.
function reports(prefix, environment, telemetry) {
  for (const service of ["gateway", "config", "transform", "storage"]) {
    const { taskDefinition } = JSON.parse(
      json("ecs", "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition", {
        taskDefinition: `${prefix}-${service}`,
      }),
    );
    const [server, helper] = taskDefinition.containerDefinitions;
    const variables = Object.fromEntries(server.environment.map((one) => [one.name, one.value]));
    assert.equal(variables.TRIAD_ENVIRONMENT, environment, service);
    const { otlp_endpoint, sample_ratio, otlp_headers_arn, sentry_dsn_arn } = telemetry;
    assert.equal(variables.TRIAD_OTLP_ENDPOINT, otlp_endpoint, service);
    assert.equal(variables.TRIAD_TRACE_SAMPLE_RATIO, sample_ratio && String(sample_ratio), service);
    const secrets = (helper?.secrets ?? []).map(({ valueFrom }) => valueFrom);
    for (const [arn, property, variable, file] of [
      [otlp_headers_arn, "headers", "TRIAD_OTLP_HEADERS_FILE", "/secrets/otlp_headers"],
      [sentry_dsn_arn, "dsn", "TRIAD_SENTRY_DSN_FILE", "/secrets/sentry_dsn"],
    ]) {
      assert.equal(variables[variable], arn && file, service);
      if (arn) assert.ok(secrets.includes(`${arn}:${property}::`), `${service}: ${secrets}`);
    }
  }
  return Object.keys(telemetry).length > 0
    ? "traces and error reports have addresses"
    : "no traces";
}

// What was found, as a line.
export function told(environment, prefix, { emails, hasDatabase, telemetry }) {
  const count = alarms(prefix, emails, hasDatabase);
  const limit = budget(prefix, emails);
  const groups = logsEnd();
  const addresses = reports(prefix, environment, telemetry);
  return `${count} alarms and a budget of ${limit} tell ${emails}; ${groups} groups of logs end; ${addresses}`;
}
