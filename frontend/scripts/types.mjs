// Writes src/api/openapi.gen.ts from the gateway's OpenAPI document.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = process.env.OPENAPI;
if (!source) {
  console.error("OPENAPI is not set: name the gateway's openapi.json, for instance");
  console.error("OPENAPI=../build/dev/openapi.json npm run types");
  process.exit(1);
}

const target = fileURLToPath(new URL("../src/api/openapi.gen.ts", import.meta.url));
const types = astToString(await openapiTS(JSON.parse(readFileSync(source, "utf8"))));
// Renamed into place: two build directories may do this at the same time.
const fresh = `${target}.${process.pid}`;
writeFileSync(fresh, types);
renameSync(fresh, target);
