#include "services/transform/recipes/recipe_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/testing/recipe_fixture.h"

namespace triad::transform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Never;

class RecipeStoreTest : public ::testing::Test {
 protected:
  explicit RecipeStoreTest(const RecipeLimits& limits = {}) : fixture_(limits) {}

  RecipeStore& store() { return fixture_.store(); }
  SavedRecipe Create(const std::string& id, const std::string& text = "to-hex") {
    auto created = store().Create(id, {.text = text}, DryRun::kNo, Never);
    EXPECT_TRUE(created.ok()) << created.status();
    return *std::move(created);
  }
  absl::StatusOr<SavedRecipe> Update(const std::string& id, const RecipeChanges& changes,
                                     const ChangeOptions& options = {}) {
    return store().Update(id, changes, options, Never);
  }
  std::vector<std::string> AuditLines() {
    audit::Page page = *fixture_.audit().List({}, 0, 100);
    std::vector<std::string> lines;
    for (const audit::Line& line : page.lines) {
      lines.push_back(absl::StrCat(line.method, " ", line.resource));
    }
    return lines;
  }

  testing::RecipeFixture fixture_;
};

TEST_F(RecipeStoreTest, AnUpdateIsANewVersion) {
  SavedRecipe created = Create("a");
  EXPECT_EQ(created.version, 1);
  fixture_.clock().Advance(absl::Seconds(1));
  auto updated = Update("a", {.title = "A", .text = "from-hex"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->create_time, created.create_time);
  EXPECT_EQ(updated->update_time, created.update_time + absl::Seconds(1));
  EXPECT_NE(updated->etag, created.etag);
  auto before = store().Get("a", 1);
  EXPECT_EQ(before->saved.content.text, "to-hex");
  EXPECT_EQ(before->newest, 2);
  EXPECT_EQ(store().Get("a", 0)->saved.content.text, "from-hex");
  EXPECT_EQ(Update("a", {.title = "A"})->version, 2) << "nothing changes";
  EXPECT_TRUE(absl::IsNotFound(store().Get("a", 3).status()));
  EXPECT_TRUE(absl::IsNotFound(Update("b", {.title = "A"}).status()));
  auto versions = store().ListVersions("a", 100, 10);
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ(versions->front().version, 2);
  EXPECT_EQ(store().ListVersions("a", 2, 10)->front().version, 1);
}

TEST_F(RecipeStoreTest, WhatIsPublishedRuns) {
  Create("a");
  EXPECT_EQ(store().GetToRun("a", 0)->version, 1);
  ASSERT_TRUE(Update("a", {.text = "from-hex"}).ok());
  EXPECT_EQ(store().GetToRun("a", 0)->version, 2) << "none is published";
  auto published = store().Publish("a", 1, {});
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->published, 1);
  EXPECT_EQ(store().GetToRun("a", 0)->version, 1);
  EXPECT_EQ(store().GetToRun("a", 2)->version, 2);
  ASSERT_TRUE(Update("a", {.text = "sort"}).ok());
  EXPECT_EQ(store().GetToRun("a", 0)->version, 1) << "it stays published";
  EXPECT_EQ(store().Publish("a", 0, {})->published, 3);
  EXPECT_TRUE(absl::IsNotFound(store().Publish("a", 4, {}).status()));
}

TEST_F(RecipeStoreTest, AStaleEtagIsRefused) {
  SavedRecipe created = Create("a");
  auto published = store().Publish("a", 0, {.etag = created.etag});
  ASSERT_TRUE(published.ok()) << published.status();
  for (const absl::Status& refused : {Update("a", {.title = "x"}, {.etag = created.etag}).status(),
                                      store().Publish("a", 0, {.etag = created.etag}).status(),
                                      store().Delete("a", {.etag = created.etag})}) {
    EXPECT_TRUE(absl::IsAborted(refused)) << refused;
    EXPECT_THAT(refused.message(), HasSubstr("recipes/a has changed"));
  }
  EXPECT_TRUE(Update("a", {.title = "x"}, {.etag = published->etag}).ok());
  ASSERT_TRUE(store().Delete("a", {}).ok());
  Create("a");
  EXPECT_TRUE(absl::IsAborted(store().Delete("a", {.etag = created.etag})))
      << "an etag of one that is gone fits no other";
}

TEST_F(RecipeStoreTest, TryingChangesNothing) {
  auto tried = store().Create("a", {.text = "to-hex"}, DryRun::kYes, Never);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->version, 1);
  EXPECT_TRUE(absl::IsNotFound(store().Get("a", 0).status()));
  SavedRecipe created = Create("a");
  ChangeOptions only_try = {.dry_run = DryRun::kYes};
  EXPECT_EQ(Update("a", {.title = "x"}, only_try)->version, 2);
  EXPECT_EQ(store().Publish("a", 1, only_try)->published, 1);
  EXPECT_TRUE(store().Delete("a", only_try).ok());
  SavedRecipe now = *store().Get("a", 0);
  EXPECT_EQ(now.version, 1);
  EXPECT_EQ(now.published, 0);
  EXPECT_EQ(now.etag, created.etag);
  EXPECT_TRUE(
      absl::IsAlreadyExists(store().Create("a", {.text = "to-hex"}, DryRun::kYes, Never).status()));
}

TEST_F(RecipeStoreTest, WhatFailsItsTestIsNotSaved) {
  RecipeChanges failing = {.text = "to-hex", .tests = {{{"a", {}, "62"}}}};
  EXPECT_THAT(store().Create("a", failing, DryRun::kNo, Never).status().message(),
              HasSubstr("recipe.tests[0]: gives"));
  EXPECT_TRUE(absl::IsNotFound(store().Get("a", 0).status()));
  failing.tests = {{{"a", {}, "61"}}};
  ASSERT_TRUE(store().Create("a", failing, DryRun::kNo, Never).ok());
  EXPECT_THAT(Update("a", {.text = "from-hex"}).status().message(),
              HasSubstr("recipe.tests[0]: fails"))
      << "the tests that it had run too";
  EXPECT_EQ(store().Get("a", 0)->version, 1);
}

TEST_F(RecipeStoreTest, WhatComesBetweenIsNotOverwritten) {
  Create("a");
  bool changed = false;
  auto change_it = [&] {
    if (!std::exchange(changed, true)) {
      EXPECT_TRUE(Update("a", {.title = "first"}).ok());
    }
    return false;
  };
  RecipeChanges with_test = {.tests = {{{"a", {}, "61"}}}};
  EXPECT_TRUE(absl::IsAborted(store().Update("a", with_test, {}, change_it).status()));
  EXPECT_EQ(store().Get("a", 0)->saved.title, "first");
}

TEST_F(RecipeStoreTest, IsThereAfterARestart) {
  SavedRecipe created = Create("a", "sort | head(count=1)  # the first");
  ASSERT_TRUE(store().Publish("a", 1, {}).ok());
  fixture_.Reopen();
  auto found = store().Get("a", 0);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->saved, created.saved);
  EXPECT_EQ(found->published, 1);
  EXPECT_EQ(found->create_time, created.create_time);
}

TEST_F(RecipeStoreTest, EveryChangeHasALine) {
  Create("a");
  ASSERT_TRUE(Update("a", {.title = "x"}).ok());
  ASSERT_TRUE(store().Publish("a", 0, {}).ok());
  ASSERT_TRUE(store().Delete("a", {}).ok());
  EXPECT_FALSE(store().Delete("a", {}).ok());
  EXPECT_THAT(AuditLines(), ElementsAre("recipes recipes/a", "recipes recipes/a",
                                        "recipes recipes/a", "recipes recipes/a"));
}

class RecipeLimitsTest : public RecipeStoreTest {
 protected:
  RecipeLimitsTest() : RecipeStoreTest({.max_recipes = 2, .max_versions = 2}) {}
};

TEST_F(RecipeLimitsTest, AreNamed) {
  Create("a");
  Create("b");
  auto refused = store().Create("c", {.text = "to-hex"}, DryRun::kNo, Never);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.status().message(),
            "recipe_id: there are 2 recipes, which is the most there may be: delete one first "
            "(--max_recipes)");
  ASSERT_TRUE(store().Delete("b", {}).ok());
  Create("c");
  ASSERT_TRUE(Update("a", {.title = "2"}).ok());
  EXPECT_EQ(Update("a", {.title = "3"}).status().message(),
            "recipes/a has 2 versions, which is the most there may be: save it under another name "
            "(--max_recipe_versions)");
}

}  // namespace
}  // namespace triad::transform
