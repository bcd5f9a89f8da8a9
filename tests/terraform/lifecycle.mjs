// Which images ECR would delete by a lifecycle policy. Images are { tags, age }, the age
// in days since they were pushed.

const picks = {
  any: () => true,
  untagged: (_, { tags }) => tags.length === 0,
  tagged: ({ tagPrefixList }, { tags }) =>
    tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix))),
};

const expires = {
  imageCountMoreThan: ({ countNumber }, images) => images.slice(countNumber),
  sinceImagePushed: ({ countNumber }, images) => images.filter(({ age }) => age > countNumber),
};

// Rules go by their numbers. An image that a rule is about by its tags, whether it stays
// or goes, is none of a later rule's; but later rules count it.
export function expired({ rules }, images) {
  const newestFirst = images.toSorted((a, b) => a.age - b.age);
  const decided = new Set();
  const gone = [];
  for (const { selection } of rules.toSorted((a, b) => a.rulePriority - b.rulePriority)) {
    const about = newestFirst.filter((image) => picks[selection.tagStatus](selection, image));
    gone.push(...expires[selection.countType](selection, about).filter((one) => !decided.has(one)));
    for (const image of about) decided.add(image);
  }
  return gone;
}

// A repository of a service that is built every day and deployed to dev each time; to
// production only long ago, four times, and the last time by going back to the first.
function repository() {
  const image = (age, ...live) => ({
    age,
    tags: [`v${age}`, ...live.map((e) => `live-${e}-v${age}`)],
  });
  const production = [203, 202, 201, 200].map((age) => image(age, "dev", "staging", "production"));
  const dev = Array.from({ length: 120 }, (_, i) => image(i + 2, "dev"));
  // Built for a version's tag, and deployed nowhere.
  const built = Array.from({ length: 60 }, (_, i) => image(i + 0.5));
  return {
    production,
    dev,
    built,
    broken: [
      { age: 9, tags: [] },
      { age: 1, tags: [] },
    ],
  };
}

// What a policy does with it that it should not, in words.
export function lost(policy) {
  const { production, dev, built, broken } = repository();
  const gone = new Set(expired(policy, [...production, ...dev, ...built, ...broken]));
  const wrong = [];
  if (production.some((one) => gone.has(one))) wrong.push("what production runs or ran is deleted");
  if (dev.slice(0, 5).some((one) => gone.has(one))) wrong.push("what dev runs or ran is deleted");
  if (!dev.slice(20).every((one) => gone.has(one))) wrong.push("dev keeps everything");
  if (!built.slice(51).every((one) => gone.has(one))) wrong.push("old builds stay");
  if (gone.has(broken[1]) || !gone.has(broken[0])) wrong.push("broken pushes go at a wrong time");
  return wrong;
}
