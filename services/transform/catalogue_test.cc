#include "services/transform/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "services/transform/pipeline.h"

namespace triad::transform {
namespace {

TEST(CatalogueTest, EveryExampleIsTrue) {
  for (const Operation& operation : AllOperations()) {
    EXPECT_FALSE(operation.examples.empty()) << operation.id;
    for (const Example& example : operation.examples) {
      auto output = RunPipeline(example.input, {{operation.id, example.arguments}}, Limits(),
                                [] { return false; });
      ASSERT_TRUE(output.ok()) << operation.id << ": " << output.status();
      EXPECT_EQ(*output, example.output) << operation.id;
    }
  }
}

TEST(CatalogueTest, IsInOrderAndWithoutRepeats) {
  const auto& all = AllOperations();
  auto before = [](const Operation& a, const Operation& b) {
    return std::tie(a.family, a.id) < std::tie(b.family, b.id);
  };
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), before));
  std::set<std::string> ids;
  for (const Operation& operation : all) {
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
    EXPECT_EQ(FindOperation(operation.id), &operation);
  }
  EXPECT_EQ(FindOperation("none"), nullptr);
}

TEST(CatalogueTest, DescribesItselfInFull) {
  for (const Operation& operation : AllOperations()) {
    EXPECT_EQ(operation.description.back(), '.') << operation.id;
    for (const Parameter& parameter : operation.parameters) {
      EXPECT_EQ(parameter.description.back(), '.') << operation.id << " " << parameter.name;
      const auto& choices = parameter.choices;
      EXPECT_TRUE(choices.empty() ||
                  std::count(choices.begin(), choices.end(), parameter.default_value) == 1)
          << operation.id << " " << parameter.name;
    }
  }
}

}  // namespace
}  // namespace triad::transform
