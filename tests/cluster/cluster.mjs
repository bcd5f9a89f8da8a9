// One namespace of one cluster, through kubectl and helm.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, run } from "./command.mjs";

export class Cluster {
  #context;

  constructor(context, namespace) {
    this.#context = context;
    this.namespace = namespace;
  }

  get #kubectl() {
    return ["--context", this.#context, "--namespace", this.namespace];
  }

  get #helm() {
    return ["--kube-context", this.#context, "--namespace", this.namespace];
  }

  kubectl(...args) {
    return run("kubectl", [...this.#kubectl, ...args]);
  }

  // Returns {code, output} whatever comes of it.
  tryKubectl(...args) {
    return attempt("kubectl", [...this.#kubectl, ...args]);
  }

  helm(...args) {
    return run("helm", [...this.#helm, ...args]);
  }

  tryHelm(...args) {
    return attempt("helm", [...this.#helm, ...args]);
  }

  // Runs a page's commands, which name no context.
  async shell(text) {
    const directory = mkdtempSync(join(tmpdir(), "triad-cluster-"));
    try {
      const file = join(directory, "kubeconfig");
      const view = ["config", "view", "--minify", "--flatten", `--context=${this.#context}`];
      writeFileSync(file, await run("kubectl", view), { mode: 0o600 });
      return await run("bash", ["-euo", "pipefail", "-c", text], { env: { KUBECONFIG: file } });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  // For commands that run on.
  kubectlArguments(...args) {
    return [...this.#kubectl, ...args];
  }

  async apply(...objects) {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    return run("kubectl", [...this.#kubectl, "apply", "-f", "-"], { input });
  }

  async get(...args) {
    return JSON.parse(await this.kubectl("get", "-o", "json", ...args));
  }

  // What helps to see why something failed.
  async describe() {
    const pods = await this.tryKubectl("get", "pods", "-o", "wide");
    const events = await this.tryKubectl("get", "events", "--sort-by=.lastTimestamp");
    return `${pods.output}\n${events.output.split("\n").slice(-20).join("\n")}`;
  }
}
