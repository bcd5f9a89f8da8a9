#include "services/storage/http/content_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"

namespace triad::storage {
namespace {

using ::testing::StartsWith;

using Headers = std::map<std::string, std::string>;

absl::StatusOr<ContentHeaders> Parse(const Headers& headers) {
  return ParseContentHeaders([&](absl::string_view name) -> std::optional<std::string> {
    auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  });
}

// What is kept of one header; the message of an error.
std::string Kept(const std::string& name, const std::string& value) {
  absl::StatusOr<ContentHeaders> kept = Parse({{name, value}});
  if (!kept.ok()) return std::string(kept.status().message());
  // All others are empty.
  return absl::StrCat(kept->cache_control, kept->content_disposition, kept->content_encoding,
                      kept->content_language, kept->expires);
}

TEST(ContentHeadersTest, KeepsAllFive) {
  absl::StatusOr<ContentHeaders> kept =
      Parse({{"cache-control", "public, max-age=3600"},
             {"content-disposition", "inline; filename=\"a b.txt\""},
             {"content-encoding", "gzip"},
             {"content-language", "de, en-GB"},
             {"expires", "Sun, 06 Nov 1994 08:49:37 GMT"},
             {"content-location", "/elsewhere"}});
  ASSERT_EQ(kept.status(), absl::OkStatus());
  EXPECT_EQ(*kept, (ContentHeaders{"public, max-age=3600", "inline; filename=\"a b.txt\"", "gzip",
                                   "de, en-GB", "Sun, 06 Nov 1994 08:49:37 GMT"}));
  EXPECT_EQ(*Parse({}), ContentHeaders());
}

TEST(ContentHeadersTest, WritesEachInOneForm) {
  struct Case {
    std::string name, value, kept;
  };
  Case cases[] = {
      {"cache-control", "  no-store ", "no-store"},
      {"cache-control", "private=\"a, b\", no-cache", "private=\"a, b\", no-cache"},
      {"cache-control", "", ""},
      {"content-disposition", " attachment ", "attachment"},
      {"content-encoding", "GZIP", "gzip"},
      {"content-encoding", "gzip,br", "gzip, br"},
      {"content-encoding", "aws-chunked", ""},
      {"content-encoding", "gzip, AWS-Chunked", "gzip"},
      {"content-encoding", "aws-chunked,zstd", "zstd"},
      {"content-encoding", "Identity", ""},
      {"content-encoding", ", ,", ""},
      {"content-language", "de ,en-GB,", "de, en-GB"},
      {"content-language", "zh-Hans-CN", "zh-Hans-CN"},
      {"expires", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"},
      {"expires", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT"},
      {"expires", "0", "0"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Kept(c.name, c.value), c.kept) << c.name << ": " << c.value;
  }
}

TEST(ContentHeadersTest, NamesTheHeaderThatIsMalformed) {
  std::pair<std::string, std::string> cases[] = {
      {"cache-control", "=1"},
      {"cache-control", "\"no-store\""},
      {"content-disposition", "; filename=x"},
      {"content-disposition", "\"inline\""},
      {"content-disposition", "in line"},
      {"content-encoding", "gzip br"},
      {"content-encoding", "gzip;q=1"},
      {"content-language", "de_CH"},
      {"content-language", "a-overlong9"},
      {"content-language", "-de"},
      {"content-language", "1"},
      {"expires", "tomorrow"},
      {"expires", "-1"},
      {"expires", "1994-11-06T08:49:37Z"},
  };
  for (const auto& [name, value] : cases) {
    EXPECT_THAT(Kept(name, value), StartsWith(absl::StrCat(name, ": must be"))) << value;
  }
}

TEST(ContentHeadersTest, TakesOnlyShortPrintableLines) {
  for (const char* name : {"cache-control", "content-disposition", "content-encoding",
                           "content-language", "expires"}) {
    for (const std::string& value :
         {std::string("a\r\nset-cookie: b"), std::string("a\tb"), std::string("a\0b", 3),
          std::string("a\x7F"), std::string("\xC3\xBC"), std::string(1025, 'a')}) {
      EXPECT_EQ(Kept(name, value),
                absl::StrCat(name, ": must be at most 1024 bytes of printable ASCII"));
    }
  }
  EXPECT_EQ(Kept("content-encoding", std::string(1024, 'a')), std::string(1024, 'a'));
  std::string grows = "a";
  while (grows.size() < 1000) grows += ",a";
  EXPECT_THAT(Kept("content-encoding", grows), StartsWith("content-encoding: must be at most"));
}

}  // namespace
}  // namespace triad::storage
