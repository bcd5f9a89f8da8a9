#include "runtime/rpc/wire/encoded_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace triad::rpc {
namespace {

std::string Dump(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

TEST(EncodedCodecTest, SharesTheBytesAndLetsGoOfThem) {
  auto text = std::make_shared<const std::string>(1000, 'x');
  absl::string_view all(*text);
  grpc::ByteBuffer bytes;
  ASSERT_TRUE(Serialize(EncodedBytes{text, {all.substr(0, 300), all.substr(600)}}, bytes).ok());
  EXPECT_EQ(Dump(bytes), std::string(700, 'x'));
  std::vector<grpc::Slice> slices;
  ASSERT_TRUE(bytes.Dump(&slices).ok());
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_EQ(reinterpret_cast<const char*>(slices[0].begin()), text->data());
  EXPECT_EQ(reinterpret_cast<const char*>(slices[1].begin()), text->data() + 600);
  slices.clear();
  EXPECT_EQ(text.use_count(), 3);
  bytes.Clear();
  EXPECT_EQ(text.use_count(), 1);
}

TEST(EncodedCodecTest, AMessageMayBeEmpty) {
  grpc::ByteBuffer bytes;
  ASSERT_TRUE(Serialize(EncodedBytes{}, bytes).ok());
  EXPECT_EQ(bytes.Length(), 0u);
  EXPECT_TRUE(bytes.Valid());
}

}  // namespace
}  // namespace triad::rpc
