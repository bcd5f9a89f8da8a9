// Results of tests as one HTML file that needs no other.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const part = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const style = part("page.css");
const script = part("page.js");
const sha256 = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

// Output of tests is text to show, whatever it looks like: nothing in it runs.
const policy = [
  "default-src 'none'",
  `style-src ${sha256(style)}`,
  `script-src ${sha256(script)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replaceAll(/[&<>"']/g, (c) => entities[c]);

const states = ["failed", "skipped", "passed"];
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

export function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const count = (tests, state) => tests.filter((test) => test.state === state).length;

function verdict(tests) {
  const failed = count(tests, "failed");
  if (failed > 0)
    return { state: "failed", text: `${failed} of ${plural(tests.length, "test")} failed` };
  const skipped = count(tests, "skipped");
  const rest = skipped > 0 ? `, ${skipped} skipped` : "";
  return { state: "passed", text: `${plural(tests.length - skipped, "test")} passed${rest}` };
}

function runItem(run) {
  const cases = run.tests.reduce((sum, test) => sum + test.cases.length, 0);
  const facts = [verdict(run.tests).text, plural(cases, "case"), duration(run.time)];
  if (run.started) facts.push(`begun ${run.started.replace("T", " ")}`);
  return `<li><strong>${escaped(run.name)}</strong>: ${escaped(facts.join(", "))}</li>`;
}

const caseRow = ({ state, name, time }) =>
  `<tr><td class="state ${state}">${state}</td><td>${escaped(name)}</td><td class="time">${duration(time)}</td></tr>`;

const figure = ({ name, png }) =>
  `<figure><img src="data:image/png;base64,${png}" alt="" loading="lazy"><figcaption>${escaped(name)}</figcaption></figure>`;

const block = (title, content) => (content ? `<h2>${title}</h2>\n${content}` : "");

function inside({ reason, cases, log, screenshots }) {
  const rows = cases.map(caseRow).join("\n");
  const pictures = screenshots.map(figure).join("\n");
  return [
    reason ? `<p>${escaped(reason)}</p>` : "",
    block("Screenshots", pictures && `<div class="pictures">${pictures}</div>`),
    block("Output", log ? `<pre tabindex="0">${escaped(log)}</pre>` : "<p>It printed nothing.</p>"),
    block("Cases", rows && `<table>${rows}</table>`),
  ].join("\n");
}

function testItem(test, longest) {
  const { state, name, run, time, cases } = test;
  const search = [run, name, ...cases.map((one) => one.name)].join(" ").toLowerCase();
  return `<li class="test" data-state="${state}" data-time="${time}" data-name="${escaped(name)}" data-search="${escaped(search)}">
<details${state === "failed" ? " open" : ""}>
<summary><span class="state ${state}">${state}</span>
<span class="name">${escaped(name)} <span class="run">${escaped(run)}</span></span>
<span class="count">${cases.length > 0 ? plural(cases.length, "case") : ""}</span>
<span class="time">${duration(time)}</span>
<meter value="${time}" max="${longest}" aria-hidden="true"></meter></summary>
<div class="inside">${inside(test)}</div>
</details></li>`;
}

function filter(tests) {
  const choices = [
    ["all", "All", tests.length],
    ...states.map((state) => [state, state[0].toUpperCase() + state.slice(1), count(tests, state)]),
  ];
  const radio = ([value, label, number]) =>
    `<label><input type="radio" name="state" value="${value}"${value === "all" ? " checked" : ""}>${label} ${number}</label>`;
  return `<form>
<fieldset><legend class="visually-hidden">State</legend>${choices.map(radio).join("")}</fieldset>
<input type="search" name="text" placeholder="Name of a test or case" aria-label="Name of a test or case">
<label>Order <select name="order"><option value="failures">failures first</option><option value="time">slowest first</option><option value="name">by name</option></select></label>
</form>`;
}

// Failures first, then by time: as the page has it before its script runs.
const byUrgency = (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || b.time - a.time;

// `runs` as readRun gives them; `about` is a line that says what was tested.
export function page(runs, about) {
  const tests = runs.flatMap((run) => run.tests.map((test) => ({ ...test, run: run.name })));
  const longest = Math.max(...tests.map(({ time }) => time), 0.001);
  const { state, text } = verdict(tests);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Triad: ${escaped(text)}</title>
<style>${style}</style>
</head>
<body class="no-script">
<main>
<h1>Triad: <span class="verdict ${state}">${escaped(text)}</span></h1>
<p class="about">${escaped(about)}</p>
<ul class="runs">
${runs.map(runItem).join("\n")}
</ul>
${filter(tests)}
<ul class="tests">
${tests
  .sort(byUrgency)
  .map((test) => testItem(test, longest))
  .join("\n")}
</ul>
<p class="none" hidden>No test is like that.</p>
</main>
<script>${script}</script>
</body>
</html>
`;
}
