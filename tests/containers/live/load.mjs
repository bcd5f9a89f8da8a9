// Clients that write without a pause, and keep account of every request.
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const SILENCE_MS = 2000;

// What became of a request: the server's answer, or how far it got without one.
//   done      a whole answer
//   refused   no connection: it was never accepted
//   stale     a kept connection ended under the request, as its server may do with
//             an idle one; clients send it again (RFC 9112, 9.3.1), and so does this
//   dropped   a new connection ended before a byte of an answer
//   broken    the connection ended inside an answer
export class Load {
  counts = { done: 0, refused: 0, stale: 0, dropped: 0, broken: 0 };
  statuses = new Map();
  // Names of objects whose write was acknowledged.
  written = [];
  // Names of those whose connection was stale. The name is the request's id, too:
  // a server that logs one of them has accepted it.
  stale = [];
  #running = true;
  #loops;

  // `clients` loops that store small objects in `bucket` at `origin`, each on one
  // connection that is kept. `headers` go with every request.
  constructor(origin, headers, bucket, clients) {
    const { hostname, port } = new URL(origin);
    this.target = { hostname, port };
    this.headers = headers;
    this.bucket = bucket;
    this.#loops = Array.from({ length: clients }, (_, client) => this.#loop(client));
  }

  async stop() {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(client) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; this.#running; i++) {
      const name = `load-${client}-${i}`;
      const { outcome, status } = await this.#write(agent, name);
      this.counts[outcome]++;
      if (outcome === "done") this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status === 200) this.written.push(name);
      if (outcome === "stale") this.stale.push(name);
      // Nobody there: others have to get the processor too.
      if (outcome === "refused") await new Promise((done) => setTimeout(done, 20));
    }
    agent.destroy();
  }

  #write(agent, name) {
    const path = `/api/v1/buckets/${this.bucket}/objects/${name}`;
    const headers = { ...this.headers, "x-request-id": name };
    const options = { ...this.target, path, method: "PUT", headers, agent, timeout: SILENCE_MS };
    return new Promise((done) => {
      const sent = request(options);
      // A container that is gone answers no attempt to connect, not even with a refusal.
      sent.once("timeout", () => {
        if (!sent.socket.connecting) return;
        done({ outcome: "refused" });
        sent.destroy();
      });
      sent.once("error", (error) => {
        const unanswered = sent.reusedSocket ? "stale" : "dropped";
        done({ outcome: error.syscall === "connect" ? "refused" : unanswered });
      });
      sent.once("response", (answer) => {
        answer.resume();
        answer.once("end", () => {
          done({ outcome: answer.complete ? "done" : "broken", status: answer.statusCode });
        });
        answer.once("error", () => done({ outcome: "broken" }));
      });
      sent.end(randomBytes(512));
    });
  }
}
