// Places where objects are put, beside the suite's own: S3 itself, as Ceph's gateway on this
// machine and as MinIO if MINIO names one, where anybody may do anything so that nothing has to be
// signed; and Triad with its objects in Ceph.
import { createHash, createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../containers/http.mjs";
import { Process, Server } from "../support/suite.mjs";
import { ask, makeBucket } from "./http.mjs";
import { once } from "./once.mjs";

const KEY = "triad";
const SECRET = "triad-secret";
const BUCKET = "open";
const REGION = "us-east-1";

// A storage and a gateway beside the suite's own, as servers of a case. `args` and `environment`
// are storage's.
export async function startPair(suite, name, { args, environment } = {}) {
  const directory = join(suite.directory, name);
  mkdirSync(directory, { recursive: true });
  const { binaries } = suite;
  const storage = new Server("storage", { binaries, directory, args, environment });
  suite.stopWithIt.push(() => storage.stop());
  await storage.start();
  const gateway = new Server("gateway", { binaries, directory });
  suite.stopWithIt.push(() => gateway.stop());
  await gateway.start([`storage=${storage.address}`]);
  return { directory, origin: `http://${gateway.address}`, servers: { storage, gateway } };
}

const cephServer = once(async ({ directory, stopWithIt }) => {
  const home = join(directory, "s3");
  mkdirSync(home, { recursive: true });
  const serve = resolve(import.meta.dirname, "../support/s3/serve.sh");
  const s3 = new Process([serve, home], join(directory, "s3.log"));
  stopWithIt.push(() => s3.end());
  return (await s3.says(/^serving (http:\S+)$/m))[1];
});

// Signed as in S3's first years.
async function makeOpenBucketOfCeph(endpoint) {
  const date = new Date().toUTCString();
  const acl = "public-read-write";
  const text = `PUT\n\n\n${date}\nx-amz-acl:${acl}\n/${BUCKET}`;
  const signature = createHmac("sha1", SECRET).update(text).digest("base64");
  const headers = { date, "x-amz-acl": acl, authorization: `AWS ${KEY}:${signature}` };
  await ask(`${endpoint}/${BUCKET}`, { method: "PUT", headers });
}

const ceph = once(async (suite) => {
  const origin = await cephServer(suite);
  await makeOpenBucketOfCeph(origin);
  // Of what is read from it later.
  return { origin, path: `/${BUCKET}`, servers: {}, headers: { "x-amz-acl": "public-read" } };
});

export const onCeph = once(async (suite) => {
  const endpoint = await cephServer(suite);
  const { origin, servers } = await startPair(suite, "on-s3", {
    args: ["--blobs=s3://triad/blobs", `--s3_endpoint=${endpoint}`, "--s3_path_style=true"],
    environment: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET },
  });
  await makeBucket(origin, "bench");
  return { origin, path: "/api/v1/buckets/bench/objects", servers };
});

const hash = (text) => createHash("sha256").update(text).digest("hex");
const mac = (key, text) => createHmac("sha256", key).update(text).digest();

// Signed as S3 wants it now. `query` is a name without a value, or nothing.
async function askSigned(origin, method, path, query = "", body = "") {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${now.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const headers = { "x-amz-content-sha256": hash(body), "x-amz-date": now };
  const names = "host;x-amz-content-sha256;x-amz-date";
  const lines = [`host:${new URL(origin).host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}:${value}`);
  const canonical = [method, path, query && `${query}=`, ...lines, "", names, hash(body)].join(
    "\n",
  );
  const text = ["AWS4-HMAC-SHA256", now, scope, hash(canonical)].join("\n");
  const key = scope.split("/").reduce(mac, `AWS4${SECRET}`);
  const signature = mac(key, text).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  await ask(`${origin}${path}${query && `?${query}`}`, {
    method,
    headers,
    body: body || undefined,
  });
}

const minio = once(async ({ directory, stopWithIt }) => {
  const home = join(directory, "minio");
  mkdirSync(home);
  const [port, console] = [await freePort(), await freePort()].map((one) => `127.0.0.1:${one}`);
  const server = new Process(
    [
      resolve(process.env.MINIO),
      "server",
      `--address=${port}`,
      `--console-address=${console}`,
      home,
    ],
    join(directory, "minio.log"),
    {
      MINIO_ROOT_USER: KEY,
      MINIO_ROOT_PASSWORD: SECRET,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
    },
  );
  stopWithIt.push(() => server.end());
  await server.says(/^API: /m);
  const origin = `http://${port}`;
  await askSigned(origin, "PUT", `/${BUCKET}`);
  const Resource = [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`];
  const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource }];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await askSigned(origin, "PUT", `/${BUCKET}`, "policy", policy);
  // Its processor time stands in the column of storage.
  return { origin, path: `/${BUCKET}`, servers: { storage: server } };
});

// S3 itself, by name.
export const PEERS = { ...(process.env.MINIO ? { MinIO: minio } : {}), Ceph: ceph };

// The suite's own, through its gateway.
export const local = once(async (suite) => {
  const id = "bench-storage";
  await makeBucket(suite.origin, id);
  const { gateway, storage } = suite;
  return {
    origin: suite.origin,
    path: `/api/v1/buckets/${id}/objects`,
    bucket: `buckets/${id}`,
    servers: { gateway, storage },
  };
});
