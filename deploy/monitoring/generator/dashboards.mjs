// Every dashboard, with the file it is in.
import { resolve } from "node:path";
import database from "./database.mjs";
import gateway from "./gateway.mjs";
import logs from "./logs.mjs";
import overview from "./overview.mjs";
import processes from "./process.mjs";

const directory = resolve(import.meta.dirname, "../dashboards");

export function dashboards() {
  return [overview, gateway, database, processes, logs].map((one) => ({
    path: resolve(directory, `${one.uid}.json`),
    text: `${JSON.stringify(one, null, 2)}\n`,
  }));
}
