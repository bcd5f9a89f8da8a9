// An environment for deploy/ci/verify: a suite that runs, and a checkout in which the
// script runs and that says what was deployed.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite as list, names } from "../../tools/suite.mjs";
import { Suite } from "../support/suite.mjs";
import { root, run } from "./repository.mjs";

// Tags of all images: `tag`, but for `others`.
export const tags = (tag, others = {}) => ({
  ...Object.fromEntries(names(list).map((name) => [name, tag])),
  ...others,
});

export class Environment {
  checkout = mkdtempSync(join(tmpdir(), "triad-verify-"));
  script = join(this.checkout, "deploy/ci/verify");
  #site = join(this.checkout, "site");

  constructor() {
    const parts = ["deploy/ci", "deploy/environments", "deploy/terraform/environments"];
    for (const path of [...parts, "tools/suite.sh", "suite.json"])
      cpSync(join(root, path), join(this.checkout, path), { recursive: true });
    cpSync(join(process.env.TRIAD_BUILD_DIR, "site"), this.#site, { recursive: true });
    this.suite = new Suite({
      binaries: process.env.TRIAD_BIN_DIR,
      environment: { config: { SECRET_KEY: "a secret" } },
      args: { gateway: [`--site=${this.#site}`] },
    });
  }

  // With what this build of the suite calls itself deployed.
  async start() {
    await this.suite.start();
    const { commit } = await (await fetch(`${this.suite.origin}/api/version`)).json();
    this.deploy(tags(commit));
    // As the frontend's image has it; the gateway reads its site when it starts.
    writeFileSync(join(this.#site, "version.json"), `{"commit":"${commit}"}\n`);
    await this.suite.gateway.stop();
    await this.suite.gateway.start();
  }

  async stop() {
    await this.suite.stop();
    rmSync(this.checkout, { recursive: true });
  }

  // Has the file of deploy/ci/bump-tags say that dev runs these.
  deploy(wanted) {
    const lines = Object.entries(wanted).map(
      ([name, tag]) => `  ${name}:\n    image:\n      tag: "${tag}"\n`,
    );
    mkdirSync(join(this.checkout, "build/deployed"), { recursive: true });
    const file = join(this.checkout, "build/deployed/dev.yaml");
    writeFileSync(file, `services:\n${lines.join("")}`);
  }

  verify(args, env = {}) {
    return run(this.script, args, { cwd: this.checkout, env });
  }
}
