// Requests that are sent once, whatever happens to their connection: fetch may send
// one again by itself, and then one outcome would be of two requests.
import { Agent, request } from "node:http";

// Longer than any limit of the suite: a request that has not ended by then never does.
const PATIENCE_MILLISECONDS = 60_000;

export class Http {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #origin;
  // Those that did not end.
  unended = [];

  constructor(origin) {
    this.#origin = origin;
  }

  // { status, headers, body }; status 0 where the connection ended first, so that
  // nobody knows what became of it.
  ask(method, path, { headers = {}, body = Buffer.alloc(0) } = {}) {
    return new Promise((done) => {
      const failed = () => done({ status: 0, headers: {}, body: Buffer.alloc(0) });
      const all = { ...headers, "content-length": body.length };
      const outgoing = request(this.#origin + path, { method, headers: all, agent: this.#agent });
      const timer = setTimeout(() => {
        this.unended.push(`${method} ${path}`);
        outgoing.destroy();
        failed();
      }, PATIENCE_MILLISECONDS);
      outgoing.on("close", () => clearTimeout(timer));
      outgoing.on("error", failed);
      outgoing.on("response", (reply) => {
        const pieces = [];
        reply.on("data", (piece) => pieces.push(piece));
        reply.on("error", failed);
        reply.on("end", () =>
          reply.complete
            ? done({
                status: reply.statusCode,
                headers: reply.headers,
                body: Buffer.concat(pieces),
              })
            : failed(),
        );
      });
      outgoing.end(body);
    });
  }

  // Announces all of `body`, sends half of it and goes away.
  abandon(path, { headers = {}, body }) {
    return new Promise((done) => {
      const all = { ...headers, "content-length": body.length };
      const outgoing = request(this.#origin + path, { method: "PUT", headers: all, agent: false });
      outgoing.on("error", done);
      outgoing.on("close", done);
      outgoing.on("response", (reply) => reply.resume());
      outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
    });
  }

  // Lines of an answer that does not end, until it does. Throws if its status is not
  // 200; ends quietly when its connection does, or `signal` says so.
  async *lines(path, { headers = {}, signal }) {
    const reply = await new Promise((done, fail) => {
      const outgoing = request(this.#origin + path, { headers, agent: false, signal });
      outgoing.on("response", done);
      outgoing.on("error", fail);
      outgoing.end();
    });
    if (reply.statusCode !== 200) {
      reply.resume();
      throw Object.assign(new Error(`${path}: ${reply.statusCode}`), { status: reply.statusCode });
    }
    let rest = "";
    try {
      for await (const piece of reply.setEncoding("utf8")) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop();
        yield* lines;
      }
    } catch {
      // What came until then counts.
    }
  }

  close() {
    this.#agent.destroy();
  }
}
