// The JSON Schema organisation's test suite for draft 7, from Debian's package
// json-schema-test-suite: all that is required, and of what is optional that which applies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/json_schema/compiler/compiler.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/json/reader.h"

namespace triad::json_schema {
namespace {

namespace fs = std::filesystem;

constexpr char kSuite[] = "/usr/share/json-schema-test-suite/tests/draft7";

// Not among them: content.json and format/, which are about annotations here, and
// ecmascript-regex.json, which is about a format.
constexpr const char* kOptional[] = {"bignum.json", "zeroTerminatedFloats.json"};

// Schemas that are refused, all for one reason: a $ref leads to another document.
const std::set<std::pair<std::string, std::string>>& Refused() {
  static const auto& refused = *new std::set<std::pair<std::string, std::string>>{
      {"definitions.json", "valid definition"},    // to the metaschema
      {"definitions.json", "invalid definition"},  // to the metaschema
      {"ref.json", "remote ref, containing refs itself"},
      {"refRemote.json", "remote ref"},
      {"refRemote.json", "fragment within remote ref"},
      {"refRemote.json", "ref within remote ref"},
      {"refRemote.json", "base URI change"},
      {"refRemote.json", "base URI change - change folder"},
      {"refRemote.json", "base URI change - change folder in subschema"},
      {"refRemote.json", "root ref in remote ref"},
  };
  return refused;
}

std::vector<fs::path> Files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kSuite)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  for (const char* name : kOptional) files.push_back(fs::path(kSuite) / "optional" / name);
  std::sort(files.begin(), files.end());
  return files;
}

Value Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  absl::StatusOr<Value> value = ReadJson(text);
  EXPECT_TRUE(value.ok()) << path << " " << value.status();
  return value.ok() ? *std::move(value) : Value{Value::Array()};
}

// Holds the documents of a group against its schema.
void CheckGroup(const Value& group) {
  absl::StatusOr<Program> program = Compiler(*group.Find("schema")).Run();
  ASSERT_TRUE(program.ok()) << program.status();
  for (const Value& test : *group.Find("tests")->AsArray()) {
    auto violations = Evaluation(*program, Limits()).Run(*test.Find("data"));
    ASSERT_TRUE(violations.ok()) << violations.status();
    EXPECT_EQ(violations->empty(), *test.Find("valid")->AsBoolean())
        << *test.Find("description")->AsString();
  }
}

TEST(TestSuiteTest, VerdictsAreAsItSays) {
  ASSERT_TRUE(fs::exists(kSuite)) << "install Debian's package json-schema-test-suite";
  for (const fs::path& file : Files()) {
    Value groups = Read(file);
    EXPECT_FALSE(groups.AsArray()->empty()) << file;
    for (const Value& group : *groups.AsArray()) {
      const std::string& name = *group.Find("description")->AsString();
      SCOPED_TRACE(file.filename().string() + ": " + name);
      if (Refused().contains({file.filename(), name})) {
        EXPECT_THAT(Compiler(*group.Find("schema")).Run().status().message(),
                    testing::HasSubstr("$ref: must refer to a schema in this document"));
      } else {
        CheckGroup(group);
      }
    }
  }
}

TEST(TestSuiteTest, EveryRefusedSchemaIsOneOfIts) {
  std::set<std::pair<std::string, std::string>> all;
  for (const fs::path& file : Files()) {
    Value groups = Read(file);
    for (const Value& group : *groups.AsArray()) {
      all.emplace(file.filename(), *group.Find("description")->AsString());
    }
  }
  EXPECT_TRUE(std::includes(all.begin(), all.end(), Refused().begin(), Refused().end()));
}

}  // namespace
}  // namespace triad::json_schema
