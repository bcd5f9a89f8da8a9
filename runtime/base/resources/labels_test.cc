#include "runtime/base/resources/labels.h"

#include <gtest/gtest.h>

#include <string>

namespace triad {
namespace {

const std::string& Text() {
  static const std::string text =
      FormatLabels({{"env", "prod"}, {"example.com/team", "a-b"}, {"empty", ""}});
  return text;
}

bool Selects(const std::string& selector) {
  auto parsed = LabelSelector::Parse("label_selector", selector);
  EXPECT_TRUE(parsed.ok()) << selector << ": " << parsed.status();
  return parsed.ok() && parsed->Matches(Text());
}

TEST(LabelsTest, ComeBackFromTheirText) {
  Labels labels{{"b", "2"}, {"a", ""}, {"example.com/c", "x.y_z"}};
  EXPECT_EQ(FormatLabels(labels), "a=\nb=2\nexample.com/c=x.y_z\n");
  EXPECT_EQ(ParseLabels(FormatLabels(labels)), labels);
  EXPECT_EQ(FormatLabels({}), "");
}

TEST(LabelsTest, KeysAndValuesAreThoseOfKubernetes) {
  std::string longest(63, 'a');
  for (const std::string& key : {std::string("a"), std::string("A.b_c-9"), longest,
                                 std::string("x.example/a"), "x/" + longest}) {
    EXPECT_TRUE(CheckLabels("labels", {{key, "v"}}).ok()) << key;
  }
  for (const std::string& key :
       {std::string(), std::string("-a"), std::string("a-"), std::string("a b"), std::string("ä"),
        longest + "a", std::string("/a"), std::string("X.example/a"), std::string("x//a"),
        std::string("x/"), std::string("a..b/c"), std::string("a=b"), std::string("a\nb")}) {
    EXPECT_FALSE(CheckLabels("labels", {{key, "v"}}).ok()) << key;
  }
  for (const std::string& value : {std::string("-"), std::string("a b"), std::string("a/b"),
                                   std::string("a\nb=c"), longest + "a"}) {
    EXPECT_FALSE(CheckLabels("labels", {{"k", value}}).ok()) << value;
  }
  Labels many;
  for (int i = 0; i < 65; ++i) many[std::to_string(i)] = "";
  EXPECT_FALSE(CheckLabels("labels", many).ok());
}

TEST(LabelsTest, EachFormOfARequirement) {
  for (const char* selector :
       {"", " ", "env=prod", "env==prod", "env = prod", "env!=test", "env", "!other", "! other",
        "other!=prod", "env in (test, prod)", "env notin (test)", "other notin (prod)",
        "env=prod,example.com/team=a-b,!other", "empty=", "empty in ()",
        "env in (test,prod),empty"}) {
    EXPECT_TRUE(Selects(selector)) << selector;
  }
  for (const char* selector : {"env=test", "env!=prod", "!env", "other", "env in (test)",
                               "env notin (test,prod)", "env=prod,other", "env=", "other in ()"}) {
    EXPECT_FALSE(Selects(selector)) << selector;
  }
}

TEST(LabelsTest, WhatIsNoSelectorIsRefused) {
  for (const char* selector :
       {",", "env,", "=a", "env=a b", "env=(a)", "env in", "env in a", "env in (a", "env of (a)",
        "in (a)", "env in (a b)", "env===a", "a>b", "!", "env!", "env!=a=b", "(a)"}) {
    auto parsed = LabelSelector::Parse("label_selector", selector);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << selector;
  }
}

}  // namespace
}  // namespace triad
