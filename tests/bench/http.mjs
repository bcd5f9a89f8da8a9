// Requests that have to succeed.

// Returns the body.
export async function ask(url, options) {
  const reply = await fetch(url, options);
  const body = Buffer.from(await reply.arrayBuffer());
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${body.subarray(0, 300)}`);
  return body;
}

export const makeBucket = (origin, id) =>
  ask(`${origin}/api/v1/buckets?bucket_id=${id}`, { method: "POST" });
