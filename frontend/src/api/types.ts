import type { components } from "./openapi.gen";

type Schemas = components["schemas"];

export type Value = Schemas["triad.config.v1.Value"];
export type Entry = Schemas["triad.config.v1.Entry"];
export type EntryEvent = Schemas["triad.config.v1.EntryEvent"];
export type WatchEntriesResponse = Schemas["triad.config.v1.WatchEntriesResponse"];
export type UploadedNumber = Schemas["triad.storage.v1.UploadRandomResponse"];
