#include "runtime/json_schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace triad::json_schema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Violations as "POINTER RULE SCHEMA_POINTER".
std::vector<std::string> Check(absl::string_view schema_text, absl::string_view json) {
  auto schema = Schema::Parse(schema_text);
  EXPECT_TRUE(schema.ok()) << schema_text << " " << schema.status();
  auto document = Document::Parse(json);
  EXPECT_TRUE(document.ok()) << json << " " << document.status();
  if (!schema.ok() || !document.ok()) return {"refused"};
  auto violations = (*schema)->Validate(*document);
  EXPECT_TRUE(violations.ok()) << violations.status();
  std::vector<std::string> shown;
  for (const Violation& violation : *violations) {
    shown.push_back(
        absl::StrCat(violation.pointer, " ", violation.rule, " ", violation.schema_pointer));
  }
  return shown;
}

TEST(SchemaTest, TrueAllowsAllAndFalseNothing) {
  EXPECT_THAT(Check("true", "1"), IsEmpty());
  EXPECT_THAT(Check("{}", "1"), IsEmpty());
  EXPECT_THAT(Check("false", "1"), ElementsAre(" false "));
}

TEST(SchemaTest, SaysWhereAValueIsWrongAndWhichRuleItBreaks) {
  EXPECT_THAT(Check(R"({"properties": {"servers": {"items": {"$ref": "#/definitions/server"}}},
                        "definitions": {"server": {
                          "required": ["host", "port"],
                          "properties": {"port": {"type": "integer", "maximum": 65535}}}}})",
                    R"({"servers": [{"host": "a", "port": 1}, {"port": 65536.5}, {"host": "b"}]})"),
              ElementsAre("/servers/1/host required /definitions/server/required",
                          "/servers/1/port type /definitions/server/properties/port/type",
                          "/servers/1/port maximum /definitions/server/properties/port/maximum",
                          "/servers/2/port required /definitions/server/required"));
}

TEST(SchemaTest, PointersAreEscaped) {
  EXPECT_THAT(Check(R"({"properties": {"a/b~c": {"properties": {"": {"type": "null"}}}}})",
                    R"({"a/b~c": {"": 1}})"),
              ElementsAre("/a~1b~0c/ type /properties/a~1b~0c/properties//type"));
}

TEST(SchemaTest, NamesThatDoNotStandInTheSchemaAreNotShown) {
  EXPECT_THAT(Check(R"({"additionalProperties": {"items": {"type": "null"}}})",
                    R"({"hunter2": [null, 1]})"),
              ElementsAre("/*/1 type /additionalProperties/items/type"));
  EXPECT_THAT(Check(R"({"additionalProperties": false})", R"({"hunter2": 1})"),
              ElementsAre("/* additionalProperties /additionalProperties"));
  EXPECT_THAT(Check(R"({"patternProperties": {"^h": {"type": "null"}}})", R"({"hunter2": 1})"),
              ElementsAre("/* type /patternProperties/^h/type"));
  EXPECT_THAT(Check(R"({"propertyNames": {"enum": ["a"]}})", R"({"hunter2": 1})"),
              ElementsAre("/* propertyNames /propertyNames"));
}

TEST(SchemaTest, NamesThatStandInTheSchemaAreShown) {
  EXPECT_THAT(
      Check(R"({"required": ["a"], "dependencies": {"b": ["c"]},
                        "properties": {"d": true}, "additionalProperties": {"type": "null"}})",
            R"({"a": 1, "b": 1, "c": 1})"),
      ElementsAre("/a type /additionalProperties/type", "/b type /additionalProperties/type",
                  "/c type /additionalProperties/type"));
}

TEST(SchemaTest, WhatIsMissingIsNamed) {
  EXPECT_THAT(Check(R"({"required": ["a", "b/c"]})", "{}"),
              ElementsAre("/a required /required", "/b~1c required /required"));
  EXPECT_THAT(Check(R"({"dependencies": {"a": ["b"]}})", R"({"a": 1})"),
              ElementsAre("/b dependencies /dependencies"));
}

TEST(SchemaTest, AnAlternativeThatFailsIsOneViolation) {
  EXPECT_THAT(Check(R"({"anyOf": [{"type": "null"}, {"properties": {"a": {"type": "null"}},
                                                    "required": ["b"]}]})",
                    R"({"a": 1})"),
              ElementsAre(" anyOf /anyOf"));
  EXPECT_THAT(Check(R"({"not": {"properties": {"a": {"type": "number"}}}})", R"({"a": 1})"),
              ElementsAre(" not /not"));
  EXPECT_THAT(Check(R"({"contains": {"type": "null"}})", "[1, 2]"),
              ElementsAre(" contains /contains"));
}

TEST(SchemaTest, WhatAppliesInAnyCaseIsSaidInFull) {
  EXPECT_THAT(Check(R"({"allOf": [{"type": "null"}, {"minimum": 2}]})", "1"),
              ElementsAre(" type /allOf/0/type", " minimum /allOf/1/minimum"));
  EXPECT_THAT(Check(R"({"if": {"type": "number"}, "then": {"minimum": 2}})", "1"),
              ElementsAre(" minimum /then/minimum"));
  EXPECT_THAT(Check(R"({"dependencies": {"a": {"maxProperties": 0}}})", R"({"a": 1})"),
              ElementsAre(" maxProperties /dependencies/a/maxProperties"));
}

TEST(SchemaTest, ViolationsHaveNothingOfTheValue) {
  std::string schema =
      R"({"type": "null", "enum": [1], "const": 2, "pattern": "^a$", "maxLength": 1,
                           "not": {"type": "string"}})";
  for (const std::string& violation : Check(schema, "\"hunter2\"")) {
    EXPECT_THAT(violation, Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(Check(schema, "\"hunter2\"").size(), 6u);
}

TEST(SchemaTest, ChecksValuesThatAreNoText) {
  auto schema = *Schema::Parse(R"({"type": ["string", "integer"], "multipleOf": 0.1,
                                   "maxLength": 2})");
  EXPECT_THAT(*schema->Validate(*Document::OfString("éé")), IsEmpty());
  EXPECT_THAT(*schema->Validate(*Document::OfString("ééé")),
              ElementsAre(Violation{"", "maxLength", "/maxLength"}));
  EXPECT_THAT(*schema->Validate(Document::OfInt(3)), IsEmpty());
  EXPECT_THAT(*schema->Validate(*Document::OfDouble(3.0)), IsEmpty());
  EXPECT_THAT(*schema->Validate(*Document::OfDouble(0.3)),
              ElementsAre(Violation{"", "type", "/type"}));
  EXPECT_THAT(*schema->Validate(Document::OfBool(true)),
              ElementsAre(Violation{"", "type", "/type"}));
}

TEST(SchemaTest, IsSharedByThreads) {
  auto schema = *Schema::Parse(R"({"properties": {"a": {"pattern": "^(a|b)*$"}},
                                   "patternProperties": {"x": {"uniqueItems": true}}})");
  auto document = *Document::Parse(R"({"a": "abc", "x": [1, 2, 1]})");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(schema->Validate(document)->size(), 2u);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace triad::json_schema
