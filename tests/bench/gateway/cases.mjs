// The gateway beside a floor, a program that moves the same bytes and does nothing else
// (native/relay), and beside the gateways of others.
import { isDeepStrictEqual } from "node:util";
import { ask } from "../http.mjs";
import { loadHttp } from "../load.mjs";
import { runBound } from "../native.mjs";
import { smallAlone, smallBesideLarge } from "./large.mjs";
import { EVENTS, echoOfDocument, WORD } from "./requests.mjs";
import { BEFORE, ENVOY, FLOOR, GRPC_GATEWAY, SIDES, startSide } from "./sides.mjs";
import { openEventStreams, openIdle } from "./streams.mjs";

const STREAMS = 1000;
const PER_SECOND = 10;
const IDLE = 10_000;
const CODEC = "the codec alone";
const OTHERS = [GRPC_GATEWAY, ENVOY];
const JSON_TYPE = "application/json";

// A field that has its default value may as well not be there.
const omit = (key, value) => (value === 0 && Number.isNaN(Number(key)) ? undefined : value);

// What the answer to `request` is, once it has been seen to be what it has to be. Others lay out
// JSON in ways of their own.
async function wanted(origin, { exact }, { method, target, body, answer }) {
  const headers = body ? { "content-type": JSON_TYPE } : {};
  const got = await ask(origin + target, { method, body, headers });
  const same = exact
    ? got.equals(Buffer.from(answer))
    : isDeepStrictEqual(JSON.parse(got, omit), JSON.parse(answer, omit));
  if (!same) throw new Error(`${method} ${target}: ${got.subarray(0, 300)}`);
  return got;
}

// A request again and again, by so many at a time.
const repeated =
  (connections) =>
  async (suite, side, { origin }, [request]) => {
    const { method, target, body } = request;
    const want = await wanted(origin, side, request);
    const type = body && JSON_TYPE;
    const { directory } = suite;
    const load = { origin, directory, method, target, body, type, want, connections };
    return (seconds) => loadHttp({ ...load, seconds });
  };

// The same, while many connections more are open.
const besideIdle = (connections) => async (suite, side, server, requests) => {
  const run = await repeated(connections)(suite, side, server, requests);
  let idle = [];
  const prepare = async () => {
    idle = await openIdle(server.origin, IDLE, requests[0]);
  };
  const finish = () => {
    for (const socket of idle) socket.destroy();
  };
  return Object.assign(run, { prepare, finish });
};

async function events(_suite, { exact }, { origin }, requests) {
  const markOf = ({ answer, word }) => (exact ? answer : word);
  let streams;
  const run = async (seconds) => {
    const result = await streams.count(seconds);
    if (result.requests < (STREAMS * PER_SECOND * seconds) / 2) {
      throw new Error(`${origin}: only ${result.requests} events came in ${seconds} s`);
    }
    return result;
  };
  const prepare = async () => {
    streams = await openEventStreams(origin, STREAMS, requests, markOf);
  };
  const finish = () => {
    for (const socket of streams.sockets) socket.destroy();
  };
  return Object.assign(run, { prepare, finish });
}

// `document` is what the codec converts there and back. `sought` is what of the processor time of
// the floor, and of the codec where there is a document.
const KINDS = [
  { name: "small unary", requests: () => [WORD], load: repeated(64), sought: "≤ 1.35" },
  { name: "10 KB both ways", document: "small", load: repeated(64), sought: "≤ 1.3" },
  { name: "1 MB both ways", document: "mixed", load: repeated(8), sought: "≤ 1.3" },
  { name: "1,000 event streams", requests: () => EVENTS, load: events },
  { name: "10,000 idle connections", requests: () => [WORD], load: besideIdle(64) },
];
const SMALL = KINDS[0];

const nameOf = ({ name }, by) => `gateway: ${name}${by ? `, ${by}` : ""}`;

function onSide(kind, by) {
  return async (suite) => {
    const side = SIDES[by];
    const requests = kind.document ? [await echoOfDocument(suite, kind.document)] : kind.requests();
    const server = await startSide(suite, side, nameOf(kind, by), requests);
    const run = await kind.load(suite, side, server, requests);
    // Whoever it is, it stands in the column of the gateway.
    return Object.assign(run, { servers: { gateway: server.process }, resident: "gateway" });
  };
}

const ALONE = "gateway: small GETs at 200/s";
const BESIDE_LARGE = "gateway: small GETs at 200/s, beside conversions of 64 MiB";

const codec =
  ({ document }) =>
  (suite) => {
    const run = (seconds) =>
      runBound(suite, "gateway", "json", [document, "both", "triad", seconds]);
    return Object.assign(run, { servers: {} });
  };

export const gatewayCases = Object.fromEntries(
  KINDS.flatMap((kind) => [
    ...Object.keys(SIDES).map((by) => [nameOf(kind, by), onSide(kind, by)]),
    ...(kind.document ? [[nameOf(kind, CODEC), codec(kind)]] : []),
  ]).concat([
    [ALONE, smallAlone],
    [BESIDE_LARGE, smallBesideLarge],
  ]),
);

const beside = (by) => KINDS.map((kind) => [nameOf(kind), nameOf(kind, by)]);

export const gatewayRatios = OTHERS.flatMap(beside);

// What the floor takes; with a document, and the codec.
const bound = (kind) => [nameOf(kind, FLOOR), ...(kind.document ? [nameOf(kind, CODEC)] : [])];

export const gatewayCosts = [
  [nameOf(SMALL, FLOOR), [nameOf(SMALL, BEFORE)], "gateway", "≤ 0.55, or it is no floor"],
  ...KINDS.map((kind) => [nameOf(kind), bound(kind), "gateway", kind.sought]),
  ...[BEFORE, ...OTHERS].flatMap(beside).map(([a, b]) => [a, [b], "gateway"]),
];

// Pairs of whose columns a difference is worth taking.
export const gatewayDifferences = [
  ...beside(FLOOR).map((pair) => [...pair, "resident", "≤ 8"]),
  [BESIDE_LARGE, ALONE, "p99", "≤ 5"],
];
