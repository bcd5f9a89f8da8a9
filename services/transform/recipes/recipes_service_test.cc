// Recipes that are kept, over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/transform/testing/recipes_service_fixture.h"

namespace triad::transform {
namespace {

using ::testing::ElementsAre;
using testing::FieldOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Stub;

class RecipesTest : public testing::RecipesServiceTest {
 protected:
  std::string FieldRefused(const v1::Recipe& recipe) { return FieldOf(Create("a", recipe)); }
  v1::Recipe Get(const std::string& name, std::int64_t version = 0) {
    v1::GetRecipeRequest request;
    request.set_name(name);
    request.set_version(version);
    v1::Recipe recipe;
    grpc::Status status = Call(&Stub::GetRecipe, request, &recipe);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return recipe;
  }
  grpc::Status Update(const v1::Recipe& recipe, const std::vector<std::string>& mask,
                      v1::Recipe* updated) {
    v1::UpdateRecipeRequest request;
    *request.mutable_recipe() = recipe;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    return Call(&Stub::UpdateRecipe, request, updated);
  }
};

TEST_F(RecipesTest, KeepsWhatItIsGiven) {
  v1::Recipe given = Of("to-hex(prefix=${prefix}) | head(count=${n})");
  given.set_title("Hex");
  given.set_description("As it is read aloud");
  for (const char* tag : {"hex", "bytes", "hex"}) given.add_tags(tag);
  v1::Parameter& prefix = *given.add_parameters();
  prefix.set_name("prefix");
  prefix.set_description("Before each");
  prefix.set_default_value("0x");
  prefix.set_kind(v1::Parameter::KIND_TEXT);
  v1::Parameter& n = *given.add_parameters();
  n.set_name("n");
  n.set_kind(v1::Parameter::KIND_INTEGER);
  n.set_required(true);
  n.set_min(0);
  n.set_max(9);
  v1::Recipe::Test& test = *given.add_tests();
  test.set_input_data("\xff");
  (*test.mutable_arguments())["n"] = "1";
  test.set_output_text("0xff");
  v1::Recipe created;
  grpc::Status status = Create("hex", given, &created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(created.name(), "recipes/hex");
  EXPECT_THAT(created.tags(), ElementsAre("bytes", "hex"));
  EXPECT_EQ(created.version(), 1);
  EXPECT_EQ(created.newest_version(), 1);
  EXPECT_EQ(created.published_version(), 0);
  EXPECT_FALSE(created.etag().empty());
  EXPECT_EQ(created.tests(0).input_data(), "\xff");
  EXPECT_EQ(created.tests(0).output_text(), "0xff");
  EXPECT_EQ(created.parameters(1).SerializeAsString(), n.SerializeAsString());
  EXPECT_EQ(Get("recipes/hex").SerializeAsString(), created.SerializeAsString());
  EXPECT_EQ(Create("hex", given).error_code(), grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(RecipesTest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(FieldOf(Create("Hex", Of("to-hex"))), "recipe_id");
  EXPECT_EQ(FieldRefused({}), "recipe.recipe");
  EXPECT_EQ(FieldRefused(Of("hmac(key=x)")), "steps[0].arguments.key");
  v1::Recipe recipe = Of("to-hex");
  recipe.set_title(std::string(257, 'x'));
  EXPECT_EQ(FieldRefused(recipe), "recipe.title");
  recipe.set_title(std::string("\0", 1));
  EXPECT_EQ(FieldRefused(recipe), "recipe.title");
  recipe.clear_title();
  recipe.set_description(std::string(4097, 'x'));
  EXPECT_EQ(FieldRefused(recipe), "recipe.description");
  recipe.clear_description();
  recipe.add_tags("ok");
  recipe.add_tags("Not");
  EXPECT_EQ(FieldRefused(recipe), "recipe.tags[1]");
  while (recipe.tags_size() < 17) recipe.add_tags("x");
  EXPECT_EQ(FieldRefused(recipe), "recipe.tags");
  recipe.clear_tags();
  recipe.add_parameters()->set_kind(static_cast<v1::Parameter::Kind>(77));
  EXPECT_EQ(FieldRefused(recipe), "recipe.parameters[0].kind");
  recipe.clear_parameters();
  recipe.add_tests()->set_output_text("x");
  EXPECT_EQ(FieldRefused(recipe), "recipe.tests[0]");
  v1::GetRecipeRequest get;
  get.set_name("recipes/A");
  v1::Recipe ignored;
  EXPECT_EQ(FieldOf(Call(&Stub::GetRecipe, get, &ignored)), "name");
  get.set_name("recipes/a");
  get.set_version(-1);
  EXPECT_EQ(FieldOf(Call(&Stub::GetRecipe, get, &ignored)), "version");
}

TEST_F(RecipesTest, UpdatesWhatTheMaskNames) {
  v1::Recipe recipe = Of("to-hex");
  recipe.set_title("Hex");
  ASSERT_TRUE(Create("a", recipe, &recipe).ok());
  std::string etag = recipe.etag();
  recipe.set_title("");
  recipe.set_recipe("sort");
  v1::Recipe updated;
  ASSERT_TRUE(Update(recipe, {"title", "version"}, &updated).ok());
  EXPECT_EQ(updated.title(), "");
  EXPECT_EQ(updated.recipe(), "to-hex") << "it is not in the mask";
  EXPECT_EQ(updated.version(), 2);
  EXPECT_EQ(Update(recipe, {}, &updated).error_code(), grpc::StatusCode::ABORTED)
      << "its etag is the one before";
  recipe.clear_etag();
  ASSERT_TRUE(Update(recipe, {}, &updated).ok());
  EXPECT_EQ(updated.recipe(), "sort") << "what is set, without a mask";
  EXPECT_EQ(FieldOf(Update(recipe, {"colour"}, &updated)), "update_mask");
  EXPECT_EQ(Get("recipes/a", 1).title(), "Hex");
}

TEST_F(RecipesTest, ListsInPages) {
  for (const char* id : {"c", "a", "e", "b", "d"}) {
    v1::Recipe recipe = Of("to-hex");
    if (*id != 'c') recipe.add_tags("x");
    ASSERT_TRUE(Create(id, recipe).ok());
  }
  std::string names;
  v1::ListRecipesRequest request;
  request.set_page_size(2);
  request.add_tags("x");
  v1::ListRecipesResponse page;
  do {
    ASSERT_TRUE(Call(&Stub::ListRecipes, request, &page).ok());
    EXPECT_LE(page.recipes_size(), 2);
    for (const v1::Recipe& recipe : page.recipes()) absl::StrAppend(&names, recipe.name(), " ");
    if (!page.next_page_token().empty()) request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(names, "recipes/a recipes/b recipes/d recipes/e ");
  request.clear_tags();
  EXPECT_EQ(FieldOf(Call(&Stub::ListRecipes, request, &page)), "page_token");
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_EQ(FieldOf(Call(&Stub::ListRecipes, request, &page)), "page_size");
}

TEST_F(RecipesTest, ListsVersionsInPages) {
  v1::Recipe recipe = Of("to-hex");
  ASSERT_TRUE(Create("a", recipe, &recipe).ok());
  for (const char* title : {"two", "three"}) {
    recipe.clear_etag();
    recipe.set_title(title);
    ASSERT_TRUE(Update(recipe, {}, &recipe).ok());
  }
  v1::ListRecipeVersionsRequest request;
  request.set_parent("recipes/a");
  request.set_page_size(2);
  v1::ListRecipeVersionsResponse page;
  ASSERT_TRUE(Call(&Stub::ListRecipeVersions, request, &page).ok());
  ASSERT_EQ(page.recipes_size(), 2);
  EXPECT_EQ(page.recipes(0).version(), 3);
  EXPECT_EQ(page.recipes(1).title(), "two");
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(Call(&Stub::ListRecipeVersions, request, &page).ok());
  ASSERT_EQ(page.recipes_size(), 1);
  EXPECT_EQ(page.recipes(0).version(), 1);
  EXPECT_EQ(page.next_page_token(), "");
  request.set_parent("recipes/b");
  EXPECT_EQ(FieldOf(Call(&Stub::ListRecipeVersions, request, &page)), "page_token");
  request.clear_page_token();
  EXPECT_EQ(Call(&Stub::ListRecipeVersions, request, &page).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(RecipesTest, PublishesAndDeletes) {
  ASSERT_TRUE(Create("a", Of("to-hex")).ok());
  v1::PublishRecipeRequest publish;
  publish.set_name("recipes/a");
  v1::Recipe published;
  ASSERT_TRUE(Call(&Stub::PublishRecipe, publish, &published).ok());
  EXPECT_EQ(published.published_version(), 1);
  publish.set_version(2);
  EXPECT_EQ(Call(&Stub::PublishRecipe, publish, &published).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::DeleteRecipeRequest remove;
  remove.set_name("recipes/a");
  remove.set_etag("x");
  v1::DeleteRecipeResponse removed;
  EXPECT_EQ(Call(&Stub::DeleteRecipe, remove, &removed).error_code(), grpc::StatusCode::ABORTED);
  remove.clear_etag();
  ASSERT_TRUE(Call(&Stub::DeleteRecipe, remove, &removed).ok());
  EXPECT_EQ(Call(&Stub::DeleteRecipe, remove, &removed).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(RecipesTest, OnlyTriesWithValidateOnly) {
  v1::CreateRecipeRequest request;
  request.set_recipe_id("a");
  *request.mutable_recipe() = Of("to-hex");
  request.set_validate_only(true);
  v1::Recipe recipe;
  EXPECT_TRUE(Call(&Stub::CreateRecipe, request, &recipe).ok());
  EXPECT_EQ(recipe.name(), "recipes/a");
  request.mutable_recipe()->add_tests()->set_output_text("x");
  EXPECT_EQ(FieldOf(Call(&Stub::CreateRecipe, request, &recipe)), "recipe.tests[0]") << "tests run";
  v1::ListRecipesResponse all;
  ASSERT_TRUE(Call(&Stub::ListRecipes, v1::ListRecipesRequest(), &all).ok());
  EXPECT_EQ(all.recipes_size(), 0);
}

TEST_F(RecipesTest, WhatIsDoneStandsInTheAuditLog) {
  ASSERT_TRUE(Create("a", Of("to-hex")).ok());
  audit::v1::ListAuditLinesResponse lines;
  ASSERT_TRUE(Call(&Stub::ListAuditLines, audit::v1::ListAuditLinesRequest(), &lines).ok());
  ASSERT_EQ(lines.lines_size(), 1);
  EXPECT_EQ(lines.lines(0).resource(), "recipes/a");
  EXPECT_THAT(lines.lines(0).method(), HasSubstr("CreateRecipe"));
}

// Neither one that was refused, nor one that a call gave.
TEST_F(RecipesTest, NoSecretIsInTheDatabase) {
  v1::Recipe recipe = Of("hmac(key=hunter2)");
  EXPECT_FALSE(Create("a", recipe).ok());
  recipe.set_recipe("hmac(key=${key})");
  v1::Parameter& key = *recipe.add_parameters();
  key.set_name("key");
  key.set_kind(v1::Parameter::KIND_SECRET);
  key.set_required(true);
  key.set_default_value("hunter2");
  EXPECT_FALSE(Create("a", recipe).ok());
  key.clear_default_value();
  (*recipe.add_tests()->mutable_arguments())["key"] = "hunter2";
  EXPECT_FALSE(Create("a", recipe).ok());
  recipe.clear_tests();
  ASSERT_TRUE(Create("a", recipe).ok());
  Reply reply = Run(Named("recipes/a"), "x", {{"x-meta-argument-key", "hunter2"}});
  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(reply.output.size(), 64u);
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(fixture_.database().directory())) {
    std::ifstream stream(file.path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_THAT(content, Not(HasSubstr("hunter2"))) << file.path();
    if (content.find("hmac") != std::string::npos) ++files;
  }
  EXPECT_GT(files, 0) << "the recipe itself is looked for in the right place";
}

}  // namespace
}  // namespace triad::transform
