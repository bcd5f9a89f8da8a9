// deploy/terraform: our own checks, and Terraform's where it is installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { everywhere, requiredOf, variablesOf, wide } from "./checks.mjs";
import { blocksOf, stringsIn } from "./hcl.mjs";
import { environments, folders, layers, root, settingsOf, terraform } from "./tree.mjs";

for (const [name, check] of Object.entries(everywhere)) {
  test(name, () => assert.deepEqual(folders.flatMap(check), []));
}

const layerNames = layers.map(({ name }) => basename(name));

test("deploy/aws knows the layers, and each builds on earlier ones", () => {
  const script = readFileSync(join(root, "deploy/aws"), "utf8");
  const order = /^readonly all_layers=\((.*)\)$/m.exec(script)[1].split(" ");
  assert.deepEqual([...order].sort(), [...layerNames].sort());
  for (const { name, files } of layers) {
    for (const file of files) {
      const need = /\/from_(\w+)\.tf$/.exec(file.name)?.[1];
      if (need) assert.ok(order.indexOf(need) < order.indexOf(basename(name)), file.name);
    }
  }
});

test("what layers share is one file, linked", () => {
  for (const { name, files } of layers) {
    assert.ok(
      files.some((file) => file.link === "../../common/common.tf"),
      name,
    );
    for (const file of files.filter(({ link }) => link))
      assert.match(file.link, /^\.\.\/\.\.\/common\//);
  }
});

test("every layer has a state of its own, locked, in the environment's bucket", () => {
  const common = layers[0].files.find((file) => file.name.endsWith("/common.tf")).code;
  assert.match(common, /backend "s3" \{[^}]*use_lockfile\s*=\s*true/);
  assert.match(
    readFileSync(join(root, "deploy/aws"), "utf8"),
    /-backend-config="key=\$1\.tfstate"/,
  );
});

test("the lock file pins the one provider", () => {
  const lock = readFileSync(join(terraform, "common/.terraform.lock.hcl"), "utf8");
  assert.deepEqual(
    [...lock.matchAll(/^provider "(.*)"/gm)].map((match) => match[1]),
    ["registry.terraform.io/hashicorp/aws"],
  );
});

test("on ECS the gateway believes what is in the VPC: CloudFront and the load balancer", () => {
  const { files } = layers.find(({ name }) => basename(name) === "ecs");
  const services = files.find((file) => file.name.endsWith("/services.tf")).code;
  const gateway = /\n {4}gateway = \{([\s\S]*?)\n {4}\}/.exec(services)[1];
  assert.match(gateway, /TRIAD_TRUSTED_PROXIES\s*=\s*local\.network\.vpc_cidr\n/);
});

const declared = new Set(layers.flatMap(variablesOf));
const required = new Set(layers.flatMap(requiredOf));

for (const environment of environments) {
  test(`${environment} says what the layers ask for, and nothing else`, () => {
    const settings = [...settingsOf(environment).body.attributes.keys()];
    assert.deepEqual(
      settings.filter((name) => !declared.has(name)),
      [],
    );
    assert.deepEqual(
      [...required].filter((name) => !settings.includes(name)),
      [],
    );
    assert.equal(
      settingsOf(environment).body.attributes.get("environment").text,
      `"${environment}"`,
    );
  });
}

test("images are kept for every environment, the pipeline's last one first", () => {
  const [variable] = layers
    .flatMap(({ files }) => files.flatMap(({ body }) => blocksOf(body, "variable")))
    .filter(({ labels }) => labels[0] === "environments");
  const script = readFileSync(join(root, "deploy/ci/bump-tags"), "utf8");
  const order = /^readonly environments=\((.*)\)$/m.exec(script)[1].split(" ");
  assert.deepEqual([...order].sort(), [...environments].sort());
  assert.deepEqual(stringsIn(variable.body.attributes.get("default").text), order.reverse());
});

test("somebody is told of alarms and of costs in every environment", () => {
  for (const environment of environments) {
    const { attributes } = settingsOf(environment).body;
    assert.match(attributes.get("alarm_emails")?.text ?? "", /@/, environment);
    assert.match(attributes.get("budget_usd")?.text ?? "", /^\d+$/, environment);
  }
});

test("environments differ in their addresses and names", () => {
  for (const name of ["vpc_cidr", "domain"]) {
    const values = environments.map((one) => settingsOf(one).body.attributes.get(name).text);
    assert.equal(new Set(values).size, environments.length, name);
  }
});

test("a reason stands for every wide statement", () => {
  for (const [file, reason] of Object.entries(wide)) {
    assert.ok(existsSync(join(root, file)), file);
    assert.ok(reason.length > 20);
  }
});

const run = (args, options) => spawnSync("terraform", args, { encoding: "utf8", ...options });
const binary = run(["version", "-json"]);
const absent = binary.status === 0 ? false : "SKIPPED: terraform is not installed";
if (absent)
  process.stderr.write(`${absent}: its own fmt and validate have not looked at deploy/terraform\n`);

test("terraform fmt", { skip: absent }, () => {
  const { status, stdout, stderr } = run(["fmt", "-check", "-diff", "-recursive", terraform]);
  assert.equal(status, 0, stdout + stderr);
});

// validate needs the provider's schema, from wherever Terraform finds it.
test("terraform validate", { skip: absent }, async (t) => {
  for (const layer of layerNames) {
    await t.test(layer, (t) => {
      const data = mkdtempSync(join(tmpdir(), "triad-terraform-"));
      t.after(() => rmSync(data, { recursive: true }));
      const options = {
        cwd: join(terraform, "layers", layer),
        env: { ...process.env, TF_DATA_DIR: data },
        timeout: 100_000,
      };
      const init = run(
        ["init", "-backend=false", "-input=false", "-lockfile=readonly", "-no-color"],
        options,
      );
      if (init.status !== 0) {
        const why = `SKIPPED: terraform cannot get hashicorp/aws here, so ${layer} was not validated`;
        process.stderr.write(`${why}\n`);
        t.skip(why);
        return;
      }
      const { status, stdout, stderr } = run(["validate", "-no-color"], options);
      assert.equal(status, 0, stdout + stderr);
    });
  }
});
