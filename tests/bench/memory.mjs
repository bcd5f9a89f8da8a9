// What storage and the gateway have resident at most, after objects of more and more bytes.
import { join } from "node:path";
import { curl, sendFile } from "./curl.mjs";
import { randomFile } from "./files.mjs";
import { makeBucket } from "./http.mjs";
import { startPair } from "./peers.mjs";
import { peakMebibytes } from "./usage.mjs";

const MEBIBYTE = 2 ** 20;
const SIZES = [16, 256, 2048]; // in MiB

async function thereAndBack(url, bytes, directory) {
  const file = join(directory, "sent");
  randomFile(file, bytes);
  await sendFile(file, url, { reply: join(directory, "reply") });
  await curl(["-o", "/dev/null", url]);
}

// In servers of their own, so that nothing else counts. Returns figures by what they are.
export async function memoryOfObjects(suite) {
  const { origin, servers, directory } = await startPair(suite, "memory");
  await makeBucket(origin, "bench");
  const figures = {};
  for (const size of SIZES) {
    const url = `${origin}/api/v1/buckets/bench/objects/${size}`;
    await thereAndBack(url, size * MEBIBYTE, directory);
    for (const [name, server] of Object.entries(servers)) {
      figures[`${name}, MiB after ${size} MiB`] = peakMebibytes(server);
    }
  }
  return figures;
}
