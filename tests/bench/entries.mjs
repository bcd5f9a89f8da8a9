// Entries of config over gRPC, and the same keys in etcd on this machine.
import { join } from "node:path";
import { GrpcClient } from "../support/grpc.mjs";
import { config, Etcd, etcd } from "./dialects.mjs";
import { loadGrpc } from "./load.mjs";
import { once } from "./once.mjs";
import { fanOut, STREAMS } from "./watches.mjs";

const CLIENTS = [1, 16, 128];
const FEW = 16;
const VALUE = "v".repeat(100);
const LISTED = 1000;
const IN_TRANSACTION = 10;
// Config takes 128 operations at a time, and so does etcd.
export const AT_ONCE = 100;

// `count` keys below `prefix`, in commits of AT_ONCE, so many at a time.
export async function fill({ address }, dialect, prefix, count, atATime = 8) {
  const client = new GrpcClient(address);
  let next = 0;
  const writer = async () => {
    while (next < count) {
      const first = next;
      next += AT_ONCE;
      const pairs = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => [
        `${prefix}${String(first + i).padStart(8, "0")}`,
        VALUE,
      ]);
      const [path, bytes] = dialect.putAll(pairs);
      const { status } = await client.call(path.slice(1), bytes);
      if (status !== 0) throw new Error(`${path}: status ${status}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atATime }, writer));
  } finally {
    client.close();
  }
}

const etcdOf = once(async ({ directory, stopWithIt }) => {
  const server = new Etcd(join(directory, "etcd"));
  await server.start();
  stopWithIt.push(() => server.stop());
  return server;
});

// What a case runs against, and how that is spoken to. Etcd's processor time stands in the
// column of config.
const SIDES = [
  ["", config, (suite) => suite.config],
  [" in etcd", etcd, etcdOf],
];

const pairs = Array.from({ length: IN_TRANSACTION }, (_, i) => [`direct-${i}`, VALUE]);

// An answer to a write has a revision at least, one to a read the values.
const KINDS = [
  { name: "empty call", request: (dialect) => dialect.empty?.(), atLeast: 0 },
  { name: "put", request: (dialect) => dialect.put("direct", VALUE), atLeast: 4 },
  {
    name: "get",
    request: (dialect) => dialect.get("read-00000000"),
    prepare: (server, dialect) => fill(server, dialect, "read-", 1),
    atLeast: VALUE.length,
  },
  {
    name: `transaction of ${IN_TRANSACTION}`,
    request: (dialect) => dialect.putAll(pairs),
    atLeast: 4,
    clients: [FEW],
  },
  {
    name: `list of ${LISTED.toLocaleString("en")}`,
    request: (dialect) => dialect.list("listed/", LISTED),
    prepare: (server, dialect) => fill(server, dialect, "listed/", LISTED),
    atLeast: LISTED * VALUE.length,
    clients: [FEW],
  },
];

const nameOf = (kind, clients) =>
  `entries: ${kind}, ${clients} ${clients === 1 ? "client" : "clients"}`;

function unary({ request, prepare, atLeast }, clients, [, dialect, serverOf]) {
  return async (suite) => {
    const server = await serverOf(suite);
    await prepare?.(server, dialect);
    const [path, message] = request(dialect);
    const call = { address: server.address, directory: suite.directory, path, message };
    const run = (seconds) => loadGrpc({ ...call, atLeast, clients, seconds });
    run.servers = { ...suite, config: server };
    return run;
  };
}

function watching([, dialect, serverOf]) {
  return async (suite) => {
    const server = await serverOf(suite);
    const run = (seconds) => fanOut(server, dialect, seconds);
    run.servers = { ...suite, config: server };
    return run;
  };
}

const WATCHED = `entries: events to ${STREAMS.toLocaleString("en")} watches`;

export const entriesCases = Object.fromEntries([
  ...KINDS.flatMap((kind) =>
    (kind.clients ?? CLIENTS).flatMap((clients) =>
      SIDES.filter(([, dialect]) => kind.request(dialect)).map((side) => [
        nameOf(kind.name + side[0], clients),
        unary(kind, clients, side),
      ]),
    ),
  ),
  ...SIDES.map((side) => [WATCHED + side[0], watching(side)]),
]);

export const entriesRatios = [
  ...KINDS.slice(1).flatMap(({ name, clients = CLIENTS }) =>
    clients.map((count) => [nameOf(name, count), nameOf(`${name} in etcd`, count)]),
  ),
  [WATCHED, `${WATCHED} in etcd`],
];

// Pairs whose processor time is worth dividing, and whose it is.
export const entriesCosts = CLIENTS.map((count) => [
  nameOf("get", count),
  nameOf("empty call", count),
  "config",
]);
