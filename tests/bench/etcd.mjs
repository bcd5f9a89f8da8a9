// Entries of config over gRPC, and the same keys in etcd on this machine: one member, whose
// writes are as durable. ETCD names another etcd than Debian's.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../containers/http.mjs";
import { Process } from "../support/suite.mjs";
import { loadGrpc, textField } from "./load.mjs";

const CLIENTS = [1, 16, 128];
const VALUE = "v".repeat(100);
const NAME = "namespaces/bench/entries/direct";
const CONFIG = "/triad.config.v1.ConfigService";
const ETCD = process.env.ETCD ?? resolve(".dev/unpacked/etcd-server/usr/bin/etcd");

// Less than 16,384 bytes.
function nested(number, bytes) {
  const length =
    bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

const SET = nested(1, Buffer.concat([textField(1, NAME), nested(2, textField(1, VALUE))]));
const GET = textField(1, NAME);
const PUT = Buffer.concat([textField(1, NAME), textField(2, VALUE)]);
// An answer to a write has a revision at least, one to a read the value.
const WRITTEN_BYTES = 4;

async function startEtcd({ directory: parent, stopWithIt }) {
  const directory = join(parent, "etcd");
  mkdirSync(directory, { recursive: true });
  const [client, peer] = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
  const etcd = new Process(
    [
      ETCD,
      `--data-dir=${join(directory, "data")}`,
      `--listen-client-urls=http://${client}`,
      `--advertise-client-urls=http://${client}`,
      `--listen-peer-urls=http://${peer}`,
      `--initial-advertise-peer-urls=http://${peer}`,
      `--initial-cluster=default=http://${peer}`,
    ],
    join(directory, "etcd.log"),
  );
  stopWithIt.push(() => etcd.end());
  await etcd.says(/ready to serve client requests/);
  return { directory, address: client, process: etcd };
}

// One for the whole run, started by the first case that needs it.
const running = new WeakMap();
function etcdOf(suite) {
  if (!running.has(suite)) running.set(suite, startEtcd(suite));
  return running.get(suite);
}

function inConfig(method, message, atLeast, clients) {
  return (suite) => async (seconds) => {
    const { config, directory } = suite;
    const call = { address: config.address, directory, seconds };
    return loadGrpc({
      ...call,
      path: `${CONFIG}/${method}`,
      message,
      atLeast,
      clients,
    });
  };
}

// Its processor time stands in the column of config.
function inEtcd(method, message, atLeast, clients) {
  return async (suite) => {
    const { directory, address, process: etcd } = await etcdOf(suite);
    const call = { address, directory, path: `/etcdserverpb.KV/${method}` };
    const run = (seconds) => loadGrpc({ ...call, message, atLeast, clients, seconds });
    run.servers = { ...suite, config: etcd };
    return run;
  };
}

const KINDS = [
  ["put", inConfig, "SetEntry", SET, WRITTEN_BYTES],
  ["put in etcd", inEtcd, "Put", PUT, WRITTEN_BYTES],
  ["get", inConfig, "GetEntry", GET, VALUE.length],
  ["get in etcd", inEtcd, "Range", GET, VALUE.length],
];

const nameOf = (kind, clients) => `entries: ${kind}, ${clients} clients`;

export const etcdCases = Object.fromEntries(
  CLIENTS.flatMap((clients) =>
    KINDS.map(([kind, within, method, message, atLeast]) => [
      nameOf(kind, clients),
      within(method, message, atLeast, clients),
    ]),
  ),
);

export const etcdRatios = CLIENTS.flatMap((clients) =>
  ["put", "get"].map((kind) => [nameOf(kind, clients), nameOf(`${kind} in etcd`, clients)]),
);
