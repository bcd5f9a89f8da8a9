#include "runtime/database/sqlite/sqlite_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace triad::db::sqlite {
namespace {

using ::testing::HasSubstr;

TEST(SqliteUrlTest, ReadsPathAndOptions) {
  struct Case {
    std::string text;
    std::string path;
    std::int64_t max_pages;
  };
  for (const Case& one : std::vector<Case>{
           {"sqlite:data/x.db", "data/x.db", 0},
           {"sqlite:/data/x.db?max_pages=40", "/data/x.db", 40},
           {"sqlite:x.db?max_pages=0", "x.db", 0},
           {"sqlite:/a%3Fb/100%25%3f.db?max_pages=7", "/a?b/100%?.db", 7},
           {"sqlite:/a+b&c=d/\xC3\xBC%20x.db", "/a+b&c=d/\xC3\xBC x.db", 0},
       }) {
    absl::StatusOr<SqliteUrl> url = ParseSqliteUrl(one.text);
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_EQ(url->path, one.path);
    EXPECT_EQ(url->max_pages, one.max_pages);
  }
}

TEST(SqliteUrlTest, WritesWhatItReads) {
  for (const std::string path : {"/data/x.db", "what?.db", "100%.db", "%3F", "?max_pages=1"}) {
    for (std::int64_t max_pages : {0, 5}) {
      std::string text = FormatSqliteUrl({.path = path, .max_pages = max_pages});
      absl::StatusOr<SqliteUrl> url = ParseSqliteUrl(text);
      ASSERT_TRUE(url.ok()) << url.status();
      EXPECT_EQ(url->path, path) << text;
      EXPECT_EQ(url->max_pages, max_pages) << text;
    }
  }
}

TEST(SqliteUrlTest, SaysWhichOptionsThereAre) {
  for (const auto& [query, problem] : {
           std::pair("size=1", "unknown option 'size'"),
           std::pair("max_pages=4&x", "unknown option 'x'"),
           std::pair("MAX_PAGES=4", "unknown option 'MAX_PAGES'"),
           std::pair("", "unknown option ''"),
           std::pair("max_pages", "expected a number of pages, not ''"),
           std::pair("max_pages=", "expected a number of pages, not ''"),
           std::pair("max_pages=many", "expected a number of pages, not 'many'"),
           std::pair("max_pages=-1", "expected a number of pages, not '-1'"),
           std::pair("max_pages=99999999999999999999", "expected a number of pages, not '9999"),
       }) {
    std::string text = absl::StrCat("sqlite:x.db?", query);
    absl::Status status = ParseSqliteUrl(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("database URL '", text, "': ", problem)));
    EXPECT_THAT(std::string(status.message()), HasSubstr("; options are max_pages=N ("));
  }
}

TEST(SqliteUrlTest, RefusesPathsThatAreNoFiles) {
  for (const std::string text : {"sqlite:", "sqlite:?max_pages=1", "sqlite::memory:",
                                 "sqlite://host/x.db", "sqlite:a%00b", "x.db", "file:x.db"}) {
    absl::Status status = ParseSqliteUrl(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("expected sqlite:PATH, a file"));
  }
  for (const std::string text : {"sqlite:100%", "sqlite:100%2", "sqlite:100%/x", "sqlite:%2x"}) {
    absl::Status status = ParseSqliteUrl(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("two hexadecimal digits after %"));
  }
}

}  // namespace
}  // namespace triad::db::sqlite
