#include "services/transform/engine/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"

namespace triad::transform {
namespace {

TEST(CatalogueTest, EveryExampleIsTrue) {
  RunningBytes memory(std::int64_t{1} << 30);
  for (const Operation* operation : AllOperations()) {
    EXPECT_FALSE(operation->examples.empty()) << operation->id;
    for (const Example& example : operation->examples) {
      auto recipe = ParseRecipe(example.recipe);
      ASSERT_TRUE(recipe.ok()) << operation->id << ": " << recipe.status();
      EXPECT_TRUE(std::any_of(recipe->begin(), recipe->end(), [operation](const Step& step) {
        return step.operation == operation->id;
      })) << operation->id;
      auto result = RunRecipe(example.input, *recipe, {}, memory, NeverCancelled);
      ASSERT_TRUE(result.ok()) << operation->id << ": " << result.status();
      ASSERT_FALSE(result->failure) << operation->id << ": " << result->failure->status;
      EXPECT_EQ(result->output, example.output) << operation->id;
    }
  }
}

TEST(CatalogueTest, IsInOrderAndWithoutRepeats) {
  const auto& all = AllOperations();
  auto before = [](const Operation* a, const Operation* b) {
    return std::tie(a->family, a->id) < std::tie(b->family, b->id);
  };
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), before));
  std::set<std::string> names;
  for (const Operation* operation : all) {
    EXPECT_TRUE(names.insert(operation->id).second) << operation->id;
    EXPECT_EQ(FindOperation(operation->id), operation);
    for (const std::string& alias : operation->aliases) {
      EXPECT_TRUE(names.insert(alias).second) << operation->id << " " << alias;
      EXPECT_EQ(FindOperation(alias), operation);
    }
  }
  EXPECT_EQ(FindOperation("none"), nullptr);
}

TEST(CatalogueTest, DescribesItselfInFull) {
  for (const Operation* operation : AllOperations()) {
    EXPECT_FALSE(operation->name.empty()) << operation->id;
    EXPECT_EQ(operation->summary.back(), '.') << operation->id;
    EXPECT_NE(operation->run == nullptr, operation->start == nullptr) << operation->id;
    std::set<std::string> names;
    for (const Parameter& parameter : operation->parameters) {
      std::string place = operation->id + " " + parameter.name;
      EXPECT_TRUE(names.insert(parameter.name).second) << place;
      EXPECT_EQ(parameter.summary.back(), '.') << place;
      EXPECT_EQ(parameter.kind == Kind::kChoice, !parameter.choices.empty()) << place;
      EXPECT_TRUE(parameter.required || ParseArgument(parameter, parameter.default_value).ok())
          << place << " has a default that it does not take";
    }
  }
}

TEST(CatalogueTest, InversesUndoEachOther) {
  for (const Operation* operation : AllOperations()) {
    if (operation->inverse.empty()) continue;
    const Operation* inverse = FindOperation(operation->inverse);
    ASSERT_NE(inverse, nullptr) << operation->id;
    EXPECT_EQ(inverse->id, operation->inverse) << "an id, and no alias";
    EXPECT_TRUE(inverse->inverse.empty() || inverse->inverse == operation->id) << operation->id;
  }
}

}  // namespace
}  // namespace triad::transform
