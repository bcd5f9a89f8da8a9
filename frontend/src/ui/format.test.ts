import { describe, expect, it } from "vitest";
import { formatBytes, formatMoment, humanise, serviceTitle, shorten } from "./format";

describe("serviceTitle", () => {
  it.each([
    ["triad.config.v1.ConfigService", "Config"],
    ["acme.Billing", "Billing"],
    ["Service", "Service"],
  ])("shows %s as %s", (name, title) => {
    expect(serviceTitle(name)).toBe(title);
  });
});

describe("humanise", () => {
  it("reads like a word", () => {
    expect(humanise("SERVING")).toBe("Serving");
    expect(humanise("NOT_SERVING")).toBe("Not serving");
  });
});

describe("formatBytes", () => {
  it("counts one byte and many", () => {
    expect(formatBytes(1)).toBe("1 byte");
    expect(formatBytes(4)).toBe("4 bytes");
  });
});

describe("shorten", () => {
  it("cuts only what is longer, and says how much there is", () => {
    expect(shorten("four", 4)).toBe("four");
    expect(shorten("fives", 4)).toBe("five… (5 characters)");
  });
});

describe("formatMoment", () => {
  it("leaves out the day of today, and the time of another day", () => {
    const now = new Date(2026, 4, 6, 12, 0, 0);
    expect(formatMoment(new Date(2026, 4, 6, 0, 0, 7), now)).not.toContain("2026");
    expect(formatMoment(new Date(2026, 4, 5, 23, 59, 59), now)).toContain("2026");
    expect(formatMoment(new Date(2026, 4, 5, 23, 59, 59), now)).not.toContain("59");
  });
});
