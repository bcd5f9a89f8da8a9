// Many watches of the same keys, on few connections.
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { performance } from "node:perf_hooks";
import { GrpcClient } from "../support/grpc.mjs";
import { percentiles } from "./load.mjs";
import { frame } from "./wire.mjs";

export const STREAMS = 1000;
const CONNECTIONS = 20;
const PREFIX = "watched/";
const KEY = `${PREFIX}key`;
// What may be cut off at the end of a piece of data, of the mark that is looked for.
const MARK_BYTES = 16;

// Opens `count` watches on `connections` connections. `heard(index, data)` is called with what
// comes on each. Returns, once all have begun, what closes them.
export async function openWatches({ address }, dialect, count, connections, heard) {
  const sessions = Array.from({ length: connections }, () => connect(`http://${address}`));
  for (const session of sessions) session.on("error", () => {});
  const [path, message] = dialect.watch(PREFIX);
  const begun = Array.from({ length: count }, (_, index) => {
    const stream = sessions[index % connections].request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => {});
    stream.on("data", (data) => heard(index, data));
    stream.write(frame(message));
    if (dialect.watchesOnce) stream.end();
    // Both say at once where the watch begins.
    return once(stream, "data");
  });
  await Promise.all(begun);
  return () => {
    for (const session of sessions) session.destroy();
  };
}

// Puts one value after another, each once everybody has heard of the one before. Requests are
// events, latencies are from before the put until each watch has its event.
export async function fanOut(server, dialect, seconds) {
  const delays = [];
  const tails = Array.from({ length: STREAMS }, () => "");
  let mark = "";
  let missing = 0;
  let sent = 0;
  let allHeard = () => {};
  const heard = (index, data) => {
    const text = tails[index] + data.toString("latin1");
    if (mark === "" || !text.includes(mark)) {
      tails[index] = text.slice(-MARK_BYTES);
      return;
    }
    tails[index] = "";
    delays.push((performance.now() - sent) * 1000);
    if (--missing === 0) allHeard();
  };
  const writer = new GrpcClient(server.address);
  const close = await openWatches(server, dialect, STREAMS, CONNECTIONS, heard);
  try {
    const start = performance.now();
    for (let put = 0; performance.now() - start < seconds * 1000; put++) {
      const everybody = new Promise((resolve) => {
        allHeard = resolve;
      });
      mark = `mark-${String(put).padStart(8, "0")}`;
      missing = STREAMS;
      sent = performance.now();
      const [path, message] = dialect.put(KEY, mark);
      const { status } = await writer.call(path.slice(1), message);
      if (status !== 0) throw new Error(`${path}: status ${status}`);
      await everybody;
    }
    const took = (performance.now() - start) / 1000;
    return { requests: delays.length, seconds: took, ...percentiles(delays) };
  } finally {
    close();
    writer.close();
  }
}
