// Clients of storage, one for each kind of write, each with a bucket of its own; of all kinds, or of
// those that are named.
import { KindWriters } from "../kind_writers.mjs";
import { KINDS } from "./kinds.mjs";
import { emptyState, observed, visible } from "./store.mjs";

export class StorageWriters extends KindWriters {
  constructor(origin, kinds) {
    super({ kinds: KINDS, emptyState, observed, visible }, origin, kinds);
  }
}
