// What ./dev new runs:
//
//   node tools/new/main.mjs service NAME
//   node tools/new/main.mjs rpc SERVICE NAME [HANDLER]
//
// Prints the paths of what it wrote, a line each.
import { Files, Refusal } from "./files.mjs";
import { newRpc } from "./rpc.mjs";
import { newService } from "./service.mjs";

const kinds = { service: [newService, 1, 1], rpc: [newRpc, 2, 3] };

function main([kind, ...words]) {
  const [make, least, most] = kinds[kind] ?? [];
  if (!make || words.length < least || words.length > most) {
    throw new Refusal("give `service NAME` or `rpc SERVICE NAME [HANDLER]`");
  }
  const files = new Files();
  make(files, ...words);
  for (const path of files.write()) console.log(path);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`dev: new: ${error.message}`);
  process.exit(2);
}
