// The images as they were built: who runs in them, what is in them, and that one
// alone serves without writing to its root.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { healthOf, member } from "../../../tools/suite.mjs";
import { assertCycloneDx } from "../cyclonedx.mjs";
import { askUntilServed } from "../http.mjs";
import {
  docker,
  IMAGES,
  inspect,
  publishedAddress,
  sbom,
  tag,
  triadctl,
  withContainer,
} from "./docker.mjs";

const MIB = 1024 * 1024;
// What must be named in its bill of materials, and how large
// it may become before somebody asks why. The gateway's has triadctl, too, which is larger than
// the gateway: it runs recipes by itself, with the engine of transform. Of either, 8 MiB are ICU's
// data.
const EXPECTED = {
  gateway: {
    parts: [
      "libnghttp2-dev",
      "libprotobuf-dev",
      "libboost1.74-dev",
      "prometheus-cpp",
      "curl",
      "ca-certificates",
      "libgrpc-dev", // of triadctl, as the next
      "libyaml-dev",
    ],
    mebibytes: 50,
  },
  config: {
    parts: ["libgrpc-dev", "libssl-dev", "libsqlite3-dev", "libprotobuf-dev", "libc6-dev", "curl"],
    mebibytes: 30,
  },
  transform: {
    parts: [
      "libgrpc-dev",
      "libicu-dev",
      "libssl-dev",
      "curl",
      "liblzma-dev",
      "libre2-dev",
      "libxxhash-dev",
      "libyaml-dev",
      "libzstd-dev",
    ],
    mebibytes: 36,
  },
  storage: {
    parts: ["libgrpc-dev", "libssl-dev", "libsqlite3-dev", "curl", "ca-certificates", "libisal"],
    mebibytes: 30,
  },
  frontend: {
    parts: ["nginx", "libssl3", "libc6", "preact"],
    mebibytes: 20,
  },
};

async function filesOf(image) {
  const container = await docker("create", `triad/${image}:${tag}`);
  try {
    const { execFileSync } = await import("node:child_process");
    const options = { encoding: "utf8", maxBuffer: 16 * MIB };
    const command = `docker export ${container} | tar -t`;
    return execFileSync("sh", ["-c", command], options).trim().split("\n");
  } finally {
    await docker("rm", "--volumes", container);
  }
}

for (const image of IMAGES) {
  const { parts, mebibytes } = EXPECTED[image];
  const [port, path] = healthOf(member(image));

  test(`${image}: says what it is`, async () => {
    const { Config } = await inspect(`triad/${image}:${tag}`);
    assert.equal(Config.User, "65532:65532");
    assert.equal(Config.StopSignal, image === "frontend" ? "SIGQUIT" : "SIGTERM");
    assert.ok(Config.Entrypoint[0].startsWith("/"));
    const label = (name) => Config.Labels[`org.opencontainers.image.${name}`];
    assert.equal(label("title"), `triad/${image}`);
    assert.match(label("version"), /^\d+\.\d+\.\d+$/);
    assert.match(label("revision"), /^[0-9a-f]{8}/);
    assert.match(label("created"), /^\d{4}-\d\d-\d\dT/);
    assert.ok(label("description"));
  });

  test(`${image}: holds a server and its probe, no shell and no package manager`, async () => {
    const files = await filesOf(image);
    assert.ok(files.includes("triad-probe"));
    assert.equal(files.includes("triadctl"), image === "gateway");
    const unwanted = files.filter((file) => /(^|\/)(sh|bash|busybox|apt|dpkg|perl)$/.test(file));
    assert.deepEqual(unwanted, []);
    const { Size } = await inspect(`triad/${image}:${tag}`);
    assert.ok(Size < mebibytes * MIB, `${image} has ${(Size / MIB).toFixed(1)} MiB`);
  });

  test(`${image}: a plain run serves, and writes nothing to its root`, async () => {
    const publish = ["--publish", `127.0.0.1::${port}`];
    for (const confinement of [[], ["--read-only", "--cap-drop=ALL"]]) {
      await withContainer(image, [...publish, ...confinement], async (container) => {
        await askUntilServed(`http://${await publishedAddress(container, port)}`, path);
        assert.equal(await docker("diff", container), "", "nothing changed in the root");
        await docker("stop", container);
        assert.equal((await inspect(container)).State.ExitCode, 0, "it ended in order");
      });
    }
  });

  test(`${image}: its bill of materials names what was linked`, async () => {
    const document = JSON.parse(readFileSync(sbom(image), "utf8"));
    assertCycloneDx(document);
    const { Config } = await inspect(`triad/${image}:${tag}`);
    const labelled = Config.Labels["org.opencontainers.image.version"];
    assert.equal(document.metadata.component.version, labelled);
    const versions = new Map(document.components.map((one) => [one.name, one.version]));
    for (const part of parts) assert.match(versions.get(part) ?? part, /^\d/, part);
  });
}

test("triadctl, as a release has it, has at most 60 MiB", () => {
  const { size } = statSync(triadctl);
  assert.ok(size <= 60 * MIB, `it has ${(size / MIB).toFixed(1)} MiB`);
});

// Runs `use` with a directory that holds notes.pb, which everybody may read.
async function withDescriptors(use) {
  const directory = mkdtempSync(join(tmpdir(), "triad-image-"));
  try {
    chmodSync(directory, 0o755);
    const proto = `syntax = "proto3"; package acme.notes.v1;
      service Notes { rpc Get(Note) returns (Note); } message Note { string name = 1; }`;
    writeFileSync(join(directory, "notes.proto"), proto);
    const made = spawnSync("protoc", ["-onotes.pb", "notes.proto"], { cwd: directory });
    assert.equal(made.status, 0, String(made.stderr));
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("standalone-gateway: holds the gateway, and nothing of Triad's services", async () => {
  const files = (await filesOf("standalone-gateway")).filter(
    (file) => !/\/$|^(dev|proc|sys)\b/.test(file),
  );
  const own = files.filter((file) => !file.startsWith("etc/") && file !== ".dockerenv");
  assert.deepEqual(own.sort(), ["sbom.cdx.json", "triad-gateway", "triad-probe"]);
  const document = JSON.parse(readFileSync(sbom("standalone-gateway"), "utf8"));
  assertCycloneDx(document);
  assert.ok(!document.components.some(({ name }) => name === "libgrpc-dev"), "no triadctl");
});

test("standalone-gateway: does not start without descriptors", async () => {
  const container = await docker("run", "--detach", `triad/standalone-gateway:${tag}`);
  try {
    assert.notEqual(await docker("wait", container), "0");
  } finally {
    await docker("rm", "--force", container);
  }
});

test("standalone-gateway: serves what it is told of, and no service of Triad's", async () => {
  await withDescriptors(async (directory) => {
    const run = ["--read-only", "--publish", "127.0.0.1::4545"];
    const image = `triad/standalone-gateway:${tag}`;
    const container = await docker(
      ...["run", "--detach", ...run, "--volume", `${directory}:/protos:ro`, image],
      "--descriptor_set=/protos/notes.pb",
      "--unannotated_methods=true",
      "--upstream=acme.notes.v1.Notes=127.0.0.1:9",
    );
    try {
      const origin = `http://${await publishedAddress(container, 4545)}`;
      const { body } = await askUntilServed(origin, "/openapi.json");
      const { paths, tags } = JSON.parse(body);
      assert.ok("/acme.notes.v1.Notes/Get" in paths, Object.keys(paths).join(" "));
      // One for each service that it knows, and one for what it answers itself.
      assert.deepEqual(tags.map(({ name }) => name).sort(), ["Gateway", "Notes"]);
    } finally {
      await docker("rm", "--force", container);
    }
  });
});
