// What the service has resident at most while a gibibyte streams through it.
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server } from "../../support/suite.mjs";
import { peakMebibytes } from "../usage.mjs";
import { INPUT_BYTES, inputFile } from "./inputs.mjs";

const run = promisify(execFile);
const TIMES = Math.ceil(2 ** 30 / INPUT_BYTES);

// Each of so many copies of an input; members of a gzip file may stand behind each other.
const RECIPES = {
  "gunzip | sha256": "gzip",
  "to-base64": "bytes",
  "to-hex": "bytes",
  "gzip(level=1)": "lines",
  "filter-lines(pattern=an)": "lines",
};

// A server of its own for each, so that nothing else counts.
async function peakOf(suite, recipe, kind) {
  const directory = join(suite.directory, `transform-memory-${kind}`);
  mkdirSync(directory, { recursive: true });
  const { binaries } = suite;
  const server = new Server("transform", { binaries, directory });
  suite.stopWithIt.push(() => server.stop());
  await server.start();
  const triadctl = `'${join(binaries, "triadctl")}' --server grpc://${server.address}`;
  const copies = `for i in $(seq ${TIMES}); do cat '${inputFile(suite.directory, kind)}'; done`;
  const line = `${copies} | ${triadctl} transform '${recipe}' | tail -c 1 >/dev/null`;
  await run("bash", ["-euo", "pipefail", "-c", line]);
  const peak = peakMebibytes(server);
  await server.stop();
  return peak;
}

// Figures by what they are; each sought: below 64.
export async function memoryOfTransform(suite) {
  const figures = {};
  for (const [recipe, kind] of Object.entries(RECIPES)) {
    figures[`${recipe} of 1 GiB, MiB at most`] = await peakOf(suite, recipe, kind);
  }
  return figures;
}
