import { urlOf } from "../../api/client";
import { ApiError, errorOfText } from "../../api/errors";
import type { EntryEvent, WatchEntriesResponse } from "../../api/types";
import { listEntries, type Snapshot } from "./entries";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4000;

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
// that breaks is resumed after the last revision received; where that is not
// possible, the namespace is listed again.
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
      if (end.opened) retry = FIRST_RETRY_MS;
      // Unopened, a stream does not say why; the list does.
      const resumable = end.opened && end.error?.code !== "OUT_OF_RANGE";
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
  opened: boolean;
  revision: string;
  error?: ApiError;
}

// Follows one stream to its end.
function follow(
  namespace: string,
  after: string,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const end: StreamEnd = { opened: false, revision: after };
    const path = "/api/v1/namespaces/{namespace}/entries:watch";
    const source = new EventSource(urlOf(path, { namespace }, { after_revision: after }));
    const finish = (error?: ApiError) => {
      signal.removeEventListener("abort", aborted);
      source.close();
      resolve(error ? { ...end, error } : end);
    };
    const aborted = () => finish();
    signal.addEventListener("abort", aborted);
    source.onopen = () => {
      end.opened = true;
      observer.onLive();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const { revision, events } = JSON.parse(message.data) as WatchEntriesResponse;
      end.revision = revision;
      observer.onEvents(events);
    };
    source.addEventListener("status", (event: MessageEvent<string>) => {
      finish(errorOfText(event.data));
    });
    source.onerror = () => finish();
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
