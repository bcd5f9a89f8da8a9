// Docker and compose, as the tests call them.
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { names, suite } from "../../../tools/suite.mjs";

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export const root = resolve(import.meta.dirname, "../../..");
export const IMAGES = names(suite);
export const tag = process.env.TRIAD_TAG ?? "dev";
// As it is in the gateway's image and in a release.
export const triadctl = join(root, "build/images/triadctl");
export const sbom = (image) => join(root, `build/images/${image}.cdx.json`);

// Runs docker to its end and returns what it printed.
export async function docker(...args) {
  const { stdout } = await run("docker", args, { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout.trim();
}

export async function inspect(what) {
  return JSON.parse(await docker("inspect", what))[0];
}

// Runs `use` with a container of an image that starts as `docker run` would.
export async function withContainer(image, args, use) {
  const container = await docker("run", "--detach", ...args, `triad/${image}:${tag}`);
  try {
    return await use(container);
  } finally {
    await docker("rm", "--force", "--volumes", container);
  }
}

// Where a container's port is published on this machine, HOST:PORT.
export async function publishedAddress(container, port) {
  const { NetworkSettings } = await inspect(container);
  return `127.0.0.1:${NetworkSettings.Ports[`${port}/tcp`][0].HostPort}`;
}

// The whole suite under a project name of its own.
export class Compose {
  // `ports` are those of gateway and page on this machine.
  constructor(project, ports) {
    this.project = project;
    this.environment = {
      ...process.env,
      TRIAD_TAG: tag,
      TRIAD_PORT: String(ports.gateway),
      TRIAD_PAGE_PORT: String(ports.page),
    };
    this.gateway = `http://127.0.0.1:${ports.gateway}`;
    this.page = `http://127.0.0.1:${ports.page}`;
  }

  // TRIAD_COMPOSE: "docker-compose", or "docker compose" from version 2 on.
  async run(...args) {
    const [command, ...first] = (process.env.TRIAD_COMPOSE ?? "docker-compose").split(" ");
    const all = [...first, "--project-name", this.project, ...args];
    const { stdout } = await run(command, all, { cwd: root, env: this.environment });
    return stdout.trim();
  }

  // What Docker says about the container of a service.
  async container(service) {
    return inspect(await this.run("ps", "-q", service));
  }

  // Where a container answers in its own network, past what publishes its port.
  async address(service, network = "back") {
    const { NetworkSettings } = await this.container(service);
    return NetworkSettings.Networks[`${this.project}_${network}`].IPAddress;
  }

  // Of the requests that a service has logged.
  async requestIds(service) {
    const lines = (await docker("logs", await this.run("ps", "-q", service))).split("\n");
    return new Set(lines.map((line) => JSON.parse(line).request_id).filter(Boolean));
  }

  async health(service) {
    return (await this.container(service)).State.Health?.Status;
  }
}
