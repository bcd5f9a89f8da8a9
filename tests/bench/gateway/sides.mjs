// What is asked: the gateway, the floor, and what else this machine has.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../containers/http.mjs";
import { Process, Server } from "../../support/suite.mjs";
import { once } from "../once.mjs";
import { envoyConfig } from "./envoy.mjs";
import { writePrepared } from "./requests.mjs";

// Where tests/bench/peers/get.sh puts them.
const OTHERS = resolve(import.meta.dirname, "../../../build/bench");

export const FLOOR = "floor";
export const BEFORE = "before";
export const GRPC_GATEWAY = "grpc-gateway";
export const ENVOY = "Envoy";

const descriptors = ({ binaries }) => resolve(binaries, "../bench.pb");

async function startProcess(suite, command, log, says) {
  const process = new Process(command, log);
  suite.stopWithIt.push(() => process.end());
  return { process, found: await process.says(says) };
}

// The service behind all of them, by its address.
export const echo = once(async (suite) => {
  const command = [join(suite.binaries, "triad_bench_echo")];
  const log = join(suite.directory, "echo.log");
  return (await startProcess(suite, command, log, /^serving (\S+)$/m)).found[1];
});

// Each starts one in front of `service`, which keeps its files in `directory`. Returns its origin
// and its process.
const ours =
  (binaries, more = []) =>
  async (suite, service, directory) => {
    const server = new Server("gateway", {
      binaries: resolve(binaries ?? suite.binaries),
      directory,
      args: [
        `--descriptor_set=${descriptors(suite)}`,
        `--upstream=bench.Echo=${service}`,
        "--default_values=omit",
        "--max_connections=20000",
        ...more,
      ],
    });
    suite.stopWithIt.push(() => server.stop());
    await server.start();
    return { origin: `http://${server.address}`, process: server };
  };

async function relay(suite, service, directory, requests) {
  const prepared = writePrepared(directory, requests);
  const program = join(suite.binaries, "triad_bench_relay");
  const command = [program, `--upstream=${service}`, `--prepared=${prepared}`];
  const log = join(directory, "relay.log");
  const { process, found } = await startProcess(suite, command, log, /^serving (\S+)$/m);
  return { origin: `http://${found[1]}`, process };
}

const grpcGateway = (program) => async (suite, service, directory) => {
  const log = join(directory, "grpc-gateway.log");
  const { process, found } = await startProcess(suite, [program, service], log, /^serving (\S+)$/m);
  return { origin: `http://${found[1]}`, process };
};

const envoy = (program) => async (suite, service, directory) => {
  const listen = `127.0.0.1:${await freePort()}`;
  const config = join(directory, "envoy.json");
  writeFileSync(config, envoyConfig(listen, service, descriptors(suite)));
  const command = [program, "--config-path", config, "--disable-hot-restart"];
  const log = join(directory, "envoy.log");
  const { process } = await startProcess(suite, command, log, /starting main dispatch loop/);
  return { origin: `http://${listen}`, process };
};

// [name, variable that says where it is, what starts it, whether its answers are ours to the byte].
const OPTIONAL = [
  [BEFORE, "GATEWAY_BEFORE", ours, true],
  [GRPC_GATEWAY, "GRPC_GATEWAY", grpcGateway, false],
  [ENVOY, "ENVOY", envoy, false],
];

// Nowhere if the variable is empty.
function placeOf(name, variable) {
  const given = process.env[variable];
  if (given !== undefined) return given && resolve(given);
  const usual = join(OTHERS, name.toLowerCase());
  return existsSync(usual) ? usual : undefined;
}

// By name; the gateway itself has none.
export const SIDES = Object.fromEntries([
  ["", { launch: ours(), exact: true }],
  [FLOOR, { launch: relay, exact: true }],
  ...OPTIONAL.flatMap(([name, variable, launch, exact]) => {
    const place = placeOf(name, variable);
    return place ? [[name, { launch: launch(place), exact }]] : [];
  }),
]);

// The gateway with one loop, which everything shares, and room for documents of any size.
export const ONE_LOOP = {
  launch: ours(undefined, [
    "--loops=1",
    `--max_body_bytes=${2 ** 27}`,
    `--max_message_bytes=${2 ** 27}`,
    `--memory_budget_bytes=${2 ** 32}`,
  ]),
};

// A line for each that is not here.
export const missing = OPTIONAL.filter(([name]) => !(name in SIDES)).map(
  ([name, variable]) => `not beside the gateway: ${name}; ${variable} says where it is`,
);

// A side in front of the service, for one case alone: what it has resident is of nothing else.
export async function startSide(suite, side, name, requests) {
  const directory = join(suite.directory, name.replaceAll(/[^\w]+/g, "-"));
  mkdirSync(directory, { recursive: true });
  return side.launch(suite, await echo(suite), directory, requests);
}
