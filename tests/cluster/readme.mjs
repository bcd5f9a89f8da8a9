// README's commands for a laptop's cluster, in a namespace of their own.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { start } from "./command.mjs";

const root = resolve(import.meta.dirname, "../..");
const PAGE = "<html";

// What README installs and forwards, for this namespace and these images.
function commands(namespace, tag) {
  const [, block] = [
    ...readFileSync(join(root, "README.md"), "utf8").matchAll(/```sh\n([\s\S]*?)```/g),
  ].find(([, text]) => text.includes("values-dev.yaml"));
  const own = block
    .replaceAll("--namespace triad", `--namespace ${namespace}`)
    .replace("values-dev.yaml", tag === "dev" ? "$&" : `$& --set image.tag=${tag}`);
  const lines = own.trim().split("\n");
  const forward = lines.findIndex((line) => line.startsWith("kubectl port-forward "));
  const [, ...args] = lines[forward].replace(/ \d+:80\b/, " :80").split(" ");
  return { install: lines.toSpliced(forward, 1).join("\n"), forward: args };
}

async function pageOf(origin) {
  const answer = await fetch(origin);
  const text = await answer.text();
  if (answer.ok && text.includes(PAGE)) return `the page is at ${origin}`;
  throw new Error(`${origin}: ${answer.status} ${text.slice(0, 200)}`);
}

export async function readme({ cluster, context, image }) {
  const namespace = `${cluster.namespace}-readme`;
  const { install, forward } = commands(namespace, image.split(":").at(-1));
  try {
    await cluster.shell(`cd '${root}'\n${install}`);
    const forwarding = await start(
      "kubectl",
      ["--context", context, ...forward],
      /127\.0\.0\.1:(\d+)/,
    );
    try {
      return await pageOf(`http://127.0.0.1:${forwarding.match[1]}/`);
    } finally {
      await forwarding.stop();
    }
  } finally {
    await cluster.shell(
      `helm uninstall triad --namespace ${namespace} --wait || true
      kubectl delete namespace ${namespace} --ignore-not-found`,
    );
  }
}
