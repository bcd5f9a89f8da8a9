// The report of the tests in Chromium: what a reader does with it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { page as reportOf } from "../../tools/report/page.mjs";
import { accessibilityViolationsOf, launchBrowser } from "./overview_page.mjs";

const one = (name, state, time, more = {}) => ({
  name,
  state,
  time,
  reason: "",
  cases: [],
  log: `${name} says so`,
  screenshots: [],
  ...more,
});
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const RUNS = [
  {
    name: "dev",
    started: "2026-01-02T03:04:05",
    time: 75,
    tests: [
      one("store_test", "passed", 2, {
        cases: [{ name: "StoreTest.Keeps", state: "passed", time: 0.012 }],
      }),
      one("page_test", "failed", 9, { screenshots: [{ name: "dark", png: PIXEL }] }),
      one("root_test", "skipped", 0.004, { reason: "needs root" }),
    ],
  },
  { name: "asan", started: "", time: 64, tests: [one("store_test", "passed", 60)] },
];

describe("report", () => {
  let browser;
  let directory;
  let problems;

  before(async () => {
    browser = await launchBrowser();
    directory = mkdtempSync(join(tmpdir(), "triad-report-page-"));
    writeFileSync(join(directory, "report.html"), reportOf(RUNS, "commit 1a2b3c4d"));
  });

  after(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true });
  });

  async function open(options = {}) {
    problems = [];
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(pathToFileURL(join(directory, "report.html")).href);
    return page;
  }

  // Name and run of the tests that are to be seen, from the top.
  const seen = (page) => page.locator(".test:visible .name").allInnerTexts();

  it("has what failed first and open, with its picture", async () => {
    const page = await open();
    assert.deepEqual(await seen(page), [
      "page_test dev",
      "root_test dev",
      "store_test asan",
      "store_test dev",
    ]);
    assert.ok(await page.getByText("page_test says so").isVisible());
    assert.ok(!(await page.getByText("root_test says so").isVisible()));
    const picture = page.getByRole("figure").locator("img");
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("img").naturalWidth > 0);
    assert.deepEqual(problems, []);
  });

  it("shows one state alone, with the keyboard too", async () => {
    const page = await open();
    await page.getByLabel("Failed 1").check();
    assert.deepEqual(await seen(page), ["page_test dev"]);
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await seen(page), ["root_test dev"]);
  });

  it("finds a test by its name, its run, and the names of its cases", async () => {
    const page = await open();
    const search = page.getByRole("searchbox");
    await search.fill("store asan");
    assert.deepEqual(await seen(page), ["store_test asan"]);
    await search.fill("storetest.keeps");
    assert.deepEqual(await seen(page), ["store_test dev"]);
    await search.fill("nothing is called that");
    assert.deepEqual(await seen(page), []);
    assert.ok(await page.getByText("No test is like that.").isVisible());
  });

  it("sorts by time and by name", async () => {
    const page = await open();
    const order = page.getByLabel("Order");
    await order.selectOption("slowest first");
    assert.deepEqual(await seen(page), [
      "store_test asan",
      "page_test dev",
      "store_test dev",
      "root_test dev",
    ]);
    await order.selectOption("by name");
    assert.equal((await seen(page))[1], "root_test dev");
  });

  it("shows everything without scripts", async () => {
    const page = await open({ javaScriptEnabled: false });
    assert.equal((await seen(page)).length, 4);
    assert.ok(!(await page.getByRole("searchbox").isVisible()));
    await page.getByText("root_test dev").click();
    assert.ok(await page.getByText("needs root").isVisible());
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      it(`is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
        const page = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        await page.getByText("store_test dev").click();
        assert.deepEqual(await accessibilityViolationsOf(page), []);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0);
      });
    }
  }
});
