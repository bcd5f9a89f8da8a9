#include "services/config/model/entry.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

TEST(ValueTest, TextReadsBackTheSame) {
  Value values[] = {std::string("text\n\xc3\x9f"),
                    std::string(),
                    std::int64_t{-9223372036854775807 - 1},
                    std::int64_t{9223372036854775807},
                    0.1,
                    1e300,
                    -0.0,
                    5e-324,
                    std::numeric_limits<double>::max(),
                    true,
                    false,
                    Json{"{\"n\": 12345678901234567890}"}};
  for (const Value& value : values) {
    auto back = ParseValue(KindOf(value), FormatValue(value));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, value) << FormatValue(value);
  }
}

TEST(ValueTest, RefusesTextOfAnotherKind) {
  for (auto [kind, text] :
       {std::pair(ValueKind::kInt, "1.5"), std::pair(ValueKind::kInt, ""),
        std::pair(ValueKind::kDouble, "one"), std::pair(ValueKind::kBool, "TRUE"),
        std::pair(static_cast<ValueKind>(9), "x")}) {
    EXPECT_EQ(ParseValue(kind, text).status().code(), absl::StatusCode::kDataLoss) << text;
  }
}

TEST(EntryNameTest, ReadsWhatItWrites) {
  for (const char* name :
       {"namespaces/app/entries/K", "namespaces/a-1/entries/a/b/c.d_e-f",
        "namespaces/entries/entries/entries/x", "namespaces/a/entries/.../..x"}) {
    auto parsed = ParseEntryName("name", name);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(FormatEntryName(*parsed), name);
  }
  EXPECT_TRUE(ParseEntryName("name", "namespaces/" + std::string(63, 'a') + "/entries/" +
                                         std::string(512, 'k'))
                  .ok());
}

TEST(EntryNameTest, SaysWhichRuleIsBroken) {
  struct Case {
    std::string name;
    std::string message;
  };
  Case cases[] = {
      {"", "entry.name: must be namespaces/{namespace}/entries/{key}"},
      {"namespaces/app", "must be namespaces/{namespace}/entries/{key}"},
      {"namespaces/app/entries", "must be namespaces/{namespace}/entries/{key}"},
      {"namespaces/app/entries/", "key of 1 to 512 bytes; it has 0"},
      {"namespaces/app/entries/" + std::string(513, 'k'), "key of 1 to 512 bytes; it has 513"},
      {"namespaces//entries/k", "namespace of 1 to 63"},
      {"namespaces/App/entries/k", "namespace of 1 to 63"},
      {"namespaces/1a/entries/k", "namespace of 1 to 63"},
      {"namespaces/" + std::string(64, 'a') + "/entries/k", "namespace of 1 to 63"},
      {"namespaces/app/entries/a b", "a character that is none of"},
      {"namespaces/app/entries/a:history", "a character that is none of"},
      {"namespaces/app/entries/\xc3\x9f", "a character that is none of"},
      {std::string("namespaces/app/entries/a\0b", 26), "a character that is none of"},
      {"namespaces/app/entries/a//b", "an empty, '.' or '..' segment"},
      {"namespaces/app/entries//a", "an empty, '.' or '..' segment"},
      {"namespaces/app/entries/a/", "an empty, '.' or '..' segment"},
      {"namespaces/app/entries/.", "an empty, '.' or '..' segment"},
      {"namespaces/app/entries/a/../b", "an empty, '.' or '..' segment"},
  };
  for (const Case& c : cases) {
    absl::Status status = ParseEntryName("entry.name", c.name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.name;
    EXPECT_NE(status.message().find(c.message), absl::string_view::npos) << status;
  }
}

TEST(EntryNameTest, ChecksParentsAndPrefixes) {
  EXPECT_EQ(ParseParent("parent", "namespaces/app").value(), "app");
  for (const char* bad : {"", "app", "namespaces/", "namespaces/a/b", "namespaces/a/entries"}) {
    EXPECT_FALSE(ParseParent("parent", bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckPrefix("prefix", "").ok());
  EXPECT_TRUE(CheckPrefix("prefix", "a/").ok());
  EXPECT_FALSE(CheckPrefix("prefix", "a%").ok());
  EXPECT_FALSE(CheckPrefix("prefix", std::string(513, 'a')).ok());
}

}  // namespace
}  // namespace triad::config
