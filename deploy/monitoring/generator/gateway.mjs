// What the gateway is asked by route, and how its services are reached.
import { choice, dashboard, graph, thresholds } from "./grafana.mjs";

const GATEWAY = `job="gateway", namespace=~"$namespace", instance=~"$instance"`;
const ROUTE = `${GATEWAY}, route=~"$route"`;

const byRoute = (quantile) => `histogram_quantile(${quantile}, sum by (le, route) (
  rate(triad_gateway_latency_seconds_bucket{${ROUTE}}[$__rate_interval])
))`;

const requests = {
  title: "Requests",
  panels: [
    graph({
      title: "Requests by route",
      description: "Answered per second. `none` is a path that no route has, `site` a static file.",
      unit: "reqps",
      stacked: true,
      queries: [
        [
          `sum by (route) (rate(triad_gateway_requests_total{${ROUTE}}[$__rate_interval])) > 0`,
          "{{route}}",
        ],
      ],
    }),
    graph({
      title: "Requests by status",
      description: "Answered per second. 499 is a client that left before the answer was complete.",
      unit: "reqps",
      stacked: true,
      queries: [
        [
          `sum by (code) (rate(triad_gateway_requests_total{${ROUTE}}[$__rate_interval])) > 0`,
          "{{code}}",
        ],
      ],
    }),
    graph({
      title: "Failures by route",
      description: "Answers with a status of 500 and above, per second.",
      unit: "reqps",
      steps: thresholds(0.1, 1),
      queries: [
        [
          `sum by (route, code) (
             rate(triad_gateway_requests_total{${ROUTE}, code=~"5.."}[$__rate_interval])
           )`,
          "{{route}} {{code}}",
        ],
      ],
    }),
  ],
};

const durations = {
  title: "Latency",
  panels: [
    graph({
      title: "Median by route",
      description: "Of unary requests, from the head of a request to the end of its answer.",
      unit: "s",
      queries: [[byRoute(0.5), "{{route}}"]],
    }),
    graph({
      title: "99th percentile by route",
      description: "Of unary requests. 99 % should take less than 250 ms.",
      unit: "s",
      steps: thresholds(0.25, 1),
      queries: [[byRoute(0.99), "{{route}}"]],
    }),
    graph({
      title: "In flight",
      description: "Requests being answered now, streams among them.",
      unit: "short",
      queries: [[`triad_gateway_in_flight{${GATEWAY}}`, "{{instance}}"]],
    }),
  ],
};

const connections = {
  title: "Clients",
  panels: [
    graph({
      title: "Open connections",
      description: "And how many may be (--max_connections).",
      unit: "short",
      queries: [
        [`triad_http_connections{${GATEWAY}}`, "{{instance}}"],
        [`triad_http_connection_limit{${GATEWAY}}`, "{{instance}} may have"],
      ],
    }),
    graph({
      title: "Connections turned away",
      description: "Closed at once per second, because --max_connections were open.",
      unit: "cps",
      steps: thresholds(0.001, 1),
      queries: [
        [
          `rate(triad_http_refused_connections_total{${GATEWAY}}[$__rate_interval])`,
          "{{instance}}",
        ],
      ],
    }),
    graph({
      title: "Unreadable requests",
      description: "Per second: malformed, too large or too slow to reach a route.",
      unit: "reqps",
      queries: [
        [`rate(triad_http_refused_requests_total{${GATEWAY}}[$__rate_interval])`, "{{instance}}"],
      ],
    }),
  ],
};

const upstreams = {
  title: "Services",
  panels: [
    graph({
      title: "Calls by target",
      description: "Begun per second, by the address of the service.",
      unit: "reqps",
      stacked: true,
      queries: [
        [
          `sum by (target) (rate(triad_upstream_calls_total{${GATEWAY}}[$__rate_interval]))`,
          "{{target}}",
        ],
      ],
    }),
    graph({
      title: "Connections by target",
      description: "Open now. None is fine until the first call, and a failure after it.",
      unit: "short",
      queries: [[`sum by (target) (triad_upstream_connections{${GATEWAY}})`, "{{target}}"]],
    }),
    graph({
      title: "Failures to connect",
      description: "Attempts per second, by the address of the service.",
      unit: "cps",
      steps: thresholds(0.1, 1),
      queries: [
        [
          `sum by (target) (
             rate(triad_upstream_connect_failures_total{${GATEWAY}}[$__rate_interval])
           )`,
          "{{target}}",
        ],
      ],
    }),
  ],
};

export default dashboard({
  uid: "triad-gateway",
  title: "Triad / Gateway",
  description: "What the gateway is asked by route, and how it reaches the services.",
  choices: [
    choice("namespace", "Namespace", "triad_build_info", "Of a cluster; there is none elsewhere."),
    choice("instance", "Instance", "triad_gateway_in_flight", "One process of the gateway."),
    choice("route", "Route", "triad_gateway_requests_total", "A path as the API declares it."),
  ],
  rows: [requests, durations, connections, upstreams],
});
