// docs/operations.md against the binaries: every flag with its default, and the
// flags of the limits.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { names, servers, services } from "../../tools/suite.mjs";
import { tableRows } from "./manual.mjs";

const SERVICES = names(services).map((name) => `triad-${name}`);
const BINARIES = names(servers).map((name) => `triad-${name}`);
const SECTIONS = {
  "### Every binary": BINARIES,
  "### Every service": SERVICES,
  ...Object.fromEntries(BINARIES.map((name) => [`### ${name}`, [name]])),
};
const UNITS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R operations_flags_test");

// The default of --site is a place that depends on where the binary is.
function asDocumented(name, value) {
  const site = resolve(binaries, "../site");
  if (name !== "site") return value;
  assert.equal(value, existsSync(join(site, "index.html")) ? site : "none");
  return "../site";
}

// Flags of a binary as its --help tells them: name to default.
function helpOf(binary) {
  const environment = { PATH: process.env.PATH }; // no TRIAD_… that would be a default
  const help = execFileSync(join(binaries, binary), ["--help"], {
    encoding: "utf8",
    env: environment,
  });
  const flags = new Map();
  // What follows a long name stands on the next line.
  const line = /^ {2}--(\w+) (?:[A-Z]+\n {10,})?.*\(default (\S+), environment (\w+)\)$/gm;
  for (const [, name, value, variable] of help.matchAll(line)) {
    assert.equal(variable, `TRIAD_${name.toUpperCase()}`);
    flags.set(name, asDocumented(name, value));
  }
  return flags;
}

function documentedFor(binary) {
  const headings = Object.keys(SECTIONS).filter((one) => SECTIONS[one].includes(binary));
  const rows = headings.flatMap((one) => tableRows(one).slice(1));
  return new Map(rows.map(([flag, value]) => [flag.replace("--", ""), value]));
}

const sorted = (flags) => Object.fromEntries([...flags].sort());

// "1 MiB" as --help says it.
function inBytes(value) {
  const [, number, unit] = /^(\d+) (KiB|MiB|GiB)$/.exec(value) ?? [];
  return unit ? String(Number(number) * UNITS[unit]) : value;
}

describe("docs/operations.md", () => {
  for (const binary of BINARIES) {
    it(`lists the flags of ${binary} with their defaults`, () => {
      const help = helpOf(binary);
      assert.ok(help.size >= 8, "--help is not as this test reads it");
      assert.deepEqual(sorted(documentedFor(binary)), sorted(help));
    });
  }

  it("lists limits with the flags that change them, and their defaults", () => {
    // A flag of several binaries may have a default in each.
    const all = BINARIES.flatMap((binary) => [...helpOf(binary)]);
    const limits = tableRows("## Limits").filter(([, flag]) => flag.startsWith("--"));
    assert.ok(limits.length > 8);
    for (const [what, flag, value] of limits) {
      const given = all.filter(([name]) => `--${name}` === flag).map(([, one]) => one);
      assert.ok(given.length > 0, `${what}: there is no ${flag}`);
      const documented = given.map((one) => (one === "0" ? "none" : one));
      assert.ok(documented.includes(inBytes(value)), `${what}: ${value}, not ${documented}`);
    }
  });
});
