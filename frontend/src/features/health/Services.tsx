import { Badge, type Tone } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { ErrorNote } from "../../ui/ErrorNote";
import { formatTime, humanise, serviceTitle } from "../../ui/format";
import type { Polled } from "../../ui/usePolling";
import type { ServiceHealth } from "./health";

type Health = Polled<ServiceHealth[]>;

// The health of every service behind the gateway. Without a gateway nothing is
// known about them, and the page says so.
export function Services({ health }: { health: Health }) {
  const { data, at, error } = health;
  return (
    <Card
      id="services"
      title="Services"
      lead="What the gateway hears from each service, asked every two seconds."
      aside={
        at && <span class="quiet">{`${error ? "Last heard" : "Checked"} ${formatTime(at)}`}</span>
      }
    >
      <ErrorNote error={error} />
      {!data && !error && <p class="quiet">Asking the gateway…</p>}
      {data && (
        <ul class="services">
          {data.map((service) => (
            <Service key={service.name} service={service} known={!error} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Service({ service, known }: { service: ServiceHealth; known: boolean }) {
  const tone: Tone = !known ? "idle" : service.status === "SERVING" ? "good" : "bad";
  return (
    <li class={`service service-${tone}`}>
      <h3>{serviceTitle(service.name)}</h3>
      <Badge tone={tone}>{known ? humanise(service.status) : "Not known"}</Badge>
      <code class="quiet">{service.name}</code>
    </li>
  );
}

// The whole suite in a word.
export function OverallHealth({ health: { data, error } }: { health: Health }) {
  if (error?.code === "UNREACHABLE") return <Badge tone="bad">Gateway unreachable</Badge>;
  if (error) return <Badge tone="warn">Health not known</Badge>;
  if (!data) return <Badge tone="idle">Connecting</Badge>;
  const down = data.filter(({ status }) => status !== "SERVING").length;
  if (down === 0) return <Badge tone="good">All services serving</Badge>;
  return (
    <Badge tone="bad">
      {down} of {data.length} services not serving
    </Badge>
  );
}
