#include "runtime/json_schema/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Value Parsed(absl::string_view json) {
  absl::StatusOr<Document> document = Document::Parse(json);
  EXPECT_TRUE(document.ok()) << json << " " << document.status();
  return document.ok() ? document->value() : Value{};
}

std::string Nested(std::size_t depth) {
  return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
}

std::string ErrorOf(absl::string_view json) {
  absl::StatusOr<Document> document = Document::Parse(json);
  EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument) << json.substr(0, 60);
  return std::string(document.status().message());
}

TEST(DocumentTest, IsWhatItsTextSays) {
  EXPECT_EQ(Parsed("null").type(), Type::kNull);
  EXPECT_TRUE(*Parsed(" true ").AsBoolean());
  EXPECT_EQ(*Parsed("\"\\u00e9\\ud83d\\ude00\"").AsString(), "é😀");
  EXPECT_EQ(Parsed("[1, [], {}]").AsArray()->size(), 3u);
  EXPECT_EQ(*Parsed("{\"b\": 1, \"a\": \"x\"}").Find("a")->AsString(), "x");
  EXPECT_EQ(Parsed("{\"b\": 1}").Find("a"), nullptr);
}

TEST(DocumentTest, IsEqualAsJsonSchemaDefinesIt) {
  EXPECT_EQ(Parsed("{\"a\": 1, \"b\": [2.0]}"), Parsed("{\"b\": [2], \"a\": 1.0}"));
  EXPECT_EQ(Parsed("\"a\""), Parsed("\"\\u0061\""));
  const std::pair<const char*, const char*> different[] = {
      {"1", "\"1\""},
      {"0", "false"},
      {"null", "false"},
      {"[1, 2]", "[2, 1]"},
      {"[]", "{}"},
      {"{\"a\":1}", "{\"a\":2}"},
      {"{\"a\":1}", "{\"b\":1}"},
      {"[1]", "[1, 1]"},
      {"9007199254740993", "9007199254740992"}};
  for (const auto& [one, other] : different) EXPECT_FALSE(Parsed(one) == Parsed(other)) << one;
}

TEST(DocumentTest, KeepsEveryDigit) {
  EXPECT_FALSE(Parsed("12345678901234567890.1") == Parsed("12345678901234567890"));
  EXPECT_EQ(Parsed("1e400"), Parsed("10e399"));
  EXPECT_FALSE(Parsed("1e-400") == Parsed("0"));
  EXPECT_EQ(Parsed("-0"), Parsed("0"));
}

TEST(DocumentTest, RefusesWhatIsNoJson) {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "01", "+1", "1.", ".5", "NaN", "'a'",
                           "nul", "1 2", "\"\\x\"", "\"a\nb\"", "// c\n1", "{a:1}"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("is not valid JSON, at byte ")) << text;
  }
}

TEST(DocumentTest, RefusesWhatItsParserWouldPassOver) {
  EXPECT_EQ(ErrorOf(absl::string_view("1\0garbage", 9)), "is not valid JSON, at byte 2");
  EXPECT_EQ(ErrorOf("\xEF\xBB\xBF"
                    "1"),
            "is not valid JSON, at byte 1");
}

TEST(DocumentTest, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\\ud800\"",
                           "\"\\udc00\\ud800\"", "{\"\xff\":1}"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("is not valid JSON, at byte ")) << text;
  }
}

TEST(DocumentTest, SaysNothingOfTheText) {
  EXPECT_THAT(ErrorOf("{\"a\": hunter2}"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ErrorOf("{\"hunter2\": 1, \"hunter2\": 2}"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ErrorOf("[1e98765]"), Not(HasSubstr("98765")));
}

TEST(DocumentTest, RefusesAPropertyThatIsNamedTwice) {
  EXPECT_EQ(ErrorOf("{\"a\": 1, \"b\": 2, \"\\u0061\": 1}"),
            "has an object that names a property twice");
}

TEST(DocumentTest, RefusesNumbersOutOfRange) {
  for (const char* text :
       {"1e1000000000", "-1e1000000000", "1e-1000000000", "1e4901", "[1e4940]"}) {
    EXPECT_EQ(ErrorOf(text), "has a number that is out of range") << text;
  }
  EXPECT_EQ(ErrorOf(std::string(6'000, '1')), "has a number that is out of range");
}

TEST(DocumentTest, RefusesMoreValuesThanMemoryIsMeantFor) {
  std::string most = "[0";
  for (int i = 2; i < 100'000; ++i) most += ",0";
  EXPECT_TRUE(Document::Parse(most + "]").ok());
  EXPECT_EQ(ErrorOf(most + ",0]"), "has more than 100000 values");
}

TEST(DocumentTest, RefusesWhatIsNestedTooDeeply) {
  EXPECT_TRUE(Document::Parse(Nested(100)).ok());
  EXPECT_EQ(ErrorOf(Nested(101)), "is nested deeper than 100 levels");
  EXPECT_EQ(ErrorOf(Nested(20'000)), "is nested deeper than 100 levels");
  EXPECT_EQ(ErrorOf(std::string(1'000'000, '[')), "is nested deeper than 100 levels");
}

TEST(DocumentTest, RefusesWhatIsTooLong) {
  std::string text = absl::StrCat("\"", std::string(1024 * 1024 - 2, 'a'), "\"");
  EXPECT_TRUE(Document::Parse(text).ok());
  EXPECT_EQ(ErrorOf(absl::StrCat(text, " ")), "is longer than 1048576 bytes");
}

TEST(DocumentTest, IsOfAValueThatIsNoText) {
  EXPECT_EQ(Document::OfString("é\"\n")->value(), Parsed("\"é\\\"\\n\""));
  EXPECT_EQ(Document::OfInt(-9223372036854775807 - 1).value(), Parsed("-9223372036854775808"));
  EXPECT_EQ(Document::OfBool(true).value(), Parsed("true"));
  EXPECT_FALSE(Document::OfString("\xff").ok());
}

TEST(DocumentTest, TakesADoubleAsTheShortestDecimalThatReadsBackAsIt) {
  EXPECT_EQ(Document::OfDouble(0.1)->value(), Parsed("0.1"));
  EXPECT_EQ(Document::OfDouble(-0.0)->value(), Parsed("0"));
  EXPECT_EQ(Document::OfDouble(1e23)->value(), Parsed("1e23"));
  EXPECT_EQ(Document::OfDouble(std::numeric_limits<double>::max())->value(),
            Parsed("1.7976931348623157e308"));
  EXPECT_EQ(Document::OfDouble(std::numeric_limits<double>::denorm_min())->value(),
            Parsed("5e-324"));
  EXPECT_EQ(Document::OfDouble(-2.2250738585072014e-308)->value(),
            Parsed("-2.2250738585072014e-308"));
  for (double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    EXPECT_EQ(Document::OfDouble(value).status().message(), "is not a finite number");
  }
}

}  // namespace
}  // namespace triad::json_schema
