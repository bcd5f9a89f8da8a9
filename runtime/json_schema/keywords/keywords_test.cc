// What each keyword of draft 7 asks of values. The test suite of the JSON Schema organisation asks
// for more, but not for all of this.
#include "runtime/json_schema/keywords/keywords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "runtime/json_schema/schema.h"

namespace triad::json_schema {
namespace {

struct KeywordCase {
  absl::string_view keyword;  // which is broken by what is invalid
  const char* schema;
  std::vector<const char*> valid;
  std::vector<const char*> invalid;
};

const std::vector<KeywordCase>& Cases() {
  static const auto& cases = *new std::vector<KeywordCase>{
      {"type",
       R"({"type": "integer"})",
       {"1", "1.0", "-1e400", "0"},
       {"1.5", "\"1\"", "null", "true"}},
      {"type", R"({"type": ["null", "object"]})", {"null", "{}"}, {"[]", "0"}},
      {"type", R"({"type": "number"})", {"1.5", "1"}, {"false"}},
      {"type", R"({"type": "boolean"})", {"false"}, {"0"}},
      {"type", R"({"type": "string"})", {"\"\""}, {"1"}},
      {"type", R"({"type": "array"})", {"[]"}, {"{}"}},
      {"enum",
       R"({"enum": [1, "a", null, {"b": [2]}]})",
       {"1.0", "\"a\"", "null", "{\"b\": [2.0]}"},
       {"2", "\"b\"", "false", "{\"b\": [2, 2]}", "{}"}},
      {"enum", R"({"enum": []})", {}, {"null"}},
      {"const", R"({"const": {"a": 0}})", {"{\"a\": -0.0}"}, {"{\"a\": false}", "{}", "0"}},
      {"const", R"({"const": 9007199254740993})", {"9007199254740993"}, {"9007199254740992"}},

      {"multipleOf",
       R"({"multipleOf": 0.01})",
       {"0.1", "19.99", "-4", "\"0.001\""},
       {"0.001", "19.999"}},
      {"multipleOf", R"({"multipleOf": 7})", {"0", "14"}, {"1e400", "1e4899"}},
      {"maximum",
       R"({"maximum": 3})",
       {"3", "3.0", "-1e400", "\"4\""},
       {"3.0000000000000000000001", "1e400"}},
      {"exclusiveMaximum",
       R"({"exclusiveMaximum": 0.3})",
       {"0.29999999999999999999"},
       {"0.3", "0.30"}},
      {"minimum", R"({"minimum": 9007199254740993})", {"9007199254740993"}, {"9007199254740992"}},
      {"exclusiveMinimum", R"({"exclusiveMinimum": -1e-400})", {"0"}, {"-1e-400", "-1"}},

      {"maxLength", R"({"maxLength": 2})", {"\"éé\"", "\"😀\\ud83d\\ude00\"", "123"}, {"\"abc\""}},
      {"minLength", R"({"minLength": 2.0})", {"\"éé\"", "1"}, {"\"😀\""}},
      {"pattern", R"({"pattern": "b+"})", {"\"abc\"", "1"}, {"\"ac\""}},

      {"items", R"({"items": {"type": "null"}})", {"[]", "[null]", "{\"a\": 1}"}, {}},
      {"items", R"({"items": false})", {"[]"}, {"[1]"}},
      {"items", R"({"items": [true, false]})", {"[1]"}, {"[1, 2]"}},
      {"additionalItems",
       R"({"items": [true], "additionalItems": false})",
       {"[1]", "[]"},
       {"[1, 2]"}},
      {"additionalItems", R"({"items": {}, "additionalItems": false})", {"[1, 2]"}, {}},
      {"additionalItems", R"({"additionalItems": false})", {"[1, 2]"}, {}},
      {"maxItems", R"({"maxItems": 1})", {"[1]", "{\"a\": 1, \"b\": 2}"}, {"[1, 2]"}},
      {"minItems", R"({"minItems": 1})", {"[1]", "{}"}, {"[]"}},
      {"uniqueItems",
       R"({"uniqueItems": true})",
       {"[1, \"1\", true, [1], {\"a\": 1}]", "[0, false, null, \"\"]", "{}"},
       {"[1, 1.0]", "[{\"a\": 1, \"b\": 2}, {\"b\": 2, \"a\": 1}]", "[[1], 2, [1]]"}},
      {"uniqueItems", R"({"uniqueItems": false})", {"[1, 1]"}, {}},
      {"contains", R"({"contains": {"type": "null"}})", {"[1, null]", "{}"}, {"[]", "[1]"}},

      {"maxProperties",
       R"({"maxProperties": 1})",
       {"{\"a\": 1}", "[1, 2]"},
       {"{\"a\": 1, \"b\": 2}"}},
      {"minProperties", R"({"minProperties": 1})", {"{\"a\": 1}", "[]"}, {"{}"}},
      {"required", R"({"required": ["a"]})", {"{\"a\": null}", "[]"}, {"{}", "{\"b\": 1}"}},
      {"properties", R"({"properties": {"a": false}})", {"{}", "{\"b\": 1}", "[]"}, {"{\"a\": 1}"}},
      {"patternProperties",
       R"({"patternProperties": {"^a": false}})",
       {"{\"ba\": 1}", "[]"},
       {"{\"ab\": 1}"}},
      {"additionalProperties",
       R"({"properties": {"a": true}, "patternProperties": {"^x": true}, "additionalProperties": false})",
       {"{\"a\": 1, \"xy\": 2}", "{}", "[1]"},
       {"{\"b\": 1}"}},
      {"propertyNames",
       R"({"propertyNames": {"maxLength": 1}})",
       {"{\"é\": 1}", "[]"},
       {"{\"ab\": 1}"}},
      {"dependencies",
       R"({"dependencies": {"a": ["b"], "c": {"maxProperties": 1}}})",
       {"{}", "{\"a\": 1, \"b\": 1}", "{\"c\": 1}", "{\"b\": 1}"},
       {"{\"a\": 1}"}},
      {"dependencies", R"({"dependencies": {"a": false}})", {"{\"b\": 1}", "[]"}, {"{\"a\": 1}"}},

      {"allOf", R"({"allOf": [true, false]})", {}, {"1"}},
      {"anyOf", R"({"anyOf": [{"type": "null"}, {"minimum": 2}]})", {"null", "2", "\"a\""}, {"1"}},
      {"oneOf", R"({"oneOf": [{"minimum": 2}, {"multipleOf": 2}]})", {"3", "0"}, {"4", "1"}},
      {"not", R"({"not": {"type": "null"}})", {"1"}, {"null"}},
      {"then", R"({"if": {"type": "null"}, "then": false})", {"1"}, {"null"}},
      {"else", R"({"if": {"type": "null"}, "else": false})", {"null"}, {"1"}},
      {"if", R"({"if": false})", {"1"}, {}},
      {"then", R"({"then": false, "else": false})", {"1"}, {}},

      // What asks nothing.
      {"definitions", R"({"definitions": {"a": false}})", {"1"}, {}},
      {"format", R"({"format": "ipv4"})", {"\"no address\""}, {}},
      {"contentEncoding",
       R"({"contentEncoding": "base64", "contentMediaType": "text/html"})",
       {"\"%\""},
       {}},
      {"unknown",
       R"({"unknown": {"type": 1}, "$comment": "", "default": 1, "examples": [1]})",
       {"2"},
       {}},
  };
  return cases;
}

std::vector<Violation> ViolationsOf(const Schema& schema, const char* json) {
  absl::StatusOr<Document> document = Document::Parse(json);
  EXPECT_TRUE(document.ok()) << json << " " << document.status();
  absl::StatusOr<std::vector<Violation>> violations = schema.Validate(*document);
  EXPECT_TRUE(violations.ok()) << violations.status();
  return *violations;
}

TEST(KeywordsTest, AskOfValuesWhatTheSpecificationSays) {
  for (const KeywordCase& keyword_case : Cases()) {
    auto schema = Schema::Parse(keyword_case.schema);
    ASSERT_TRUE(schema.ok()) << keyword_case.schema << " " << schema.status();
    for (const char* json : keyword_case.valid) {
      EXPECT_TRUE(ViolationsOf(**schema, json).empty()) << keyword_case.schema << " " << json;
    }
    for (const char* json : keyword_case.invalid) {
      std::vector<Violation> violations = ViolationsOf(**schema, json);
      ASSERT_EQ(violations.size(), 1u) << keyword_case.schema << " " << json;
      EXPECT_EQ(violations[0].rule, keyword_case.keyword) << keyword_case.schema << " " << json;
    }
  }
}

TEST(KeywordsTest, AreAllOfDraft7ThatAssertAnything) {
  std::set<std::string> tested;
  for (const KeywordCase& keyword_case : Cases()) {
    if (!keyword_case.invalid.empty()) tested.emplace(keyword_case.keyword);
  }
  std::set<std::string> known;
  for (const Keyword& keyword : Keywords()) known.emplace(keyword.name);
  for (const char* asks_nothing :
       {"$comment", "contentEncoding", "contentMediaType", "definitions", "description", "examples",
        "format", "if", "readOnly", "title", "writeOnly"}) {
    EXPECT_EQ(known.erase(asks_nothing), 1u) << asks_nothing;
  }
  EXPECT_EQ(known, tested);
}

}  // namespace
}  // namespace triad::json_schema
