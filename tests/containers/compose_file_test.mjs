// docker-compose.yml keeps its promises: what is published, what may be written,
// what is checked, and that it fits the images and the monitoring.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { services as list } from "../../tools/suite.mjs";

const root = resolve(import.meta.dirname, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");
const file = parse(read("docker-compose.yml"), { merge: true });
const services = Object.entries(file.services);
const ours = services.filter(([, service]) => !service.profiles);

test("the default profile is the suite", () => {
  for (const [name, service] of ours) {
    assert.equal(service.build.target, name);
    assert.match(service.image, new RegExp(`^triad/${name}:`));
  }
  for (const [, service] of services) {
    if (service.profiles) assert.deepEqual(service.profiles, ["observability"]);
  }
});

test("two ports are published, on loopback; one more with a profile", () => {
  const published = (list) => list.flatMap(([, service]) => service.ports ?? []);
  assert.equal(published(ours).length, 2);
  assert.equal(published(services).length, 3);
  for (const port of published(services)) assert.match(port, /^127\.0\.0\.1:/);
});

test("services are reached through the gateway alone", () => {
  assert.equal(file.networks.back.internal, true);
  for (const { name } of list) {
    assert.deepEqual(file.services[name].networks, ["back"]);
  }
  assert.deepEqual(file.services.frontend.networks, ["front"]);
});

test("the gateway believes the frontend's nginx, by which every user of the page comes", () => {
  const believed = file.services.gateway.environment.TRIAD_TRUSTED_PROXIES.split(",");
  // The network has no fixed block, so that it collides with none: it gets a private one.
  assert.equal(file.networks.front?.ipam, undefined);
  assert.deepEqual(believed, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);
  // Nobody but this machine reaches the gateway past it.
  for (const port of file.services.gateway.ports) assert.match(port, /^127\.0\.0\.1:/);
  assert.match(
    read("frontend/nginx/nginx.conf"),
    /proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;/,
  );
});

test("every container is confined", () => {
  for (const [name, service] of services) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ["ALL"], name);
    assert.ok(service.security_opt.includes("no-new-privileges:true"), name);
    assert.ok(service.mem_limit, name);
    assert.ok(service.pids_limit, name);
    assert.ok(!service.privileged && !service.cap_add && !service.network_mode, name);
    assert.ok(service.logging.options["max-size"], name);
  }
});

test("every container is checked, and starts after what it needs is well", () => {
  for (const [name, service] of services) {
    assert.equal(service.healthcheck.test[0], "CMD", `${name}: no shell`);
    for (const needed of Object.values(service.depends_on ?? {})) {
      assert.equal(needed.condition, "service_healthy", name);
    }
  }
  assert.deepEqual(Object.keys(file.services.frontend.depends_on), ["gateway"]);
});

test("Prometheus and Grafana get our own files, and no password is published", () => {
  for (const name of ["prometheus", "grafana"]) {
    const mounts = file.services[name].volumes.filter((one) => one.startsWith("./"));
    assert.ok(mounts.length > 0, name);
    for (const mount of mounts) {
      const [from, , mode] = mount.split(":");
      assert.ok(existsSync(join(root, from)), from);
      assert.equal(mode, "ro");
    }
  }
  const targets = parse(read("deploy/monitoring/prometheus.yml"))
    .scrape_configs.flatMap((job) => job.static_configs)
    .flatMap((one) => one.targets);
  for (const target of targets) {
    const [name, port] = target.split(":");
    assert.match(file.services[name].healthcheck.test[2], new RegExp(`:${port}/`), target);
  }
  const grafana = file.services.grafana.environment;
  assert.equal(grafana.GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION, "true");
  assert.ok(!Object.keys(grafana).some((name) => /PASSWORD|SECRET/.test(name)));
});

test("it says nothing that docker-compose 1.29 or Compose v2 would not take", () => {
  assert.ok(!("version" in file), "Compose v2 warns about it");
  const known = [
    "build",
    "cap_drop",
    "depends_on",
    "environment",
    "healthcheck",
    "image",
    "logging",
    "mem_limit",
    "networks",
    "pids_limit",
    "ports",
    "profiles",
    "read_only",
    "restart",
    "security_opt",
    "stop_grace_period",
    "tmpfs",
    "volumes",
  ];
  for (const [name, service] of services) {
    for (const key of Object.keys(service)) assert.ok(known.includes(key), `${name}.${key}`);
  }
});

test("objects go into S3 by one more file, which changes storage alone", () => {
  const { services: changed } = parse(read("docker-compose.s3.yml"));
  assert.deepEqual(Object.keys(changed), ["storage"]);
  assert.deepEqual(changed.storage.networks, ["back", "front"]);
  for (const [name, value] of Object.entries(changed.storage.environment)) {
    assert.match(value, new RegExp(`^\\$\\{${name}:[-?]`), "nothing is set that nobody said");
  }
});
