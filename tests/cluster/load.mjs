// Clients that ask and ask, each the next after the answer, and note every
// request that is not answered as it should be.
import { Agent, get } from "node:http";

const CLIENTS = 8;
const TIMEOUT_MS = 30_000;
const PATH = "/api/mirror?word=fOoBar25";
const EXPECTED = '{"transformed":"47RAbOoF"}';

// Empty if all is well, else what came instead. There is no second try.
function ask(url, agent) {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: TIMEOUT_MS }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.once("error", (error) => resolve(error.message));
      answer.once("end", () => {
        const body = Buffer.concat(pieces).toString();
        resolve(
          answer.statusCode === 200 && body === EXPECTED ? "" : `${answer.statusCode} ${body}`,
        );
      });
    });
    request.once("timeout", () => request.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    request.once("error", (error) => resolve(error.code ?? error.message));
  });
}

export class Load {
  #url;
  #stop = false;
  #clients;
  answered = 0;
  failures = [];

  // Half of the clients keep their connection if there is `keepAlive`, the others
  // make one per request.
  constructor(origin, { keepAlive }) {
    this.#url = origin + PATH;
    const clients = Array.from({ length: CLIENTS }, (_, i) => this.#ask(keepAlive && i % 2 === 0));
    this.#clients = clients;
  }

  async #ask(keepAlive) {
    const agent = keepAlive ? new Agent({ keepAlive, maxSockets: 1 }) : false;
    while (!this.#stop) {
      const failure = await ask(this.#url, agent);
      if (failure === "") this.answered++;
      else this.failures.push(`${new Date().toISOString()} ${failure}`);
    }
    if (keepAlive) agent.destroy();
  }

  // Ends it. Throws if a request was lost, else says how many were answered.
  async end() {
    this.#stop = true;
    await Promise.all(this.#clients);
    if (this.failures.length > 0) {
      const shown = this.failures.slice(0, 5).join("\n");
      throw new Error(`${this.failures.length} requests of ${this.answered} were lost:\n${shown}`);
    }
    return `${this.answered} requests, none lost`;
  }
}

// Runs `action` under load. Returns what `end` says.
export async function underLoad(origin, action, { keepAlive = true } = {}) {
  const load = new Load(origin, { keepAlive });
  try {
    await action(load);
  } catch (error) {
    await load.end().catch((lost) => console.log(lost.message));
    throw error;
  }
  return load.end();
}
