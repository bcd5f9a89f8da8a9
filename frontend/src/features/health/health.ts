import { query } from "../../api/client";
import { ApiError } from "../../api/errors";

export interface ServiceHealth {
  // Full name of the gRPC service.
  name: string;
  // `SERVING`, `NOT_SERVING` or another of the gRPC health protocol.
  status: string;
}

// Asks how each service behind the gateway is. A service that is not serving is
// an answer (the gateway says 503), not an error.
export async function getHealth(signal: AbortSignal): Promise<ServiceHealth[]> {
  const answer: { services?: ServiceHealth[] } = await query("get", "/api/health", {
    query: { verbose: true },
    signal,
    accept: [503],
  });
  if (!Array.isArray(answer.services)) {
    throw new ApiError("NOT_UNDERSTOOD", "The gateway's health does not list its services.");
  }
  return answer.services;
}
