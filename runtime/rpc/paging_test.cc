#include "runtime/rpc/paging.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace triad::rpc {
namespace {

TEST(PageSizeTest, HasADefaultAndALimit) {
  EXPECT_EQ(PageSize(0).value(), 100);
  EXPECT_EQ(PageSize(1).value(), 1);
  EXPECT_EQ(PageSize(1000).value(), 1000);
  EXPECT_EQ(PageSize(std::numeric_limits<std::int32_t>::max()).value(), 1000);
}

TEST(PageSizeTest, IsNotNegative) {
  absl::Status status = PageSize(-1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("page_size"), absl::string_view::npos);
}

TEST(PageTokenTest, ReadsWhatItWrites) {
  for (absl::string_view place : {"a", "a/b/c", "z", "\xff\n"}) {
    EXPECT_EQ(ParsePageToken({"app", "a/"}, MakePageToken({"app", "a/"}, place)).value(), place);
  }
  EXPECT_EQ(ParsePageToken({"app", "a/"}, "").value(), "");
}

TEST(PageTokenTest, RefusesWhatItDidNotWriteForThisList) {
  std::string token = MakePageToken({"app", "a/"}, "a/key");
  EXPECT_FALSE(ParsePageToken({"other", "a/"}, token).ok());
  EXPECT_FALSE(ParsePageToken({"app", ""}, token).ok());
  EXPECT_FALSE(ParsePageToken({"ap", "pa/"}, token).ok());
  EXPECT_FALSE(ParsePageToken({"app", "a/", ""}, token).ok());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ParsePageToken({"app", "a/"}, changed).ok()) << i;
    EXPECT_FALSE(i > 0 && ParsePageToken({"app", "a/"}, token.substr(0, i)).ok()) << i;
  }
  absl::Status status = ParsePageToken({"app", ""}, "!").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("page_token"), absl::string_view::npos);
}

}  // namespace
}  // namespace triad::rpc
