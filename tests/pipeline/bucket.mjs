// `aws` as far as deploy/ci/publish-site calls it: a bucket that is a folder, and a
// CDN that notes what it is asked to forget. Started as a program.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { BUCKET: folder, CALLS: calls } = process.env;
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const keyOf = (url) => /^s3:\/\/[^/]+\/(.*)$/.exec(url)?.[1];
const note = (line) => writeFileSync(calls, `${line}\n`, { flag: "a" });

const verbs = {
  ls: ([url]) => (existsSync(join(folder, keyOf(url))) ? 0 : 1),
  rm: ([url]) => {
    note(`rm ${keyOf(url)}`);
    rmSync(join(folder, keyOf(url)));
  },
  cp: (words) => {
    const [from, to] = words.slice(-2);
    if (to === "-") return void process.stdout.write(readFileSync(join(folder, keyOf(from))));
    note(`put ${keyOf(to)} ${option("--content-type")} ${option("--cache-control")}`);
    mkdirSync(dirname(join(folder, keyOf(to))), { recursive: true });
    copyFileSync(from, join(folder, keyOf(to)));
  },
  "list-distributions": () => void process.stdout.write("E1234ABCD\n"),
  "create-invalidation": (words) => {
    const paths = words.slice(words.indexOf("--paths") + 1);
    note(`forget ${option("--distribution-id")} ${paths.join(" ")}`);
  },
};

const [, verb, ...rest] = args;
process.exitCode = verbs[verb](rest.filter((word) => word !== "--quiet")) ?? 0;
