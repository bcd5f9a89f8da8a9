#include "runtime/rpc/http_body.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"

namespace triad::rpc {
namespace {

TEST(HttpBodyTest, IsTheMessageAndCopiesNoData) {
  for (std::size_t size : {0u, 1u, 300'000u}) {
    std::string data(size, '\xff');
    const char* place = data.data();
    Encoded<google::api::HttpBody> encoded = HttpBodyOf("image/png", std::move(data));
    google::api::HttpBody body;
    ASSERT_TRUE(body.ParseFromString(absl::StrJoin(encoded.pieces, "")));
    EXPECT_EQ(body.content_type(), "image/png");
    EXPECT_EQ(body.data(), std::string(size, '\xff'));
    EXPECT_TRUE(encoded.is_own);
    if (size > 100) {
      EXPECT_EQ(encoded.pieces.back().data(), place);
    }
  }
  EXPECT_EQ(HttpBodyOf("", "").size(), 0u);
}

}  // namespace
}  // namespace triad::rpc
