#include "runtime/export/sentry/dsn.h"

#include <gtest/gtest.h>

namespace triad::error_reports {
namespace {

TEST(DsnTest, NamesKeyAndUrl) {
  auto plain = ParseDsn("https://abc123@o1.ingest.sentry.io/42\n");
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->key, "abc123");
  EXPECT_EQ(plain->envelope_url, "https://o1.ingest.sentry.io/api/42/envelope/");
  auto full = ParseDsn("http://key:secret@host:9000/a/b/7");
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->key, "key");
  EXPECT_EQ(full->envelope_url, "http://host:9000/a/b/api/7/envelope/");
}

TEST(DsnTest, RefusesWhatIsNoneWithoutRepeatingIt) {
  for (const char* text :
       {"", "abc", "https://host/42", "https://@host/42", "ftp://key@host/42", "https://key@/42",
        "https://key@host", "https://key@host/", "https://k ey@host/42", "https://key@host/4?2"}) {
    auto dsn = ParseDsn(text);
    EXPECT_EQ(dsn.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(dsn.status().message().find("key@h"), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace triad::error_reports
