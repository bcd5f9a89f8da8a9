#include "runtime/rpc/wire/metadata.h"

#include <gtest/gtest.h>

namespace triad::rpc {
namespace {

TEST(CheckMetadataTest, AcceptsWhatGrpcMaySend) {
  EXPECT_TRUE(CheckMetadata("http-header-content-range", "bytes 0-1/2").ok());
  EXPECT_TRUE(CheckMetadata("a_b.c-9", "~ !").ok());
  EXPECT_TRUE(CheckMetadata("x-trace-bin", "\x00\xff").ok());
  EXPECT_TRUE(CheckMetadata("x", "").ok());
}

TEST(CheckMetadataTest, RefusesWhatWouldEndTheProcess) {
  EXPECT_FALSE(CheckMetadata("", "a").ok());
  EXPECT_FALSE(CheckMetadata("X-Upper", "a").ok());
  EXPECT_FALSE(CheckMetadata("a b", "a").ok());
  EXPECT_FALSE(CheckMetadata(":path", "a").ok());
  EXPECT_FALSE(CheckMetadata("grpc-timeout", "1S").ok());
  EXPECT_FALSE(CheckMetadata("x", "a\r\nb").ok());
  EXPECT_FALSE(CheckMetadata("x", "é").ok());
  EXPECT_FALSE(CheckMetadata("x", "\x7f").ok());
}

}  // namespace
}  // namespace triad::rpc
