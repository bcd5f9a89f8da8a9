// Writes the dashboards that Grafana reads, from the descriptions beside this file:
//
//   node deploy/monitoring/generator/main.mjs
//
// A test fails if one of them is not what this would write.
import { writeFileSync } from "node:fs";
import { dashboards } from "./dashboards.mjs";

for (const { path, text } of dashboards()) {
  writeFileSync(path, text);
  console.log(path);
}
