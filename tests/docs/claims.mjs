// Who runs which command block of README and docs: each block has one runner here,
// or says in the page why nobody runs it (blocks.mjs). A runner is a test.
import { blocks } from "./blocks.mjs";

const every = (block, pattern) => block.commands.every(({ command }) => pattern.test(command));
const has = (block, pattern) => pattern.test(block.text);
const isIn = (block, ...pages) => pages.includes(block.page);
// A page that is read from its top to its end.
const WALK = "docs/standalone.md";

// Of the services that README writes: dev_new_test makes them and asks them.
const NEW = /^(\.\/dev new |\.\/dev up --detach$|curl .*(countCharacters|greeter))/;
const CALLS = /^(cat|curl|echo|grpcurl|printf|triadctl|unzip) /;
const CHART = /^helm (install|upgrade|test) /;

export const runners = {
  // tests/docs/suite_test.mjs: against a running suite.
  suite: (block) =>
    !isIn(block, WALK) &&
    ((every(block, CALLS) && !every(block, NEW)) || has(block, /^build\/dev\/bin\//m)),
  // The same file: without the suite.
  alone: (block) => !isIn(block, WALK) && has(block, /^(\$ )?protoc /m),
  // tests/docs/standalone_test.mjs: with a service in Node, in Go and in Python.
  walk: (block) => isIn(block, WALK),
  // tests/dev/new_test.mjs: in a copy of the tree.
  new: (block) => isIn(block, "README.md") && every(block, NEW),
  // tests/operations/manual_test.mjs: on a suite's files.
  manual: (block) =>
    isIn(block, "docs/operations.md") &&
    has(block, /\bdata\b.*(config|storage)/) &&
    !runners.restore(block),
  // tests/gitops/backup_test.mjs: with a kubectl that takes notes; ./dev test --target
  // cluster walks through it.
  restore: (block) => has(block, /^NAMESPACE=.* SNAPSHOT=/m),
  // tests/docs/chart_test.mjs renders what they install; ./dev test --target cluster
  // installs it.
  chart: (block) => every(block, CHART),
  // tests/docs/deploy_test.mjs: in a clone, with stubs for what is not ours.
  deploy: (block) => has(block, /^(deploy\/|kind |minikube |docker |aws |git )|\bdeploy\/aws /m),
  // Their commands are those of every ctest, and of ./dev test --containers: only
  // their words are checked, by tests/docs/claims_test.mjs.
  entry: (block) => every(block, /^\.\/dev (up|images)\b/) && !runners.deploy(block),
};

export const runnersOf = (block) =>
  Object.entries(runners)
    .filter(([, claims]) => claims(block))
    .map(([name]) => name);

export const blocksOf = (runner) =>
  blocks.filter((block) => block.reason === undefined && runners[runner](block));
