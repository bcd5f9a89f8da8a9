// Which rules a proto may have, and what is said about those it may not.
#include "runtime/validation/rule_book.h"

#include <buf/validate/validate.pb.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace triad::validation {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RuleBookTest : public ::testing::Test {
 protected:
  RuleBookTest() : pool_(DescriptorPool::generated_pool()) {}

  // A message M with the field `field`, which is repeated if `label` says so, and those options.
  FileDescriptorProto Proto(const std::string& type, const std::string& options,
                            const std::string& label = "LABEL_OPTIONAL",
                            const std::string& of_message = "") {
    FileDescriptorProto file;
    ++files_;
    std::string text = absl::StrCat(
        "name: 'm", files_, ".proto' package: 'p", files_, "' syntax: 'proto3' ",
        "dependency: 'buf/validate/validate.proto' dependency: 'google/protobuf/wrappers.proto' ",
        "message_type { name: 'M' field { name: 'field' number: 1 label: ", label, " ", type,
        " options { [buf.validate.field] { ", options, " } } } options { ", of_message, " } }");
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &file)) << text;
    return file;
  }
  const Descriptor& Built(const FileDescriptorProto& file) {
    return *pool_.BuildFile(file)->message_type(0);
  }
  template <typename... Texts>
  const Descriptor& Type(const Texts&... texts) {
    return Built(Proto(texts...));
  }

  absl::Status ErrorOf(const Descriptor& type, Mode mode = Mode::kStandard) {
    RuleBook book(mode);
    return book.RulesOf(type).status();
  }

  DescriptorPool pool_;
  int files_ = 0;
};

constexpr char kText[] = "type: TYPE_STRING";
constexpr char kNumber[] = "type: TYPE_INT32";
constexpr char kSelf[] = "type: TYPE_MESSAGE type_name: 'M'";
constexpr char kRepeated[] = "LABEL_REPEATED";

TEST_F(RuleBookTest, NamesTheFieldWhoseRulesCannotBe) {
  struct Wrong {
    const Descriptor& type;
    std::string message;
  };
  const Wrong kCases[] = {
      {Type(kNumber, "string { min_len: 1 }"),
       "p1.M.field: has rules of string, and it takes those of int32"},
      {Type(kSelf, "string { min_len: 1 }"),
       "p2.M.field: has rules of string, and no type of rules is for it"},
      {Type(kNumber, "int32 { gt: 1 }", kRepeated),
       "p3.M.field: has rules of int32, and it takes those of repeated"},
      {Type(kNumber, "repeated { items { int64 { gt: 1 } } }", kRepeated),
       "p4.M.field: has rules of int64, and it takes those of int32"},
      {Type("type: TYPE_MESSAGE type_name: '.google.protobuf.Int32Value'", "int64 { gt: 1 }"),
       "p5.M.field: has rules of int64, and it takes those of int32"},
      {Type(kText, "string { pattern: 'a(' }"),
       "p6.M.field: has a pattern that RE2 does not take: missing ): a("},
      {Type(kSelf, "repeated { unique: true }", kRepeated),
       "p7.M.field: has the rule 'unique', which is for scalars and enums"},
      {Type(kText, "", "LABEL_OPTIONAL", "[buf.validate.message] { oneof {} }"),
       "p8.M: has a rule 'oneof' without fields"},
      {Type(kText, "", "LABEL_OPTIONAL", "[buf.validate.message] { oneof { fields: 'x' } }"),
       "p9.M: has a rule 'oneof' with the field 'x', which it does not have"},
      {Type(kText, "", "LABEL_OPTIONAL",
            "[buf.validate.message] { oneof { fields: ['field', 'field'] } }"),
       "p10.M: has a rule 'oneof' with the field 'field' twice"},
  };
  for (const Wrong& wrong : kCases) {
    absl::Status status = ErrorOf(wrong.type);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), wrong.message);
    EXPECT_TRUE(ErrorOf(wrong.type, Mode::kOff).ok());
  }
}

TEST_F(RuleBookTest, WhatIsNotStandardIsLeftOutOrRefused) {
  // A rule of somebody's own has a number that this validate.proto does not know.
  FileDescriptorProto predefined = Proto(kText, "string { min_len: 1 }");
  predefined.mutable_message_type(0)
      ->mutable_field(0)
      ->mutable_options()
      ->MutableExtension(buf::validate::field)
      ->mutable_string()
      ->mutable_unknown_fields()
      ->AddVarint(1001, 1);
  const Descriptor* types[] = {
      &Type(kText, "cel { id: 'mine' expression: 'true' } string { min_len: 1 }"),
      &Type(kText, "cel_expression: 'this == this'"),
      &Built(predefined),
      &Type(kText, "", "LABEL_OPTIONAL", "[buf.validate.message] { cel { id: 'ours' } }"),
  };
  RuleBook book(Mode::kStandard);
  for (const Descriptor* type : types) {
    EXPECT_TRUE(book.RulesOf(*type).ok());
    absl::Status status = ErrorOf(*type, Mode::kStrict);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("rules that are not standard: "));
  }
  EXPECT_THAT(book.left_out(),
              ElementsAre("p2.M.field: CEL rule 'mine'", "p3.M.field: CEL rule 'this == this'",
                          "p1.M.field: rule in string that is not a standard one",
                          "p4.M: CEL rule 'ours'"));
}

TEST_F(RuleBookTest, WhatIsIgnoredNeedNotBeStandard) {
  const Descriptor& type = Type(kText, "ignore: IGNORE_ALWAYS cel { id: 'mine' }");
  EXPECT_TRUE(ErrorOf(type, Mode::kStrict).ok());
}

TEST_F(RuleBookTest, TypesWithoutRulesHaveNone) {
  RuleBook book(Mode::kStrict);
  EXPECT_EQ(*book.RulesOf(*google::protobuf::Int32Value::descriptor()), nullptr);
  EXPECT_EQ(*book.RulesOf(*FileDescriptorProto::descriptor()), nullptr);
  EXPECT_EQ(*book.RulesOf(Type(kSelf, "")), nullptr);
  EXPECT_NE(*book.RulesOf(Type(kSelf, "required: true")), nullptr);
  EXPECT_EQ(*RuleBook(Mode::kOff).RulesOf(Type(kText, "required: true")), nullptr);
}

}  // namespace
}  // namespace triad::validation
