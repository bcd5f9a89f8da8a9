// triad-probe, which the health checks of every image use.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "./http.mjs";

const probe = join(process.env.TRIAD_BUILD_DIR, "bin/triad-probe");
const seen = [];
let server;
let origin;

before(async () => {
  server = createServer((request, response) => {
    seen.push({ path: request.url, host: request.headers.host });
    response.writeHead(Number(request.url.split("/")[1]) || 200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

// Runs it to its end.
function ask(...args) {
  return new Promise((done) => {
    execFile(probe, args, (error, _stdout, stderr) => {
      done({ code: error ? error.code : 0, line: stderr.trim() });
    });
  });
}

test("2xx is well, everything else is not", async () => {
  for (const status of [200, 204]) {
    assert.deepEqual(await ask(`${origin}/${status}`), { code: 0, line: "" });
  }
  for (const status of [302, 404, 500, 503]) {
    const { code, line } = await ask(`${origin}/${status}`);
    assert.equal(code, 1);
    assert.match(line, new RegExp(`/${status}: HTTP/1.1 ${status} `));
  }
});

test("it asks for the path, with the Host, that it was given", async () => {
  await ask(`${origin}/200/x?y=z`);
  assert.deepEqual(seen.at(-1), { path: "/200/x?y=z", host: new URL(origin).host });
  await ask(origin);
  assert.equal(seen.at(-1).path, "/");
});

test("nobody there is one line", async () => {
  const port = await freePort();
  const { code, line } = await ask(`http://127.0.0.1:${port}/`);
  assert.equal(code, 1);
  assert.equal(line, `triad-probe: 127.0.0.1:${port}: Connection refused`);
});

test("a server that accepts and says nothing is not well", async (context) => {
  const silent = createTcpServer(() => {}).listen(0, "127.0.0.1");
  const sockets = [];
  silent.on("connection", (socket) => sockets.push(socket));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  await once(silent, "listening");
  const { code, line } = await ask(`http://127.0.0.1:${silent.address().port}/`);
  assert.equal(code, 1);
  assert.equal(line, `triad-probe: 127.0.0.1:${silent.address().port}: no answer for 4 s`);
});

test("what is no URL is refused", async () => {
  for (const args of [["https://127.0.0.1/"], ["127.0.0.1"], []]) {
    const { code, line } = await ask(...args);
    assert.equal(code, 1);
    assert.match(line, /^triad-probe: .*http:\/\//);
  }
});
