// Whatever cannot read suite.json repeats it: chart, compose, images, pipeline,
// Prometheus and nginx. Here each copy is held to the list.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import {
  healthOf,
  member,
  names,
  otherImages,
  servers,
  services,
  suite,
} from "../../tools/suite.mjs";

const root = resolve(import.meta.dirname, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");
// !reference [job, key] and the like are as good as what they stand for.
const yaml = (path) => parse(read(path), { merge: true, logLevel: "silent" });
const sorted = (list) => [...list].sort();
const everyImage = [...names(suite), ...otherImages];

test("the list: one entry a line, no port twice, the gateway after what it calls", () => {
  const lines = read("suite.json").trimEnd().split("\n").slice(1, -1);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line.replace(/,$/, ""))),
    suite,
  );
  const ports = suite.flatMap(({ port, admin_port }) => [port, admin_port ?? port]);
  assert.equal(new Set(ports).size, suite.length + servers.length);
  assert.deepEqual(names(servers), [...names(services), "gateway"]);
  for (const { name, service } of services) assert.ok(service.startsWith(`triad.${name}.v1.`));
});

test("the chart's values", () => {
  const entries = Object.entries(yaml("helm/triad/values.yaml").services).map(([name, one]) => ({
    name,
    service: one.grpcService,
    port: one.port,
    admin_port: one.adminPort,
    data: "database" in one,
  }));
  const byName = (list) => Object.fromEntries(list.map((one) => [one.name, one]));
  const expected = suite.map((one) => ({ service: undefined, admin_port: undefined, ...one }));
  assert.deepEqual(byName(entries), byName(expected));
});

test("docker-compose.yml", () => {
  const { services: containers, volumes } = yaml("docker-compose.yml");
  const ours = Object.keys(containers).filter((name) => !containers[name].profiles);
  assert.deepEqual(sorted(ours), sorted(names(suite)));
  const { gateway } = containers;
  assert.deepEqual(Object.keys(gateway.depends_on), names(services));
  const upstreams = services.map(({ name, service, port }) => `${service}=${name}:${port}`);
  assert.equal(gateway.environment.TRIAD_UPSTREAM, upstreams.join(","));
  for (const one of suite) {
    const { healthcheck, volumes: mounts } = containers[one.name];
    const probe = ["CMD", "/triad-probe", `http://127.0.0.1:${healthOf(one).join("")}`];
    assert.deepEqual(healthcheck.test, probe);
    assert.deepEqual(mounts, one.data ? [`${one.name}:/var/lib/triad`] : undefined, one.name);
  }
  const kept = names(suite.filter(({ data }) => data));
  assert.deepEqual(Object.keys(volumes), [...kept, "prometheus", "grafana"]);
});

test("the Dockerfile", () => {
  const [, ...stages] = read("Dockerfile").split(/^FROM base AS /m);
  const stage = new Map(stages.map((text) => [text.split("\n", 1)[0], text]));
  assert.deepEqual(sorted(stage.keys()), sorted(everyImage));
  for (const { name, port, admin_port, data } of suite) {
    const text = stage.get(name);
    const open = [port, admin_port].filter(Boolean);
    assert.ok(text.includes(`\nEXPOSE ${open.join(" ")}\n`), name);
    assert.equal(text.includes("\nVOLUME /var/lib/triad\n"), data, name);
    if (!admin_port) continue;
    const listen = `TRIAD_LISTEN=0.0.0.0:${port} TRIAD_ADMIN_LISTEN=0.0.0.0:${admin_port} `;
    assert.ok(text.includes(listen), name);
    assert.ok(text.includes(`ENTRYPOINT ["/triad-${name}"]`), name);
  }
});

test("bash has the same list of images that are no part of the suite", () => {
  const [, list] = /^other_images=\((.*)\)$/m.exec(read("tools/suite.sh"));
  assert.deepEqual(list.split(" "), otherImages);
});

test("a gateway that stands alone runs as the one of the suite", () => {
  const text = read("Dockerfile");
  const stage = (name) => text.split(`FROM base AS ${name}\n`)[1].split("\n\n")[0];
  const run = (name) =>
    stage(name)
      .split("\n")
      .filter((line) => /^(ENV|EXPOSE|STOPSIGNAL|ENTRYPOINT)/.test(line));
  assert.deepEqual(run("standalone-gateway"), run("gateway"));
  assert.equal(run("gateway").length, 4);
});

test("the pipeline: an image's jobs look at its sources, and dev waits for all of them", () => {
  const { include } = yaml(".gitlab-ci.yml");
  const inputs = (file) => include.filter(({ local }) => local === file).map((one) => one.inputs);
  const images = inputs("deploy/ci/image.yml");
  assert.deepEqual(sorted(images.map(({ image }) => image)), sorted(everyImage));
  for (const { image, sources } of images.filter(({ image }) => member(image))) {
    const own = member(image).service ? `services/${image}/**/*` : `${image}/**/*`;
    assert.ok(sources.includes(own), image);
  }
  const [dev] = inputs("deploy/ci/environment.yml");
  const awaited = dev.needs.map((one) => one.job).filter((job) => /^(image|scan):/.test(job));
  const jobs = everyImage.flatMap((name) => [`image:${name}`, `scan:${name}`]);
  assert.deepEqual(sorted(awaited), sorted(jobs));
  const [{ IMAGE: scanned }] = yaml("deploy/ci/images.yml").rescan.parallel.matrix;
  assert.deepEqual(sorted(scanned), sorted(names(suite)));
});

test("Terraform's repositories of images", () => {
  const registry = read("deploy/terraform/layers/bootstrap/registry.tf");
  const [, list] = /variable "images" \{[^}]*?default\s*= (\[.*\])/.exec(registry);
  assert.deepEqual(sorted(JSON.parse(list)), sorted(everyImage));
});

test("Prometheus' targets, and its rules about all processes", () => {
  const { scrape_configs: jobs } = yaml("deploy/monitoring/prometheus.yml");
  assert.deepEqual(
    sorted(jobs.flatMap((job) => job.static_configs[0].targets)),
    sorted(servers.map(({ name, admin_port }) => `${name}:${admin_port}`)),
  );
  const everyProcess = read("deploy/monitoring/rules/processes.yaml").matchAll(/up\{job=~"(.*?)"/g);
  for (const [, job] of everyProcess) {
    assert.deepEqual(sorted(job.split("|")), sorted(names(servers)));
  }
});

test("nginx", () => {
  assert.match(
    read("frontend/nginx/triad/gateway.conf"),
    new RegExp(`default gateway:${member("gateway").port};`),
  );
  const listen = new RegExp(`^ *listen (\\S+:)?${member("frontend").port}\\b`, "m");
  assert.match(read("frontend/nginx/nginx.conf"), listen);
});
