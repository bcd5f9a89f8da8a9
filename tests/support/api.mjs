// The REST API, as a client that goes on when answers are lost.
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MILLISECONDS = 20;
const TIMEOUT_MILLISECONDS = 30_000;
const PAGE = 1000;

// Bytes go as they are.
function bodyOf(body) {
  if (body === undefined) return {};
  if (Buffer.isBuffer(body))
    return { body, headers: { "content-type": "application/octet-stream" } };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

// Through the gateway.
export class Api {
  constructor(origin) {
    this.origin = origin;
  }

  // 503 stands for an answer that was lost, too.
  async send(method, path, body) {
    try {
      const reply = await fetch(`${this.origin}/api/v1/${path}`, {
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        ...bodyOf(body),
        method,
      });
      return { status: reply.status, body: await reply.json() };
    } catch (error) {
      return { status: 503, body: error };
    }
  }

  // A gateway whose connection is not made anew yet says nothing about what is kept.
  async ask(method, path, body) {
    for (;;) {
      const answer = await this.send(method, path, body);
      if (answer.status !== 503) return answer;
      await sleep(POLL_MILLISECONDS);
    }
  }

  // Bytes; null if there is nothing.
  async bytes(path) {
    for (;;) {
      const reply = await fetch(`${this.origin}/api/v1/${path}`, {
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      });
      const body = Buffer.from(await reply.arrayBuffer());
      if (reply.status === 200) return body;
      if (reply.status === 404) return null;
      if (reply.status !== 503) throw new Error(`${path}: ${reply.status} ${body}`);
      await sleep(POLL_MILLISECONDS);
    }
  }

  async get(path) {
    const { status, body } = await this.ask("GET", path);
    if (status === 404) return null;
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  // All pages of a list.
  async list(path, field) {
    const items = [];
    for (let token = ""; ; ) {
      const page = await this.get(`${path}&page_size=${PAGE}&page_token=${token}`);
      items.push(...page[field]);
      token = page.nextPageToken;
      if (token === "") return items;
    }
  }
}
