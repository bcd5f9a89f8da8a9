#include "runtime/rpc/field_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace triad::rpc {
namespace {

google::protobuf::FieldMask Mask(const std::string& path) {
  google::protobuf::FieldMask mask;
  mask.add_paths(path);
  return mask;
}

TEST(FieldMaskTest, RefusesWhatCannotBeChanged) {
  EXPECT_EQ(CheckMask(Mask("a"), {"a", "b"}), absl::OkStatus());
  EXPECT_EQ(CheckMask(Mask("*"), {"a", "b"}), absl::OkStatus());
  absl::Status refused = CheckMask(Mask("c"), {"a", "b"});
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_THAT(refused.message(), ::testing::HasSubstr("must name a, b or *, and not 'c'"));
}

TEST(FieldMaskTest, WithoutAMaskWhatIsSetChanges) {
  EXPECT_TRUE(MaskNames({}, "a", /*is_set=*/true));
  EXPECT_FALSE(MaskNames({}, "a", /*is_set=*/false));
  EXPECT_TRUE(MaskNames(Mask("a"), "a", /*is_set=*/false));
  EXPECT_FALSE(MaskNames(Mask("b"), "a", /*is_set=*/true));
  EXPECT_TRUE(MaskNames(Mask("*"), "a", /*is_set=*/false));
}

}  // namespace
}  // namespace triad::rpc
