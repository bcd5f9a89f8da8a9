#include "gateway/protos/descriptor_set.h"

#include <gmock/gmock.h>
#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gateway/protos/testing/test_descriptors.h"

namespace triad::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string TwoFiles() {
  return CompileDescriptorSet(
      {{"a.proto", R"(syntax = "proto3"; package a; message A {})"}, {"b.proto", TestProto(R"(
      import "a.proto";
      // What it does.
      service S { rpc Get(a.A) returns (a.A) { option (google.api.http) = {get: "/a"}; } })")}});
}

google::protobuf::FileDescriptorSet Parsed(const std::string& bytes) {
  google::protobuf::FileDescriptorSet set;
  EXPECT_TRUE(set.ParseFromString(bytes));
  return set;
}

TEST(DescriptorSetTest, KnowsWhichFilesHaveServices) {
  auto set = DescriptorSet::FromBytes(TwoFiles(), "test");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_THAT((*set)->service_files(), ElementsAre("b.proto"));
}

TEST(DescriptorSetTest, KeepsOptionsAndComments) {
  auto set = *DescriptorSet::FromBytes(TwoFiles(), "test");
  const auto* service = set->pool().FindServiceByName("test.S");
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->method(0)->options().GetExtension(google::api::http).get(), "/a");
  google::protobuf::SourceLocation location;
  ASSERT_TRUE(service->GetSourceLocation(&location));
  EXPECT_EQ(location.leading_comments, " What it does.\n");
}

TEST(DescriptorSetTest, TakesFilesInAnyOrder) {
  auto proto = Parsed(TwoFiles());
  std::reverse(proto.mutable_file()->begin(), proto.mutable_file()->end());
  auto set = DescriptorSet::FromBytes(proto.SerializeAsString(), "test");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_THAT((*set)->service_files(), ElementsAre("b.proto"));
}

TEST(DescriptorSetTest, SaysWhichImportIsMissing) {
  auto proto = Parsed(TwoFiles());
  for (int i = 0; i < proto.file_size(); ++i) {
    if (proto.file(i).name() == "a.proto") {
      proto.mutable_file()->DeleteSubrange(i, 1);
      break;
    }
  }
  auto set = DescriptorSet::FromBytes(proto.SerializeAsString(), "api.pb");
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(set.status().message(),
            "api.pb: b.proto imports a.proto, which is not in the set: give protoc "
            "--include_imports");
}

TEST(DescriptorSetTest, RefusesWhatDoesNotCompile) {
  google::protobuf::FileDescriptorSet proto;
  auto* file = proto.add_file();
  file->set_name("x.proto");
  auto* field = file->add_message_type();
  field->set_name("M");
  field->add_field()->set_name("f");
  auto set = DescriptorSet::FromBytes(proto.SerializeAsString(), "api.pb");
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(set.status().message()), HasSubstr("api.pb: x.proto: M.f: "));
}

TEST(DescriptorSetTest, RefusesACircleOfImports) {
  google::protobuf::FileDescriptorSet proto;
  for (const auto& [name, import] : {std::pair("x.proto", "y.proto"), {"y.proto", "x.proto"}}) {
    proto.add_file()->set_name(name);
    proto.mutable_file(proto.file_size() - 1)->add_dependency(import);
  }
  auto set = DescriptorSet::FromBytes(proto.SerializeAsString(), "api.pb");
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DescriptorSetTest, RefusesWhatIsNoDescriptorSet) {
  for (const char* bytes : {"hello", "\x7f"}) {
    auto set = DescriptorSet::FromBytes(bytes, "api.pb");
    EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument) << bytes;
    EXPECT_THAT(std::string(set.status().message()), HasSubstr("api.pb is not a descriptor set"));
  }
  auto empty = DescriptorSet::FromBytes("", "api.pb");
  EXPECT_EQ(empty.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(empty.status().message()), HasSubstr("api.pb is empty"));
}

// Cut anywhere, a set is refused or is a shorter set; nothing crashes.
TEST(DescriptorSetTest, SurvivesCutInput) {
  std::string bytes = TwoFiles();
  for (std::size_t i = 0; i < bytes.size(); i += 7) {
    auto set = DescriptorSet::FromBytes(absl::string_view(bytes).substr(0, i), "test");
    if (!set.ok()) {
      EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
    }
  }
}

TEST(DescriptorSetTest, ReadsFiles) {
  std::string path = absl::StrCat(::testing::TempDir(), "/descriptor_set_test.pb");
  std::ofstream(path, std::ios::binary) << TwoFiles();
  EXPECT_TRUE(DescriptorSet::FromFile(path).ok());
  std::remove(path.c_str());
  auto missing = DescriptorSet::FromFile(path);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr(path));
}

}  // namespace
}  // namespace triad::gateway
