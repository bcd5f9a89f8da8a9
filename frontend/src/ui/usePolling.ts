import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/errors";
import { whileVisible } from "./whileVisible";

export interface Polled<T> {
  // The newest answer, kept while the calls after it fail.
  data?: T;
  // When that answer came.
  at?: Date;
  // Why the last call failed, if it did.
  error?: ApiError;
}

// Calls `load` again and again, an interval after each answer, while the page
// can be seen. `load` must stay the same function from render to render.
export function usePolling<T>(
  load: (signal: AbortSignal) => Promise<T>,
  intervalMs: number,
): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({});

  useEffect(() => {
    return whileVisible(async function poll(signal) {
      try {
        const data = await load(signal);
        setPolled({ data, at: new Date() });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setPolled((last) => ({ ...last, error }));
      }
      const timer = setTimeout(() => poll(signal), intervalMs);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
  }, [load, intervalMs]);

  return polled;
}
