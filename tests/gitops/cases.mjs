// What the root is rendered with: every environment, and every switch.
const set = (values) =>
  Object.entries(values).flatMap(([path, value]) => [
    "--set-json",
    `${path}=${JSON.stringify(value)}`,
  ]);

// [environment, further arguments], by a name.
export const cases = {
  dev: ["dev"],
  staging: ["staging"],
  production: ["production"],
  "logs in CloudWatch": ["staging", set({ "logs.store": "cloudwatch" })],
  "an Ingress controller of its own, with certificates of Let's Encrypt": [
    "staging",
    set({
      "ingress.className": "nginx",
      "ingress.clusterIssuer": "letsencrypt",
      "acme.email": "operators@example.com",
    }),
  ],
  "a cluster without add-ons": ["dev", set({ "charts.metrics-server.enabled": true })],
  "no snapshots": ["dev", set({ "backup.snapshots": null })],
  "one newer chart": ["dev", set({ "charts.keda.version": "2.20.2" })],
};

// What is refused, and the sentence.
export const refused = {
  "a version that is a range": [
    { "charts.keda.version": "2.x" },
    /charts\/keda\/version.*does not match/,
  ],
  "a store of logs that there is not": [{ "logs.store": "tape" }, /logs\/store.*one of .loki/],
  "an address without TLS to read from": [
    { "facts.repository": "http://gitlab.com/example/triad.git" },
    /facts\/repository.*does not match/,
  ],
  "a value that there is not": [{ "logs.retain": "1h" }, /additional properties 'retain'/],
  "an Ingress without TLS": [{ "ingress.className": "nginx" }, /ingress\.clusterIssuer: who signs/],
  "a load balancer without a certificate": [
    { "facts.certificateArn": "" },
    /facts\.certificateArn: of the load balancer/,
  ],
  "a load balancer that lets everybody in": [
    { "facts.cloudfrontPrefixList": "" },
    /facts\.cloudfrontPrefixList: whom the load balancer lets in/,
  ],
  "a production that tells nobody of alerts": [
    { "facts.environment": "production" },
    /alerts: production has to tell somebody: slack, email, pagerduty or webhook/,
  ],
  "an e-mail that nobody sends": [
    { "alerts.email.to": "operators@example.com" },
    /alerts\.email: from and smarthost/,
  ],
  "runbooks at a path of a repository": [
    { "alerts.runbooks": "docs/operations.md" },
    /alerts\/runbooks.*does not match/,
  ],
  "a channel without its sign": [
    { "alerts.slack.channel": "alerts" },
    /alerts\/slack\/channel.*does not match/,
  ],
  "a cluster without a name": [{ "facts.cluster": "" }, /facts\.cluster: deploy\/aws says it/],
};
export { set };
