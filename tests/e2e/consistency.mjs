// Whether what clients of config have seen can have happened. Every answer carries the
// revision of the store that it is about, so that the order is known, and checking takes
// time in proportion to the history.
//
// An operation is {kind, key, start, end, …}, with times of one clock:
//   write  {revision, value}: value is null for a deletion; every value is written once
//   read   {revision, readRevision, value}: revision is that of the value, 0 if there is none
// A write whose answer was lost has no end and no revision; it may have taken effect, at any
// time after its start.

// Returns what is wrong, in words; nothing for a history that can have happened.
export function violations(history) {
  const writes = history.filter(({ kind, end }) => kind === "write" && end !== undefined);
  const lost = new Map(
    history
      .filter(({ kind, end }) => kind === "write" && end === undefined)
      .map((write) => [write.value, write]),
  );
  const reads = history.filter(({ kind }) => kind === "read");
  return [
    ...revisionsTwice(writes),
    ...timesAgainstRevisions(history),
    ...reads.flatMap((read) => wrongValue(read, byKey(writes), lost)),
  ];
}

// No two writes have one revision.
function revisionsTwice(writes) {
  const seen = new Set();
  return writes
    .filter(({ revision }) => seen.size === seen.add(revision).size)
    .map(({ revision }) => `two writes were acknowledged at revision ${revision}`);
}

const positionOf = ({ kind, revision, readRevision }) =>
  kind === "read" ? readRevision : revision;

// What begins after something has ended sees no less than it; a write is behind it.
function timesAgainstRevisions(history) {
  const ended = history.filter(({ end }) => end !== undefined);
  const byEnd = ended.toSorted((a, b) => a.end - b.end);
  const byStart = ended.toSorted((a, b) => a.start - b.start);
  const wrong = [];
  let newest = 0;
  let next = 0;
  for (const operation of byStart) {
    for (; next < byEnd.length && byEnd[next].end < operation.start; next++) {
      newest = Math.max(newest, positionOf(byEnd[next]));
    }
    const position = positionOf(operation);
    const behind = operation.kind === "write" ? position > newest : position >= newest;
    if (!behind) {
      wrong.push(`a ${operation.kind} of ${operation.key} at ${position} began after ${newest}`);
    }
  }
  return wrong;
}

const known = new WeakMap();

// The writes of each key in order of revision.
function byKey(writes) {
  if (known.has(writes)) return known.get(writes);
  const keys = new Map();
  for (const write of writes.toSorted((a, b) => a.revision - b.revision)) {
    keys.set(write.key, [...(keys.get(write.key) ?? []), write]);
  }
  known.set(writes, keys);
  return keys;
}

// The last of them that is not after `revision`.
function lastBefore(writes, revision) {
  let [low, high] = [0, writes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (writes[middle].revision <= revision) low = middle + 1;
    else high = middle;
  }
  return writes[low - 1];
}

function wrongValue(read, keys, lost) {
  const { key, value, revision, readRevision } = read;
  const last = lastBefore(keys.get(key) ?? [], readRevision);
  if (
    last !== undefined &&
    last.value === value &&
    (value === null || last.revision === revision)
  ) {
    return [];
  }
  // Only a write whose answer was lost can be behind the last one that is known.
  const newer = revision > (last?.revision ?? 0) && revision <= readRevision;
  const write = lost.get(value);
  if (value !== null && write?.key === key && newer && write.start < read.end) return [];
  const lostDeletion = [...lost.values()].some(
    (one) => one.deletes && one.key === key && one.start < read.end,
  );
  if (value === null && (last === undefined || lostDeletion)) return [];
  return [
    `${key} was ${value} of revision ${revision} at ${readRevision}, and not ` +
      `${last?.value ?? null} of ${last?.revision ?? 0}`,
  ];
}
