#include "services/transform/engine/arguments.h"

#include <gtest/gtest.h>

namespace triad::transform {
namespace {

std::string Refusal(const Parameter& parameter, absl::string_view text) {
  auto value = ParseArgument(parameter, text);
  EXPECT_TRUE(absl::IsInvalidArgument(value.status())) << value.status();
  return std::string(value.status().message());
}

TEST(ArgumentsTest, IntegersHaveARangeAndAUnit) {
  Parameter parameter = {
      .name = "n", .summary = ".", .kind = Kind::kInteger, .min = -1, .max = 5, .unit = "bytes"};
  EXPECT_EQ(std::get<std::int64_t>(*ParseArgument(parameter, "-1")), -1);
  EXPECT_EQ(std::get<std::int64_t>(*ParseArgument(parameter, "5")), 5);
  for (const char* text : {"6", "-2", "", "1.5", "x", "99999999999999999999"}) {
    EXPECT_EQ(Refusal(parameter, text), "must be a whole number from -1 to 5 bytes") << text;
  }
}

TEST(ArgumentsTest, FlagsAndChoicesAreAmongTheirValues) {
  Parameter flag = {.name = "f", .summary = ".", .kind = Kind::kFlag};
  EXPECT_TRUE(std::get<bool>(*ParseArgument(flag, "true")));
  EXPECT_FALSE(std::get<bool>(*ParseArgument(flag, "false")));
  EXPECT_EQ(Refusal(flag, "yes"), "must be true or false");
  Parameter choice = {.name = "c", .summary = ".", .kind = Kind::kChoice, .choices = {"a", "b"}};
  EXPECT_EQ(std::get<std::string>(*ParseArgument(choice, "b")), "b");
  EXPECT_EQ(Refusal(choice, "c"), "must be one of a, b");
}

TEST(ArgumentsTest, BytesAreWrittenInThreeWays) {
  for (Kind kind : {Kind::kBytes, Kind::kSecret}) {
    Parameter parameter = {.name = "b", .summary = ".", .kind = kind};
    auto bytes = [&](absl::string_view text) {
      return std::get<std::string>(*ParseArgument(parameter, text));
    };
    EXPECT_EQ(bytes("hex:00fF"), std::string("\0\xff", 2));
    EXPECT_EQ(bytes("base64:AP8="), std::string("\0\xff", 2));
    EXPECT_EQ(bytes("utf8:hex:00"), "hex:00");
    EXPECT_EQ(bytes("plain"), "plain");
    EXPECT_EQ(bytes(""), "");
    EXPECT_EQ(Refusal(parameter, "hex:0"), "must have pairs of hexadecimal digits after 'hex:'");
    EXPECT_EQ(Refusal(parameter, "hex:zz"), "must have pairs of hexadecimal digits after 'hex:'");
    EXPECT_EQ(Refusal(parameter, "base64:*"), "must have base64 after 'base64:'");
  }
}

}  // namespace
}  // namespace triad::transform
