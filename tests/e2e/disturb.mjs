// Faults of a server while clients use it.
import { setTimeout as sleep } from "node:timers/promises";

const FAULTS = 6;

// Kills `server`, or stops and continues it, at random moments.
export async function disturb(server) {
  for (let fault = 0; fault < FAULTS; fault++) {
    await sleep(300 + Math.random() * 500);
    if (fault % 2 === 0) {
      await server.kill();
      await server.start();
    } else {
      process.kill(server.pid, "SIGSTOP");
      await sleep(200);
      process.kill(server.pid, "SIGCONT");
    }
  }
  await sleep(500);
}
