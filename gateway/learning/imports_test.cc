#include "gateway/learning/imports.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "gateway/protos/descriptor_set.h"

namespace triad::gateway {
namespace {

using google::protobuf::FileDescriptorSet;
using google::protobuf::TextFormat;
using ::testing::ElementsAre;

// Two files that use each other's and protobuf's types, in every place where types stand.
constexpr char kSet[] = R"(
  file {
    name: "a.proto" package: "a" syntax: "proto3"
    message_type {
      name: "Outer"
      nested_type {
        name: "Inner"
        field { name: "kind" number: 1 type: TYPE_ENUM label: LABEL_OPTIONAL type_name: ".b.Kind" }
        field { name: "own" number: 2 type: TYPE_MESSAGE label: LABEL_OPTIONAL type_name: ".a.Outer" }
      }
    }
    service {
      name: "S"
      method { name: "M" input_type: ".a.Outer" output_type: ".google.protobuf.Empty" }
    }
  }
  file {
    name: "b.proto" package: "b" syntax: "proto3"
    enum_type { name: "Kind" value { name: "NONE" number: 0 } }
    message_type {
      name: "Time"
      field { name: "at" number: 1 type: TYPE_MESSAGE label: LABEL_OPTIONAL
              type_name: ".google.protobuf.Timestamp" }
    }
  })";

TEST(CompleteImportsTest, FilesImportWhatTheyUse) {
  FileDescriptorSet set;
  ASSERT_TRUE(TextFormat::ParseFromString(kSet, &set));
  EXPECT_FALSE(DescriptorSet::FromFiles(set, "set").ok());
  CompleteImports(set);
  EXPECT_THAT(set.file(0).dependency(), ElementsAre("b.proto", "google/protobuf/empty.proto"));
  EXPECT_THAT(set.file(1).dependency(), ElementsAre("google/protobuf/timestamp.proto"));
  auto compiled = DescriptorSet::FromFiles(set, "set");
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  FileDescriptorSet again = set;
  CompleteImports(again);
  EXPECT_EQ(again.SerializeAsString(), set.SerializeAsString()) << "there is nothing more to do";
}

}  // namespace
}  // namespace triad::gateway
