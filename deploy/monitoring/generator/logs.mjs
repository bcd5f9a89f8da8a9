// What the parts write, as deploy/gitops/platform/collector.alloy labels it for Loki.
import { choice, dashboard, graph, logs, oneOf, sourceChoice, text } from "./grafana.mjs";

// Loki wants one label that is surely there.
const OF = `container=~".+", namespace=~"$namespace", job=~"$job"`;
const LINES = `{${OF}, level=~"$level"} |= \`$search\``;

const amounts = {
  title: "How much",
  height: 6,
  panels: [
    graph({
      title: "Lines by severity",
      description: "Per second. What is not a line of JSON, such as the page's, has no severity.",
      unit: "cps",
      logs: true,
      stacked: true,
      queries: [[`sum by (level) (rate(${LINES} [$__auto]))`, "{{level}}"]],
    }),
    graph({
      title: "Warnings and errors by part",
      description: "Per second.",
      unit: "cps",
      logs: true,
      queries: [
        [
          `sum by (job, level) (rate({${OF}, level=~"warning|error"} [$__auto]))`,
          "{{job}} {{level}}",
        ],
      ],
    }),
  ],
};

const errors = {
  title: "What went wrong",
  height: 10,
  panels: [
    logs({
      title: "Warnings and errors",
      description: "Of the chosen parts, whatever is searched for.",
      queries: [[`{${OF}, level=~"warning|error"}`]],
    }),
  ],
};

const lines = {
  title: "Everything",
  height: 18,
  panels: [
    logs({
      title: "Lines",
      description:
        "That hold the text searched for: a request_id finds a request in the gateway and in the services, a trace_id all of a trace.",
      queries: [[LINES]],
    }),
  ],
};

export default dashboard({
  uid: "triad-logs",
  title: "Triad / Logs",
  description: "What the parts write, from Loki; empty where there is none.",
  choices: [
    sourceChoice("logs", "Logs", "loki", "The Loki that keeps the logs."),
    choice("namespace", "Namespace", "triad_build_info", "Of a cluster; there is none elsewhere."),
    choice("job", "Part", "triad_build_info", "gateway, config, transform or storage."),
    oneOf("level", "Severity", ["debug", "info", "warning", "error"], "Of a line."),
    text("search", "Search", "What a line has to hold, as it stands in it."),
  ],
  rows: [amounts, errors, lines],
});
