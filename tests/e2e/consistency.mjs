// Whether what clients of config have seen can have happened. Every answer carries the
// revision of the store that it is about, so that the order is known, and checking takes
// time in proportion to the history, but for sorting it.
//
// An operation is {kind, start, end, …}, with times of one clock:
//   write  {revision, values}: all at one revision; a value is null for a deletion, and each
//          other is written once, to however many keys
//   read   {readRevision, values}: all at that revision; a value is {value, revision} with the
//          revision at which it was written, or null if there is none
// A write whose answer was lost has no end and no revision; it may have taken effect, as a
// whole, at any time after its start.

// Returns what is wrong, in words; nothing for a history that can have happened.
export function violations(history) {
  const reads = history.filter(({ kind }) => kind === "read");
  const acknowledged = history.filter(({ kind, end }) => kind === "write" && end !== undefined);
  const { found, missing, wrong } = placed(history, reads);
  const writes = [...acknowledged, ...found];
  return [
    ...wrong,
    ...revisionsTwice(writes),
    ...timesAgainstRevisions([...reads, ...writes]),
    ...new Keys(writes, reads, missing).violations(),
  ];
}

// Which of the writes whose answers were lost have taken effect: a read shows a value of
// theirs, and the revision.
function placed(history, reads) {
  const lost = history.filter(({ kind, end }) => kind === "write" && end === undefined);
  const byValue = new Map();
  for (const write of lost) {
    for (const value of Object.values(write.values)) if (value !== null) byValue.set(value, write);
  }
  const wrong = [];
  const revisions = new Map();
  for (const { values, end } of reads) {
    for (const [key, seen] of Object.entries(values)) {
      const write = byValue.get(seen?.value);
      if (write === undefined) continue;
      const revision = revisions.get(write) ?? seen.revision;
      revisions.set(write, revision);
      if (revision !== seen.revision)
        wrong.push(`${key} was ${seen.value} of revision ${seen.revision} and of ${revision}`);
      if (end < write.start) wrong.push(`${key} was ${seen.value} before that was written`);
    }
  }
  const found = [...revisions].map(([write, revision]) => ({ ...write, revision }));
  return { found, missing: lost.filter((write) => !revisions.has(write)), wrong };
}

// No two writes have one revision.
function revisionsTwice(writes) {
  const seen = new Set();
  return writes
    .filter(({ revision }) => seen.size === seen.add(revision).size)
    .map(({ revision }) => `two writes have revision ${revision}`);
}

const positionOf = ({ kind, revision, readRevision }) =>
  kind === "read" ? readRevision : revision;

// What had ended before each time, as the newest revision of it.
class Ended {
  #byEnd;
  #newest = [];

  constructor(operations) {
    const ended = operations.filter(({ end }) => end !== undefined);
    this.#byEnd = ended.toSorted((a, b) => a.end - b.end);
    let newest = 0;
    for (const operation of this.#byEnd) {
      newest = Math.max(newest, positionOf(operation));
      this.#newest.push(newest);
    }
  }

  before(time) {
    return this.#newest[lastIndex(this.#byEnd, ({ end }) => end < time)] ?? 0;
  }

  // When the first that is not older than a revision ended: what began later is behind it.
  reached(revision) {
    const before = lastIndex(this.#newest, (newest) => newest < revision);
    return this.#byEnd[before + 1]?.end ?? Infinity;
  }
}

// The last of what is sorted that holds; -1 if none does.
function lastIndex(sorted, holds) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// What begins after something has ended sees no less than it; a write is behind it.
function timesAgainstRevisions(operations) {
  const ended = new Ended(operations);
  return operations.flatMap((operation) => {
    const newest = ended.before(operation.start);
    const position = positionOf(operation);
    if (operation.kind === "write" ? position > newest : position >= newest) return [];
    return [`a ${operation.kind} at ${position} began after ${newest}`];
  });
}

// The writes of each key in order, and between two of them what reads saw.
class Keys {
  #writes = new Map();
  #missing;
  #ended;
  // By key and index of its last write that is known: when, and at which revision, it was
  // first seen to be absent though it was written, and last seen to be there.
  #absences = new Map();
  #wrong = [];

  constructor(writes, reads, missing) {
    this.#missing = missing;
    this.#ended = new Ended([...reads, ...writes]);
    for (const write of writes.toSorted((a, b) => a.revision - b.revision)) {
      for (const [key, value] of Object.entries(write.values)) {
        if (!this.#writes.has(key)) this.#writes.set(key, []);
        this.#writes.get(key).push({ revision: write.revision, value });
      }
    }
    for (const read of reads) {
      for (const [key, seen] of Object.entries(read.values)) this.#look(read, key, seen);
    }
  }

  #look({ readRevision, end }, key, seen) {
    const writes = this.#writes.get(key) ?? [];
    const index = lastIndex(writes, ({ revision }) => revision <= readRevision);
    const last = writes[index] ?? { value: null, revision: 0 };
    const place = `${key} ${index}`;
    const absence = this.#absences.get(place) ?? { key, end: Infinity, from: Infinity, until: 0 };
    if (seen === null && last.value !== null) {
      absence.end = Math.min(absence.end, end);
      absence.from = Math.min(absence.from, readRevision);
      this.#absences.set(place, absence);
    } else if (seen !== null && seen.value === last.value && seen.revision === last.revision) {
      absence.until = Math.max(absence.until, readRevision);
      this.#absences.set(place, absence);
    } else if (seen !== null) {
      this.#wrong.push(
        `${key} was ${seen.value} of revision ${seen.revision} at ${readRevision}, and not ` +
          `${last.value} of ${last.revision}`,
      );
    }
  }

  // Each absence takes a deletion whose answer was lost, that began before it was seen and
  // before anything had ended that is behind it.
  violations() {
    const wrong = [...this.#wrong];
    const latest = new Map();
    for (const { key, from, until, end } of this.#absences.values()) {
      if (from === Infinity) continue;
      if (until >= from) wrong.push(`${key} was absent at ${from}, and there at ${until}`);
      latest.set(key, [...(latest.get(key) ?? []), Math.min(end, this.#ended.reached(from))]);
    }
    for (const [key, times] of latest) {
      const starts = this.#missing
        .filter(({ values }) => values[key] === null)
        .map(({ start }) => start)
        .toSorted((a, b) => a - b);
      for (const [i, time] of times.toSorted((a, b) => a - b).entries()) {
        if (starts[i] === undefined || starts[i] >= time)
          wrong.push(`${key} was absent before ${time}, and nobody had deleted it`);
      }
    }
    return wrong;
  }
}
