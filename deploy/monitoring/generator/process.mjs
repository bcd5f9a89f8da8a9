// What each process uses, and what it may.
import { choice, dashboard, graph, stat, table, thresholds } from "./grafana.mjs";

const PROCESS = `namespace=~"$namespace", job=~"$job", instance=~"$instance"`;
const OURS = `and on (job, instance) triad_build_info{${PROCESS}}`;

const identity = {
  title: "Processes",
  height: 7,
  panels: [
    table({
      title: "Builds",
      description: "What runs where.",
      unit: "short",
      columns: ["job", "instance", "version", "commit", "compiler"],
      hidden: ["Time", "Value", "__name__", "service"],
      queries: [[`triad_build_info{${PROCESS}}`]],
    }),
    stat({
      title: "Up for",
      description: "Since the process started.",
      unit: "s",
      queries: [
        [`time() - process_start_time_seconds{${PROCESS}} ${OURS}`, "{{job}} {{instance}}"],
      ],
    }),
    graph({
      title: "Starts",
      description: "Within the last 15 minutes. Three make an alert.",
      unit: "short",
      steps: thresholds(1, 3),
      queries: [
        [`changes(process_start_time_seconds{${PROCESS}}[15m]) ${OURS}`, "{{job}} {{instance}}"],
      ],
    }),
  ],
};

const use = {
  title: "Use",
  panels: [
    graph({
      title: "Processor",
      description: "Cores in use.",
      unit: "short",
      decimals: 2,
      queries: [
        [
          `rate(process_cpu_seconds_total{${PROCESS}}[$__rate_interval]) ${OURS}`,
          "{{job}} {{instance}}",
        ],
      ],
    }),
    graph({
      title: "Memory",
      description: "In RAM.",
      unit: "bytes",
      queries: [[`process_resident_memory_bytes{${PROCESS}} ${OURS}`, "{{job}} {{instance}}"]],
    }),
    graph({
      title: "Memory by limit",
      description: "Share of what the control group, or the machine, allows.",
      unit: "percentunit",
      max: 1,
      steps: thresholds(0.8, 0.9),
      queries: [
        [
          `process_resident_memory_bytes{${PROCESS}} / triad_memory_limit_bytes{${PROCESS}}`,
          "{{job}} {{instance}}",
        ],
      ],
    }),
  ],
};

const handles = {
  title: "Handles",
  panels: [
    graph({
      title: "Descriptors by limit",
      description: "Share of the file descriptors that may be open.",
      unit: "percentunit",
      max: 1,
      steps: thresholds(0.7, 0.8),
      queries: [
        [
          `process_open_fds{${PROCESS}} / process_max_fds{${PROCESS}} ${OURS}`,
          "{{job}} {{instance}}",
        ],
      ],
    }),
    graph({
      title: "Threads",
      description: "Of each process.",
      unit: "short",
      queries: [[`process_threads{${PROCESS}} ${OURS}`, "{{job}} {{instance}}"]],
    }),
    graph({
      title: "Watches",
      description: "Open watches of config, and how often per second one had to read the database.",
      unit: "short",
      queries: [
        [`triad_config_watchers{${PROCESS}}`, "{{instance}} open"],
        [
          `rate(triad_config_watch_replays_total{${PROCESS}}[$__rate_interval])`,
          "{{instance}} replays per second",
        ],
      ],
    }),
  ],
};

const calls = {
  title: "Calls of services",
  panels: [
    graph({
      title: "In flight",
      description: "Calls that run now, by method.",
      unit: "short",
      queries: [
        [`sum by (job, method) (triad_rpc_server_in_flight{${PROCESS}}) > 0`, "{{job}} {{method}}"],
      ],
    }),
    graph({
      title: "Executor's queue",
      description: "Tasks that wait for a thread, and how many may (--executor_queue).",
      unit: "short",
      queries: [
        [`triad_executor_queue{${PROCESS}}`, "{{job}} {{instance}}"],
        [`triad_executor_queue_limit{${PROCESS}}`, "{{job}} {{instance}} may wait"],
      ],
    }),
    graph({
      title: "Refused calls",
      description: "Per second: answered 503, because the executor's queue is full.",
      unit: "reqps",
      steps: thresholds(0.001, 1),
      queries: [
        [
          `rate(triad_executor_refused_total{${PROCESS}}[$__rate_interval])`,
          "{{job}} {{instance}}",
        ],
      ],
    }),
  ],
};

const reporting = {
  title: "What is told to others",
  panels: [
    graph({
      title: "Spans",
      description:
        "Per second, of processes with --otlp_endpoint: taken by the collector, and not.",
      unit: "cps",
      queries: [
        [`rate(triad_trace_spans_sent_total{${PROCESS}}[$__rate_interval])`, "{{job}} sent"],
        [
          `rate(triad_trace_spans_dropped_total{${PROCESS}}[$__rate_interval])`,
          "{{job}} dropped: {{reason}}",
        ],
      ],
    }),
    graph({
      title: "Error reports",
      description: "Per second, of processes with a DSN: taken by the receiver, and not.",
      unit: "cps",
      queries: [
        [`rate(triad_error_reports_sent_total{${PROCESS}}[$__rate_interval])`, "{{job}} sent"],
        [
          `rate(triad_error_reports_dropped_total{${PROCESS}}[$__rate_interval])`,
          "{{job}} dropped: {{reason}}",
        ],
      ],
    }),
  ],
};

export default dashboard({
  uid: "triad-process",
  title: "Triad / Processes",
  description: "Processor, memory, descriptors and queues of each process.",
  choices: [
    choice("namespace", "Namespace", "triad_build_info", "Of a cluster; there is none elsewhere."),
    choice("job", "Part", "triad_build_info", "gateway, config, transform or storage."),
    choice("instance", "Instance", "triad_build_info", "One process of it."),
  ],
  rows: [identity, use, handles, calls, reporting],
});
