// Runs every case under families/*/cases: a JSON object a line, with `recipe`, `input` or
// `input_hex`, then `output`, `output_hex` or `error` (a part of the message), and `source`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/run.h"

namespace triad::transform {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string place;  // file and line
  nlohmann::json json;

  std::string Bytes(const std::string& name) const {
    if (json.contains(name)) return json.at(name).get<std::string>();
    return absl::HexStringToBytes(json.at(name + "_hex").get<std::string>());
  }
};

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const auto& file : std::filesystem::recursive_directory_iterator(TRIAD_TRANSFORM_FAMILIES)) {
    if (file.path().extension() != ".jsonl") continue;
    std::ifstream lines(file.path());
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      cases.push_back({absl::StrCat(file.path().filename().string(), ":", number),
                       nlohmann::json::parse(line)});
    }
  }
  return cases;
}

absl::StatusOr<std::string> Output(const std::string& recipe, const std::string& input) {
  absl::StatusOr<Recipe> parsed = ParseRecipe(recipe);
  if (!parsed.ok()) return parsed.status();
  RunningBytes memory(std::int64_t{1} << 30);
  absl::StatusOr<RunResult> result = RunRecipe(input, *parsed, {}, memory, NeverCancelled);
  if (!result.ok()) return result.status();
  if (result->failure) return result->failure->status;
  return result->output;
}

TEST(CasesTest, AllHold) {
  for (const Case& each : AllCases()) {
    absl::StatusOr<std::string> output =
        Output(each.json.at("recipe").get<std::string>(), each.Bytes("input"));
    if (each.json.contains("error")) {
      ASSERT_FALSE(output.ok()) << each.place << ": " << absl::CHexEscape(*output);
      EXPECT_THAT(std::string(output.status().message()),
                  HasSubstr(each.json.at("error").get<std::string>()))
          << each.place;
    } else {
      ASSERT_TRUE(output.ok()) << each.place << ": " << output.status();
      EXPECT_EQ(absl::CHexEscape(*output), absl::CHexEscape(each.Bytes("output"))) << each.place;
    }
  }
}

TEST(CasesTest, EveryOperationHasSome) {
  std::set<std::string> tried;
  for (const Case& each : AllCases()) {
    Recipe recipe = *ParseRecipe(each.json.at("recipe").get<std::string>());
    for (const Step& step : recipe) {
      tried.insert(FindOperation(step.operation)->id);
    }
  }
  for (const Operation* operation : AllOperations()) {
    EXPECT_EQ(tried.count(operation->id), 1) << operation->id << " has no case";
  }
}

TEST(CasesTest, EachSaysWhereItIsFrom) {
  for (const Case& each : AllCases()) {
    EXPECT_FALSE(each.json.at("source").get<std::string>().empty()) << each.place;
  }
}

}  // namespace
}  // namespace triad::transform
