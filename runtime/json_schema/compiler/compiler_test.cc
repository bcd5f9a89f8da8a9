// What is a schema, and what is refused as one.
#include "runtime/json_schema/compiler/compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/json_schema/schema.h"

namespace triad::json_schema {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ErrorOf(absl::string_view schema) {
  auto parsed = Schema::Parse(schema);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << schema.substr(0, 200);
  return std::string(parsed.status().message());
}

bool Allows(absl::string_view schema, absl::string_view json) {
  auto parsed = Schema::Parse(schema);
  EXPECT_TRUE(parsed.ok()) << schema << " " << parsed.status();
  return parsed.ok() && (*parsed)->Validate(*Document::Parse(json))->empty();
}

TEST(CompilerTest, RefusesWhatIsNoJson) {
  EXPECT_EQ(ErrorOf("{"), "the schema is not valid JSON, at byte 2");
  EXPECT_EQ(ErrorOf(absl::StrCat(std::string(200, '['), std::string(200, ']'))),
            "the schema is nested deeper than 100 levels");
  EXPECT_EQ(ErrorOf(R"({"type": "null", "type": "null"})"),
            "the schema has an object that names a property twice");
}

TEST(CompilerTest, SaysWhereAnArgumentIsWrongAndWhatIsExpected) {
  const std::pair<const char*, const char*> refused[] = {
      {"1", "#: must be an object, true or false"},
      {R"({"properties": {"a/b": []}})", "#/properties/a~1b: must be an object, true or false"},
      {R"({"items": 1})", "#/items: must be an object, true or false"},
      {R"({"items": []})", "#/items: must be an array of one or more schemas"},
      {R"({"items": [1]})", "#/items/0: must be an object, true or false"},
      {R"({"additionalItems": 1})", "#/additionalItems: must be an object, true or false"},
      {R"({"contains": 1})", "#/contains: must be an object, true or false"},
      {R"({"additionalProperties": 1})",
       "#/additionalProperties: must be an object, true or false"},
      {R"({"propertyNames": 1})", "#/propertyNames: must be an object, true or false"},
      {R"({"not": 1})", "#/not: must be an object, true or false"},
      {R"({"if": 1})", "#/if: must be an object, true or false"},
      {R"({"then": 1})", "#/then: must be an object, true or false"},
      {R"({"else": 1})", "#/else: must be an object, true or false"},
      {R"({"if": true, "then": 1})", "#/then: must be an object, true or false"},
      {R"({"definitions": {"a": 1}})", "#/definitions/a: must be an object, true or false"},
      {R"({"definitions": []})", "#/definitions: must be an object"},
      {R"({"properties": []})", "#/properties: must be an object"},
      {R"({"patternProperties": 1})", "#/patternProperties: must be an object"},
      {R"({"dependencies": 1})", "#/dependencies: must be an object"},
      {R"({"allOf": []})", "#/allOf: must be an array of one or more schemas"},
      {R"({"anyOf": {}})", "#/anyOf: must be an array of one or more schemas"},
      {R"({"oneOf": [{}, 1]})", "#/oneOf/1: must be an object, true or false"},
      {R"({"enum": 1})", "#/enum: must be an array"},
      {R"({"examples": 1})", "#/examples: must be an array"},
      {R"({"uniqueItems": 1})", "#/uniqueItems: must be true or false"},
      {R"({"readOnly": 1})", "#/readOnly: must be true or false"},
      {R"({"maximum": "1"})", "#/maximum: must be a number"},
      {R"({"exclusiveMaximum": true})", "#/exclusiveMaximum: must be a number"},
      {R"({"minimum": null})", "#/minimum: must be a number"},
      {R"({"exclusiveMinimum": true})", "#/exclusiveMinimum: must be a number"},
      {R"({"multipleOf": 0})", "#/multipleOf: must be a number above 0 of at most 18 digits"},
      {R"({"multipleOf": -1})", "#/multipleOf: must be a number above 0 of at most 18 digits"},
      {R"({"multipleOf": 1234567890123456789})",
       "#/multipleOf: must be a number above 0 of at most 18 digits"},
      {R"({"maxLength": -1})", "#/maxLength: must be an integer from 0 to 10^18 - 1"},
      {R"({"minLength": 1.5})", "#/minLength: must be an integer from 0 to 10^18 - 1"},
      {R"({"maxItems": "1"})", "#/maxItems: must be an integer from 0 to 10^18 - 1"},
      {R"({"minItems": 1e18})", "#/minItems: must be an integer from 0 to 10^18 - 1"},
      {R"({"maxProperties": []})", "#/maxProperties: must be an integer from 0 to 10^18 - 1"},
      {R"({"minProperties": 1e400})", "#/minProperties: must be an integer from 0 to 10^18 - 1"},
      {R"({"pattern": 1})", "#/pattern: must be a string"},
      {"{\"pattern\": \"(?=a)\"}",
       "#/pattern: must be a pattern without lookarounds, named groups and flags, '(?'"},
      {R"({"patternProperties": {"a\\1/": true}})",
       "#/patternProperties/a\\1~1: must be a pattern without the escape '\\1'"},
      {R"({"title": 1})", "#/title: must be a string"},
      {R"({"format": 1})", "#/format: must be a string"},
      {R"({"$comment": 1})", "#/$comment: must be a string"},
      {R"({"required": "a"})", "#/required: must be an array of strings, each once"},
      {R"({"required": ["a", 1]})", "#/required/1: must be an array of strings, each once"},
      {R"({"required": ["a", "a"]})", "#/required/1: must be an array of strings, each once"},
      {R"({"dependencies": {"a": ["b", "b"]}})",
       "#/dependencies/a/1: must be an array of strings, each once"},
      {R"({"dependencies": {"a": 1}})", "#/dependencies/a: must be an object, true or false"},
      {R"({"$ref": 1})", "#/$ref: must be a string"},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#"})",
       "#/$schema: must be \"http://json-schema.org/draft-07/schema#\""},
      {R"({"$schema": 7, "$ref": "#"})",
       "#/$schema: must be \"http://json-schema.org/draft-07/schema#\""},
  };
  for (const auto& [schema, error] : refused) EXPECT_EQ(ErrorOf(schema), error) << schema;
  for (const char* type : {R"("any")", "1", "[]", R"(["null", "null"])", R"(["null", 1])"}) {
    EXPECT_THAT(ErrorOf(absl::StrCat(R"({"type": )", type, "}")), StartsWith("#/type")) << type;
  }
}

TEST(CompilerTest, TakesTheDialectWithAndWithoutAHash) {
  EXPECT_TRUE(Allows(R"({"$schema": "http://json-schema.org/draft-07/schema#"})", "1"));
  EXPECT_TRUE(Allows(R"({"$schema": "http://json-schema.org/draft-07/schema"})", "1"));
}

TEST(CompilerTest, FollowsPointers) {
  EXPECT_FALSE(Allows(R"({"items": {"$ref": "#/definitions/a~1b%25~0"},
                          "definitions": {"a/b%~": {"type": "null"}}})",
                      "[1]"));
  EXPECT_FALSE(Allows(R"({"items": [{"type": "null"}, {"$ref": "#/items/0"}]})", "[null, 1]"));
  EXPECT_FALSE(Allows(R"({"items": {"$ref": "#"}, "type": "array"})", "[[], 1]"));
  EXPECT_FALSE(Allows(R"({"$ref": "#/x/y", "x": {"y": {"$ref": "#/z"}}, "z": false})", "1"));
}

TEST(CompilerTest, FollowsIds) {
  EXPECT_FALSE(Allows(R"({"items": {"$ref": "#name"},
                          "definitions": {"a": {"$id": "#name", "type": "null"}}})",
                      "[1]"));
  constexpr char kRelative[] = R"({
      "$id": "http://example.com/schemas/root.json",
      "properties": {"a": {"$ref": "other.json"}, "b": {"$ref": "/schemas/other.json#/definitions/c"},
                     "d": {"$ref": "http://example.com/schemas/root.json#/definitions/e"},
                     "f": {"$ref": "other.json#name"}},
      "definitions": {
        "other": {"$id": "other.json", "type": "array", "items": {"$ref": "#/definitions/c"},
                  "definitions": {"c": {"type": "null"}, "g": {"$id": "#name", "type": "boolean"}}},
        "e": {"type": "string"}}})";
  EXPECT_TRUE(Allows(kRelative, R"({"a": [null], "b": null, "d": "", "f": true})"));
  for (const char* json :
       {R"({"a": null})", R"({"a": [1]})", R"({"b": 1})", R"({"d": 1})", R"({"f": 1})"}) {
    EXPECT_FALSE(Allows(kRelative, json)) << json;
  }
}

TEST(CompilerTest, APointerThroughAnotherIdIsRelativeToThat) {
  EXPECT_FALSE(Allows(R"({"$id": "http://a/", "items": {"$ref": "#/definitions/b/x"},
                          "definitions": {"b": {"$id": "c/", "x": {"$ref": "d"}},
                                          "d": {"$id": "http://a/c/d", "type": "null"}}})",
                      "[1]"));
}

TEST(CompilerTest, IgnoresWhatStandsBesideAReference) {
  EXPECT_TRUE(Allows(R"({"properties": {"a": {"$ref": "#/definitions/b", "type": "null",
                                              "maximum": "no number", "$id": "#b"}},
                         "definitions": {"b": true}})",
                     R"({"a": 1})"));
}

TEST(CompilerTest, APropertyMayHaveTheNameOfAKeyword) {
  EXPECT_TRUE(Allows(R"({"properties": {"$ref": {"type": "string"}, "$id": {"type": "number"}}})",
                     R"({"$ref": "#/nothing", "$id": 1})"));
  EXPECT_TRUE(Allows(R"({"enum": [{"$ref": "#/nothing", "type": 1}]})",
                     R"({"$ref": "#/nothing", "type": 1})"));
}

TEST(CompilerTest, RefusesReferencesThatLeadNowhere) {
  constexpr char kOther[] = "#/$ref: must refer to a schema in this document";
  constexpr char kNothing[] = "#/$ref: must refer to something that is there";
  const std::pair<const char*, const char*> refused[] = {
      {"http://json-schema.org/draft-07/schema#", kOther},
      {"other.json", kOther},
      {"file:///etc/passwd", kOther},
      {"#name", kOther},
      {"#/definitions/a", kNothing},
      {"#/a/~2", kNothing},
      {"#/array/01", kNothing},
      {"#/array/-1", kNothing},
      {"#/array/1", kNothing},
      {"#%", "#/$ref: must be a URI reference of at most 2048 bytes"},
      {"#/text", "#/text: must be an object, true or false"},
  };
  for (const auto& [reference, error] : refused) {
    EXPECT_EQ(ErrorOf(absl::StrCat(R"({"array": [true], "text": "", "$ref": ")", reference, "\"}")),
              error)
        << reference;
  }
}

TEST(CompilerTest, RefusesIdsThatMeanNoOneSchema) {
  EXPECT_EQ(ErrorOf(R"({"items": [{"$id": "a"}, {"$id": "a"}]})"),
            "#/items/1/$id: must not be another schema's, too");
  EXPECT_EQ(ErrorOf(R"({"items": [{"$id": "#a"}, {"$id": "#a"}]})"),
            "#/items/1/$id: must not be another schema's, too");
  for (const char* id : {"1", R"("#/definitions/a")", R"("#%")"}) {
    EXPECT_EQ(ErrorOf(absl::StrCat(R"({"$id": )", id, "}")),
              "#/$id: must be a URI reference of at most 2048 bytes, without a JSON Pointer");
  }
}

TEST(CompilerTest, RefusesCirclesThatConsumeNothing) {
  constexpr char kCircle[] = ": must not apply itself to the same value, which would have no end";
  for (
      const char* schema : {
          R"({"$ref": "#"})",
          R"({"allOf": [{"$ref": "#"}]})",
          R"({"anyOf": [true, {"$ref": "#"}]})",
          R"({"oneOf": [{"$ref": "#"}]})",
          R"({"not": {"$ref": "#"}})",
          R"({"if": {"$ref": "#"}})",
          R"({"if": true, "then": {"$ref": "#"}})",
          R"({"if": true, "else": {"$ref": "#"}})",
          R"({"dependencies": {"a": {"$ref": "#"}}})",
          R"({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}})",
          R"({"items": {"$ref": "#/x"}, "x": {"not": {"allOf": [{"$ref": "#/x"}]}}})",
      }) {
    EXPECT_THAT(ErrorOf(schema), HasSubstr(kCircle)) << schema;
  }
  EXPECT_EQ(ErrorOf(R"({"$ref": "#"})"), absl::StrCat("#", kCircle));
}

TEST(CompilerTest, TakesCirclesThatGoIntoTheValue) {
  for (const char* schema : {
           R"({"properties": {"a": {"$ref": "#"}}})",
           R"({"patternProperties": {"a": {"$ref": "#"}}})",
           R"({"additionalProperties": {"$ref": "#"}})",
           R"({"propertyNames": {"$ref": "#"}})",
           R"({"items": {"$ref": "#"}})",
           R"({"items": [{"$ref": "#"}], "additionalItems": {"$ref": "#"}})",
           R"({"not": {"contains": {"$ref": "#"}}})",
           R"({"definitions": {"a": {"$ref": "#"}}})",
           R"({"then": {"$ref": "#"}})",
       }) {
    EXPECT_TRUE(Schema::Parse(schema).ok()) << schema << Schema::Parse(schema).status();
  }
}

TEST(CompilerTest, RefusesTooManySchemasAndPatterns) {
  std::string schemas = absl::StrJoin(std::vector<std::string>(10'000, "true"), ",");
  EXPECT_EQ(ErrorOf(absl::StrCat(R"({"items": [)", schemas, "]}")),
            "#: must not have more than 10000 schemas");
  for (const auto& [pattern, count] : {std::pair("a", 101), std::pair("\\\\p{L}{32}", 6)}) {
    std::vector<std::string> patterns;
    for (int i = 0; i < count; ++i) patterns.push_back(absl::StrCat("\"", pattern, i, "\": true"));
    EXPECT_THAT(
        ErrorOf(absl::StrCat(R"({"patternProperties": {)", absl::StrJoin(patterns, ","), "}}")),
        HasSubstr(": must not be one pattern too many: a schema has at most 100, of 200000 "
                  "instructions of RE2 together"));
  }
}

}  // namespace
}  // namespace triad::json_schema
