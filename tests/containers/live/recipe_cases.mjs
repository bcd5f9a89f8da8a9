// The cases of transform's operations, asked of a server. The engine's own tests run them with
// shared libraries; here it is linked statically, with a part of ICU's data, in a root that has no
// file of a library's.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesField, field, message } from "../../bench/wire.mjs";
import { GrpcClient } from "../../support/grpc.mjs";
import { root } from "./docker.mjs";

const FAMILIES = join(root, "services/transform/engine/families");
const METHOD = "triad.transform.v1.TransformService/Transform";
// Fields of the request, and the first two of the answer, which has one of them.
const FIELD = { text: 1, data: 2, recipe: 4 };

// Each line of families/*/cases/*.jsonl, and its place: cases_test.cc says what is in it.
export function allCases() {
  const files = readdirSync(FAMILIES, { recursive: true }).filter((file) =>
    file.endsWith(".jsonl"),
  );
  return files.flatMap((file) =>
    readFileSync(join(FAMILIES, file), "utf8")
      .trimEnd()
      .split("\n")
      .map((line, index) => ({ place: `${file}:${index + 1}`, ...JSON.parse(line) })),
  );
}

const bytesOf = (one, name) =>
  name in one ? Buffer.from(one[name]) : Buffer.from(one[`${name}_hex`], "hex");

// What a case gave instead of what it says; nothing if it holds.
async function deviation(client, one) {
  const request = message(
    field(FIELD.data, bytesOf(one, "input")),
    field(FIELD.recipe, one.recipe),
  );
  const { status, answer, reason } = await client.call(METHOD, request);
  if (status !== 0) {
    return "error" in one && reason.includes(one.error) ? undefined : `${status}: ${reason}`;
  }
  const output = Buffer.concat([bytesField(answer, FIELD.text), bytesField(answer, FIELD.data)]);
  if ("error" in one || !output.equals(bytesOf(one, "output"))) return output.toString("hex");
}

// Those of `cases` that do not hold at the server, each with its place and what it gave.
export async function deviations(address, cases) {
  const client = new GrpcClient(address);
  const found = [];
  try {
    for (const one of cases) {
      const gave = await deviation(client, one);
      if (gave !== undefined) found.push(`${one.place} ${one.recipe}: ${gave}`);
    }
  } finally {
    client.close();
  }
  return found;
}
