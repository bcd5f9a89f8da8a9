import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/errors";
import { mirror } from "./tools";

// Long enough to leave out most of a word being typed, too short to be felt.
const DEBOUNCE_MS = 150;

export interface Mirrored {
  transformed: string;
  error?: ApiError;
}

// The mirrored word, a moment after it last changed. A call whose word has been
// overtaken is aborted, so its answer never replaces a newer one.
export function useMirror(word: string): Mirrored {
  const [mirrored, setMirrored] = useState<Mirrored>({ transformed: "" });

  useEffect(() => {
    if (word === "") {
      setMirrored({ transformed: "" });
      return;
    }
    const overtaken = new AbortController();
    async function ask() {
      try {
        const transformed = await mirror(word, overtaken.signal);
        if (!overtaken.signal.aborted) setMirrored({ transformed });
      } catch (error) {
        if (overtaken.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setMirrored({ transformed: "", error });
      }
    }
    const timer = setTimeout(ask, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [word]);

  return mirrored;
}
