// gRPC and raw HTTP/2 as a client, for tests of the services' own ports.
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp } from "node:net";

const PREFIX_BYTES = 5; // of a message: not compressed, and its length

function withPrefix(message) {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

// A client that keeps to the rules.
export class GrpcClient {
  #session;

  constructor(address, options = {}) {
    this.#session = connectHttp2(`http://${address}`, options);
    this.#session.on("error", () => {}); // whoever waits for a call hears of it
  }

  // "pkg.Service/Method" with a serialized message. Returns the HTTP/2 stream.
  begin(method, message = Buffer.alloc(0)) {
    const stream = this.#session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: `/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.end(withPrefix(message));
    return stream;
  }

  // A unary call. Returns its status, by number, and the serialized answer; of an error also why,
  // as text, and the google.rpc.Status that has its details.
  async call(method, message) {
    const stream = this.begin(method, message);
    const heads = {};
    const chunks = [];
    stream.on("response", (head) => Object.assign(heads, head));
    stream.on("trailers", (head) => Object.assign(heads, head));
    stream.on("data", (chunk) => chunks.push(chunk));
    await once(stream, "close");
    const answer = Buffer.concat(chunks).subarray(PREFIX_BYTES);
    const details = Buffer.from(heads["grpc-status-details-bin"] ?? "", "base64");
    const reason = decodeURIComponent(heads["grpc-message"] ?? "");
    return { status: Number(heads["grpc-status"]), answer, reason, details };
  }

  // Of the server, once it has told them.
  async settings() {
    if (this.#session.connecting) await once(this.#session, "remoteSettings");
    return this.#session.remoteSettings;
  }

  close() {
    this.#session.destroy();
  }
}

const FRAME = { headers: 1, settings: 4 };
const FLAG = { ack: 1, endHeaders: 4 };
const HPACK = { post: 0x83, http: 0x86, path: 0x04, authority: 0x01, newName: 0x00 };
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const text = (value) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);

// A connection that says what a test makes it say.
export class RawHttp2 {
  closed = false;
  #socket;
  #nextStream = 1;
  #answered; // by the server, or closed

  constructor(address, { localAddress } = {}) {
    const [host, port] = address.split(":");
    this.#socket = connectTcp({ host, port: Number(port), localAddress });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => (this.closed = true));
    this.#answered = new Promise((resolve) =>
      this.#socket.once("data", resolve).once("close", resolve),
    );
    this.#socket.on("data", () => {});
  }

  // Whether the server has kept the connection.
  async connected() {
    if (this.#socket.connecting) {
      await new Promise((resolve) => this.#socket.once("connect", resolve).once("close", resolve));
    }
    return !this.closed;
  }

  // The client's half of the beginning of HTTP/2.
  greet() {
    this.#socket.write(Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0)]));
  }

  // The server's settings, which it says first; they hold for what follows.
  async acknowledge() {
    await this.#answered;
    if (!this.closed) this.#socket.write(frame(FRAME.settings, FLAG.ack, 0));
  }

  // Begins `count` calls and finishes none.
  async beginCalls(method, count) {
    const head = Buffer.concat([
      Buffer.from([HPACK.post, HPACK.http, HPACK.path]),
      text(`/${method}`),
      Buffer.from([HPACK.authority]),
      text("localhost"),
      Buffer.from([HPACK.newName]),
      text("content-type"),
      text("application/grpc"),
      Buffer.from([HPACK.newName]),
      text("te"),
      text("trailers"),
    ]);
    const frames = [];
    for (let i = 0; i < count; ++i) {
      frames.push(frame(FRAME.headers, FLAG.endHeaders, this.#nextStream, head));
      this.#nextStream += 2;
    }
    if (this.closed || this.#socket.write(Buffer.concat(frames))) return;
    await new Promise((resolve) => this.#socket.once("drain", resolve).once("close", resolve));
  }

  // Says that nothing more will come.
  halfClose() {
    this.#socket.end();
  }

  reset() {
    this.#socket.resetAndDestroy();
  }

  close() {
    this.#socket.destroy();
  }
}
