// docker-compose.yml for real: the suite starts, is confined, answers as the
// local suite does, and loses nothing when a container is stopped.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { member, services } from "../../../tools/suite.mjs";
import { ask, begin, finish, freePort, until } from "../http.mjs";
import { Compose, docker, IMAGES, root, tag } from "./docker.mjs";
import { Load } from "./load.mjs";

const MIB = 1024 * 1024;
let compose;
let written;

async function allHealthy() {
  const states = await Promise.all(IMAGES.map((name) => compose.health(name)));
  return states.every((state) => state === "healthy");
}

before(async () => {
  const ports = { gateway: await freePort(), page: await freePort() };
  compose = new Compose(`triad-test-${process.pid}`, ports);
  await compose.run("up", "--detach", "--no-build");
  await until(allHealthy);
});

after(async () => {
  await compose.run("down", "--volumes", "--timeout", "5");
});

test("every container runs as nobody in particular, on a root it cannot write", async () => {
  for (const name of IMAGES) {
    const { Config, HostConfig, State } = await compose.container(name);
    assert.equal(State.Running, true);
    assert.equal(Config.User, "65532:65532", name);
    assert.equal(HostConfig.ReadonlyRootfs, true, name);
    assert.deepEqual(HostConfig.CapDrop, ["ALL"], name);
    assert.ok(HostConfig.SecurityOpt.includes("no-new-privileges:true"), name);
    assert.ok(HostConfig.Memory > 0, name);
    assert.equal(Config.Image, `triad/${name}:${tag}`);
  }
});

test("gateway and page are published on loopback, and nothing else is", async () => {
  const published = [];
  for (const name of IMAGES) {
    const { NetworkSettings } = await compose.container(name);
    for (const bindings of Object.values(NetworkSettings.Ports)) {
      for (const { HostIp } of bindings ?? []) published.push([name, HostIp]);
    }
  }
  assert.deepEqual(published.sort(), [
    ["frontend", "127.0.0.1"],
    ["gateway", "127.0.0.1"],
  ]);
});

// Asks from inside one of the networks. Names are resolved by the static probe.
function probeFrom(network, url) {
  const image = `triad/frontend:${tag}`;
  const args = ["--rm", "--network", `${compose.project}_${network}`, "--entrypoint"];
  return docker("run", ...args, "/triad-probe", image, url);
}

test("services answer their neighbours by name, and not the page's network", async () => {
  for (const url of ["config", "storage"].map(
    (name) => `http://${name}:${member(name).admin_port}/readyz`,
  )) {
    await probeFrom("back", url);
    await assert.rejects(probeFrom("front", url), /triad-probe: .*(resolution|known|No address)/);
  }
  await probeFrom("front", `http://gateway:${member("gateway").admin_port}/readyz`);
});

test("page and API answer, through either port", async () => {
  for (const origin of [compose.gateway, compose.page]) {
    const mirror = await ask(origin, "/api/mirror?word=fOoBar25");
    assert.equal(mirror.body.toString(), '{"transformed":"47RAbOoF"}');
    assert.equal((await ask(origin, "/api/health")).body.toString(), '{"status":"ok"}');
    assert.equal(JSON.parse((await ask(origin, "/config")).body).SECRET_KEY, "********");
    assert.equal((await ask(origin, "/api/upload-random", { method: "POST" })).status, 200);
    const version = JSON.parse((await ask(origin, "/api/version")).body);
    for (const one of [version, ...version.services]) assert.equal(one.commit, tag);
  }
  assert.match((await ask(compose.page, "/")).body.toString(), /<title>.*Triad/);
  const { commit } = JSON.parse((await ask(compose.page, "/version.json")).body);
  assert.equal(commit, tag);
});

test("the end-to-end suite passes against it", { timeout: 900_000 }, async () => {
  const environment = {
    ...process.env,
    TRIAD_TARGET_URL: compose.gateway,
  };
  for (const { name, port } of services) {
    environment[`TRIAD_TARGET_${name.toUpperCase()}`] = `${await compose.address(name)}:${port}`;
  }
  for (const url of [compose.gateway, compose.page]) {
    const child = spawn(join(root, "dev"), ["test", "--target", "compose"], {
      env: { ...environment, TRIAD_TARGET_URL: url },
      stdio: "inherit",
    });
    const [code] = await once(child, "exit");
    assert.equal(code, 0, `end to end at ${url}`);
  }
});

test("a gateway made anew is found by the page, though its address has changed", async () => {
  await compose.run("up", "--detach", "--no-build", "--no-deps", "--force-recreate", "gateway");
  await until(async () => (await ask(compose.page, "/api/health")).status === 200);
});

test("stopped under load, the gateway loses no request that it accepted", async () => {
  await ask(compose.gateway, "/api/v1/buckets?bucket_id=load", { method: "POST" });
  // To the container itself: what publishes its port accepts for nobody, too.
  const origin = `http://${await compose.address("gateway", "front")}:4545`;
  // The name that it is published under: others are refused.
  const headers = { host: new URL(compose.gateway).host };
  const uploads = Array.from({ length: 4 }, (_, i) => {
    const path = `/api/v1/buckets/load/objects/slow-${i}`;
    const upload = begin(origin, path, { method: "PUT", headers });
    upload.write(Buffer.alloc(MIB));
    return upload;
  });
  const load = new Load(origin, headers, "load", 16);
  await until(() => load.written.length > 200);
  const stopped = compose.run("stop", "gateway");
  await until(() => load.counts.refused > 0);
  const finished = uploads.map(finish);
  for (const upload of uploads) upload.end(Buffer.alloc(MIB));
  for (const { status } of await Promise.all(finished)) assert.equal(status, 200);
  await stopped;
  await load.stop();

  assert.equal((await compose.container("gateway")).State.ExitCode, 0);
  assert.deepEqual([...load.statuses.keys()], [200], "no answer but 200");
  assert.equal(load.counts.broken, 0);
  assert.equal(load.counts.dropped, 0, JSON.stringify(load.counts));
  const logged = await compose.requestIds("gateway");
  assert.ok(load.written.every((name) => logged.has(name)));
  const cut = load.stale.filter((name) => logged.has(name));
  assert.deepEqual(cut, [], "accepted, and not answered");
  await compose.run("start", "gateway");
  await until(async () => (await compose.health("gateway")) === "healthy");
  written = load.written;
  await expectWritten();
});

// Every object whose write was acknowledged.
async function expectWritten() {
  for (const name of written) {
    const { status } = await ask(compose.gateway, `/api/v1/buckets/load/objects/${name}`);
    assert.equal(status, 200, `${name} was acknowledged`);
  }
}

test("data outlive the containers", async () => {
  const entry = "/api/v1/namespaces/app/entries/kept";
  const options = { method: "PUT", body: '{"value":{"stringValue":"here"}}' };
  options.headers = { "Content-Type": "application/json" };
  assert.equal((await ask(compose.gateway, entry, options)).status, 200);
  await compose.run("down");
  await compose.run("up", "--detach", "--no-build");
  await until(allHealthy);
  const { value } = JSON.parse((await ask(compose.gateway, entry)).body);
  assert.equal(value.stringValue, "here");
  assert.ok(written.length > 200);
  await expectWritten();
});
