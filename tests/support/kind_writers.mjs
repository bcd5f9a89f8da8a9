// Clients of a service, one for each kind of write that it knows, each with spaces of its own.
// They remember, in this process, what was acknowledged.
//
// A service is told as { kinds, emptyState, observed, visible, destroyedOf }:
//   kinds          by name: { next, spaces, alone }, as tests/support/config/kinds.mjs says
//   emptyState     (spaces): what is there before anything is written
//   observed       (api, expected, kind): what can be seen of what `expected` knows of
//   visible        (state, expected): the same of a state
//   destroyedOf    (state): texts that are in no file any more, if there can be any
import { isDeepStrictEqual } from "node:util";
import { Api } from "./api.mjs";

// Without what fills values up.
const brief = (state) => JSON.stringify(state).replaceAll(/x{9,}/g, "x…");

class Writer {
  acknowledged = 0;
  #service;
  #kind;
  #api;
  #spaces;
  #state;
  #unanswered; // what the write that had no answer would have done
  #turn = 0;

  constructor(service, name, api) {
    this.name = name;
    this.#service = service;
    this.#kind = service.kinds[name];
    this.#api = api;
    this.#spaces = Array.from({ length: this.#kind.spaces ?? 1 }, (_, i) => `${name}-${i}`);
    this.#state = service.emptyState(this.#spaces);
  }

  // What was destroyed for good.
  get destroyed() {
    return this.#service.destroyedOf?.(this.#state) ?? [];
  }

  // Ends at the first write that is not acknowledged.
  async run(stopping) {
    while (!stopping() && (await this.#write(stopping)));
  }

  // Returns whether it was acknowledged.
  async #write(stopping) {
    const turn = ++this.#turn;
    const context = { api: this.#api, state: this.#state, turn, spaces: this.#spaces };
    const step = await this.#kind.next(context);
    if (step === null) return false;
    const { request, act, effect } = step;
    this.#unanswered = effect;
    const answer = await (act ? act(stopping) : this.#api.send(...request));
    if (answer.status >= 500) return false;
    if (answer.status !== 200 || answer.body?.committed === false)
      throw new Error(
        `${this.name}: ${JSON.stringify(request)}: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    effect(this.#state, answer.body);
    this.#unanswered = undefined;
    this.acknowledged++;
    return true;
  }

  // What may be there.
  #possible() {
    const states = [this.#state];
    if (this.#unanswered !== undefined) {
      const after = structuredClone(this.#state);
      this.#unanswered(after);
      states.push(after);
    }
    return states.flatMap((state) => [state, ...(this.#kind.alone?.(state) ?? [])]);
  }

  // What is there and should not be, or the other way round. Afterwards what is there
  // counts as acknowledged.
  async problems() {
    const possible = this.#possible();
    const expected = possible.at(-1);
    const { observed, visible } = this.#service;
    const found = await observed(this.#api, expected, this.#kind);
    const same = possible.find((state) => isDeepStrictEqual(visible(state, expected), found));
    this.#unanswered = undefined;
    if (same !== undefined) {
      this.#state = same;
      return [];
    }
    const wanted = possible.map((state) => brief(visible(state, expected)));
    return [`${this.name}: found ${brief(found)}, not ${wanted.join(" or ")}`];
  }
}

export class KindWriters {
  #writers;
  #running = [];
  #stopping = false;

  // Of `kinds`, which are all unless they are named.
  constructor(service, origin, kinds = Object.keys(service.kinds)) {
    const api = new Api(origin);
    this.#writers = kinds.map((name) => new Writer(service, name, api));
  }

  async prepare() {}

  get acknowledged() {
    return this.#writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  // Acknowledged writes by kind.
  get counts() {
    return this.#writers.map(({ acknowledged }) => acknowledged);
  }

  get summary() {
    return this.#writers.map(({ name, acknowledged }) => `${name}: ${acknowledged}`).join(", ");
  }

  // Whether there are that many more of each kind.
  haveWritten(count, before) {
    return this.counts.every((now, i) => now >= before[i] + count);
  }

  start() {
    this.#stopping = false;
    this.#running = this.#writers.map((writer) => writer.run(() => this.#stopping));
  }

  // So many writes of each kind, or fewer if one is not acknowledged.
  async write(count) {
    const times = () => {
      let done = 0;
      return () => done++ === count;
    };
    await Promise.all(this.#writers.map((writer) => writer.run(times())));
  }

  // Each ends at its first write that is not acknowledged; here at the latest.
  async stop() {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  async problems() {
    const found = await Promise.all(this.#writers.map((writer) => writer.problems()));
    return found.flat();
  }

  get destroyed() {
    return this.#writers.flatMap(({ destroyed }) => destroyed);
  }
}
