#include "gateway/proxy/request/accept.h"

#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

http::Headers Accept(std::initializer_list<const char*> values) {
  http::Headers headers;
  for (const char* value : values) headers.Add("Accept", value);
  return headers;
}

TEST(AcceptsTest, NamesTheTypeItself) {
  EXPECT_TRUE(Accepts(Accept({"text/html, Text/Event-Stream;q=0.5"}), "text/event-stream"));
  EXPECT_FALSE(Accepts(Accept({"*/*"}), "text/event-stream"));
  EXPECT_FALSE(Accepts(Accept({}), "text/event-stream"));
  EXPECT_TRUE(Accepts(Accept({"a/b", "text/event-stream; q=0.001"}), "text/event-stream"));
  for (const char* refused : {"*/*, text/event-stream;q=0", "text/event-stream; a=b; Q=0.000"}) {
    EXPECT_FALSE(Accepts(Accept({refused}), "text/event-stream")) << refused;
  }
}

JsonStyle StyleOf(std::initializer_list<const char*> values) {
  auto changes = AcceptedStyle(Accept(values));
  EXPECT_TRUE(changes.ok()) << changes.status();
  JsonStyle style;
  changes->ApplyTo(style);
  return style;
}

TEST(AcceptedStyleTest, ParametersOfRangesChoose) {
  EXPECT_TRUE(StyleOf({"application/json"}).print_defaults);
  JsonStyle style = StyleOf({"text/html, application/json; field_names=proto ;Enum_Values=number",
                             "*/*;default_values=omit;q=0.1;charset=utf-8"});
  EXPECT_TRUE(style.proto_names);
  EXPECT_TRUE(style.enum_numbers);
  EXPECT_FALSE(style.print_defaults);
  EXPECT_FALSE(style.int64_numbers);
  EXPECT_FALSE(style.is_pretty);
  EXPECT_TRUE(StyleOf({"application/json;json_layout=pretty;int64_values=number"}).is_pretty);
}

TEST(AcceptedStyleTest, AValueThatAChoiceDoesNotHaveIsRefused) {
  auto changes = AcceptedStyle(Accept({"application/json;json_layout=wide"}));
  EXPECT_EQ(changes.status().message(), "accept: json_layout must be compact or pretty");
}

}  // namespace
}  // namespace triad::gateway
