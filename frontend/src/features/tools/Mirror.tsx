import { useState } from "preact/hooks";
import { Card } from "../../ui/Card";
import { ErrorNote } from "../../ui/ErrorNote";
import { useMirror } from "./useMirror";

// Mirrors a word while it is typed.
export function Mirror() {
  const [word, setWord] = useState("");
  const { transformed, error } = useMirror(word);
  return (
    <Card
      id="mirror"
      title="Mirror"
      lead="Reverses a word, swaps upper and lower case, and takes each digit from nine."
    >
      <label class="field">
        <span>Word</span>
        <input
          type="text"
          name="word"
          value={word}
          placeholder="fOoBar25"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={error?.code === "INVALID_ARGUMENT"}
          onInput={(event) => setWord(event.currentTarget.value)}
        />
      </label>
      <div class="field">
        <span id="mirrored-label">Mirrored</span>
        <output class="mirrored" aria-labelledby="mirrored-label">
          {transformed}
        </output>
      </div>
      <ErrorNote error={error} />
    </Card>
  );
}
