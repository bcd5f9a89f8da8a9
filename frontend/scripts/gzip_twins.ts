import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = new Set([".css", ".html", ".js", ".json", ".svg", ".txt"]);

// Writes `name.gz` beside every text file of the site, for the gateway to send
// to browsers that accept gzip. The same input gives the same bytes: zlib's
// header carries no time.
export function gzipTwins(): Plugin {
  let site = "";
  return {
    name: "gzip-twins",
    apply: "build",
    configResolved(config) {
      site = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(site, { recursive: true, encoding: "utf8" })) {
        if (!TEXT.has(extname(name))) continue;
        const file = join(site, name);
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}
