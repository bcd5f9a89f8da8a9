// Clients of config, one for each kind of write, each with namespaces of its own. They
// remember, in this process, what was acknowledged.
import { isDeepStrictEqual } from "node:util";
import { beginningOf, KINDS } from "./kinds.mjs";
import { Api, emptyState, observed, visible } from "./store.mjs";

// Without what fills values up.
const brief = (state) => JSON.stringify(state).replaceAll(/x{9,}/g, "x…");

class Writer {
  acknowledged = 0;
  #kind;
  #api;
  #spaces;
  #state;
  #unanswered; // what the write that had no answer would have done
  #turn = 0;
  // Beginnings, different from all others, of values that were destroyed for good: none of
  // them is in any file any more.
  destroyed = [];

  constructor(name, api) {
    this.name = name;
    this.#kind = KINDS[name];
    this.#api = api;
    this.#spaces = Array.from({ length: this.#kind.spaces ?? 1 }, (_, i) => `${name}-${i}`);
    this.#state = emptyState(this.#spaces);
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
    const before = this.#state.destroyed.length;
    effect(this.#state);
    this.#unanswered = undefined;
    if (this.#state.destroyed.length > before) this.#rememberDestroyed();
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
    const found = await observed(this.#api, expected, this.#kind.countsReveals);
    const same = possible.find((state) => isDeepStrictEqual(visible(state, expected), found));
    this.#unanswered = undefined;
    if (same !== undefined) {
      this.#state = same;
      return [];
    }
    const wanted = possible.map((state) => brief(visible(state, expected)));
    return [`${this.name}: found ${brief(found)}, not ${wanted.join(" or ")}`];
  }

  #rememberDestroyed() {
    const { destroyed, values } = this.#state;
    this.destroyed = destroyed.map((version) => beginningOf(values[version]));
  }
}

export class ConfigWriters {
  #writers;
  #running = [];
  #stopping = false;

  constructor(origin) {
    const api = new Api(origin);
    this.#writers = Object.keys(KINDS).map((name) => new Writer(name, api));
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
