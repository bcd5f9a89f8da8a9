#include "services/transform/rows/recipe_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "runtime/database/testing/temp_database.h"
#include "services/transform/migrations.h"
#include "services/transform/rows/content_json.h"

namespace triad::transform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecipeRowsTest : public ::testing::Test {
 protected:
  static SavedRecipe Recipe(const std::string& id) {
    SavedRecipe recipe = {.id = id, .version = 1, .newest = 1, .etag = "e"};
    recipe.saved.content.text = "to-hex";
    recipe.create_time = recipe.update_time = absl::FromUnixMicros(7);
    return recipe;
  }

  void Put(const std::vector<SavedRecipe>& recipes) {
    absl::Status status = database_->Write([&](db::Session& session) -> absl::Status {
      for (const SavedRecipe& recipe : recipes) {
        TRIAD_RETURN_IF_ERROR(RecipeRows(session).Put(recipe));
      }
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  RecipePage List(const RecipeFilter& filter, const std::string& after = "",
                  std::int64_t limit = 100) {
    auto page = db::Read(*database_, [&](db::Session& session) {
      return RecipeRows(session).List(filter, after, limit);
    });
    EXPECT_TRUE(page.ok()) << page.status();
    return *std::move(page);
  }

  std::vector<std::string> Ids(const RecipeFilter& filter) {
    std::vector<std::string> ids;
    for (const SavedRecipe& recipe : List(filter).recipes) ids.push_back(recipe.id);
    return ids;
  }

  db::TempDatabase database_{Migrations()};
};

TEST_F(RecipeRowsTest, KeepsEveryByte) {
  SavedRecipe recipe = Recipe("a");
  recipe.published = 1;
  recipe.saved.title = "Straße \"1\"";
  recipe.saved.description = "two\nlines";
  recipe.saved.tags = {"a", "b"};
  recipe.saved.content.parameters = {
      {.name = "n",
       .summary = "é",
       .kind = Kind::kInteger,
       .default_value = "2",
       .min = -3,
       .max = 9'007'199'254'740'993,
       .unit = "bytes"},
      {.name = "k", .summary = {}, .kind = Kind::kSecret, .required = true},
      {.name = "c",
       .summary = {},
       .kind = Kind::kChoice,
       .default_value = "x",
       .choices = {"x", "y"}},
      {.name = "t", .summary = {}, .default_value = std::string("a\0b", 3)}};
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  recipe.saved.content.tests = {{bytes, {{"n", "1"}}, bytes + bytes}, {"", {}, ""}};
  Put({recipe});
  auto found =
      db::Read(*database_, [](db::Session& session) { return RecipeRows(session).Find("a", 0); });
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->saved, recipe.saved);
  EXPECT_EQ(FormatParameters((*found)->saved.content.parameters),
            FormatParameters(recipe.saved.content.parameters));
  EXPECT_EQ((*found)->published, 1);
  EXPECT_EQ((*found)->etag, "e");
  EXPECT_EQ((*found)->create_time, absl::FromUnixMicros(7));
}

TEST_F(RecipeRowsTest, FindsByTextAndTags) {
  SavedRecipe a = Recipe("logs");
  a.saved.title = "Access Logs";
  a.saved.tags = {"http", "logs"};
  SavedRecipe b = Recipe("other");
  b.saved.description = "of logs_x";
  b.saved.tags = {"http"};
  SavedRecipe c = Recipe("third");
  c.saved.content.text = "GUNZIP | digest";
  Put({a, b, c});
  EXPECT_THAT(Ids({}), ElementsAre("logs", "other", "third"));
  EXPECT_THAT(Ids({.search = "LOGS"}), ElementsAre("logs", "other"));
  EXPECT_THAT(Ids({.search = "access l"}), ElementsAre("logs"));
  EXPECT_THAT(Ids({.search = "gunzip |"}), ElementsAre("third"));
  EXPECT_THAT(Ids({.search = "log%"}), IsEmpty()) << "nothing is a pattern";
  EXPECT_THAT(Ids({.tags = {"http"}}), ElementsAre("logs", "other"));
  EXPECT_THAT(Ids({.tags = {"http", "logs"}}), ElementsAre("logs"));
  EXPECT_THAT(Ids({.search = "other", .tags = {"logs"}}), IsEmpty());
  EXPECT_THAT(Ids({.tags = {"htt"}}), IsEmpty()) << "a tag is whole";
}

// By recipes, by bytes, and by what has been looked at.
TEST_F(RecipeRowsTest, PagesAreBounded) {
  std::vector<SavedRecipe> recipes;
  for (int i = 0; i < 1'200; ++i) recipes.push_back(Recipe(absl::StrFormat("r%04d", i)));
  recipes[1'100].saved.tags = {"rare"};
  for (int i : {0, 1})
    recipes[i].saved.content.tests = {{std::string(std::size_t{256} << 10, 'x'), {}, ""}};
  Put(recipes);
  RecipePage page = List({}, "r0001", 3);
  EXPECT_EQ(page.recipes.size(), 3u);
  EXPECT_EQ(page.next, "r0004");
  page = List({}, "r1197", 3);
  EXPECT_EQ(page.recipes.size(), 2u);
  EXPECT_EQ(page.next, "");
  page = List({}, "", 100);
  EXPECT_EQ(page.recipes.size(), 1u) << "the second is as large";
  EXPECT_EQ(page.next, "r0000");
  page = List({.tags = {"rare"}});
  EXPECT_THAT(page.recipes, IsEmpty());
  EXPECT_EQ(page.next, "r0999");
  page = List({.tags = {"rare"}}, page.next);
  EXPECT_EQ(page.recipes.size(), 1u);
  EXPECT_EQ(page.next, "");
}

}  // namespace
}  // namespace triad::transform
