// The service of gateway/proxy/testing/lab.proto, by grpc-js: one that is not ours.
import { resolve } from "node:path";
import { loadPackageDefinition, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const root = resolve(import.meta.dirname, "../..");
const lab = resolve(root, "gateway/proxy/testing");
const includeDirs = [
  lab,
  resolve(root, "proto"),
  resolve(root, "node_modules/google-proto-files"),
  process.env.VALIDATE_PROTOS,
];

export const definition = loadSync("lab.proto", { includeDirs, longs: String, defaults: true });

const echo = ({ text, inner, tags }) => ({ text, inner, tags });

// One reply for each message; "refuse" among the tags ends it.
function chat(call) {
  call.on("data", (request) => {
    call.write(echo(request));
    if (!request.tags.includes("refuse")) return;
    call.emit("error", { code: status.INVALID_ARGUMENT, details: "refused" });
  });
  call.on("end", () => call.end());
}

function collect(call, callback) {
  const reply = { tags: [] };
  call.on("data", ({ text, tags }) => {
    reply.text = text;
    reply.tags.push(...tags);
  });
  call.on("end", () => callback(null, reply));
}

async function watch(call) {
  const { after, count, size, code } = call.request;
  const text = "x".repeat(size);
  for (let i = 1; i <= count && !call.cancelled; i++) {
    const more = call.write({ number: Number(after) + i, text });
    if (!more) await new Promise((drained) => call.once("drain", drained));
  }
  if (code < 0) return;
  if (code > 0) call.emit("error", { code, details: "as asked" });
  else call.end();
}

function pipe(call) {
  call.on("data", ({ content }) => {
    if (!call.write({ data: content.data })) {
      call.pause();
      call.once("drain", () => call.resume());
    }
  });
  call.on("end", () => call.end());
}

// Returns { port, stop }.
export async function startLab() {
  const server = new Server();
  const { Lab } = loadPackageDefinition(definition).lab.v1;
  server.addService(Lab.service, {
    Echo: ({ request }, callback) => callback(null, echo(request)),
    Chat: chat,
    Collect: collect,
    Watch: watch,
    Pipe: pipe,
  });
  const port = await new Promise((done, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}
