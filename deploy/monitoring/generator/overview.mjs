// What is asked of each part, how much of it fails, and how long it takes.
import { names, services } from "../../../tools/suite.mjs";
import { choice, dashboard, graph, stat, thresholds, thresholdsBelow } from "./grafana.mjs";

const PARTS = ["gateway", ...names(services)];
const FAILURES = "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS";

// The metrics of a part that has requests: the gateway's HTTP, a service's gRPC.
function metricsOf(job) {
  if (job === "gateway") {
    const asked = `job="gateway", namespace=~"$namespace", route!="/api/health"`;
    return {
      requests: `triad_gateway_requests_total{${asked}}`,
      failures: `triad_gateway_requests_total{${asked}, code=~"5.."}`,
      latency: `triad_gateway_latency_seconds_bucket{${asked}}`,
      code: "code",
      quick: 0.25,
    };
  }
  const asked = `job="${job}", namespace=~"$namespace"`;
  const calls = `${asked}, method!~"Watch.*"`;
  return {
    requests: `triad_rpc_server_calls_total{${calls}}`,
    failures: `triad_rpc_server_calls_total{${calls}, code=~"${FAILURES}"}`,
    latency: `triad_rpc_server_latency_seconds_bucket{${asked}}`,
    code: "code",
    quick: 0.1,
  };
}

function requestsRow(job) {
  const { requests, failures, latency, code, quick } = metricsOf(job);
  const quantile = (q) =>
    `histogram_quantile(${q}, sum by (le) (rate(${latency}[$__rate_interval])))`;
  return {
    title: job,
    panels: [
      graph({
        title: `${job}: requests`,
        description: "Answered per second, by status. What was never answered is not among them.",
        unit: "reqps",
        stacked: true,
        queries: [[`sum by (${code}) (rate(${requests}[$__rate_interval])) > 0`, `{{${code}}}`]],
      }),
      graph({
        title: `${job}: failed requests`,
        description:
          "Share that failed by fault of the server. The line is the budget: one in a thousand.",
        unit: "percentunit",
        steps: thresholds(0.001, 0.01),
        queries: [
          [
            `sum(rate(${failures}[$__rate_interval])) / sum(rate(${requests}[$__rate_interval]))`,
            "failed",
          ],
        ],
      }),
      graph({
        title: `${job}: latency`,
        description: `Of unary requests, by percentile. 99 % should take less than ${quick * 1000} ms.`,
        unit: "s",
        steps: thresholds(quick, quick * 4),
        queries: [
          [quantile(0.5), "50 %"],
          [quantile(0.95), "95 %"],
          [quantile(0.99), "99 %"],
        ],
      }),
    ],
  };
}

const summary = {
  title: "Now",
  height: 5,
  panels: [
    stat({
      title: "Ready",
      description: "Processes that say that they can work, by part.",
      unit: "short",
      steps: thresholdsBelow(1, 1),
      queries: [[`sum by (job) (triad_ready{namespace=~"$namespace"})`, "{{job}}"]],
    }),
    stat({
      title: "Not reached",
      description: "Processes whose admin port Prometheus does not reach.",
      unit: "short",
      steps: thresholds(1, 1),
      queries: [
        [
          `count(up{job=~"${PARTS.join("|")}", namespace=~"$namespace"} == 0)
           or vector(0)`,
          "processes",
        ],
      ],
    }),
    stat({
      title: "Alerts",
      description: "Alerts of Triad that are firing.",
      unit: "short",
      steps: thresholds(1, 1),
      queries: [
        [
          `count(ALERTS{alertname=~"Triad.*", alertstate="firing", namespace=~"$namespace"})
           or vector(0)`,
          "firing",
        ],
      ],
    }),
    stat({
      title: "Availability budget",
      description:
        "How many times faster than evenly the budget of failures was spent in the last hour. " +
        "14.4 spends 2 % of a month's in that hour, and alerts.",
      unit: "short",
      decimals: 1,
      steps: thresholds(1, 14.4),
      queries: [
        [`namespace_job:triad_availability:burnrate1h{namespace=~"$namespace"}`, "{{job}}"],
      ],
    }),
    stat({
      title: "Latency budget",
      description: "The same for requests that are slow.",
      unit: "short",
      decimals: 1,
      steps: thresholds(1, 14.4),
      queries: [[`namespace_job:triad_latency:burnrate1h{namespace=~"$namespace"}`, "{{job}}"]],
    }),
    stat({
      title: "Disk free",
      description: "Share of the disk of a data directory that is free.",
      unit: "percentunit",
      max: 1,
      steps: thresholdsBelow(0.2, 0.05),
      queries: [
        [
          `min by (job) (
             triad_data_free_bytes{namespace=~"$namespace"}
             / triad_data_capacity_bytes{namespace=~"$namespace"}
           )`,
          "{{job}}",
        ],
      ],
    }),
  ],
};

export default dashboard({
  uid: "triad-overview",
  title: "Triad / Overview",
  description: "Rate, errors and duration of the gateway and of each service.",
  choices: [
    choice("namespace", "Namespace", "triad_build_info", "Of a cluster; there is none elsewhere."),
  ],
  rows: [summary, ...PARTS.map(requestsRow)],
});
