// The databases of the services, and the disks they are on.
import { choice, dashboard, graph, thresholds, thresholdsBelow } from "./grafana.mjs";

const DATABASE = `namespace=~"$namespace", job=~"$job", instance=~"$instance"`;

const rate = (metric) => `sum by (job) (rate(${metric}{${DATABASE}}[$__rate_interval]))`;
const quantile = (q, metric) =>
  `histogram_quantile(${q}, sum by (job, le) (rate(${metric}_bucket{${DATABASE}}[$__rate_interval])))`;

const work = {
  title: "Work",
  panels: [
    graph({
      title: "Reads and writes",
      description: "Transactions per second.",
      unit: "ops",
      queries: [
        [rate("triad_db_read_seconds_count"), "{{job}} reads"],
        [rate("triad_db_write_seconds_count"), "{{job}} writes"],
      ],
    }),
    graph({
      title: "Time of reads",
      description: "From call to answer, waiting for a connection included.",
      unit: "s",
      queries: [
        [quantile(0.5, "triad_db_read_seconds"), "{{job}} 50 %"],
        [quantile(0.99, "triad_db_read_seconds"), "{{job}} 99 %"],
      ],
    }),
    graph({
      title: "Time of writes",
      description: "From call to durable on disk, waiting for the commit included.",
      unit: "s",
      steps: thresholds(0.1, 1),
      queries: [
        [quantile(0.5, "triad_db_write_seconds"), "{{job}} 50 %"],
        [quantile(0.99, "triad_db_write_seconds"), "{{job}} 99 %"],
      ],
    }),
  ],
};

const commits = {
  title: "Commits",
  panels: [
    graph({
      title: "Commits",
      description: "Per second. Each is one write to the disk, however many writes it holds.",
      unit: "ops",
      queries: [[rate("triad_db_commit_group_size_count"), "{{job}}"]],
    }),
    graph({
      title: "Writes per commit",
      description: "Mean and 99th percentile. At most 256; many means that the disk is the limit.",
      unit: "short",
      queries: [
        [
          `${rate("triad_db_commit_group_size_sum")} / ${rate("triad_db_commit_group_size_count")}`,
          "{{job}} mean",
        ],
        [quantile(0.99, "triad_db_commit_group_size"), "{{job}} 99 %"],
      ],
    }),
    graph({
      title: "Waiting writes",
      description: "Writes that wait for their commit. A commit takes 256.",
      unit: "short",
      steps: thresholds(256, 1024),
      queries: [[`triad_db_writer_queue{${DATABASE}}`, "{{job}} {{instance}}"]],
    }),
  ],
};

const sizes = {
  title: "Sizes",
  panels: [
    graph({
      title: "Files",
      description:
        "The database, and its write-ahead log, which is folded into it again and again.",
      unit: "bytes",
      queries: [[`triad_db_file_bytes{${DATABASE}}`, "{{job}} {{instance}} {{file}}"]],
    }),
    graph({
      title: "Share of the limit",
      description: "Size of the database by what max_pages in --database allows.",
      unit: "percentunit",
      max: 1,
      steps: thresholds(0.8, 0.9),
      queries: [
        [
          `triad_db_file_bytes{${DATABASE}, file="database"}
           / ignoring (file) triad_db_limit_bytes{${DATABASE}}`,
          "{{job}} {{instance}}",
        ],
      ],
    }),
    graph({
      title: "Disk free",
      description: "Share of the bytes and of the inodes of the data directory's disk.",
      unit: "percentunit",
      max: 1,
      steps: thresholdsBelow(0.2, 0.05),
      queries: [
        [
          `triad_data_free_bytes{${DATABASE}} / triad_data_capacity_bytes{${DATABASE}}`,
          "{{job}} {{instance}} bytes",
        ],
        [
          `triad_data_free_inodes{${DATABASE}} / triad_data_capacity_inodes{${DATABASE}}`,
          "{{job}} {{instance}} inodes",
        ],
      ],
    }),
  ],
};

export default dashboard({
  uid: "triad-database",
  title: "Triad / Databases",
  description: "Reads, writes and commits of each service's database, and room for more.",
  choices: [
    choice("namespace", "Namespace", "triad_build_info", "Of a cluster; there is none elsewhere."),
    choice("job", "Service", "triad_db_limit_bytes", "A service that has a database."),
    choice("instance", "Instance", "triad_db_limit_bytes", "One process of it."),
  ],
  rows: [work, commits, sizes],
});
