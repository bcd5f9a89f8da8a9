// What of the wire counts, and what is said about it.
#include "runtime/validation/validate.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "runtime/messages/wire_reader.h"
#include "runtime/validation/rule_book.h"
#include "runtime/validation/testing/closed.pb.h"
#include "runtime/validation/testing/rules.pb.h"

namespace triad::validation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Part;

class ValidateTest : public ::testing::Test {
 protected:
  template <typename Message>
  const MessageRules& RulesOf() {
    return **book_.RulesOf(*Message::descriptor());
  }

  // "field rule-id" of each violation.
  template <typename Message>
  std::vector<std::string> Broken(const std::string& wire) {
    absl::StatusOr<Violations> found = FindViolations(RulesOf<Message>(), wire);
    EXPECT_TRUE(found.ok()) << found.status();
    std::vector<std::string> broken;
    for (const Violation& violation : found->first) {
      broken.push_back(absl::StrCat(TextOf(violation.path), " ", violation.rule));
    }
    return broken;
  }

  RuleBook book_{Mode::kStrict};
};

template <typename Message>
std::string Wire(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message.SerializeAsString();
}

TEST_F(ValidateTest, TheLastOccurrenceCounts) {
  std::string good = Wire<Part>("name: 'ab'");
  std::string bad = Wire<Part>("name: 'a'");
  EXPECT_THAT(Broken<Part>(bad + good), IsEmpty());
  EXPECT_THAT(Broken<Part>(good + bad), ElementsAre("name string.min_len"));
}

TEST_F(ValidateTest, PiecesOfAMessageAreOne) {
  // Neither piece is valid alone.
  std::string pieces = Wire<Part>("name: 'ab' part { name: 'ab' }") +
                       Wire<Part>("part { number: 6 }") + Wire<Part>("part { plain: 1 }");
  EXPECT_THAT(Broken<Part>(pieces), IsEmpty());
  EXPECT_THAT(Broken<Part>(pieces + Wire<Part>("part { number: 5 }")),
              ElementsAre("part.number int32.gt"));
}

TEST_F(ValidateTest, OfAOneofTheLastMemberCounts) {
  std::string name = Wire<Part>("name: 'ab'");
  EXPECT_THAT(Broken<Part>(name + Wire<Part>("number: 1") + Wire<Part>("text: 'ab'")), IsEmpty());
  EXPECT_THAT(Broken<Part>(name + Wire<Part>("text: 'ab'") + Wire<Part>("number: 1")),
              ElementsAre("number int32.gt"));
}

TEST_F(ValidateTest, ListsArePackedOrNot) {
  // Field 1, min_items: 2.
  std::string packed("\x0A\x01\x01", 3);
  std::string plain("\x08\x01", 2);
  EXPECT_THAT(Broken<testing::RepeatedRules>(packed), ElementsAre("min_items repeated.min_items"));
  EXPECT_THAT(Broken<testing::RepeatedRules>(packed + plain), IsEmpty());
  EXPECT_THAT(Broken<testing::RepeatedRules>(plain + packed), IsEmpty());
}

TEST_F(ValidateTest, AKeyCountsOnceWithItsLastValue) {
  std::string wire = Wire<testing::MapRules>("values { key: 1 value: 'x' }") +
                     Wire<testing::MapRules>("values { key: 1 value: 'xy' }");
  EXPECT_THAT(Broken<testing::MapRules>(wire), IsEmpty());
}

TEST_F(ValidateTest, KeysInPathsAreCutAndEscaped) {
  std::string key = absl::StrCat("\n", std::string(62, 'a'));
  testing::MapRules message;
  (*message.mutable_parts())[key + "äöü"].set_name("a");
  EXPECT_THAT(
      Broken<testing::MapRules>(message.SerializeAsString()),
      ElementsAre(absl::StrCat("parts[\"\\n", std::string(62, 'a'), "\"].name string.min_len")));
}

TEST_F(ValidateTest, NumbersOutsideOfAClosedEnumAreNotThere) {
  using testing::Closed;
  EXPECT_THAT(Broken<Closed>(""), ElementsAre("kind required"));
  EXPECT_THAT(Broken<Closed>(std::string("\x08\x01", 2)), IsEmpty());
  EXPECT_THAT(Broken<Closed>(std::string("\x08\x09", 2)), ElementsAre("kind required"));
  EXPECT_THAT(Broken<Closed>(std::string("\x08\x01\x10\x09\x10\x01", 6)), IsEmpty());
  EXPECT_THAT(Broken<Closed>(std::string("\x08\x01\x10\x01\x10\x02", 6)),
              ElementsAre("kinds repeated.max_items"));
}

TEST_F(ValidateTest, GroupsAreMessages) {
  using testing::Closed;
  EXPECT_THAT(Broken<Closed>(Wire<Closed>("kind: A Group { number: 6 }")), IsEmpty());
  EXPECT_THAT(Broken<Closed>(Wire<Closed>("kind: A Group { number: 5 }")),
              ElementsAre("group.number int32.gt"));
}

TEST_F(ValidateTest, WhatTheTypeDoesNotHaveIsSkipped) {
  // A number no field has, a group, and `name` as a number.
  std::string strange("\xF8\x7F\x01\xC3\x3E\x08\x01\xC4\x3E\x08\x01", 11);
  EXPECT_THAT(Broken<Part>(strange + Wire<Part>("name: 'ab'")), IsEmpty());
}

TEST_F(ValidateTest, RefusesWhatIsNoMessage) {
  for (const std::string wire : {"\x0A\x05", "\x0A", "\xFF", "\x12\x02\x0A\x05"}) {
    absl::Status status = FindViolations(RulesOf<Part>(), wire).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), "request: is not a valid triad.validation.testing.Part");
  }
}

std::string Nested(int depth) {
  Part part;
  part.set_name("ab");
  for (int i = 1; i < depth; ++i) {
    Part outer;
    outer.set_name("ab");
    outer.mutable_part()->Swap(&part);
    part.Swap(&outer);
  }
  return part.SerializeAsString();
}

TEST_F(ValidateTest, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(FindViolations(RulesOf<Part>(), Nested(messages::kMaxDepth)).ok());
  EXPECT_FALSE(FindViolations(RulesOf<Part>(), Nested(messages::kMaxDepth + 2)).ok());
}

TEST_F(ValidateTest, AnswersWithEachFieldAndItsRule) {
  absl::Status status =
      Validate(RulesOf<Part>(), Wire<Part>("name: 'a' part { name: 'ab' number: 5 }"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "name: must have at least 2 characters; part.number: must be more than 5");
  google::rpc::BadRequest detail;
  ASSERT_TRUE(detail.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.BadRequest"))));
  ASSERT_EQ(detail.field_violations_size(), 2);
  EXPECT_EQ(detail.field_violations(1).field(), "part.number");
  EXPECT_EQ(detail.field_violations(1).description(), "must be more than 5");
  EXPECT_EQ(detail.field_violations(1).reason(), "INT32_GT");
  EXPECT_TRUE(Validate(RulesOf<Part>(), Wire<Part>("name: 'ab'")).ok());
}

TEST_F(ValidateTest, NamesFieldsAsItIsTold) {
  std::string wire =
      Wire<testing::RequiredRules>("explicit: 1 part { name: 'ab' } list: 1 map {} number: 1");
  absl::Status status =
      Validate(RulesOf<testing::RequiredRules>(), wire, [](const Path& path, std::size_t step) {
        return absl::StrCat("<", ProtoName(path, step), ">");
      });
  EXPECT_EQ(status.message(), "<implicit>: is required");
}

TEST_F(ValidateTest, ViolationsOfAMillionElementsAreCounted) {
  constexpr int kElements = 1000 * 1000;
  testing::RepeatedRules message;
  for (int i = 0; i < kElements; ++i) message.add_items("a");
  std::string wire = message.SerializeAsString();
  absl::StatusOr<Violations> found = FindViolations(RulesOf<testing::RepeatedRules>(), wire);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->count, kElements);
  absl::Status status = AsStatus(*found);
  google::rpc::BadRequest detail;
  ASSERT_TRUE(detail.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.BadRequest"))));
  int told = detail.field_violations_size() - 1;
  EXPECT_EQ(detail.field_violations(told).field(), "");
  EXPECT_EQ(detail.field_violations(told).description(),
            absl::StrCat("and ", kElements - told, " more"));
  EXPECT_GT(status.message().size() + detail.ByteSizeLong(), 3500u);
  EXPECT_LT(status.message().size() + detail.ByteSizeLong(), 4000u);
  EXPECT_THAT(status.message(), HasSubstr("; and "));
}

}  // namespace
}  // namespace triad::validation
