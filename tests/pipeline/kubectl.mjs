// `kubectl` as far as deploy/ci/policies.sh calls it, on a cluster that a file
// describes: its objects, and whether it enforces NetworkPolicies. Started as a program.
import { readFileSync, writeFileSync } from "node:fs";

const { CLUSTER: file, CALLS: calls } = process.env;
const { objects, open, starts } = JSON.parse(readFileSync(file, "utf8"));
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const words = args.filter((word, at) => !word.startsWith("--") && args[at - 1] !== "--namespace");

function fail(message) {
  process.stderr.write(`${message}\n`);
  return 1;
}

// What triad-probe would say in the stranger's pod.
function probe(url) {
  const address = url.replace(/^http:\/\/|\/$/g, "");
  if (!open.includes(address)) return fail("triad-probe: connect: Operation now in progress");
  return fail(`triad-probe: ${url} answered 404`);
}

const verbs = {
  get: ([, kind]) => {
    const isService = kind === "service";
    process.stdout.write(isService ? "10.96.0.1" : JSON.stringify({ items: objects }));
  },
  apply: () => writeFileSync(`${file}.stranger`, readFileSync(0)),
  wait: () => (starts ? 0 : fail("timed out waiting for the condition")),
  exec: () => probe(args.at(-1)),
  delete: () => 0,
};

writeFileSync(calls, `${option("--namespace")} ${words.slice(0, 3).join(" ")}\n`, { flag: "a" });
process.exitCode = verbs[words[0]](words) ?? 0;
