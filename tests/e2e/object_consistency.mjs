// Whether what clients of storage have seen of a few names can have happened: whether there is
// an order of the operations, each between its start and its end, in which each sees what the
// ones before it have left. It is searched for, which a few names can afford.
//
// An operation is {kind, start, end, …}, with times of one clock. A value stands for content;
// null for no object.
//   put     {name, value}
//   copy    {from, to, value}: what it read and wrote
//   delete  {name, value}: what it found
//   get     {name, value}
//   list    {values}: by name, all of one moment
// What was not answered has no end, and what it would have found is not known; it may have taken
// effect at any time after its start, or never.

// What `operation` makes of `state`; undefined if it cannot be in that state.
function applied(state, { kind, name, from, to, value, values, end }) {
  const isLost = end === undefined;
  if (kind === "put") return { ...state, [name]: value };
  if (kind === "get") return state[name] === value ? state : undefined;
  if (kind === "list")
    return Object.keys(values).every((key) => state[key] === values[key]) ? state : undefined;
  const source = kind === "copy" ? from : name;
  if (isLost ? state[source] === null : state[source] !== value) return undefined;
  if (state[source] === null) return state; // it says that there is nothing
  return kind === "copy" ? { ...state, [to]: state[from] } : { ...state, [name]: null };
}

// What an answered operation says of names, by name.
function seenBy({ kind, name, from, value, values }) {
  if (kind === "put") return {};
  return kind === "list" ? values : { [kind === "copy" ? from : name]: value };
}

const sorted = (set) => [...set].sort((a, b) => a - b);

// Places of the search that are to be gone on from, the most promising one first: that with most
// done, and few that nobody answered. None comes twice.
class Places {
  static #PRICE = 40; // what one without an answer counts, in answered ones
  #known = new Set();
  #byScore = new Map();
  #best = -Infinity;

  push(place) {
    const { state, next, ahead, taken } = place;
    const mark = JSON.stringify([state, next, sorted(ahead), sorted(taken)]);
    if (this.#known.size === this.#known.add(mark).size) return;
    const score = next + ahead.size - Places.#PRICE * taken.size;
    if (!this.#byScore.has(score)) this.#byScore.set(score, []);
    this.#byScore.get(score).push(place);
    this.#best = Math.max(this.#best, score);
  }

  pop() {
    while (this.#byScore.size > 0) {
      const places = this.#byScore.get(this.#best);
      if (places?.length > 0) return places.pop();
      this.#byScore.delete(this.#best);
      this.#best = Math.max(-Infinity, ...this.#byScore.keys());
    }
    return undefined;
  }
}

class Search {
  #answered; // in order of start
  #lost;
  #sightings = new Map(); // by name and value, the answered ones that say so
  furthest = 0;

  constructor(history) {
    const operations = history.toSorted((a, b) => a.start - b.start);
    this.#answered = operations.filter(({ end }) => end !== undefined);
    this.#lost = operations.filter(({ end }) => end === undefined);
    for (const [i, operation] of this.#answered.entries()) {
      for (const sighting of Object.entries(seenBy(operation))) {
        const key = JSON.stringify(sighting);
        this.#sightings.set(key, [...(this.#sightings.get(key) ?? []), i]);
      }
    }
  }

  // Whether there is an order. At each place the answered ones before `next` are done, and those
  // in `ahead` behind it, and of the lost ones those in `taken`.
  find(names) {
    const state = Object.fromEntries(names.map((name) => [name, null]));
    const places = new Places();
    places.push({ state, next: 0, ahead: new Set(), taken: new Set() });
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (place.next === this.#answered.length) return true;
      this.furthest = Math.max(this.furthest, place.next);
      for (const next of [...this.#lostOnes(place), ...this.#answeredOnes(place)])
        places.push(this.#settled(next));
    }
    return false;
  }

  #settled({ state, next, ahead, taken }) {
    const rest = new Set(ahead);
    while (rest.delete(next)) next++;
    return { state, next, ahead: rest, taken };
  }

  // What may come next: it began before anything that is left had ended.
  #deadline({ next, ahead }) {
    let deadline = Infinity;
    for (let i = next; i < this.#answered.length; i++) {
      if (this.#answered[i].start > deadline) break;
      if (!ahead.has(i)) deadline = Math.min(deadline, this.#answered[i].end);
    }
    return deadline;
  }

  #answeredOnes(place) {
    const deadline = this.#deadline(place);
    const found = [];
    for (let i = place.next; i < this.#answered.length; i++) {
      if (this.#answered[i].start > deadline) break;
      if (place.ahead.has(i)) continue;
      const state = applied(place.state, this.#answered[i]);
      if (state === undefined) continue;
      const next = { ...place, state, ahead: new Set(place.ahead).add(i) };
      // A read changes nothing: where it can be done, it is.
      if (state === place.state) return [next];
      found.push(next);
    }
    return found;
  }

  // A lost one is only worth its place if somebody sees what it did: a put or a deletion right
  // before that, as nothing else depends on it; a copy before its source is another.
  #lostOnes(place) {
    const deadline = this.#deadline(place);
    const alike = new Set();
    return this.#lost.flatMap((operation, i) => {
      if (place.taken.has(i) || operation.start > deadline) return [];
      // Of those that do the same, the first one: it is no worse than the others.
      const { kind, from, value } = operation;
      const what = JSON.stringify([kind, operation.name, from, value]);
      if (alike.size === alike.add(what).size) return [];
      const state = applied(place.state, operation);
      if (state === undefined || state === place.state) return [];
      const name = operation.to ?? operation.name;
      const latest = operation.kind === "copy" ? Infinity : deadline;
      if (!this.#isSeen(place, name, state[name], latest)) return [];
      return [{ ...place, state, taken: new Set(place.taken).add(i) }];
    });
  }

  // Whether one that is still to come, and begins until `latest`, says that `name` is `value`.
  #isSeen({ next, ahead }, name, value, latest) {
    const sightings = this.#sightings.get(JSON.stringify([name, value])) ?? [];
    return sightings.some((i) => i >= next && !ahead.has(i) && this.#answered[i].start <= latest);
  }

  // In words, where it came to an end.
  get end() {
    return this.#answered.slice(Math.max(0, this.furthest - 3), this.furthest + 8);
  }
}

// What is wrong, in words; nothing for a history that can have happened.
export function violations(history, names) {
  const search = new Search(history);
  if (search.find(names)) return [];
  return [`no order goes beyond these: ${JSON.stringify(search.end)}`];
}
