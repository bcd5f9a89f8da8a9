import { query } from "../../api/client";
import type { Entry, EntryEvent } from "../../api/types";

const PAGE_SIZE = 1000;

export interface Snapshot {
  entries: Entry[];
  // A watch that starts after this revision misses nothing.
  revision: string;
}

// Every entry of a namespace.
export async function listEntries(namespace: string, signal: AbortSignal): Promise<Snapshot> {
  const entries: Entry[] = [];
  let revision: string | undefined;
  let token = "";
  do {
    const page = await query("get", "/api/v1/namespaces/{namespace}/entries", {
      path: { namespace },
      query: { page_size: PAGE_SIZE, page_token: token },
      signal,
    });
    entries.push(...page.entries);
    revision ??= page.revision;
    token = page.nextPageToken;
  } while (token !== "");
  return { entries, revision };
}

// The entries after some changes, in order of key. A change that is older than
// what is there already (a later page of a list can be ahead of the watch) is
// left out.
export function applyEvents(entries: Entry[], events: EntryEvent[]): Entry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { type, entry } of events) {
    if (!entry || isOlder(entry, byName.get(entry.name))) continue;
    if (type === "TYPE_DELETE") byName.delete(entry.name);
    else byName.set(entry.name, entry);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

// Whether an entry was written after a revision. Revisions are 64-bit numbers.
export function isAfter(entry: Entry, revision: string): boolean {
  return BigInt(entry.revision) > BigInt(revision);
}

function isOlder(entry: Entry, known: Entry | undefined): boolean {
  return known !== undefined && isAfter(known, entry.revision);
}

// The key in `namespaces/{namespace}/entries/{key}`.
export function keyOf(entry: Entry): string {
  return entry.name.split("/").slice(3).join("/");
}

// A value as text, whatever its kind.
export function textOf(entry: Entry): string {
  const value = entry.value ?? {};
  for (const kind of [
    "stringValue",
    "intValue",
    "doubleValue",
    "boolValue",
    "jsonValue",
  ] as const) {
    if (kind in value) return String((value as Record<string, unknown>)[kind]);
  }
  return "";
}
