// The cases that a test program says it ran, by the lines of its log. To CTest a
// program is one test, whatever it is made of.

// GoogleTest, Node's spec reporter and Vitest's verbose one. Times in milliseconds.
const FORMATS = [
  {
    line: /^\[ +(?<state>OK|FAILED|SKIPPED) +\] (?<name>.+?)(?:, where .*)? \((?<time>\d+) ms\)$/,
    states: { OK: "passed", FAILED: "failed", SKIPPED: "skipped" },
  },
  {
    line: /^(?<state>✔|✖|﹣) (?<name>.+) \((?<time>[\d.]+)ms\)(?: # .*)?$/,
    states: { "✔": "passed", "✖": "failed", "﹣": "skipped" },
  },
  {
    line: /^(?<state>✓|×|↓) (?<name>\S+\.test\.tsx? > .+?)(?: (?<time>\d+)ms)?$/,
    states: { "✓": "passed", "×": "failed", "↓": "skipped" },
  },
];

function caseOf(text) {
  for (const { line, states } of FORMATS) {
    const found = line.exec(text)?.groups;
    if (!found) continue;
    return { state: states[found.state], name: found.name, time: Number(found.time ?? 0) / 1000 };
  }
  return undefined;
}

// [{ state, name, time }, …], in the order of the log, times in seconds. The names of
// Node's suites stand before those of the cases in them.
export function casesIn(log) {
  const cases = [];
  const suites = [];
  for (const line of log.split("\n")) {
    // Node then tells of each failure once more.
    if (line === "✖ failing tests:") break;
    const depth = line.length - line.trimStart().length;
    const text = line.trim();
    if (text.startsWith("▶ ")) suites.push({ depth, name: text.slice(2) });
    const one = caseOf(text);
    if (!one) continue;
    const suite = suites.at(-1);
    if (suite?.depth === depth && suite.name === one.name) suites.pop();
    else cases.push({ ...one, name: [...suites.map(({ name }) => name), one.name].join(" › ") });
  }
  return cases;
}
