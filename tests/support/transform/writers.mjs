// Clients of transform, one for each kind of write, each with a recipe of its own.
import { KindWriters } from "../kind_writers.mjs";
import { KINDS } from "./kinds.mjs";
import { emptyState, observed, visible } from "./store.mjs";

export class TransformWriters extends KindWriters {
  constructor(origin) {
    super({ kinds: KINDS, emptyState, observed, visible }, origin);
  }
}
