// Proves chart and images on a real cluster, step by step, in a namespace of its
// own that goes away afterwards. Any cluster will do, and everything is done
// through kubectl and helm (3 or 4).
//
//   node tests/cluster/main.mjs --context=NAME --tests=BUILD_DIRECTORY
//     [--load-images=CMD]  run with the names of the images appended, so that the
//                          nodes have them: "kind load docker-image"
//     [--expose=CMD]       run with a Service's address and port appended; writes
//                          the http://127.0.0.1:PORT where it can be reached from
//                          here. Without it, kubectl forwards to a pod, and load
//                          goes through the API server's proxy
//     [--tag=TAG]          of the images (dev)
//     [--copy-image=IMAGE] has cp, with which a volume is copied that is restored then
//                          (busybox:1.37.0; nodes that cannot pull it need to have it)
//     [--keep]             leaves the namespace as it is at the end
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { steps } from "./steps.mjs";
import { Suite } from "./suite.mjs";

const { values: options } = parseArgs({
  options: {
    context: { type: "string" },
    tests: { type: "string" },
    "load-images": { type: "string" },
    expose: { type: "string" },
    tag: { type: "string", default: "dev" },
    "copy-image": { type: "string", default: "busybox:1.37.0" },
    keep: { type: "boolean", default: false },
  },
});

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

async function run(suite) {
  for (const [name, step] of steps) {
    const begin = Date.now();
    try {
      const detail = await step(suite);
      console.log(`ok    ${name} (${seconds(begin)})${detail ? `: ${detail}` : ""}`);
    } catch (error) {
      console.log(`FAIL  ${name} (${seconds(begin)}): ${error.message}`);
      console.log(await suite.cluster.describe());
      return 1;
    }
  }
  console.log(`${steps.length} steps passed`);
  return 0;
}

if (options.context === undefined || options.tests === undefined) {
  console.error("say --context=NAME of kubectl, and --tests=BUILD_DIRECTORY");
  process.exit(2);
}
const suite = new Suite({ ...options, namespace: `triad-test-${randomBytes(3).toString("hex")}` });
process.exitCode = await run(suite);
await suite.close();
