import { afterEach, describe, expect, it, vi } from "vitest";
import { query, urlOf } from "./client";
import { ApiError } from "./errors";

// Stands in for the network.
function answerWith(answer: () => Promise<Response>) {
  const fetch = vi.fn<typeof globalThis.fetch>(answer);
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

afterEach(() => vi.unstubAllGlobals());

describe("urlOf", () => {
  it("escapes what is put into the path and the query", () => {
    expect(urlOf("/b/{bucket}/o/{name}", { bucket: "up", name: "a/b:c?" })).toBe(
      "/b/up/o/a%2Fb%3Ac%3F",
    );
    expect(urlOf("/api/mirror", {}, { word: "a b&c=1+1" })).toBe(
      "/api/mirror?word=a+b%26c%3D1%2B1",
    );
  });

  it("leaves out parameters that are not given, but keeps empty ones", () => {
    expect(urlOf("/x", {}, { a: undefined, b: "" })).toBe("/x?b=");
    expect(urlOf("/x", {}, { a: undefined })).toBe("/x");
  });

  it("keeps a custom verb", () => {
    expect(urlOf("/n/{namespace}/entries:watch", { namespace: "app" })).toBe(
      "/n/app/entries:watch",
    );
  });

  it("refuses a path with a hole", () => {
    expect(() => urlOf("/n/{namespace}", {})).toThrow("namespace");
  });
});

describe("query", () => {
  it("returns the answer", async () => {
    const fetch = answerWith(async () => Response.json({ transformed: "cBA" }));
    const answer = await query("get", "/api/mirror", { query: { word: "abC" } });
    expect(answer.transformed).toBe("cBA");
    expect(fetch.mock.calls[0]?.[0]).toBe("/api/mirror?word=abC");
  });

  it("throws the Status of an error", async () => {
    answerWith(async () => Response.json({ code: 3, message: "word: bad" }, { status: 400 }));
    const error = await failureOf(query("get", "/api/mirror", { query: { word: "x" } }));
    expect(error.code).toBe("INVALID_ARGUMENT");
  });

  it("takes an accepted error status as an answer", async () => {
    answerWith(async () => Response.json({ status: "unavailable" }, { status: 503 }));
    const answer = await query("get", "/api/health", { accept: [503] });
    expect(answer.status).toBe("unavailable");
  });

  it("says that an answer is not JSON", async () => {
    answerWith(async () => new Response("<html>"));
    const error = await failureOf(query("get", "/api/mirror", { query: { word: "x" } }));
    expect(error.code).toBe("NOT_UNDERSTOOD");
  });

  it("says that the gateway cannot be reached", async () => {
    answerWith(() => Promise.reject(new TypeError("Failed to fetch")));
    const error = await failureOf(query("get", "/api/mirror", { query: { word: "x" } }));
    expect(error.code).toBe("UNREACHABLE");
  });

  it("throws the signal's own reason when it is aborted", async () => {
    const reason = new Error("overtaken");
    answerWith(() => Promise.reject(new DOMException("aborted", "AbortError")));
    const call = query("get", "/api/mirror", {
      query: { word: "x" },
      signal: AbortSignal.abort(reason),
    });
    await expect(call).rejects.toBe(reason);
  });
});
