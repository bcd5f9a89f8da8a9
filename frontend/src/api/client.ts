import { errorOfResponse, notUnderstood, unreachable } from "./errors";
import type { paths } from "./openapi.gen";

// A call that has no answer by then fails as UNREACHABLE.
const TIMEOUT_MS = 10_000;

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type PathWith<M extends Method> = {
  [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P;
}[keyof paths];
type Json<T> = T extends { content: { "application/json": infer J } } ? J : never;
type Answer<Op> = Op extends { responses: { 200: infer R } } ? Json<R> : never;
type QueryOf<Op> = Op extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type PathOf<Op> = Op extends { parameters: { path: infer P } } ? P : never;

type Values = Record<string, string | number | boolean | undefined>;

interface Options<Op> {
  path?: PathOf<Op>;
  query?: QueryOf<Op>;
  // Ends the call; it then throws the signal's reason.
  signal?: AbortSignal;
  // HTTP statuses beside 2xx whose body is an answer and not an error.
  accept?: number[];
}

// Calls one operation of the OpenAPI document and returns its answer. Throws
// ApiError for whatever goes wrong.
export async function query<M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  options: Options<Operation<P, M>> = {},
): Promise<Answer<Operation<P, M>>> {
  const url = urlOf(path, (options.path ?? {}) as Values, (options.query ?? {}) as Values);
  return (await send(method, url, options)) as Answer<Operation<P, M>>;
}

// The address of an operation: each `{name}` of its path filled in, the rest as
// query parameters.
export function urlOf(template: string, path: Values, parameters: Values = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (path[name] === undefined) throw new Error(`${template}: ${name} is not given`);
    return encodeURIComponent(path[name]);
  });
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

async function send(
  method: string,
  url: string,
  { signal, accept = [] }: { signal?: AbortSignal; accept?: number[] },
): Promise<unknown> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit = {
    method: method.toUpperCase(),
    headers: { accept: "application/json" },
    cache: "no-store",
    credentials: "same-origin",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  };
  try {
    const response = await fetch(url, init);
    if (!response.ok && !accept.includes(response.status)) throw await errorOfResponse(response);
    return await jsonOf(response);
  } catch (error) {
    signal?.throwIfAborted();
    throw isNetworkFailure(error) ? unreachable(error) : error;
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood(response);
  }
}

// fetch() says TypeError for whatever kept it from an answer.
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException;
}
