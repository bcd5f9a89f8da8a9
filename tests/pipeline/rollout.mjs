// A rollout as people see it: a load balancer in front of pods, old ones and new ones.
// What it passes on is answered by the suite behind it; only the builds that the pods
// were made from are put in, as there is one suite.
import { once } from "node:events";
import { createServer } from "node:http";

export class Rollout {
  // `answers(turn)` gives what the pods that answer a path for the turn-th time are
  // made of, by name: {config, transform, storage, gateway, frontend}. Nothing: there
  // is no pod to answer.
  constructor(suite, services, answers) {
    this.suite = suite;
    this.services = services;
    this.answers = answers;
    this.turns = new Map();
  }

  async start() {
    this.server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => response.destroy(error));
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer({ url }, response) {
    const turn = this.turns.get(url) ?? 0;
    this.turns.set(url, turn + 1);
    const builds = this.answers(turn);
    if (builds === undefined) return response.writeHead(502).end("no healthy upstream");
    const answer = await fetch(`${this.suite.origin}${url}`);
    const body = await answer.text();
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") });
    response.end(this.#built(url, body, builds));
  }

  #built(url, body, builds) {
    if (url === "/version.json") return JSON.stringify({ commit: builds.frontend });
    if (url !== "/api/version") return body;
    const version = JSON.parse(body);
    version.commit = builds.gateway;
    for (const service of version.services) {
      const { name } = this.services.find((one) => one.service === service.name);
      service.commit = builds[name];
    }
    return JSON.stringify(version);
  }
}
