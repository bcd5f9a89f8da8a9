import type { ComponentChildren } from "preact";

export type Tone = "good" | "bad" | "warn" | "idle";

// A state in a word, with a dot in its colour. The word says it all: the colour
// is never the only sign.
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <span class="badge-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
