import type { Entry } from "../../api/types";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { ErrorNote } from "../../ui/ErrorNote";
import { formatDateTime, formatMoment, shorten } from "../../ui/format";
import { isAfter, keyOf, textOf } from "./entries";
import { type LiveEntries, useEntries } from "./useEntries";

// More of a value than this does not help at a glance.
const SHOWN_CHARACTERS = 240;

// The values of one namespace, changing as they are written.
export function Configuration({ namespace }: { namespace: string }) {
  const state = useEntries(namespace);
  const { entries, error, lastChange } = state;
  return (
    <Card
      id="configuration"
      title="Configuration"
      lead={
        <>
          Values in the namespace <code>{namespace}</code>, as they are written.
        </>
      }
      aside={<Connection state={state} />}
    >
      <ErrorNote error={error} />
      {entries && entries.length > 0 && <EntryTable entries={entries} baseline={state.baseline} />}
      {entries?.length === 0 && <p class="quiet">There are no entries yet.</p>}
      {!entries && !error && <p class="quiet">Reading the values…</p>}
      <p class="visually-hidden" role="status">
        {lastChange}
      </p>
    </Card>
  );
}

function Connection({ state: { live, entries } }: { state: LiveEntries }) {
  if (live) return <Badge tone="good">Live</Badge>;
  return entries ? <Badge tone="warn">Reconnecting</Badge> : <Badge tone="idle">Connecting</Badge>;
}

// The roles are spelled out because a narrow page lays the table out as blocks,
// which takes them away from the elements.
function EntryTable({ entries, baseline }: { entries: Entry[]; baseline: string }) {
  return (
    <table class="entries" role="table" aria-labelledby="configuration-title">
      <thead role="rowgroup">
        <tr role="row">
          {["Key", "Value", "Version", "Written"].map((title) => (
            <th key={title} scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {entries.map((entry) => (
          <EntryRow key={entry.name} entry={entry} changed={isAfter(entry, baseline)} />
        ))}
      </tbody>
    </table>
  );
}

function EntryRow({ entry, changed }: { entry: Entry; changed: boolean }) {
  return (
    <tr role="row" data-key={keyOf(entry)}>
      <th role="rowheader" scope="row">
        <code>{keyOf(entry)}</code>
      </th>
      {/* The key makes a new cell of each new revision, which starts its highlight again. */}
      <td role="cell" key={entry.revision} class={changed ? "entry-value changed" : "entry-value"}>
        <EntryValue entry={entry} />
      </td>
      <td role="cell" class="entry-version">
        <span aria-hidden="true">v</span>
        {entry.version}
      </td>
      <td role="cell" class="entry-time">
        {entry.updateTime && <Moment time={entry.updateTime} />}
      </td>
    </tr>
  );
}

function EntryValue({ entry }: { entry: Entry }) {
  const text = textOf(entry);
  if (entry.secret) {
    return (
      <span class="secret">
        <code>{text}</code> <span class="tag">Secret</span>
      </span>
    );
  }
  if (text === "") return <span class="quiet">empty</span>;
  return <code>{shorten(text, SHOWN_CHARACTERS)}</code>;
}

function Moment({ time }: { time: string }) {
  const date = new Date(time);
  return (
    <time dateTime={time} title={formatDateTime(date)}>
      {formatMoment(date, new Date())}
    </time>
  );
}
