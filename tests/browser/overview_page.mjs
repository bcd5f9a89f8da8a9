// The Overview page as its reader sees it, in a browser that keeps a record of
// everything that should not happen.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.TRIAD_CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE_MS = 30_000;
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export function launchBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--no-proxy-server",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// What axe has against a page as it is now.
export async function accessibilityViolationsOf(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
  );
}

export class OverviewPage {
  // Problems seen so far, each a line of text.
  problems = [];
  #outage = false;

  // Opens the page in a context of its own.
  static async open(browser, origin, options = {}) {
    const context = await browser.newContext({
      locale: "en-GB",
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const overview = new OverviewPage(await context.newPage());
    await overview.#record(origin);
    await overview.page.goto(origin);
    return overview;
  }

  constructor(page) {
    this.page = page;
  }

  close() {
    return this.page.context().close();
  }

  // Keeps a picture of all of the page for the report of the tests.
  async keepPicture(name) {
    const directory = process.env.TRIAD_SCREENSHOTS;
    if (!directory) return;
    mkdirSync(directory, { recursive: true });
    await this.page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
  }

  // The whole suite in a word, in the masthead.
  overall(text) {
    return this.page.getByRole("banner").getByText(text, { exact: true }).waitFor();
  }

  // The health of one service.
  service(title, status) {
    const item = this.page.getByRole("region", { name: "Services" }).getByRole("listitem");
    return item
      .filter({ has: this.page.getByRole("heading", { name: title, exact: true }) })
      .getByText(status, { exact: true })
      .waitFor();
  }

  // The state of the connection that brings the changes.
  connection(text) {
    return this.page.locator("#configuration").getByText(text, { exact: true }).waitFor();
  }

  entry(key) {
    return this.page.getByRole("row").filter({
      has: this.page.getByRole("rowheader", { name: key, exact: true }),
    });
  }

  // A value in the table; `version` if it matters.
  async value(key, text, version) {
    await this.entry(key).getByText(text, { exact: true }).waitFor();
    if (version !== undefined) {
      await this.entry(key)
        .getByRole("cell", { name: String(version), exact: true })
        .waitFor();
    }
  }

  get word() {
    return this.page.getByRole("textbox", { name: "Word" });
  }

  mirrored(text) {
    return this.page.locator("#mirror output").getByText(text, { exact: true }).waitFor();
  }

  get uploadButton() {
    return this.page.getByRole("button", { name: "Upload a random number" });
  }

  // The facts about the uploaded object, by their names.
  async uploaded() {
    const facts = this.page.locator("#upload dl");
    await facts.waitFor();
    const texts = await facts.locator("dt, dd").allInnerTexts();
    return Object.fromEntries(texts.flatMap((text, i) => (i % 2 ? [] : [[text, texts[i + 1]]])));
  }

  // Runs `work` while calls are expected to fail: the browser's own notes that
  // they did are then no problem.
  async duringOutage(work) {
    this.#outage = true;
    await work();
    this.#outage = false;
  }

  accessibilityViolations() {
    return accessibilityViolationsOf(this.page);
  }

  async #record(origin) {
    this.page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      if (this.#outage && message.text().startsWith("Failed to load resource:")) return;
      this.problems.push(`console: ${message.text()} ${message.location().url}`);
    });
    this.page.on("pageerror", (error) => this.problems.push(`exception: ${error}`));
    this.page.context().on("request", (request) => {
      if (new URL(request.url()).origin === origin) return;
      this.problems.push(`foreign request: ${request.url()}`);
    });
    await this.page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
}
