// How long triadctl takes to say something that no server is asked for, and how large it is.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { median } from "../table.mjs";

const RUNS = 30;
const LINES = {
  help: ["help"],
  "completion of a recipe": ["__complete", "--", "transform", "'gunzip | to-b"],
};

function millisecondsOf(program, args) {
  const start = performance.now();
  execFileSync(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  return performance.now() - start;
}

// Figures of a triadctl by what they are; each start sought: below 50 ms.
export function startsOfTriadctl(program) {
  const figures = {};
  for (const [name, args] of Object.entries(LINES)) {
    const times = Array.from({ length: RUNS }, () => millisecondsOf(program, args));
    figures[`${name}, ms`] = median(times);
  }
  return { ...figures, "the binary, MiB": statSync(program).size / 2 ** 20 };
}
