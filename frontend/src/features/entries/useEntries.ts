import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../../api/errors";
import type { Entry, EntryEvent } from "../../api/types";
import { whileVisible } from "../../ui/whileVisible";
import { applyEvents, keyOf, textOf } from "./entries";
import { type WatchObserver, watchEntries } from "./watch";

export interface LiveEntries {
  // Undefined until the first list has arrived.
  entries?: Entry[];
  // Revision of the first list: what is newer changed before the reader's eyes.
  baseline: string;
  // Whether every change arrives as it is committed.
  live: boolean;
  // Why not, if that is known.
  error?: ApiError;
  // The last change in a sentence; empty before the first.
  lastChange: string;
}

// The entries of a namespace, kept up to date.
export function useEntries(namespace: string): LiveEntries {
  const [state, setState] = useState<LiveEntries>({ baseline: "0", live: false, lastChange: "" });

  useEffect(() => {
    const observer: WatchObserver = {
      onSnapshot: ({ entries, revision }) =>
        setState((last) => ({
          ...last,
          entries,
          baseline: last.entries ? last.baseline : revision,
        })),
      onEvents: (events) =>
        setState((last) => ({
          ...last,
          entries: applyEvents(last.entries ?? [], events),
          lastChange: events.map(sentence).join(" "),
        })),
      onLive: () => setState(({ error: _, ...last }) => ({ ...last, live: true })),
      onLost: (error) =>
        setState(({ error: _, ...last }) => ({ ...last, live: false, ...(error && { error }) })),
    };
    return whileVisible((signal) => {
      setState((last) => ({ ...last, live: false }));
      return watchEntries(namespace, observer, signal);
    });
  }, [namespace]);

  return state;
}

function sentence({ type, entry }: EntryEvent): string {
  if (!entry) return "";
  if (type === "TYPE_DELETE") return `${keyOf(entry)} was deleted.`;
  return entry.secret
    ? `The secret ${keyOf(entry)} was written.`
    : `${keyOf(entry)} is now ${textOf(entry)}.`;
}
