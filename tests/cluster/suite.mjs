// Triad as the chart installs it, and the ways to it.
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Cluster } from "./cluster.mjs";
import { runLine, start } from "./command.mjs";

const RELEASE = "triad";
const CHART = fileURLToPath(new URL("../../helm/triad", import.meta.url));
const PATIENCE_MS = 120_000;

// Asks `condition` until it returns something true, and returns that.
export async function until(what, condition, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patience / 1000} s`);
    await sleep(200);
  }
}

// Values of the chart: what transform keeps recipes in, and how many of it there are.
export function transformWith(database, replicas) {
  return [`services.transform.database=${database}`, `services.transform.replicas=${replicas}`];
}

export class Suite {
  #options;
  #running = []; // what has to be ended
  #origins = new Map(); // of Services that were exposed

  constructor(options) {
    this.#options = options;
    this.cluster = new Cluster(options.context, options.namespace);
  }

  get context() {
    return this.#options.context;
  }

  // An image that has cp.
  get copyImage() {
    return this.#options["copy-image"];
  }

  get tests() {
    return this.#options.tests;
  }

  image(name) {
    return `triad/${name}:${this.#options.tag}`;
  }

  async loadImages(names) {
    const command = this.#options["load-images"];
    if (command === undefined) return "they are there already";
    await runLine(
      command,
      names.map((name) => this.image(name)),
    );
    return names.map((name) => this.image(name)).join(" ");
  }

  // Arguments of install and upgrade. The nodes have the images, no registry has. There are
  // several of transform, as in production, unless `more` says otherwise.
  settings(...more) {
    const images = [`image.tag=${this.#options.tag}`, "image.pullPolicy=Never"];
    const settings = [...images, ...transformWith("none", 2), ...more];
    return [RELEASE, CHART, "--set", settings.join(","), "--wait"];
  }

  get release() {
    return RELEASE;
  }

  serviceName(component) {
    return `${RELEASE}-${component}`;
  }

  // Deployment or StatefulSet of a component: "deployment/triad-gateway".
  async workload(component) {
    const selector = `--selector=app.kubernetes.io/component=${component}`;
    const { items } = await this.cluster.get("deployments,statefulsets", selector);
    if (items.length !== 1) throw new Error(`${items.length} workloads are ${component}`);
    return `${items[0].kind.toLowerCase()}/${items[0].metadata.name}`;
  }

  async rolledOut(component) {
    await this.cluster.kubectl(
      "rollout",
      "status",
      await this.workload(component),
      "--timeout=180s",
    );
  }

  // Pods of a component that are not about to end.
  async pods(component) {
    const selector = `--selector=app.kubernetes.io/component=${component}`;
    const { items } = await this.cluster.get("pods", selector);
    return items.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  }

  // http://127.0.0.1:PORT of a Service's port 80. It stays when pods go only if
  // there is a command that exposes.
  async expose(component) {
    const known = this.#origins.get(component);
    if (known !== undefined) return known;
    const origin = this.#options.expose
      ? await this.#exposeByCommand(component)
      : await this.#forward(component);
    if (this.#options.expose) this.#origins.set(component, origin);
    return origin;
  }

  async #exposeByCommand(component) {
    const { spec } = await this.cluster.get("service", this.serviceName(component));
    const output = await runLine(this.#options.expose, [spec.clusterIP, "80"]);
    const origin = /^http:\/\/\S+:\d+$/m.exec(output);
    if (origin === null) throw new Error(`--expose wrote no http://HOST:PORT, but: ${output}`);
    return origin[0];
  }

  async #forward(component) {
    const service = `service/${this.serviceName(component)}`;
    const args = this.cluster.kubectlArguments("port-forward", service, ":80");
    const forward = await start("kubectl", args, /127\.0\.0\.1:(\d+)/);
    this.#running.push(forward);
    return `http://127.0.0.1:${forward.match[1]}`;
  }

  // A URL under which a Service answers while its pods are replaced.
  async lasting(component) {
    if (this.#options.expose) return this.expose(component);
    const args = this.cluster.kubectlArguments("proxy", "--port=0");
    const proxy = await start("kubectl", args, /127\.0\.0\.1:(\d+)/);
    this.#running.push(proxy);
    const { namespace } = this.cluster;
    const service = `namespaces/${namespace}/services/${this.serviceName(component)}:http`;
    return `http://127.0.0.1:${proxy.match[1]}/api/v1/${service}/proxy`;
  }

  async close() {
    for (const one of this.#running) await one.stop();
    if (this.#options.keep) return;
    await this.cluster.tryHelm("uninstall", RELEASE, "--wait");
    await this.cluster.tryKubectl(
      "delete",
      "namespace",
      this.cluster.namespace,
      "--ignore-not-found",
    );
  }
}
