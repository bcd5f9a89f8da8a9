// Every standard rule, by the table in testing/cases.cc.
#include <buf/validate/validate.pb.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/messages/features.h"
#include "runtime/validation/rule_book.h"
#include "runtime/validation/testing/cases.h"
#include "runtime/validation/testing/numbers.pb.h"
#include "runtime/validation/testing/rules.pb.h"
#include "runtime/validation/validate.h"

namespace triad::validation {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FileDescriptorProto;
using testing::Case;
using testing::Cases;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kPackage[] = "triad.validation.testing.";

// The protos of the tests, each of whose types has been given to `change`.
class ChangedProtos {
 public:
  template <typename Change>
  explicit ChangedProtos(const Change& change) {
    Add(*testing::Int32Rules::descriptor()->file(), change);
    Add(*testing::StringRules::descriptor()->file(), change);
  }

  const Descriptor& Type(const std::string& name) {
    return *pool_.FindMessageTypeByName(kPackage + name);
  }

 private:
  template <typename Change>
  void Add(const google::protobuf::FileDescriptor& file, const Change& change) {
    if (pool_.FindFileByName(file.name()) != nullptr) return;
    for (int i = 0; i < file.dependency_count(); ++i) Add(*file.dependency(i), change);
    FileDescriptorProto proto;
    file.CopyTo(&proto);
    for (auto& type : *proto.mutable_message_type()) {
      if (file.package() + "." == kPackage) change(type);
    }
    EXPECT_NE(pool_.BuildFile(proto), nullptr);
  }

  DescriptorPool pool_;
};

const Descriptor& TypeOf(const std::string& name) {
  return *DescriptorPool::generated_pool()->FindMessageTypeByName(kPackage + name);
}

class RulesTest : public ::testing::Test {
 public:
  RulesTest() : clock_(absl::FromUnixSeconds(1000000)), book_(Mode::kStrict, clock_) {}

  // "field rule-id" of each violation of `text`, a message of `type`.
  std::vector<std::string> Broken(const Descriptor& type, const std::string& text) {
    google::protobuf::DynamicMessageFactory factory;
    std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(&type)->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << text;
    absl::StatusOr<const MessageRules*> rules = book_.RulesOf(type);
    EXPECT_TRUE(rules.ok()) << rules.status();
    std::vector<std::string> broken;
    if (*rules == nullptr) return broken;
    std::string wire = message->SerializeAsString();
    absl::StatusOr<Violations> found = FindViolations(**rules, wire);
    EXPECT_TRUE(found.ok()) << found.status();
    for (const Violation& violation : found->first) {
      broken.push_back(absl::StrCat(TextOf(violation.path), " ", violation.rule));
    }
    return broken;
  }
  std::vector<std::string> Broken(const std::string& type, const std::string& text) {
    return Broken(TypeOf(type), text);
  }

 private:
  FakeClock clock_;
  RuleBook book_;
};

std::string With(const Case& one, const std::string& value) {
  return absl::StrCat(one.field, ": ", value);
}

TEST_F(RulesTest, TakesWhatIsValidAndNoOther) {
  for (const Case& one : Cases()) {
    for (const std::string& value : one.valid) {
      EXPECT_THAT(Broken(one.type, With(one, value)), IsEmpty()) << one.rule << " " << value;
    }
    for (const std::string& value : one.invalid) {
      EXPECT_THAT(Broken(one.type, With(one, value)),
                  Contains(absl::StrCat(one.field, " ", one.rule)))
          << value;
    }
  }
}

// Each of these fields has presence, or rules for what is set alone.
TEST_F(RulesTest, HasNoRulesForWhatIsAbsent) {
  for (const Case& one : Cases()) EXPECT_THAT(Broken(one.type, ""), IsEmpty()) << one.type;
}

TEST_F(RulesTest, IgnoresWhatTheProtoSays) {
  ChangedProtos protos([](DescriptorProto& type) {
    for (auto& field : *type.mutable_field()) {
      field.mutable_options()
          ->MutableExtension(buf::validate::field)
          ->set_ignore(buf::validate::IGNORE_ALWAYS);
    }
  });
  for (const Case& one : Cases()) {
    for (const std::string& value : one.invalid) {
      EXPECT_THAT(Broken(protos.Type(one.type), With(one, value)), IsEmpty())
          << one.rule << " " << value;
    }
  }
}

void TakePresence(DescriptorProto& type) {
  for (auto& field : *type.mutable_field()) {
    if (!field.proto3_optional()) return;
    field.clear_proto3_optional();
    field.clear_oneof_index();
  }
  type.clear_oneof_decl();
}

// What the fields of `type` break when each of them is zero.
std::vector<std::string> BrokenByZeros(RulesTest& test, const Descriptor& type) {
  std::vector<std::string> broken;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    bool is_text = field.cpp_type() == field.CPPTYPE_STRING;
    bool is_bool = field.cpp_type() == field.CPPTYPE_BOOL;
    absl::string_view zero = is_text ? "''" : is_bool ? "false" : "0";
    for (std::string& one : test.Broken(type, absl::StrCat(field.name(), ": ", zero))) {
      broken.push_back(std::move(one));
    }
  }
  return broken;
}

TEST_F(RulesTest, WithoutPresenceWhatIsAbsentIsZero) {
  ChangedProtos protos(TakePresence);
  std::set<std::string> types;
  for (const Case& one : Cases()) types.insert(one.type);
  for (const std::string& type : types) {
    const Descriptor& with_presence = TypeOf(type);
    if (with_presence.field(0)->is_repeated() ||
        with_presence.field(0)->message_type() != nullptr ||
        !messages::HasPresence(*with_presence.field(0))) {
      continue;
    }
    EXPECT_EQ(Broken(protos.Type(type), ""), BrokenByZeros(*this, with_presence)) << type;
  }
}

TEST_F(RulesTest, WhatIsZeroMayBeIgnored) {
  EXPECT_THAT(Broken("IgnoreRules", ""), ElementsAre("never int32.gt"));
  EXPECT_THAT(Broken("IgnoreRules", "never: 6 if_zero: 5 always: 5 part {} text_if_zero: 'a'"),
              ElementsAre("if_zero int32.gt", "text_if_zero string.min_len"));
}

TEST_F(RulesTest, RequiredFieldsAndOneofsAreSet) {
  EXPECT_THAT(Broken("RequiredRules", ""),
              ElementsAre("implicit required", "explicit required", "part required",
                          "list required", "map required", "choice required"));
  EXPECT_THAT(Broken("RequiredRules",
                     "implicit: 0 explicit: 0 part { name: 'ab' } list: 0 "
                     "map { key: 'a' } number: 0"),
              ElementsAre("implicit required"));
}

TEST_F(RulesTest, OfListedFieldsOneIsSet) {
  EXPECT_THAT(Broken("ChoiceRules", ""), ElementsAre(" message.oneof"));
  EXPECT_THAT(Broken("ChoiceRules", "a: 6"), IsEmpty());
  // What stands in such a list has rules only when it is set.
  EXPECT_THAT(Broken("ChoiceRules", "b: 'x' c: '' list: 1"), ElementsAre(" message.oneof"));
  EXPECT_THAT(Broken("ChoiceRules", "a: 1 b: 'x'"), ElementsAre("a int32.gt", " message.oneof"));
}

TEST_F(RulesTest, ElementsAndEntriesHaveRules) {
  EXPECT_THAT(Broken("RepeatedRules",
                     "items: ['ab', 'a', ''] items_unless_zero: [0, 6, 5] items_of_enum: [1, 4] "
                     "items_ignored: 'a' parts { name: 'ab' } parts { part { name: 'b' } }"),
              ElementsAre("items[1] string.min_len", "items[2] string.min_len",
                          "items_unless_zero[2] sint32.gt", "items_of_enum[1] enum.defined_only",
                          "parts[1].name string.min_len", "parts[1].part.name string.min_len"));
  EXPECT_THAT(Broken("MapRules",
                     "keys { key: 'a' } values { key: -3 value: 'x' } "
                     "unsigned_keys { key: 5 } bool_keys { key: false } "
                     "parts { key: 'a\"b' value { name: 'b' } }"),
              ElementsAre("keys[\"a\"] string.min_len", "values[-3] string.min_len",
                          "unsigned_keys[5] uint64.gt", "bool_keys[false] bool.const",
                          "parts[\"a\\\"b\"].name string.min_len"));
}

TEST_F(RulesTest, WrappedValuesAreUnique) {
  EXPECT_THAT(Broken("WrapperRules", "unique { value: 'a' } unique {} unique { value: 'b' }"),
              IsEmpty());
  EXPECT_THAT(Broken("WrapperRules", "unique { value: 'a' } unique { value: 'a' }"),
              ElementsAre("unique repeated.unique"));
}

// The rules of every type of rules in validate.proto, but for examples and what only changes
// another rule.
TEST_F(RulesTest, TheTableHasEveryStandardRule) {
  std::set<std::string> tested = {"repeated.items", "map.keys", "map.values", "string.strict",
                                  "string.well_known_regex"};
  for (const Case& one : Cases()) tested.insert(one.rule);
  const Descriptor& options = *buf::validate::FieldRules::descriptor();
  for (int i = 0; i < options.field_count(); ++i) {
    const auto& member = *options.field(i);
    if (member.containing_oneof() == nullptr) continue;
    for (int f = 0; f < member.message_type()->field_count(); ++f) {
      const std::string& rule = member.message_type()->field(f)->name();
      if (rule == "example") continue;
      EXPECT_THAT(tested, Contains(absl::StrCat(member.name(), ".", rule)));
    }
  }
}

}  // namespace
}  // namespace triad::validation
