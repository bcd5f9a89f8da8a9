// Streams of events over HTTP/1.1, and connections on which nothing happens.
import { once } from "node:events";
import { connect } from "node:net";
import { percentiles } from "../load.mjs";

const PERIOD_MICROSECONDS = 100_000;
const OPENED_AT_ONCE = 100;

// Sends the head of a request on a connection of its own, and waits until its answer has begun.
async function ask(origin, { method, target }, hears) {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on("error", () => {}); // who waits for data hears of it
  const accept = hears ? "Accept: text/event-stream\r\n" : "";
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${hostname}\r\n${accept}\r\n`);
  const [begin] = await Promise.race([
    once(socket, "data"),
    once(socket, "close").then(() => {
      throw new Error(`${method} ${target}: the connection was closed`);
    }),
  ]);
  if (!begin.toString("latin1").startsWith("HTTP/1.1 200 ")) {
    throw new Error(`${method} ${target}: ${begin.subarray(0, 300)}`);
  }
  if (hears) socket.on("data", hears);
  return socket;
}

// `open(index)` gives a socket each. Returns them.
async function openMany(count, open) {
  const sockets = [];
  while (sockets.length < count) {
    const first = sockets.length;
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - first) }, (_, i) =>
      open(first + i),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

// Connections that have been answered once, and are asked nothing more.
export const openIdle = (origin, count, request) => openMany(count, () => ask(origin, request));

// Calls `heard` for each time that `mark` has come, however it was cut.
function counter(mark, heard) {
  let rest = Buffer.alloc(0);
  return (data) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    let place = 0;
    for (;;) {
      const found = bytes.indexOf(mark, place);
      if (found < 0) break;
      place = found + mark.length;
      heard();
    }
    rest = bytes.subarray(Math.max(place, bytes.length - mark.length + 1));
  };
}

// `count` streams, in turn of each of `requests`. `markOf` says of a request what each of its events
// has. Returns what counts events for some seconds, and what closes the streams: latencies are from
// when an event was due.
export async function openEventStreams(origin, count, requests, markOf) {
  let delays = [];
  const sockets = await openMany(count, (index) => {
    const request = requests[index % requests.length];
    const due = 1000 * request.phase;
    const heard = () => {
      const now = Number(process.hrtime.bigint() / 1000n);
      delays.push((now - due) % PERIOD_MICROSECONDS);
    };
    return ask(origin, request, counter(Buffer.from(markOf(request)), heard));
  });
  const countFor = async (seconds) => {
    delays = [];
    const begin = process.hrtime.bigint();
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    const heard = delays;
    const took = Number(process.hrtime.bigint() - begin) / 1e9;
    return { requests: heard.length, seconds: took, ...percentiles(heard) };
  };
  return { sockets, count: countFor };
}
