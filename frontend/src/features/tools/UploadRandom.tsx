import { useState } from "preact/hooks";
import { ApiError } from "../../api/errors";
import type { UploadedNumber } from "../../api/types";
import { Card } from "../../ui/Card";
import { ErrorNote } from "../../ui/ErrorNote";
import { formatBytes } from "../../ui/format";
import { downloadUrl, uploadRandom } from "./tools";

type State =
  | { phase: "idle" | "busy" }
  | { phase: "done"; object: UploadedNumber }
  | { phase: "failed"; error: ApiError };

// Stores a random number and shows what became of it.
export function UploadRandom() {
  const [state, setState] = useState<State>({ phase: "idle" });
  const busy = state.phase === "busy";

  async function upload() {
    if (busy) return;
    setState({ phase: "busy" });
    try {
      setState({ phase: "done", object: await uploadRandom() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ phase: "failed", error });
    }
  }

  return (
    <Card
      id="upload"
      title="Upload"
      lead={
        <>
          Stores a random number as a new object in the bucket <code>uploads</code>.
        </>
      }
    >
      {/* Not disabled while busy: that would take the focus away from it. */}
      <button type="button" class="button" aria-disabled={busy} onClick={upload}>
        {busy ? "Uploading…" : "Upload a random number"}
      </button>
      <div role="status">{state.phase === "done" && <Uploaded object={state.object} />}</div>
      <ErrorNote error={state.phase === "failed" ? state.error : undefined} />
    </Card>
  );
}

function Uploaded({ object: { name, size, sha256 } }: { object: UploadedNumber }) {
  return (
    <dl class="facts">
      <dt>Name</dt>
      <dd>
        <a href={downloadUrl(name)} download={name}>
          {name}
        </a>
      </dd>
      <dt>Size</dt>
      <dd>{formatBytes(size)}</dd>
      <dt>SHA-256</dt>
      <dd>
        <code>{sha256}</code>
      </dd>
    </dl>
  );
}
