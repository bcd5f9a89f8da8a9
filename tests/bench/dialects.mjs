// The same requests as config and as etcd take them. ETCD names another etcd than Debian's.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../containers/http.mjs";
import { Process } from "../support/suite.mjs";
import { field, message, numberField } from "./wire.mjs";

const SPACE = "namespaces/bench";
const ETCD = process.env.ETCD ?? resolve(".dev/unpacked/etcd-server/usr/bin/etcd");

const nameOf = (key) => `${SPACE}/entries/${key}`;
const service = (name) => `/triad.config.v1.ConfigService/${name}`;
const entry = (key, value) => message(field(1, nameOf(key)), field(2, field(1, value)));
const keyValue = (key, value) => message(field(1, nameOf(key)), field(2, value));
// The first key after all that begin with `prefix`, which ends in ASCII.
const after = (prefix) =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
const range = (prefix) => message(field(1, nameOf(prefix)), field(2, after(nameOf(prefix))));

// Each request is a path and a message.
export const config = {
  // A method that gRPC's generator has made, in the same process, which neither admission nor a
  // log line or a metric knows of.
  empty: () => ["/triad.build.v1.BuildService/GetBuild", message()],
  put: (key, value) => [service("SetEntry"), field(1, entry(key, value))],
  get: (key) => [service("GetEntry"), field(1, nameOf(key))],
  putAll: (pairs) => [
    service("CommitEntries"),
    message(field(1, SPACE), ...pairs.map(([key, value]) => field(2, field(1, entry(key, value))))),
  ],
  list: (prefix, count) => [
    service("ListEntries"),
    message(field(1, SPACE), numberField(2, count), field(4, prefix)),
  ],
  watch: (prefix) => [service("WatchEntries"), message(field(1, SPACE), field(2, prefix))],
  watchesOnce: true, // nothing follows the request
};

export const etcd = {
  put: (key, value) => ["/etcdserverpb.KV/Put", keyValue(key, value)],
  get: (key) => ["/etcdserverpb.KV/Range", field(1, nameOf(key))],
  putAll: (pairs) => [
    "/etcdserverpb.KV/Txn",
    message(...pairs.map(([key, value]) => field(2, field(2, keyValue(key, value))))),
  ],
  list: (prefix, count) => [
    "/etcdserverpb.KV/Range",
    message(range(prefix), numberField(3, count)),
  ],
  watch: (prefix) => ["/etcdserverpb.Watch/Watch", field(1, range(prefix))],
};

// One member, whose writes are as durable as config's. `directory` is its own.
export class Etcd {
  #directory;
  #process;

  constructor(directory) {
    this.#directory = directory;
  }

  async start() {
    mkdirSync(this.#directory, { recursive: true });
    const [client, peer] = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
    this.#process = new Process(
      [
        ETCD,
        `--data-dir=${join(this.#directory, "data")}`,
        `--listen-client-urls=http://${client}`,
        `--advertise-client-urls=http://${client}`,
        `--listen-peer-urls=http://${peer}`,
        `--initial-advertise-peer-urls=http://${peer}`,
        `--initial-cluster=default=http://${peer}`,
        "--quota-backend-bytes=8000000000",
      ],
      join(this.#directory, "etcd.log"),
    );
    await this.#process.says(/ready to serve client requests/);
    this.address = client;
  }

  get pid() {
    return this.#process.pid;
  }

  stop() {
    return this.#process.end();
  }
}
