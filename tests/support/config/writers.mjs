// Clients of config, one for each kind of write, each with namespaces of its own.
import { KindWriters } from "../kind_writers.mjs";
import { beginningOf, KINDS } from "./kinds.mjs";
import { emptyState, observed, visible } from "./store.mjs";

const CONFIG = {
  kinds: KINDS,
  emptyState,
  observed: (api, expected, { countsReveals }) => observed(api, expected, countsReveals),
  visible,
  // Beginnings of values, each different from all others.
  destroyedOf: ({ destroyed, values }) => destroyed.map((version) => beginningOf(values[version])),
};

export class ConfigWriters extends KindWriters {
  constructor(origin) {
    super(CONFIG, origin);
  }
}
