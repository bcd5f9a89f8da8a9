// Features of editions, and the tables that are made by them.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/messages/editions.h"
#include "runtime/messages/message_tables.h"

namespace triad::messages {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorSet;
using ::testing::HasSubstr;

// One feature, as google.protobuf.FeatureSet has it: its number and its value.
std::string Feature(int number, int value) {
  return std::string{static_cast<char>(number << 3), static_cast<char>(value)};
}

FileDescriptorSet SetOf(const std::string& text) {
  FileDescriptorSet set;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &set)) << text;
  return set;
}

template <typename Options>
void SetFeatures(Options* options, int number, const std::string& features) {
  options->mutable_unknown_fields()->AddLengthDelimited(number, features);
}

void SetEdition(google::protobuf::FileDescriptorProto& file, Edition edition) {
  file.mutable_unknown_fields()->AddVarint(14, static_cast<std::uint64_t>(edition));
}

class MessagesTest : public ::testing::Test {
 protected:
  void Build(FileDescriptorSet set) {
    ASSERT_TRUE(HasEditions(set));
    absl::Status status = AsProto2(set);
    ASSERT_TRUE(status.ok()) << status;
    for (const auto& file : set.file()) ASSERT_NE(pool_.BuildFile(file), nullptr) << file.name();
  }
  const FieldDescriptor& Field(const std::string& name) { return *pool_.FindFieldByName(name); }

  DescriptorPool pool_;
};

constexpr char kFile[] = R"(
  file {
    name: "new.proto" package: "new"
    enum_type { name: "Open" value { name: "A" number: 0 } }
    enum_type { name: "Closed" value { name: "B" number: 0 } }
    message_type {
      name: "M"
      field { name: "plain" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "implicit" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "required" number: 3 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "packed" number: 4 label: LABEL_REPEATED type: TYPE_INT32 }
      field { name: "expanded" number: 5 label: LABEL_REPEATED type: TYPE_INT32 }
      field { name: "part" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".new.M" }
      field { name: "map" number: 7 label: LABEL_REPEATED type: TYPE_MESSAGE
              type_name: ".new.M.MapEntry" }
      field { name: "member" number: 8 label: LABEL_OPTIONAL type: TYPE_INT32 oneof_index: 0 }
      oneof_decl { name: "kind" }
      nested_type {
        name: "MapEntry" options { map_entry: true }
        field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                type_name: ".new.M" }
      }
    }
  }
  file {
    name: "three.proto" package: "three" syntax: "proto3"
    message_type {
      name: "M"
      field { name: "plain" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "maybe" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 oneof_index: 1
              proto3_optional: true }
      field { name: "member" number: 3 label: LABEL_OPTIONAL type: TYPE_INT32 oneof_index: 0 }
      field { name: "list" number: 4 label: LABEL_REPEATED type: TYPE_INT32 }
      field { name: "loose" number: 5 label: LABEL_REPEATED type: TYPE_INT32
              options { packed: false } }
      field { name: "closed" number: 6 label: LABEL_OPTIONAL type: TYPE_ENUM
              type_name: ".two.Closed" }
      oneof_decl { name: "kind" }
      oneof_decl { name: "_maybe" }
    }
    enum_type { name: "Open" value { name: "C" number: 0 } }
    dependency: "two.proto"
  }
  file {
    name: "two.proto" package: "two"
    enum_type { name: "Closed" value { name: "D" number: 0 } }
    message_type {
      name: "M"
      field { name: "plain" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "required" number: 2 label: LABEL_REQUIRED type: TYPE_INT32 }
      field { name: "list" number: 3 label: LABEL_REPEATED type: TYPE_INT32 }
      field { name: "tight" number: 4 label: LABEL_REPEATED type: TYPE_INT32
              options { packed: true } }
      field { name: "part" number: 5 label: LABEL_OPTIONAL type: TYPE_GROUP
              type_name: ".two.M.Part" }
      nested_type { name: "Part" }
    }
  })";

FileDescriptorSet MixedSet() {
  FileDescriptorSet set = SetOf(kFile);
  auto& file = *set.mutable_file(0);
  SetEdition(file, Edition::k2023);
  // Of the whole file: messages are delimited.
  SetFeatures(file.mutable_options(), kFeaturesOfFile, Feature(5, 2));
  auto& message = *file.mutable_message_type(0);
  SetFeatures(message.mutable_field(1)->mutable_options(), kFeaturesOfField, Feature(1, 2));
  SetFeatures(message.mutable_field(2)->mutable_options(), kFeaturesOfField, Feature(1, 3));
  SetFeatures(message.mutable_field(4)->mutable_options(), kFeaturesOfField, Feature(3, 2));
  SetFeatures(file.mutable_enum_type(1)->mutable_options(), kFeaturesOfEnum, Feature(2, 2));
  // Files are built in the order of the set.
  set.mutable_file()->SwapElements(1, 2);
  return set;
}

TEST_F(MessagesTest, ResolvesFeaturesFromFileToField) {
  Build(MixedSet());
  EXPECT_EQ(FeaturesOf(Field("new.M.plain")).presence, Presence::kExplicit);
  EXPECT_EQ(FeaturesOf(Field("new.M.implicit")).presence, Presence::kImplicit);
  EXPECT_EQ(FeaturesOf(Field("new.M.required")).presence, Presence::kRequired);
  EXPECT_TRUE(Field("new.M.required").is_required());
  EXPECT_TRUE(IsPacked(Field("new.M.packed")));
  EXPECT_FALSE(IsPacked(Field("new.M.expanded")));
  EXPECT_TRUE(IsOpen(*pool_.FindEnumTypeByName("new.Open")));
  EXPECT_FALSE(IsOpen(*pool_.FindEnumTypeByName("new.Closed")));
  EXPECT_EQ(FeaturesOf(Field("new.M.plain")).utf8, Utf8Validation::kVerify);
}

TEST_F(MessagesTest, DelimitedMessagesAreGroupsButForMaps) {
  Build(MixedSet());
  EXPECT_EQ(Field("new.M.part").type(), FieldDescriptor::TYPE_GROUP);
  EXPECT_EQ(Field("new.M.map").type(), FieldDescriptor::TYPE_MESSAGE);
  EXPECT_EQ(Field("new.M.MapEntry.value").type(), FieldDescriptor::TYPE_MESSAGE);
  EXPECT_TRUE(Field("new.M.map").is_map());
}

TEST_F(MessagesTest, FilesWithoutAnEditionKeepTheirMeaning) {
  Build(MixedSet());
  EXPECT_FALSE(HasPresence(Field("three.M.plain")));
  EXPECT_TRUE(HasPresence(Field("three.M.maybe")));
  EXPECT_EQ(Field("three.M.maybe").containing_oneof(), nullptr);
  EXPECT_TRUE(HasPresence(Field("three.M.member")));
  EXPECT_EQ(Field("three.M.member").real_containing_oneof()->name(), "kind");
  EXPECT_TRUE(IsPacked(Field("three.M.list")));
  EXPECT_FALSE(IsPacked(Field("three.M.loose")));
  EXPECT_TRUE(IsOpen(*pool_.FindEnumTypeByName("three.Open")));
  EXPECT_TRUE(HasPresence(Field("two.M.plain")));
  EXPECT_TRUE(Field("two.M.required").is_required());
  EXPECT_FALSE(IsPacked(Field("two.M.list")));
  EXPECT_TRUE(IsPacked(Field("two.M.tight")));
  EXPECT_EQ(Field("two.M.part").type(), FieldDescriptor::TYPE_GROUP);
  EXPECT_FALSE(IsOpen(*pool_.FindEnumTypeByName("two.Closed")));
}

// Without an edition in the set, nothing is rewritten, and the same is answered.
TEST_F(MessagesTest, LibprotobufsOwnFilesAreAnsweredAlike) {
  FileDescriptorSet set = SetOf(kFile);
  EXPECT_FALSE(HasEditions(set));
  // A closed enum in a field of proto3 is what only editions can have.
  set.mutable_file(1)->mutable_message_type(0)->mutable_field()->RemoveLast();
  for (int i : {2, 1}) ASSERT_NE(pool_.BuildFile(set.file(i)), nullptr);
  EXPECT_FALSE(HasPresence(Field("three.M.plain")));
  EXPECT_TRUE(HasPresence(Field("three.M.maybe")));
  EXPECT_TRUE(HasPresence(Field("three.M.member")));
  EXPECT_TRUE(IsPacked(Field("three.M.list")));
  EXPECT_FALSE(IsPacked(Field("three.M.loose")));
  EXPECT_EQ(FeaturesOf(Field("two.M.required")).presence, Presence::kRequired);
  EXPECT_FALSE(IsPacked(Field("two.M.list")));
  EXPECT_TRUE(IsPacked(Field("two.M.tight")));
  EXPECT_FALSE(IsOpen(*pool_.FindEnumTypeByName("two.Closed")));
}

TEST_F(MessagesTest, EveryEditionHasDefaults) {
  for (Edition edition : {Edition::kProto2, Edition::kProto3, Edition::k2023, Edition::k2024}) {
    EXPECT_TRUE(DefaultsOf(edition).has_value());
  }
  EXPECT_EQ(DefaultsOf(static_cast<Edition>(1002)), std::nullopt);
  FileDescriptorSet set = SetOf("file { name: \"x.proto\" }");
  SetEdition(*set.mutable_file(0), static_cast<Edition>(1002));
  absl::Status status = AsProto2(set);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("x.proto: its edition is not known"));
}

TEST_F(MessagesTest, TablesFindFieldsByNameAndNumber) {
  Build(MixedSet());
  MessageTables tables;
  const MessageTable& table = tables.Of(*pool_.FindMessageTypeByName("new.M"));
  EXPECT_EQ(&tables.Of(*pool_.FindMessageTypeByName("new.M")), &table);
  for (const FieldEntry& field : table.fields()) {
    EXPECT_EQ(table.FindByName(field.descriptor->name()), &field);
    EXPECT_EQ(table.FindByNumber(field.number), &field);
  }
  EXPECT_EQ(table.FindByName("nope"), nullptr);
  EXPECT_EQ(table.FindByName(""), nullptr);
  EXPECT_EQ(table.FindByNumber(9), nullptr);
  EXPECT_EQ(table.FindByNumber(1 << 28), nullptr);
  EXPECT_EQ(table.FindByName("part")->message, &table);
  EXPECT_EQ(table.FindByName("part")->type, FieldType::kGroup);
  EXPECT_EQ(table.FindByName("map")->cardinality, Cardinality::kMap);
  EXPECT_TRUE(table.FindByName("packed")->is_packed);
  EXPECT_EQ(table.FindByName("member")->oneof, 0);
}

TEST(NameIndexTest, FindsEachOfManyNames) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(absl::StrCat("field_of_a_long_name_", i, "_end"));
  NameIndex index;
  for (std::uint32_t i = 0; i < names.size(); ++i) index.Add(names[i], i);
  index.Add(names[5], 7777);
  for (std::uint32_t i = 0; i < names.size(); ++i) EXPECT_EQ(index.Find(names[i]), i);
  EXPECT_EQ(index.Find("field_of_a_long_name_1000_end"), NameIndex::kNone);
  EXPECT_EQ(NameIndex().Find("x"), NameIndex::kNone);
}

TEST(EnumTableTest, KnowsNamesAndNumbers) {
  DescriptorPool pool;
  FileDescriptorSet set = SetOf(R"(file { name: "e.proto" enum_type {
    name: "E" options { allow_alias: true } value { name: "A" number: 5 }
    value { name: "B" number: -2 } value { name: "C" number: 5 } } })");
  pool.BuildFile(set.file(0));
  EnumTable table(*pool.FindEnumTypeByName("E"));
  EXPECT_EQ(*table.NumberOf("C"), 5);
  EXPECT_EQ(table.NumberOf("D"), nullptr);
  EXPECT_EQ(table.QuotedNameOf(5), "\"A\"");
  EXPECT_EQ(table.QuotedNameOf(-2), "\"B\"");
  EXPECT_EQ(table.QuotedNameOf(0), "");
  EXPECT_EQ(table.default_number(), 5);
  EXPECT_FALSE(table.is_open());
}

}  // namespace
}  // namespace triad::messages
