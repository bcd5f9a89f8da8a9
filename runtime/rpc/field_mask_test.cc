#include "runtime/rpc/field_mask.h"

#include <google/protobuf/type.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace triad::rpc {
namespace {

google::protobuf::FieldMask Mask(const std::string& path) {
  google::protobuf::FieldMask mask;
  mask.add_paths(path);
  return mask;
}

TEST(FieldMaskTest, RefusesWhatCannotBeChanged) {
  const auto& type = *google::protobuf::Type::descriptor();
  for (const char* path : {"name", "*", "source_context", "source_context.file_name", "fields"}) {
    EXPECT_EQ(CheckMask(Mask(path), type, {"name"}), absl::OkStatus()) << path;
  }
  for (const char* path : {"", "nope", "name.x", "source_context.nope", "fields.name", ".name"}) {
    absl::Status refused = CheckMask(Mask(path), type, {"name", "fields"});
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << path;
    EXPECT_EQ(refused.message(),
              absl::StrCat("update_mask: must name name, fields or *, and not '", path, "'"));
  }
}

TEST(FieldMaskTest, WithoutAMaskWhatIsSetChanges) {
  EXPECT_TRUE(MaskNames({}, "a", /*is_set=*/true));
  EXPECT_FALSE(MaskNames({}, "a", /*is_set=*/false));
  EXPECT_TRUE(MaskNames(Mask("a"), "a", /*is_set=*/false));
  EXPECT_FALSE(MaskNames(Mask("b"), "a", /*is_set=*/true));
  EXPECT_TRUE(MaskNames(Mask("*"), "a", /*is_set=*/false));
  EXPECT_TRUE(MaskNames(Mask("a.x"), "a", /*is_set=*/false));
  EXPECT_FALSE(MaskNames(Mask("ab"), "a", /*is_set=*/true));
}

}  // namespace
}  // namespace triad::rpc
