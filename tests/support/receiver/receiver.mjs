// A collector of whatever is posted to it, in a process of its own, for tests of
// traces and error reports.
//
//   POST /…        kept; answered as the control says
//   GET /received  [{path, headers, body}, …], bodies in base64
//   POST /control  {status, headers, hang}: how to answer from now on
import { createServer } from "node:http";

const received = [];
let answer = { status: 200, headers: {}, hang: false };

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => resolve(Buffer.concat(pieces)));
    request.on("error", reject);
  });
}

async function handle(request, response) {
  if (request.method === "GET") return response.end(JSON.stringify(received));
  const body = await bodyOf(request);
  if (request.url === "/control") {
    answer = { status: 200, headers: {}, hang: false, ...JSON.parse(body) };
    return response.end();
  }
  received.push({ path: request.url, headers: request.headers, body: body.toString("base64") });
  if (answer.hang) return undefined;
  response.writeHead(answer.status, answer.headers);
  return response.end();
}

const server = createServer((request, response) => {
  // A client that goes away in mid-request is what some tests are about.
  handle(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  console.log(`receiving on ${server.address().port}`);
});
