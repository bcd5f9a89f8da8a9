// CyberChef behind a minimal HTTP server, run by a Node that loads it:
//   node cyberchef.mjs FOLDER_ABOVE_NODE_MODULES
// POST /measure with {recipe, input, output, seconds} runs the recipe on a file again and again;
// POST /base64 answers the body in base64.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";

const modules = join(resolve(process.argv[2]), "node_modules");
const { default: chef } = await import(join(modules, "cyberchef/src/node/index.mjs"));

// What a recipe gives, as bytes.
async function bytesOf(dish) {
  const value = await dish.get("ArrayBuffer");
  return Buffer.from(value);
}

async function measure({ recipe, input, output, seconds }) {
  const bytes = readFileSync(input);
  writeFileSync(output, await bytesOf(await chef.bake(bytes, recipe)));
  const durations = [];
  const start = performance.now();
  let now = start;
  do {
    await chef.bake(bytes, recipe);
    const then = performance.now();
    durations.push((then - now) * 1000);
    now = then;
  } while (now - start < seconds * 1000);
  return { durations, seconds: (now - start) / 1000 };
}

const server = createServer(async (request, response) => {
  try {
    const body = await text(request);
    if (request.url === "/measure") {
      response.end(JSON.stringify(await measure(JSON.parse(body))));
    } else {
      response.end((await chef.bake(body, [{ op: "To Base64" }])).toString());
    }
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => console.log(`serving 127.0.0.1:${server.address().port}`));
