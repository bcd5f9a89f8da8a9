// The Overview page in Chromium, in front of the real suite. The tests run in
// order, on one page that is never reloaded.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { Suite } from "../support/suite.mjs";
import { launchBrowser, OverviewPage } from "./overview_page.mjs";

const ENVIRONMENT = {
  SECRET_KEY: "browser-test-secret-key",
  DB_PASSWORD: "browser-test-password",
  API_BASE_URL: "https://api.example.test/v1",
  LOG_LEVEL: "info",
  MAX_CONNECTIONS: "100",
};

function directory(variable) {
  const value = process.env[variable];
  assert.ok(value, `${variable} is not set: run ctest -R browser_test`);
  return value;
}

describe("overview", () => {
  let suite;
  let browser;
  let overview;

  before(async () => {
    suite = new Suite({
      binaries: directory("TRIAD_BIN_DIR"),
      environment: { config: ENVIRONMENT },
    });
    await suite.start();
    browser = await launchBrowser();
    overview = await OverviewPage.open(browser, suite.origin);
  });

  after(async () => {
    await browser?.close();
    const codes = await suite.stop();
    assert.deepEqual(codes, { gateway: 0, config: 0, transform: 0, storage: 0 }, suite.log);
  });

  afterEach(async (t) => {
    if (!t.passed) await overview?.keepPicture(t.name.replaceAll(/[^\w-]+/g, " "));
  });

  // Writes a value as any client of the REST API would.
  async function put(key, value) {
    const response = await fetch(`${suite.origin}/api/v1/namespaces/app/entries/${key}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
    assert.equal(response.status, 200, await response.text());
  }

  it("shows every service serving", async () => {
    await overview.overall("All services serving");
    for (const title of ["Config", "Transform", "Storage"])
      await overview.service(title, "Serving");
  });

  it("shows what config was filled with, and no secret", async () => {
    await overview.connection("Live");
    await overview.value("LOG_LEVEL", "info", 1);
    await overview.value("API_BASE_URL", ENVIRONMENT.API_BASE_URL);
    await overview.value("MAX_CONNECTIONS", "100");
    await overview.value("SECRET_KEY", "********");
    await overview.value("DB_PASSWORD", "********");
    const html = await overview.page.content();
    assert.ok(!html.includes(ENVIRONMENT.SECRET_KEY) && !html.includes(ENVIRONMENT.DB_PASSWORD));
  });

  it("shows a value change as it is written", async () => {
    await put("LOG_LEVEL", { value: { stringValue: "debug" } });
    await overview.value("LOG_LEVEL", "debug", 2);
    await overview.entry("LOG_LEVEL").locator(".changed").waitFor();
    assert.equal(await overview.page.locator(".changed").count(), 1);
    await overview.page.getByText("LOG_LEVEL is now debug.").waitFor({ state: "attached" });
  });

  it("shows a new entry in its place", async () => {
    await put("feature/limits", { value: { jsonValue: '{"rate": 12345678901234567890}' } });
    await overview.value("feature/limits", '{"rate": 12345678901234567890}', 1);
    const keys = await overview.page.getByRole("rowheader").allInnerTexts();
    assert.equal(keys.at(-1), "feature/limits");
  });

  it("shows a new secret masked", async () => {
    await put("API_TOKEN", { value: { stringValue: "browser-test-token" }, secret: true });
    await overview.value("API_TOKEN", "********", 1);
    assert.ok(!(await overview.page.content()).includes("browser-test-token"));
  });

  it("mirrors a word while it is typed", async () => {
    await overview.word.pressSequentially("fOoBar25");
    await overview.mirrored("47RAbOoF");
    await overview.word.fill("Straße 🇩🇪");
    await overview.mirrored("🇩🇪 ESSARTs");
  });

  it("does not let a late answer replace a newer one", async () => {
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await overview.page.route("**/api/mirror?word=late", async (route) => {
      await released;
      await route.continue().catch((error) => assert.match(String(error), /handled|abort|closed/i));
    });
    const asked = overview.page.waitForRequest("**/api/mirror?word=late");
    await overview.word.fill("late");
    const request = await asked;
    const failed = overview.page.waitForEvent("requestfailed", (one) => one === request);
    await overview.word.fill("newer");
    await overview.mirrored("REWEN");
    await failed;
    release();
    await overview.page.unrouteAll({ behavior: "wait" });
    await overview.mirrored("REWEN");
  });

  it("uploads a random number, which downloads as it was stored", async () => {
    await overview.uploadButton.focus();
    await overview.page.keyboard.press("Enter");
    const { Name: name, Size: size, "SHA-256": sha256 } = await overview.uploaded();
    assert.match(name, /^\d{1,4}\.txt$/);

    const downloading = overview.page.waitForEvent("download");
    await overview.page.getByRole("link", { name, exact: true }).click();
    const download = await downloading;
    const content = readFileSync(await download.path());
    assert.equal(download.suggestedFilename(), name);
    assert.equal(content.toString(), name.replace(".txt", ""));
    assert.equal(size, `${content.length} ${content.length === 1 ? "byte" : "bytes"}`);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256);
  });

  it("reports a service that stops, and its return", async () => {
    await overview.duringOutage(async () => {
      assert.equal(await suite.transform.stop(), 0, suite.log);
      await overview.overall("1 of 3 services not serving");
      await overview.service("Transform", "Unreachable");
      await overview.service("Config", "Serving");
      await overview.service("Storage", "Serving");
      await overview.word.fill("while it is down");
      await overview.page.locator("#mirror").getByText("UNAVAILABLE", { exact: true }).waitFor();
      await suite.transform.start();
      await overview.service("Transform", "Serving");
      await overview.overall("All services serving");
    });
    await overview.word.fill("up Again");
    await overview.mirrored("NIAGa PU");
    assert.equal(await overview.page.locator("#mirror .error-note").count(), 0);
  });

  it("follows the values again after config was away", async () => {
    await overview.duringOutage(async () => {
      assert.equal(await suite.config.stop(), 0, suite.log);
      await overview.connection("Reconnecting");
      await overview.value("LOG_LEVEL", "debug");
      await suite.config.start();
      await overview.connection("Live");
    });
    await put("LOG_LEVEL", { value: { stringValue: "warning" } });
    await overview.value("LOG_LEVEL", "warning", 3);
  });

  it("says that nothing is known when the gateway is away", async () => {
    await overview.duringOutage(async () => {
      assert.equal(await suite.gateway.stop(), 0, suite.log);
      await overview.overall("Gateway unreachable");
      await overview.service("Config", "Not known");
      await overview.connection("Reconnecting");
      await suite.gateway.start();
      await overview.overall("All services serving");
      await overview.connection("Live");
    });
    await put("LOG_LEVEL", { value: { stringValue: "error" } });
    await overview.value("LOG_LEVEL", "error", 4);
  });

  it("had nothing to hide: no error, no policy violation, no foreign request", () => {
    assert.deepEqual(overview.problems, []);
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      it(`is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
        const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" };
        const other = await OverviewPage.open(browser, suite.origin, options);
        await other.connection("Live");
        await other.overall("All services serving");
        await other.uploadButton.click();
        await other.uploaded();
        await put("LOG_LEVEL", { value: { stringValue: `${colorScheme}-${width}` } });
        await other.value("LOG_LEVEL", `${colorScheme}-${width}`);
        assert.deepEqual(await other.accessibilityViolations(), []);
        const overflow = await other.page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0);
        assert.deepEqual(other.problems, []);
        await other.keepPicture(`${colorScheme} at ${width} pixels`);
        await other.close();
      });
    }
  }

  it("does not move anything for a reader who asked for that", async () => {
    const options = { reducedMotion: "reduce" };
    const calm = await OverviewPage.open(browser, suite.origin, options);
    await calm.connection("Live");
    await put("LOG_LEVEL", { value: { stringValue: "calm" } });
    await calm.value("LOG_LEVEL", "calm");
    const timing = await calm.page
      .locator(".changed")
      .evaluate((cell) => getComputedStyle(cell).animationTimingFunction);
    assert.match(timing, /^step/);
    await calm.close();
  });
});
