// Conversion between JSON and wire bytes, on one core, beside libprotobuf's.
import { runNative } from "./native.mjs";

const KINDS = ["mixed", "small", "numbers", "text", "nested"];
const WAYS = { read: "JSON to wire", write: "wire to JSON" };
const SOUGHT = { mixed: "≥ 8, better 10" };

const nameOf = (kind, way, by) => `json ${kind}, ${WAYS[way]}${by === "triad" ? "" : `, ${by}`}`;
const pairs = KINDS.flatMap((kind) => Object.keys(WAYS).map((way) => [kind, way]));

export const jsonCases = Object.fromEntries(
  pairs.flatMap(([kind, way]) =>
    ["triad", "libprotobuf"].map((by) => [
      nameOf(kind, way, by),
      (suite) => {
        const run = (seconds) => runNative(suite, "json", [kind, way, by, seconds]);
        return Object.assign(run, { servers: {} });
      },
    ]),
  ),
);

export const jsonRatios = pairs.map(([kind, way]) => [
  nameOf(kind, way, "triad"),
  nameOf(kind, way, "libprotobuf"),
  SOUGHT[kind] ?? "≥ 6, better 10",
]);
