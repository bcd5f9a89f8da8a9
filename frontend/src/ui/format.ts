// Numbers, times and names as people read them.

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const NUMBER = new Intl.NumberFormat(undefined);

export function formatTime(date: Date): string {
  return TIME.format(date);
}

export function formatDateTime(date: Date): string {
  return DATE_TIME.format(date);
}

// As short as can be understood: the time of today, else the day.
export function formatMoment(date: Date, now: Date): string {
  const today = date.toDateString() === now.toDateString();
  return today ? TIME.format(date) : DATE.format(date);
}

export function formatBytes(bytes: number): string {
  return `${NUMBER.format(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

// `triad.config.v1.ConfigService` as `Config`.
export function serviceTitle(name: string): string {
  const last = name.split(".").at(-1) ?? name;
  return last.replace(/(?<=.)Service$/, "");
}

// `NOT_SERVING` as `Not serving`.
export function humanise(constant: string): string {
  const words = constant.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// A text of any length as one that fits a table.
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${NUMBER.format(text.length)} characters)`;
}
