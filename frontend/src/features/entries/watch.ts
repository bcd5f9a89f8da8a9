import { urlOf } from "../../api/client";
import { ApiError, errorOfText } from "../../api/errors";
import type { EntryEvent, WatchEntriesResponse } from "../../api/types";
import { listEntries, type Snapshot } from "./entries";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4000;
// A stream that is turned away opens, too, and says so at once.
const SETTLE_MS = 50;
// After these, the browser reconnects by itself.
const PASSING = ["UNAVAILABLE", "RESOURCE_EXHAUSTED"];

export interface WatchObserver {
  // The whole namespace, to replace what was known.
  onSnapshot(snapshot: Snapshot): void;
  // The changes of one revision.
  onEvents(events: EntryEvent[]): void;
  // From now on every change arrives as it is committed.
  onLive(): void;
  // Changes may be missed until onLive(); it is being tried again.
  onLost(error?: ApiError): void;
}

// Lists a namespace and follows its changes until the signal ends it. A stream
// that breaks is resumed by the browser after the last id received, which may be a
// mark's, of which only the browser knows; where that is not possible, the namespace is
// listed again.
export async function watchEntries(
  namespace: string,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<void> {
  let revision: string | undefined;
  let retry = FIRST_RETRY_MS;
  while (!signal.aborted) {
    try {
      if (revision === undefined) {
        const snapshot = await listEntries(namespace, signal);
        observer.onSnapshot(snapshot);
        revision = snapshot.revision;
      }
      const end = await follow(namespace, revision, observer, signal);
      if (signal.aborted) return;
      if (end.live) retry = FIRST_RETRY_MS;
      // A stream that cannot be opened does not say why; the list does.
      const resumable = end.live && end.error?.code !== "OUT_OF_RANGE";
      revision = resumable ? end.revision : undefined;
      observer.onLost(end.error);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      observer.onLost(error);
    }
    await pause(retry, signal);
    retry = Math.min(retry * 2, LAST_RETRY_MS);
  }
}

interface StreamEnd {
  // Whether it was open until its end.
  live: boolean;
  revision: string;
  error?: ApiError;
}

// Whether a stream is live, as its observer is told.
class Liveness {
  live = false;
  readonly #observer: WatchObserver;
  #problem: ApiError | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(observer: WatchObserver) {
    this.#observer = observer;
  }

  opened() {
    this.#settling = setTimeout(() => this.settle(), SETTLE_MS);
  }

  settle() {
    this.end();
    if (this.live) return;
    this.live = true;
    this.#problem = undefined;
    this.#observer.onLive();
  }

  // For a problem that is known already, if no other is given.
  lost(problem = this.#problem) {
    this.end();
    this.live = false;
    this.#problem = problem;
    this.#observer.onLost(problem);
  }

  end() {
    clearTimeout(this.#settling);
  }
}

// Follows one stream, through reconnects, to an end that the browser does not mend.
function follow(
  namespace: string,
  after: string,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    let revision = after;
    // Of a revision that comes in several messages, until its end has come.
    let unfinished: EntryEvent[] = [];
    const state = new Liveness(observer);
    const path = "/api/v1/namespaces/{namespace}/entries:watch";
    const source = new EventSource(urlOf(path, { namespace }, { after_revision: after }));
    const finish = (error?: ApiError) => {
      state.end();
      signal.removeEventListener("abort", aborted);
      source.close();
      resolve({ live: state.live, revision, ...(error && { error }) });
    };
    const aborted = () => finish();
    signal.addEventListener("abort", aborted);
    source.onopen = () => {
      // What was cut off comes again from its start.
      unfinished = [];
      state.opened();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      state.settle();
      const change = JSON.parse(message.data) as WatchEntriesResponse;
      unfinished.push(...change.events);
      if (change.resume === "") return;
      revision = change.revision;
      observer.onEvents(unfinished);
      unfinished = [];
    };
    source.addEventListener("status", (event: MessageEvent<string>) => {
      const error = errorOfText(event.data);
      if (PASSING.includes(error.code)) state.lost(error);
      else finish(error);
    });
    source.onerror = () => {
      if (source.readyState === source.CLOSED) finish();
      else state.lost();
    };
  });
}

// Resolves after a time, or as soon as the signal is aborted.
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
