// What is made to be costly ends soon, and without harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/json_schema/schema.h"

namespace triad::json_schema {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::StatusOr<std::vector<Violation>> Check(absl::string_view schema, absl::string_view json,
                                             const Limits& limits = {}) {
  auto parsed = Schema::Parse(schema);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  auto document = Document::Parse(json);
  EXPECT_TRUE(document.ok()) << document.status();
  if (!parsed.ok() || !document.ok()) return absl::InternalError("not parsed");
  return (*parsed)->Validate(*document, limits);
}

void ExpectTooCostly(const absl::StatusOr<std::vector<Violation>>& result) {
  EXPECT_EQ(result.status(),
            absl::ResourceExhaustedError("is too costly to check against its schema"));
}

std::string Quoted(std::size_t bytes) { return absl::StrCat("\"", std::string(bytes, 'a'), "\""); }

std::string NumbersUpTo(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) numbers[static_cast<std::size_t>(i)] = i;
  return absl::StrJoin(numbers, ",");
}

// Definitions of which "top" has two to the power of `levels` ways to fail.
std::string Exponential(int levels, absl::string_view keyword) {
  std::string definitions = R"("d0": {"type": "null"})";
  for (int i = 1; i <= levels; ++i) {
    std::string lower = absl::StrCat(R"({"$ref": "#/definitions/d)", i - 1, R"("})");
    absl::StrAppend(&definitions, ", \"", i < levels ? absl::StrCat("d", i) : "top", "\": {\"",
                    keyword, "\": [", lower, ", ", lower, "]}");
  }
  return absl::StrCat("\"definitions\": {", definitions, "}");
}

std::string AllOfTop(int levels, absl::string_view keyword) {
  return absl::StrCat(R"({"allOf": [{"$ref": "#/definitions/top"}], )",
                      Exponential(levels, keyword), "}");
}

TEST(LimitsTest, APatternTakesALongText) {
  EXPECT_THAT(*Check(R"({"pattern": "(a|b)*c"})", Quoted(1024 * 1024 - 2)), SizeIs(1));
}

TEST(LimitsTest, APatternOfManyStatesIsTooCostlyForALongText) {
  ExpectTooCostly(Check(R"({"pattern": "(a|b)*a(a|b){900}c"})", Quoted(1024 * 1024 - 2)));
  EXPECT_THAT(*Check(R"({"pattern": "(a|b)*a(a|b){900}c"})", Quoted(1024)), SizeIs(1));
}

TEST(LimitsTest, ManyItemsAreFoundUnique) {
  std::string numbers = NumbersUpTo(20'000);
  EXPECT_THAT(*Check(R"({"uniqueItems": true})", absl::StrCat("[", numbers, "]")), IsEmpty());
  EXPECT_THAT(*Check(R"({"uniqueItems": true})", absl::StrCat("[", numbers, ",19999.0]")),
              SizeIs(1));
}

TEST(LimitsTest, AsManyItemsAsThereCanBeAreChecked) {
  std::string items =
      absl::StrCat("[0", absl::StrJoin(std::vector<std::string>(99'998, ",0"), ""), "]");
  EXPECT_THAT(*Check(R"({"items": {"type": "integer", "minimum": 0, "maximum": 9}})", items),
              IsEmpty());
}

TEST(LimitsTest, AnExponentialSchemaIsTooCostly) {
  for (const char* keyword : {"anyOf", "oneOf", "allOf"}) {
    EXPECT_TRUE(Check(AllOfTop(10, keyword), "1").ok()) << keyword;
  }
  ExpectTooCostly(Check(AllOfTop(60, "anyOf"), "1"));
  ExpectTooCostly(Check(AllOfTop(60, "oneOf"), "1"));
  ExpectTooCostly(Check(AllOfTop(60, "allOf"), "null"));
}

TEST(LimitsTest, WhatIsTooCostlyIsSoInsideANotToo) {
  ExpectTooCostly(Check(
      absl::StrCat(R"({"not": {"$ref": "#/definitions/top"}, )", Exponential(60, "anyOf"), "}"),
      "1"));
}

TEST(LimitsTest, ALongChainOfReferencesIsTooDeep) {
  std::vector<std::string> definitions = {R"("d0": true)"};
  for (int i = 1; i < 9'000; ++i) {
    definitions.push_back(absl::StrCat("\"d", i, R"(": {"$ref": "#/definitions/d)", i - 1, "\"}"));
  }
  std::string schema = absl::StrCat(R"({"allOf": [{"$ref": "#/definitions/d8999"}],)",
                                    R"("definitions": {)", absl::StrJoin(definitions, ","), "}}");
  ExpectTooCostly(Check(schema, "1"));
}

TEST(LimitsTest, ADocumentMayBeAsDeepAsItsSchemaIsRecursive) {
  std::string nested = absl::StrCat(std::string(100, '['), std::string(100, ']'));
  EXPECT_THAT(*Check(R"({"items": {"$ref": "#"}, "type": "array"})", nested), IsEmpty());
}

TEST(LimitsTest, ViolationsAreCounted) {
  std::string items = absl::StrCat("[", NumbersUpTo(1'000), "]");
  EXPECT_THAT(*Check(R"({"items": {"type": "null"}})", items), SizeIs(20));
  EXPECT_THAT(*Check(R"({"items": {"type": "null"}})", items, {.max_violations = 3}), SizeIs(3));
  EXPECT_THAT(*Check(R"({"items": false})", items, {.max_violations = 1}), SizeIs(1));
  EXPECT_THAT(*Check(R"({"items": false})", items, {.max_violations = 0}), SizeIs(1));
}

TEST(LimitsTest, StepsAndDepthAreTheCallers) {
  std::string items = absl::StrCat("[", NumbersUpTo(100), "]");
  constexpr char kSchema[] = R"({"items": {"type": "integer"}})";
  EXPECT_TRUE(Check(kSchema, items, {.max_steps = 210}).ok());
  ExpectTooCostly(Check(kSchema, items, {.max_steps = 100}));
  EXPECT_TRUE(Check(kSchema, items, {.max_depth = 2}).ok());
  ExpectTooCostly(Check(kSchema, items, {.max_depth = 1}));
}

TEST(LimitsTest, LongValuesCostMore) {
  std::string thousand = absl::StrCat(
      "[", absl::StrJoin(std::vector<std::string>(1'000, "{\"$ref\": \"#/definitions/a\"}"), ","),
      "]");
  for (const char* rule : {R"({"maxLength": 5})", R"({"enum": [1]})", R"({"pattern": "b"})"}) {
    std::string schema =
        absl::StrCat(R"({"anyOf": )", thousand, R"(, "definitions": {"a": )", rule, "}}");
    ExpectTooCostly(Check(schema, Quoted(1'000'000)));
  }
  std::string digits = absl::StrCat("0.", std::string(1'000'000, '7'));
  std::string schema =
      absl::StrCat(R"({"anyOf": )", thousand, R"(, "definitions": {"a": {"multipleOf": 7}}})");
  ExpectTooCostly(Check(schema, digits));
}

}  // namespace
}  // namespace triad::json_schema
