// deploy/aws, with a terraform that only writes down what it was asked for.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./tree.mjs";

// Without $HERE/bucket, no bucket; $HERE/LAYER holds what a layer has.
const fake = `#!/usr/bin/env bash
here=$FAKE_TERRAFORM
layer=$(basename "\${1#-chdir=}")
copy=; [[ $1 == */copy/* ]] && copy=copy:
shift
echo "$copy$layer $*" >>"$here/calls"
[ "$layer $1" != "ecs apply" ] || echo "\${TF_VAR_image_tag:-}" >"$here/image-tag"
case $1 in
  init)
    [ -n "$copy" ] || [ -e "$here/bucket" ] || { echo 'Error: S3 bucket "x" does not exist.' >&2; exit 1; } ;;
  apply)
    touch "$here/$layer"
    [ -z "$copy" ] || { touch "$here/bucket" && echo '{}' >"$here/../work/build/aws/dev/bootstrap.tfstate"; } ;;
  destroy) rm -f "$here/$layer"; [ -z "$copy" ] || rm -f "$here/bucket" ;;
  state) case $2 in
    pull) echo '{}' ;;
    list) [ ! -e "$here/$layer" ] || echo something ;;
    esac ;;
  plan) [ ! -e "$here/changed" ] || exit 2 ;;
  output) case $3 in
    front_cidrs) echo '["10.10.144.0/22"]' ;;
    cloudfront_prefix_list) echo '"pl-0a1b"' ;;
    origin_certificate_arn) echo '"arn:aws:acm:certificate"' ;;
    *) [ "$2" = -raw ] && echo "a-$3" || echo "\\"a-$3\\"" ;;
    esac ;;
esac
exit 0
`;

// aws, docker, helm, kubectl and ./dev, which only take notes too; kubectl also of what
// it is given. With $HERE/argocd Argo CD is there, with $HERE/pushed every image.
const fakeTool = `#!/usr/bin/env bash
here=$FAKE_TERRAFORM
tool=$(basename "$0")
echo "$tool $*" >>"$here/tools"
case "$tool $*" in
  "helm template"*) exec "$TRIAD_HELM" "$@" ;;
  "kubectl apply"*) cat >>"$here/applied" ;;
  "kubectl get --namespace argocd application/argocd") [ -e "$here/argocd" ] ;;
  "kubectl delete namespace"*) touch "$here/namespaces-gone" ;;
  "kubectl get persistentvolumes"*) [ -e "$here/namespaces-gone" ] || echo persistentvolume/pvc-1 ;;
  "aws ecr describe-images"*) [ -e "$here/pushed" ] ;;
  "docker login"*) cat >/dev/null ;;
esac
`;

function setUp(t) {
  const directory = mkdtempSync(join(tmpdir(), "triad-aws-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const here = join(directory, "fake");
  mkdirSync(join(directory, "work/deploy"), { recursive: true });
  mkdirSync(join(here, "bin"), { recursive: true });
  cpSync(join(root, "deploy/aws"), join(directory, "work/deploy/aws"));
  for (const folder of ["terraform", "gitops", "environments"]) {
    cpSync(join(root, "deploy", folder), join(directory, "work/deploy", folder), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  writeFileSync(join(here, "bin/terraform"), fake);
  chmodSync(join(here, "bin/terraform"), 0o755);
  for (const tool of ["bin/aws", "bin/docker", "bin/helm", "bin/kubectl", "../work/dev"]) {
    writeFileSync(join(here, tool), fakeTool, { mode: 0o755 });
  }
  cpSync(join(root, "suite.json"), join(directory, "work/suite.json"));
  const env = {
    TRIAD_HELM: join(root, ".dev/kubernetes/bin/helm"),
    ...process.env,
    PATH: `${here}/bin:${process.env.PATH}`,
    FAKE_TERRAFORM: here,
    TRIAD_REPOSITORY: "git@gitlab.example.com:example/triad.git",
  };
  const aws = (args, input = "") => {
    for (const name of ["calls", "tools", "applied"]) rmSync(join(here, name), { force: true });
    const run = spawnSync(join(directory, "work/deploy/aws"), args, {
      encoding: "utf8",
      env,
      input,
    });
    const notes = (name) =>
      existsSync(join(here, name)) ? readFileSync(join(here, name), "utf8") : "";
    const lines = (name) => notes(name).trim().split("\n").filter(Boolean);
    return {
      code: run.status,
      text: run.stdout + run.stderr,
      calls: lines("calls"),
      tools: lines("tools"),
      applied: notes("applied"),
    };
  };
  return { aws, here, work: join(directory, "work") };
}

const layersOf = (calls, verb) =>
  calls.filter((call) => call.split(" ")[1] === verb).map((call) => call.split(" ")[0]);

test("up goes through the layers in order; the first state is a file, then moved", (t) => {
  const { aws, work } = setUp(t);
  const { code, text, calls } = aws(["up", "dev", "--yes"]);
  assert.equal(code, 0, text);
  assert.deepEqual(layersOf(calls, "apply"), [
    "copy:bootstrap",
    "network",
    "cluster",
    "data",
    "edge",
  ]);
  assert.ok(calls.some((call) => call.startsWith("bootstrap state push ")));
  assert.ok(!existsSync(join(work, "build/aws/dev/bootstrap.tfstate")));
  assert.ok(
    calls.filter((call) => / apply /.test(call)).every((call) => call.includes("-auto-approve")),
  );
  // Again: all of it from the bucket.
  assert.deepEqual(layersOf(aws(["up", "dev", "--yes"]).calls, "apply"), [
    "bootstrap",
    "network",
    "cluster",
    "data",
    "edge",
  ]);
});

test("an interrupted beginning goes on from its file", (t) => {
  const { aws, here, work } = setUp(t);
  mkdirSync(join(work, "build/aws/dev"), { recursive: true });
  writeFileSync(join(work, "build/aws/dev/bootstrap.tfstate"), "{}");
  writeFileSync(join(here, "bucket"), "");
  assert.deepEqual(layersOf(aws(["up", "dev", "--yes", "bootstrap"]).calls, "apply"), [
    "copy:bootstrap",
  ]);
});

test("--ecs takes ecs for cluster; named layers are those alone", (t) => {
  const { aws } = setUp(t);
  assert.deepEqual(layersOf(aws(["up", "dev", "--yes", "--ecs"]).calls, "apply"), [
    "copy:bootstrap",
    "network",
    "data",
    "edge",
    "ecs",
    "edge",
  ]);
  assert.deepEqual(layersOf(aws(["up", "dev", "--yes", "edge"]).calls, "apply"), ["edge"]);
});

test("without --yes terraform asks", (t) => {
  const { aws } = setUp(t);
  const { calls } = aws(["up", "dev", "bootstrap"]);
  assert.ok(
    calls.filter((call) => / apply /.test(call)).every((call) => !call.includes("-auto-approve")),
  );
});

test("a layer gets the settings that it declares", (t) => {
  const { aws, work } = setUp(t);
  aws(["up", "dev", "--yes"]);
  const settings = (layer) => readFileSync(join(work, `build/aws/dev/${layer}.tfvars`), "utf8");
  assert.match(settings("network"), /^vpc_cidr += /m);
  assert.doesNotMatch(settings("network"), /node_group|^domain/m);
  assert.match(settings("cluster"), /^node_group += \{\n {2}instance_types/m);
  assert.match(settings("edge"), /^domain += /m);
});

test("plan tells by its code", (t) => {
  const { aws, here } = setUp(t);
  const nothing = aws(["plan", "dev"]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.text, /Nothing is there yet/);
  aws(["up", "dev", "--yes"]);
  assert.equal(aws(["plan", "dev"]).code, 0);
  writeFileSync(join(here, "changed"), "");
  assert.equal(aws(["plan", "dev"]).code, 2);
});

test("destroy goes backwards, and not over data without a word", (t) => {
  const { aws } = setUp(t);
  aws(["up", "dev", "--yes"]);
  const refused = aws(["destroy", "dev", "--yes"]);
  assert.equal(refused.code, 1);
  assert.match(refused.text, /edge data cluster bootstrap would lose data: say --delete-data/);
  assert.deepEqual(layersOf(refused.calls, "destroy"), []);
  const { code, text, calls } = aws(["destroy", "dev", "--yes", "--delete-data"]);
  assert.equal(code, 0, text);
  assert.deepEqual(layersOf(calls, "destroy"), [
    "edge",
    "data",
    "cluster",
    "network",
    "copy:bootstrap",
  ]);
  // Protection is lifted where there is any, and nowhere else.
  const lifted = calls
    .filter((call) => / apply .*allow_destroy=true/.test(call))
    .map((call) => call.split(" ")[0]);
  assert.deepEqual(lifted, ["edge", "data", "copy:bootstrap"]);
  assert.match(aws(["destroy", "dev", "--yes", "--delete-data"]).text, /nothing of dev is there/);
});

test("CloudFront lets go of a load balancer before that goes", (t) => {
  const { aws } = setUp(t);
  aws(["up", "dev", "--yes", "--ecs"]);
  const { code, text, calls } = aws(["destroy", "dev", "--yes", "ecs", "--delete-data"]);
  assert.equal(code, 0, text);
  const changes = calls.filter((call) => / (apply|destroy) /.test(call));
  assert.match(changes[0], /^edge apply .*-var=load_balancer=false/);
  assert.match(changes.at(-1), /^ecs destroy /);
  // Its own end is told too: the load balancer may still be there.
  const whole = aws(["destroy", "dev", "--yes", "--delete-data"]).calls;
  const edge = whole.filter((call) => /^edge (apply|destroy) /.test(call));
  assert.ok(
    edge.every((call) => call.includes("-var=load_balancer=false")),
    edge.join("\n"),
  );
});

test("destroy asks for the name, and for the data", (t) => {
  const { aws } = setUp(t);
  aws(["up", "dev", "--yes"]);
  for (const answers of ["\n", "staging\n", "dev\nno\n"]) {
    const { code, calls } = aws(["destroy", "dev"], answers);
    assert.equal(code, 1);
    assert.deepEqual(layersOf(calls, "destroy"), []);
  }
  assert.equal(aws(["destroy", "dev"], "dev\ndelete data\n").code, 0);
});

test("a layer that others build on stays", (t) => {
  const { aws } = setUp(t);
  aws(["up", "dev", "--yes"]);
  const { code, text } = aws(["destroy", "dev", "--yes", "network"]);
  assert.equal(code, 1);
  assert.match(text, /cluster builds on network: destroy it first, or with it/);
  assert.equal(aws(["destroy", "dev", "--yes", "--delete-data", "cluster"]).code, 0);
});

test("on Kubernetes up ends with Argo CD and its first application", (t) => {
  const { aws } = setUp(t);
  const { code, text, tools, applied } = aws(["up", "dev", "--yes"]);
  assert.equal(code, 0, text);
  const install = tools.find((call) => call.startsWith("helm upgrade --install argocd argo-cd "));
  assert.match(
    install,
    /--repo https:\/\/argoproj\.github\.io\/argo-helm --version \d+\.\d+\.\d+ /,
  );
  assert.match(install, /--values \S+\/deploy\/gitops\/argocd\.yaml/);
  const [, ...documents] = applied.split(/^---$/m);
  assert.deepEqual(
    documents.map((one) => `${/^kind: (.*)$/m.exec(one)[1]} ${/^ {2}name: (.*)$/m.exec(one)[1]}`),
    ["AppProject default", "AppProject platform", "AppProject triad", "Application root"],
  );
  // What Terraform made, as its outputs are called here.
  for (const fact of [
    "environment: dev",
    "repository: https://gitlab.example.com/example/triad.git",
    "autoMode: false",
    "cluster: a-cluster_name",
    "certificateArn: arn:aws:acm:certificate",
    "cloudfrontPrefixList: pl-0a1b",
    "frontCidrs:\n          - 10.10.144.0/22",
    "uploadsBucket: a-uploads_bucket",
    "vpcId: a-vpc_id",
  ]) {
    assert.ok(documents.at(-1).includes(`          ${fact}\n`), fact);
  }
  assert.ok(tools.every((call) => !call.startsWith("kubectl create secret")));
});

test("an Argo CD that is there looks after itself", (t) => {
  const { aws, here } = setUp(t);
  aws(["up", "dev", "--yes", "bootstrap"]);
  writeFileSync(join(here, "argocd"), "");
  const { code, tools, applied } = aws(["up", "dev", "--yes", "gitops"]);
  assert.equal(code, 0);
  assert.ok(tools.every((call) => !call.startsWith("helm upgrade")));
  assert.match(applied, /^kind: Application$/m);
});

test("what Kubernetes made in AWS goes before the cluster, unless told otherwise", (t) => {
  const { aws } = setUp(t);
  aws(["up", "dev", "--yes"]);
  const { code, text, tools } = aws(["destroy", "dev", "--yes", "--delete-data", "cluster"]);
  assert.equal(code, 0, text);
  const order = [
    /kubectl scale .*--replicas=0 .*argocd-application-controller/,
    /kubectl delete ingress --all --all-namespaces/,
    /kubectl patch persistentvolume\/pvc-1 .*"Delete"/,
    /kubectl delete namespace .*monitoring a-namespace/,
  ].map((pattern) => tools.findIndex((call) => pattern.test(call)));
  assert.ok(!order.includes(-1), tools.join("\n"));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.match(tools.at(-2), /kubectl get volumesnapshotcontents/, "until they are gone");
  assert.match(tools.at(-1), /kubectl get persistentvolumes/, "until they are gone");
  aws(["up", "dev", "--yes", "cluster"]);
  const leave = ["destroy", "dev", "--yes", "--delete-data", "--leave-kubernetes", "cluster"];
  assert.deepEqual(aws(leave).tools, []);
});

test("ECS has no Argo CD, and neither has a layer by its name", (t) => {
  const { aws } = setUp(t);
  assert.deepEqual(aws(["up", "dev", "--yes", "--ecs"]).tools, []);
  assert.deepEqual(aws(["up", "dev", "--yes", "cluster"]).tools, []);
  assert.match(aws(["plan", "dev", "gitops"]).text, /no layer 'gitops'/);
});

test("an ECS without images gets those of this commit first, once", (t) => {
  const { aws, here, work } = setUp(t);
  const git = (...args) => {
    const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
    const { status, stdout, stderr } = spawnSync("git", ["-C", work, ...who, ...args], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  git("init", "--quiet");
  git("add", "suite.json");
  git("commit", "--quiet", "--message=x");
  const tag = git("rev-parse", "--short=8", "HEAD");
  const { code, text, tools } = aws(["up", "dev", "--yes", "--ecs", "--images"]);
  assert.equal(code, 0, text);
  assert.ok(tools.includes("docker login --username AWS --password-stdin a-registry"), text);
  const names = "config transform storage gateway frontend";
  const build = `dev images --engine docker --tag ${tag} --push a-registry/triad ${names}`;
  assert.ok(tools.includes(build), tools.join("\n"));
  assert.equal(readFileSync(join(here, "image-tag"), "utf8").trim(), tag);
  // Tags are never overwritten, so what is there is not pushed again.
  writeFileSync(join(here, "pushed"), "");
  writeFileSync(
    join(work, "suite.json"),
    readFileSync(join(root, "suite.json"), "utf8").concat("\n"),
  );
  const again = aws(["up", "dev", "--yes", "--ecs", "--images"]);
  assert.equal(again.code, 0, again.text);
  assert.ok(
    again.tools.every((call) => !/^(dev|docker) /.test(call)),
    again.tools.join("\n"),
  );
  assert.equal(readFileSync(join(here, "image-tag"), "utf8").trim(), `${tag}-modified`);
});

test("what is wrong is said in one line", (t) => {
  const { aws } = setUp(t);
  assert.match(aws(["up"]).text, /say which environment: dev production staging/);
  assert.match(aws(["up", "dev", "lan"]).text, /no layer 'lan': bootstrap/);
  assert.match(aws(["fly", "dev"]).text, /no command 'fly'/);
  assert.match(aws(["up", "dev", "--now"]).text, /does not take '--now'/);
  for (const args of [
    ["up", "dev", "--images"],
    ["plan", "dev", "--ecs", "--images"],
  ]) {
    assert.match(aws(args).text, /--images goes with up, for the layer ecs/);
  }
  assert.match(aws(["help"]).text, /deploy\/aws up ENV/);
});
