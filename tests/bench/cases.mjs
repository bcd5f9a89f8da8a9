// What is measured. Each case prepares itself once, then runs a few seconds at a
// time and returns {requests, seconds, p50, p99}.
import { randomBytes } from "node:crypto";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { entriesCases, entriesCosts, entriesRatios } from "./entries.mjs";
import { gatewayCases, gatewayCosts, gatewayDifferences, gatewayRatios } from "./gateway/cases.mjs";
import { missing } from "./gateway/sides.mjs";
import { ask, makeBucket } from "./http.mjs";
import { jsonCases, jsonRatios } from "./json.mjs";
import { listCases, listCosts, listRatios } from "./lists.mjs";
import { loadGrpc, loadHttp, percentiles } from "./load.mjs";
import { objectCases, objectCosts, objectRatios } from "./objects.mjs";
import { rowCases, rowRatios } from "./rows.mjs";
import { transformCases, transformNotes, transformRatios } from "./transform/cases.mjs";
import { field } from "./wire.mjs";

const OBJECT_BYTES = 4096;
const WORD = "fOoBar25";
const MIRRORED = "47RAbOoF";
const ENTRY = "namespaces/bench/entries/read";

function putEntry(origin, name, text) {
  const body = JSON.stringify({ value: { stringValue: text } });
  const headers = { "content-type": "application/json" };
  return ask(`${origin}/api/v1/${name}`, { method: "PUT", headers, body });
}

async function makeBucketOnce({ origin }) {
  const listed = JSON.parse(await ask(`${origin}/api/v1/buckets`));
  if (listed.buckets.some(({ name }) => name === "buckets/bench")) return;
  await makeBucket(origin, "bench");
}

// A GET whose reply has to be what it was the first time.
async function repeatedGet(suite, target) {
  const want = await ask(suite.origin + target);
  return {
    want,
    run: (seconds) => loadHttp({ ...suite, method: "GET", target, want, seconds }),
  };
}

// What the disk can do: a block appended and synchronized, one after another.
function syncRepeatedly(directory, seconds) {
  const file = openSync(join(directory, "disk"), "w");
  const block = randomBytes(OBJECT_BYTES);
  const durations = [];
  const start = performance.now();
  let now = start;
  while (now - start < seconds * 1000) {
    writeSync(file, block);
    fdatasyncSync(file);
    const then = performance.now();
    durations.push((then - now) * 1000);
    now = then;
  }
  closeSync(file);
  return { requests: durations.length, seconds: (now - start) / 1000, ...percentiles(durations) };
}

export const cases = {
  mirror: async (suite) => {
    const { want, run } = await repeatedGet(suite, `/api/mirror?word=${WORD}`);
    if (JSON.parse(want).transformed !== MIRRORED) throw new Error(`mirror gave ${want}`);
    return run;
  },

  "mirror, direct gRPC":
    ({ transform, directory }) =>
    (seconds) =>
      loadGrpc({
        address: transform.address,
        directory,
        path: "/triad.transform.v1.TransformService/Mirror",
        message: field(1, WORD),
        reply: field(1, MIRRORED),
        seconds,
      }),

  "static file": async (suite) => {
    const page = (await ask(`${suite.origin}/`)).toString();
    return (await repeatedGet(suite, /src="(\/[^"]+\.js)"/.exec(page)[1])).run;
  },

  "config read": async (suite) => {
    await putEntry(suite.origin, ENTRY, "value");
    return (await repeatedGet(suite, `/api/v1/${ENTRY}`)).run;
  },

  "config write, durable": (suite) => {
    const body = JSON.stringify({ value: { stringValue: "value" } });
    const target = "/api/v1/namespaces/bench/entries/write-%d";
    return (seconds) => loadHttp({ ...suite, method: "PUT", target, body, seconds });
  },

  "disk, fdatasync of 4 KiB": (suite) => (seconds) => syncRepeatedly(suite.directory, seconds),

  "object PUT 4 KiB, durable": async (suite) => {
    await makeBucketOnce(suite);
    const body = randomBytes(OBJECT_BYTES);
    const target = "/api/v1/buckets/bench/objects/write-%d";
    return (seconds) => loadHttp({ ...suite, method: "PUT", target, body, fresh: true, seconds });
  },

  "object GET 4 KiB": async (suite) => {
    await makeBucketOnce(suite);
    const target = "/api/v1/buckets/bench/objects/read";
    const body = randomBytes(OBJECT_BYTES);
    await ask(suite.origin + target, { method: "PUT", body });
    const { want, run } = await repeatedGet(suite, target);
    if (!want.equals(body)) throw new Error("the object came back changed");
    return run;
  },

  ...objectCases,
  ...listCases,
  ...rowCases,
  ...entriesCases,
  ...jsonCases,
  ...gatewayCases,
  ...transformCases,
};

const isOfGateway = (name) => name in gatewayCases;

// Whether a case needs nothing of the suite, which would only be in the way.
export const isAlone = (name) => isOfGateway(name) || name in jsonCases;

// Rounds of these cases, if nobody says.
export const roundsOf = (names) => (names.every(isOfGateway) ? 5 : 3);

// What is to be said behind the figures of these cases.
export const notes = (names) => [
  ...(names.some(isOfGateway) ? missing : []),
  ...(names.some((name) => name in transformCases) ? transformNotes : []),
];

// Pairs whose rates are worth dividing, and what is sought of the quotient, if anything.
export const ratios = [
  ["mirror", "mirror, direct gRPC"],
  ["config read", "mirror"],
  ["object GET 4 KiB", "static file"],
  ["config write, durable", "disk, fdatasync of 4 KiB"],
  ["object PUT 4 KiB, durable", "disk, fdatasync of 4 KiB"],
  ...objectRatios,
  ...listRatios,
  ...rowRatios,
  ...entriesRatios,
  ...jsonRatios,
  ...gatewayRatios,
  ...transformRatios,
];

// Pairs whose processor time per request is worth dividing, the server that spends it or in whose
// place another does, and what is sought. The second may be several, taken together.
export const costs = [...entriesCosts, ...objectCosts, ...listCosts, ...gatewayCosts];

// Pairs of whose columns a difference is worth taking, and what is sought of it.
export const differences = gatewayDifferences;
