// The evaluator of ECR's lifecycle rules decides as AWS documents it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expired, lost } from "./lifecycle.mjs";

const rule = (rulePriority, selection) => ({ rulePriority, selection });
const newest = (countNumber, more) => ({
  tagStatus: "any",
  countType: "imageCountMoreThan",
  countNumber,
  ...more,
});
const live = (environment, countNumber) =>
  newest(countNumber, { tagStatus: "tagged", tagPrefixList: [`live-${environment}-`] });
const image = (age, ...tags) => ({ age, tags: [`v${age}`, ...tags] });
const ages = (rules, images) =>
  expired({ rules }, images)
    .map(({ age }) => age)
    .sort((a, b) => a - b);

test("the newest stay, by when they were pushed", () => {
  assert.deepEqual(
    ages(
      [rule(1, newest(2))],
      [3, 1, 4, 2].map((age) => image(age)),
    ),
    [3, 4],
  );
});

test("an earlier rule's images are none of a later one's, but count there", () => {
  const images = [image(1), image(2), image(9, "live-dev-v9")];
  assert.deepEqual(ages([rule(2, newest(1)), rule(1, live("dev", 1))], images), [2]);
  assert.deepEqual(ages([rule(1, newest(1)), rule(2, live("dev", 1))], images), [2, 9]);
});

test("an image that two have deployed is the first rule's", () => {
  const images = [image(1, "live-dev-v1"), image(2, "live-dev-v2", "live-production-v2")];
  assert.deepEqual(ages([rule(1, live("production", 1)), rule(2, live("dev", 1))], images), []);
  assert.deepEqual(ages([rule(2, live("production", 1)), rule(1, live("dev", 1))], images), [2]);
});

test("broken pushes go after some days", () => {
  const selection = { tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 7 };
  const images = [{ age: 8, tags: [] }, { age: 6, tags: [] }, image(9)];
  assert.deepEqual(ages([rule(1, selection)], images), [8]);
});

test("a policy that keeps the newest alone loses what production runs", () => {
  const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 7 };
  const rules = [rule(1, untagged), rule(2, newest(50))];
  assert.equal(lost({ rules })[0], "what production runs or ran is deleted");
});
