import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchEntries } from "./watch";

// Stands in for the browser's: reconnects by itself, unless it is closed.
class FakeEventSource extends EventTarget {
  static made: FakeEventSource[] = [];
  readonly CLOSED = 2;
  readonly url: string;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.made.push(this);
  }

  close() {
    this.readyState = this.CLOSED;
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  message(revision: string, { events = [] as object[], unfinished = false } = {}) {
    const resume = unfinished ? "" : `e-${revision}`;
    this.onmessage?.({ data: JSON.stringify({ revision, events, resume }) });
  }

  status(code: number) {
    const data = JSON.stringify({ code, message: "because" });
    this.dispatchEvent(Object.assign(new Event("status"), { data }));
  }

  // The stream ends: the browser tries again, or gives up.
  end({ forGood = false } = {}) {
    if (this.readyState === this.CLOSED) return;
    this.readyState = forGood ? this.CLOSED : 0;
    this.onerror?.();
  }
}

const UNAVAILABLE = 14;
const OUT_OF_RANGE = 11;
let heard: string[];
let lists: number;
let round: AbortController;

// The stream that is watched now.
async function source(): Promise<FakeEventSource> {
  await vi.advanceTimersByTimeAsync(0);
  const last = FakeEventSource.made.at(-1);
  expect(last).toBeDefined();
  return last as FakeEventSource;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeEventSource.made = [];
  heard = [];
  lists = 0;
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.stubGlobal("fetch", async () => {
    lists += 1;
    return Response.json({ entries: [], revision: "7", nextPageToken: "" });
  });
  round = new AbortController();
  const observer = {
    onSnapshot: () => heard.push("snapshot"),
    onEvents: (events: object[]) =>
      heard.push(events.length > 1 ? `${events.length} events` : "events"),
    onLive: () => heard.push("live"),
    onLost: (error?: { code: string }) => heard.push(`lost ${error?.code ?? ""}`.trim()),
  };
  void watchEntries("app", observer, round.signal);
});

afterEach(() => {
  round.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("watchEntries", () => {
  it("lists, and follows what comes after the list", async () => {
    const stream = await source();
    expect(stream.url).toContain("after_revision=7");
    stream.open();
    stream.message("8");
    expect(heard).toEqual(["snapshot", "live", "events"]);
  });

  it("leaves it to the browser to resume, which alone knows the ids of marks", async () => {
    const stream = await source();
    stream.open();
    stream.message("8");
    stream.status(UNAVAILABLE);
    stream.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeEventSource.made).toHaveLength(1);
    expect(stream.readyState).not.toBe(stream.CLOSED);
    stream.open();
    stream.message("9");
    expect(lists).toBe(1);
    expect(heard).toEqual([
      "snapshot",
      "live",
      "events",
      "lost UNAVAILABLE",
      "lost UNAVAILABLE",
      "live",
      "events",
    ]);
  });

  it("tells of a revision in several messages once its end has come", async () => {
    const stream = await source();
    stream.open();
    stream.message("8", { events: [{}, {}], unfinished: true });
    stream.message("8", { events: [{}], unfinished: true });
    expect(heard).toEqual(["snapshot", "live"]);
    stream.message("8", { events: [{}] });
    expect(heard).toEqual(["snapshot", "live", "4 events"]);
  });

  it("drops what it has of a revision that was cut off", async () => {
    const stream = await source();
    stream.open();
    stream.message("8", { events: [{}, {}], unfinished: true });
    stream.end();
    stream.open();
    stream.message("8", { events: [{}, {}], unfinished: true });
    stream.message("8", { events: [{}] });
    expect(heard.at(-1)).toBe("3 events");
  });

  it("is not live where a stream opens only to say that it is turned away", async () => {
    const stream = await source();
    stream.open();
    stream.status(UNAVAILABLE);
    stream.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heard).not.toContain("live");
  });

  it("is live without a message", async () => {
    (await source()).open();
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toEqual(["snapshot", "live"]);
  });

  it("lists again where the stream cannot be resumed", async () => {
    const stream = await source();
    stream.open();
    stream.message("8");
    stream.status(OUT_OF_RANGE);
    expect(stream.readyState).toBe(stream.CLOSED);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lists).toBe(2);
  });

  it("lists again where the browser gives up on reconnecting", async () => {
    const stream = await source();
    stream.open();
    stream.message("8");
    stream.end();
    stream.end({ forGood: true });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lists).toBe(2);
  });
});
