// Buckets and objects of a running suite, as callers of REST see them.
import assert from "node:assert/strict";

// A slash stands between segments; one that is encoded would stay as it is written.
const encodeName = (name) => name.split("/").map(encodeURIComponent).join("/");

export const path = (bucket, name = "") =>
  `/api/v1/buckets/${bucket}${name && `/objects/${encodeName(name)}`}`;

export function restOf(suite) {
  async function ask(method, url, { body, headers = {}, json } = {}) {
    if (json !== undefined) {
      body = JSON.stringify(json);
      headers = { "content-type": "application/json", ...headers };
    }
    const answer = await fetch(suite.origin + url, { method, headers, body });
    const text = await answer.text();
    const type = answer.headers.get("content-type") ?? "";
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: type.startsWith("application/json") && text ? JSON.parse(text) : undefined,
    };
  }

  // Has these objects, each with a content that names it.
  async function bucket(id, names = []) {
    assert.equal((await ask("POST", `/api/v1/buckets?bucket_id=${id}`)).status, 200);
    for (const name of names) await put(id, name, `content of ${name}`);
    return id;
  }

  async function put(id, name, body, headers = {}) {
    const { status, json } = await ask("PUT", path(id, name), {
      body,
      headers: { "content-type": "text/plain", ...headers },
    });
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  const get = async (id, name, query = "") => ask("GET", path(id, name) + query);

  return { ask, bucket, get, put };
}
