// Programs that only note how they were called, for the scripts that call them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Writes an executable that appends its arguments to CALLS as a line, and then
// runs the given lines of sh.
export function stub(directory, name, calls, lines = "") {
  const text = `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${lines}\n`;
  writeFileSync(join(directory, name), text, { mode: 0o755 });
}

export const callsIn = (calls) =>
  existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : [];
