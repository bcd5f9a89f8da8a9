#include "runtime/grpc_client/metadata.h"

#include <gtest/gtest.h>

namespace triad::grpc_client {
namespace {

TEST(ParseBinaryValueTest, IsBase64WithOrWithoutPaddingAndMayBeJoined) {
  EXPECT_EQ(ParseBinaryValue("AAE="), std::string("\0\1", 2));
  EXPECT_EQ(ParseBinaryValue("AAE"), std::string("\0\1", 2));
  EXPECT_EQ(ParseBinaryValue("YQ,Yg"), "ab");
  EXPECT_EQ(ParseBinaryValue("*"), std::nullopt);
}

TEST(CheckMetadataTest, NamesTheHeader) {
  EXPECT_TRUE(CheckMetadata("x-meta-owner", "me and you").ok());
  EXPECT_TRUE(CheckMetadata("x-meta-bin", std::string("\0\xff", 2)).ok());
  EXPECT_TRUE(CheckMetadata("x-meta-empty", "").ok());
  for (const char* value : {"\x80", "a\nb", "\x7f", "tab\t"}) {
    absl::Status status = CheckMetadata("x-meta-owner", value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("x-meta-owner"), absl::string_view::npos);
  }
  for (const char* name : {"", "X-Meta", "a b", "grpc-timeout", ":path", "n\xc3\xa4me"}) {
    EXPECT_FALSE(CheckMetadata(name, "value").ok()) << name;
  }
}

}  // namespace
}  // namespace triad::grpc_client
