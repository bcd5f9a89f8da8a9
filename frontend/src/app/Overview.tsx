import { Configuration } from "../features/entries/Configuration";
import { getHealth } from "../features/health/health";
import { OverallHealth, Services } from "../features/health/Services";
import { Mirror } from "../features/tools/Mirror";
import { UploadRandom } from "../features/tools/UploadRandom";
import { Logo } from "../ui/Logo";
import { usePolling } from "../ui/usePolling";

const HEALTH_INTERVAL_MS = 2000;

// The suite at a glance: is it well, what is it set to, does it work.
export function Overview() {
  const health = usePolling(getHealth, HEALTH_INTERVAL_MS);
  return (
    <>
      <header class="masthead">
        <div class="masthead-inner">
          <span class="brand">
            <Logo />
            Triad
          </span>
          <div role="status">
            <OverallHealth health={health} />
          </div>
        </div>
      </header>
      <main>
        <h1>Overview</h1>
        <Services health={health} />
        <div class="columns">
          <Configuration namespace="app" />
          <div class="stack">
            <Mirror />
            <UploadRandom />
          </div>
        </div>
      </main>
      <footer>
        <a href="/openapi.json">OpenAPI document</a>
        <a href="/api/health?verbose">Health as JSON</a>
      </footer>
    </>
  );
}
