// ./dev new service NAME: the files of tools/new/service with the name in the place of
// "example", and a line or a block wherever services are listed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { servers, services, suite } from "../suite.mjs";
import { Refusal } from "./files.mjs";

const templates = join(import.meta.dirname, "service");
// What lives beside services in some list.
const TAKEN = ["data", "gateway", "prometheus", "grafana", "runtime", "testing"];

const capitalised = (name) => name[0].toUpperCase() + name.slice(1);

function checkName(name) {
  if (!/^[a-z][a-z0-9]{1,19}$/.test(name ?? "")) {
    throw new Refusal("the name of a service is 2 to 20 lower-case letters and digits");
  }
  if (TAKEN.includes(name) || suite.some((one) => one.name === name)) {
    throw new Refusal(`'${name}' is taken`);
  }
}

// The ports that follow those of the services there are.
function nextPorts() {
  const port = Math.max(...services.map((one) => one.port)) + 1;
  const adminPort = Math.max(...servers.map((one) => one.admin_port)) + 1;
  if (suite.some((one) => [one.port, one.admin_port].includes(port))) {
    throw new Refusal(`port ${port} is taken: give one of suite.json another`);
  }
  return { port, adminPort };
}

// Wherever services are listed: [file, what the new one stands after, its text].
function places(name, { port, adminPort }) {
  const service = `triad.${name}.v1.${capitalised(name)}Service`;
  const last = services.at(-1);
  return [
    [
      "suite.json",
      new RegExp(`^.*"name": "${last.name}".*\n`, "m"),
      `  { "name": "${name}", "service": "${service}", "port": ${port}, "admin_port": ${adminPort}, "data": true },\n`,
    ],
    [
      "docker-compose.yml",
      new RegExp(`^ {6}${last.name}: { condition: service_healthy }\n`, "m"),
      `      ${name}: { condition: service_healthy }\n`,
    ],
    [
      "docker-compose.yml",
      new RegExp(`${last.service}=${last.name}:${last.port}`),
      `,${service}=${name}:${port}`,
    ],
    [
      "docker-compose.yml",
      new RegExp(`^ {2}${last.name}:\n(?: {4}.*\n)+`, "m"),
      `
  ${name}:
    <<: *limits
    image: triad/${name}:\${TRIAD_TAG:-dev}
    build: { context: ., target: ${name} }
    environment:
      <<: *telemetry
    networks: [back]
    volumes: ["${name}:/var/lib/triad"]
    mem_limit: 256m
    healthcheck:
      <<: *healthcheck
      test: [CMD, /triad-probe, "http://127.0.0.1:${adminPort}/readyz"]
`,
    ],
    ["docker-compose.yml", /^volumes:\n(?: {2}(?!prometheus)\w+:\n)*/m, `  ${name}:\n`],
    [
      "helm/triad/values.yaml",
      new RegExp(`^ {2}${last.name}:\n(?: {4}.*\n)+`, "m"),
      `  # ${capitalised(name)}.
  ${name}:
    protocol: grpc
    port: ${port}
    adminPort: ${adminPort}
    grpcService: ${service}
    database: sqlite
    replicas: 1
    persistence:
      size: 1Gi
    secretFiles:
      --auth_token_file: authToken/token
      --otlp_headers_file: otlpHeaders/headers
      --sentry_dsn_file: sentryDsn/dsn
`,
    ],
    [
      "Dockerfile",
      new RegExp(`^FROM base AS ${last.name}\n(?:.+\n)+`, "m"),
      `
FROM base AS ${name}
LABEL org.opencontainers.image.title="triad/${name}" \\
      org.opencontainers.image.description="${capitalised(name)} of Triad"
COPY --from=build /src/build/static/images/${name}/ /
COPY --from=build --chown=65532:65532 /src/build/static/images/data/ /var/lib/triad/
ENV TRIAD_LISTEN=0.0.0.0:${port} TRIAD_ADMIN_LISTEN=0.0.0.0:${adminPort} TRIAD_LOG_FORMAT=json \\
    TRIAD_DATA_DIR=/var/lib/triad
VOLUME /var/lib/triad
EXPOSE ${port} ${adminPort}
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-${name}"]
`,
    ],
    [
      ".gitlab-ci.yml",
      new RegExp(`^ {6}image: ${last.name}\n {6}sources: .*\n`, "m"),
      `  - local: deploy/ci/image.yml\n    inputs:\n      image: ${name}\n      sources: [services/${name}/**/*]\n`,
    ],
    ...["scan", "image"].map((job) => [
      ".gitlab-ci.yml",
      new RegExp(`^ {8}- { job: "${job}:${last.name}", optional: true }\n`, "m"),
      `        - { job: "${job}:${name}", optional: true }\n`,
    ]),
    ["deploy/ci/images.yml", /- IMAGE: \[[^\]]*/, `, ${name}`],
    [
      "deploy/terraform/layers/bootstrap/registry.tf",
      /^ {2}default {5}= \["gateway"[^\]]*/m,
      `, "${name}"`,
    ],
    [
      "deploy/monitoring/prometheus.yml",
      new RegExp(`^ {2}- job_name: ${last.name}\n(?: {4}.*\n)+`, "m"),
      `  - job_name: ${name}\n    static_configs:\n      - targets: [${name}:${adminPort}]\n`,
    ],
    ["deploy/monitoring/rules/processes.yaml", /up\{job=~"gateway[^"]*/g, `|${name}`],
    [
      "deploy/monitoring/rules/processes.yaml",
      new RegExp(`^ {10}or absent\\(up{job="${last.name}"}\\)\n`, "m"),
      `          or absent(up{job="${name}"})\n`,
    ],
    [
      "docs/operations.md",
      new RegExp(`^### triad-${last.name}\n(?:(?!#).*\n)*?(?:\\|.*\n)+`, "m"),
      `
### triad-${name}

| flag | default | |
|---|---|---|
| \`--listen\` | \`127.0.0.1:${port}\` | HOST:PORT for gRPC |
| \`--admin_listen\` | \`127.0.0.1:${adminPort}\` | HOST:PORT of \`/metrics\`, \`/livez\`, \`/readyz\`, \`/version\` |
| \`--data_dir\` | \`./data/${name}\` | directory that the process owns; a second process on it is refused |
| \`--database\` | none | as of config; without it \`sqlite:<data_dir>/${name}.db\` |
`,
    ],
  ];
}

export function newService(files, name) {
  checkName(name);
  const named = (text) => text.replaceAll("example", name).replaceAll("Example", capitalised(name));
  for (const entry of readdirSync(templates, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.create(named(path.slice(templates.length + 1)), named(readFileSync(path, "utf8")));
  }
  for (const [path, after, text] of places(name, nextPorts())) {
    files.replace(path, after, (found) => found + text);
  }
}
