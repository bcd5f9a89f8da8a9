// The image of transform does what the engine's cases say, with what was linked into it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { healthOf, member } from "../../../tools/suite.mjs";
import { askUntilServed } from "../http.mjs";
import { publishedAddress, withContainer } from "./docker.mjs";
import { allCases, deviations } from "./recipe_cases.mjs";

test("every case of an operation holds in the image of transform", async () => {
  const { port } = member("transform");
  const [admin, path] = healthOf(member("transform"));
  const publish = [port, admin].flatMap((one) => ["--publish", `127.0.0.1::${one}`]);
  await withContainer("transform", ["--read-only", ...publish], async (container) => {
    await askUntilServed(`http://${await publishedAddress(container, admin)}`, path);
    const cases = allCases();
    assert.ok(cases.length > 400, `${cases.length} cases`);
    assert.deepEqual(await deviations(await publishedAddress(container, port), cases), []);
  });
});
