import { describe, expect, it } from "vitest";
import type { Entry, EntryEvent } from "../../api/types";
import { applyEvents, isAfter, keyOf, textOf } from "./entries";

function entry(key: string, revision: string, value: Entry["value"] = { stringValue: "x" }): Entry {
  return {
    name: `namespaces/app/entries/${key}`,
    ...(value && { value }),
    secret: false,
    version: "1",
    revision,
    etag: revision,
    description: "",
    labels: {},
    readRevision: revision,
    destroyed: false,
  };
}

function put(changed: Entry): EntryEvent {
  return { type: "TYPE_PUT", entry: changed };
}

describe("applyEvents", () => {
  const before = [entry("a", "1"), entry("c", "2")];

  it("adds, in order of key", () => {
    const after = applyEvents(before, [put(entry("b", "3"))]);
    expect(after.map(keyOf)).toEqual(["a", "b", "c"]);
  });

  it("replaces and deletes in the order of the transaction", () => {
    const after = applyEvents(before, [
      put(entry("a", "3", { intValue: "7" })),
      { type: "TYPE_DELETE", entry: entry("c", "3") },
    ]);
    expect(after.map((one) => [keyOf(one), textOf(one)])).toEqual([["a", "7"]]);
  });

  it("leaves out a change that is older than the list", () => {
    const after = applyEvents(before, [put(entry("c", "1", { stringValue: "old" }))]);
    expect(after.map(textOf)).toEqual(["x", "x"]);
  });

  it("does not change what it was given", () => {
    applyEvents(before, [{ type: "TYPE_DELETE", entry: entry("a", "9") }]);
    expect(before).toHaveLength(2);
  });
});

describe("isAfter", () => {
  it("compares as 64-bit numbers, not as text or floating point", () => {
    expect(isAfter(entry("a", "10"), "9")).toBe(true);
    expect(isAfter(entry("a", "9007199254740993"), "9007199254740992")).toBe(true);
    expect(isAfter(entry("a", "9"), "9")).toBe(false);
  });
});

describe("keyOf", () => {
  it("keeps the slashes of a key", () => {
    expect(keyOf(entry("db/pool/size", "1"))).toBe("db/pool/size");
  });
});

describe("textOf", () => {
  it.each([
    [{ stringValue: "" }, ""],
    [{ intValue: "9223372036854775807" }, "9223372036854775807"],
    [{ doubleValue: 0 }, "0"],
    [{ boolValue: false }, "false"],
    [{ jsonValue: '{"a":1}' }, '{"a":1}'],
    [{}, ""],
  ])("shows %j as %j", (value, text) => {
    expect(textOf(entry("a", "1", value))).toBe(text);
  });
});
