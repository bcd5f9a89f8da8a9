// What happens to the suite. Each fault is done and undone here; afterwards everything
// runs.
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { names, servers } from "../../tools/suite.mjs";

const random = (from, to) => from + Math.random() * (to - from);

async function kill(server) {
  await server.kill();
  await sleep(random(0, 500));
  await server.start();
}

async function restart(server, problems) {
  const code = await server.stop();
  if (code !== 0) problems.push(`a server that was asked to drain ended with ${code}`);
  await server.start();
}

// Now and then for longer than a connection waits for a sign of life.
async function pause(server) {
  process.kill(server.pid, "SIGSTOP");
  await sleep(random(0, 10) < 1 ? 30_000 : random(50, 3000));
  process.kill(server.pid, "SIGCONT");
}

// Takes every byte that the disk has, and whatever becomes free for a while.
async function fill(disk) {
  const path = join(disk, "ballast");
  const file = openSync(path, "w");
  const until = Date.now() + random(1000, 4000);
  while (Date.now() < until) {
    for (let size = 1 << 20; size >= 1; size >>= 4) {
      try {
        while (writeSync(file, Buffer.alloc(size)) === size);
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
      }
    }
    await sleep(20);
  }
  closeSync(file);
  rmSync(path);
}

// [name, what to do], each once, in an order of its own every time. `s3` is there if
// objects are.
export function faults(suite, disk, s3, problems) {
  const all = names(servers).flatMap((name) => [
    [`${name} is killed`, () => kill(suite[name])],
    [`${name} stands still`, () => pause(suite[name])],
    [`${name} drains and starts again`, () => restart(suite[name], problems)],
  ]);
  all.push(["the disk is full", () => fill(disk)]);
  if (s3) all.push(...s3.faults(() => random(100, 3000)));
  return all
    .map((fault) => ({ fault, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ fault }) => fault);
}
