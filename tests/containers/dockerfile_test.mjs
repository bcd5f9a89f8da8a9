// The Dockerfile keeps its promises, as far as they can be read.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { names, otherImages, suite } from "../../tools/suite.mjs";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "Dockerfile"), "utf8").replaceAll("\\\n", " ");
const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

// Lines by stage.
const stages = new Map();
for (const line of lines) {
  const stage = /^FROM (\S+) AS (\S+)$/.exec(line);
  if (stage) stages.set(stage[2], { base: stage[1], lines: [] });
  else if (line.startsWith("FROM")) assert.fail(`a stage without a name: ${line}`);
  else [...stages.values()].at(-1)?.lines.push(line);
}
const IMAGES = [...names(suite), ...otherImages];

test("there is a target for each image, from nothing but what the build laid out", () => {
  assert.deepEqual([...stages.keys()].sort(), [...IMAGES, "base", "build"].sort());
  assert.equal(stages.get("base").base, "scratch");
  for (const name of IMAGES) {
    const { base, lines: own } = stages.get(name);
    assert.equal(base, "base");
    const copies = own.filter((line) => line.startsWith("COPY"));
    assert.ok(
      copies.every((line) => line.includes("--from=build")),
      name,
    );
    assert.ok(!own.some((line) => /^(RUN|ADD)/.test(line)), name);
    assert.ok(
      own.some((line) => /^STOPSIGNAL SIG(TERM|QUIT)$/.test(line)),
      name,
    );
    assert.ok(
      own.some((line) => /^ENTRYPOINT \["\//.test(line)),
      name,
    );
    assert.ok(
      own.some((line) => line.includes(`image.title="triad/${name}"`)),
      name,
    );
  }
});

test("the user is a number above 10000", () => {
  const [user] = stages.get("base").lines.filter((line) => line.startsWith("USER"));
  assert.ok(
    /^USER (\d+):(\d+)$/
      .exec(user)
      .slice(1)
      .every((id) => Number(id) > 10000),
  );
  for (const name of IMAGES) {
    assert.ok(!stages.get(name).lines.some((line) => line.startsWith("USER")), name);
  }
});

test("every engine can read it", () => {
  for (const line of lines) assert.ok(!/^RUN .*--mount|^# syntax=|<</.test(line), line);
});

test("only what is kept is writable", () => {
  const volumes = IMAGES.filter((name) => stages.get(name).lines.includes("VOLUME /var/lib/triad"));
  assert.deepEqual(volumes, names(suite.filter(({ data }) => data)));
});

test("what the build copies is what the context lets through", () => {
  const allowed = readFileSync(join(root, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  for (const line of stages.get("build").lines.filter((one) => one.startsWith("COPY"))) {
    for (const source of line.split(/\s+/).slice(1, -1)) {
      if (source === ".") continue;
      assert.ok(allowed.includes(source.split("/")[0]), source);
    }
  }
});
