// One name that one client writes, and what may be there. Every write is on condition
// of what the client knows to be there, so one whose answer is lost either happens
// before anything else does, or never.
import { createHash } from "node:crypto";

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// Nobody knows what became of the request: no answer, or one by somebody between.
const isUnknown = (status) => status === 0 || status === 503 || status === 504 || status === 502;
// Refused, and nothing has changed.
const REFUSALS = [429, 507];
const CONFLICTS = [409, 412];

export class Register {
  problems = [];
  #name;
  #known = null; // { digest, etag }; null: nothing is there
  #lost = []; // digests of writes on that condition whose answers were lost

  constructor(name) {
    this.#name = name;
  }

  get condition() {
    return this.#known === null
      ? { "if-none-match": "*" }
      : { "if-match": `"${this.#known.etag}"` };
  }

  get isCertain() {
    return this.#lost.length === 0;
  }

  #problem(text) {
    this.problems.push(`${this.#name}: ${text}`);
  }

  // What a write of `digest` on `condition` was answered with; `etag` if it was done.
  // Returns "done", "refused" or "lost".
  wrote(digest, status, etag) {
    if (status === 200) {
      this.#known = { digest, etag };
      this.#lost = [];
      return "done";
    }
    if (isUnknown(status)) {
      this.#lost.push(digest);
      return "lost";
    }
    if (CONFLICTS.includes(status) && this.isCertain)
      this.#problem(`${status}, though nobody else writes it`);
    if (!REFUSALS.includes(status) && !CONFLICTS.includes(status))
      this.#problem(`a write was answered ${status}`);
    return "refused";
  }

  // What a read was answered with; `found` of a 200: { digest, etag }.
  read(status, found) {
    if (isUnknown(status)) return;
    if (status !== 200 && status !== 404) return this.#problem(`a read was answered ${status}`);
    const there = status === 404 ? null : found;
    if (there?.digest === this.#known?.digest && there?.etag === this.#known?.etag) return;
    if (there !== null && this.#lost.includes(there.digest)) {
      // The others were on condition of what is there no longer.
      this.#known = there;
      this.#lost = [];
      return;
    }
    this.#problem(
      `found ${JSON.stringify(there)} where ${JSON.stringify(this.#known)} was acknowledged; answers were lost of ${JSON.stringify(this.#lost)}`,
    );
    this.#known = there;
  }
}
