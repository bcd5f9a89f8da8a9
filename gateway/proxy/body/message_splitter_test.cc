#include "gateway/proxy/body/message_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using Form = MessageSplitter::Form;

// All values, each behind its place, and the error last. The body comes in pieces of `size`.
std::vector<std::string> Split(Form form, absl::string_view body, std::size_t size) {
  MessageSplitter splitter(form);
  std::vector<std::string> values;
  for (bool more = true; more;) {
    more = !body.empty();
    splitter.Add(body.substr(0, size));
    body.remove_prefix(std::min(size, body.size()));
    if (!more) splitter.End();
    while (true) {
      auto value = splitter.Next();
      if (!value.ok()) {
        values.push_back(absl::StrCat("error: ", value.status().message()));
        return values;
      }
      if (!value->has_value()) break;
      values.push_back(absl::StrCat(splitter.place(), ": ", **value));
    }
  }
  return values;
}

struct Case {
  Form form;
  std::string body;
  std::vector<std::string> values;
};

TEST(MessageSplitterTest, CutsWhereverThePiecesEnd) {
  const Case kCases[] = {
      {Form::kLines, "", {}},
      {Form::kLines, "\n \r\n\n", {}},
      {Form::kLines,
       "{\"a\":1}\n{\"a\":2}\r\n{}",
       {"line 1: {\"a\":1}", "line 2: {\"a\":2}", "line 3: {}"}},
      {Form::kLines, "\n{}\n\n[1]\n", {"line 2: {}", "line 4: [1]"}},
      {Form::kLines, "{} {}\n", {"line 1: {} {}"}},
      {Form::kLines, "[1,2]", {"line 1: [1,2]"}},
      {Form::kEither, "{}\n{}", {"line 1: {}", "line 2: {}"}},
      {Form::kEither, " ", {}},
      {Form::kEither, "[]", {}},
      {Form::kEither, " [ ] \n", {}},
      {Form::kEither,
       "\n[{\"a\":[1,2]}, \"],\\\"[\" ,\n3]",
       {"element 1: {\"a\":[1,2]}", "element 2: \"],\\\"[\"", "element 3: 3"}},
      {Form::kEither,
       "[1,]",
       {"element 1: 1", "error: body: has a comma without a value beside it"}},
      {Form::kEither, "[,1]", {"error: body: has a comma without a value beside it"}},
      {Form::kEither, "[1", {"error: body: is a list that does not end"}},
      {Form::kEither, "[1] 2", {"element 1: 1", "error: body: goes on after the end of the list"}},
      {Form::kEither, "[\"a", {"error: body: is a list that does not end"}},
      {Form::kEither, "[{]}", {"error: body: is a list that does not end"}},
  };
  for (const Case& expected : kCases) {
    for (std::size_t size = 1; size <= expected.body.size() + 1; ++size) {
      EXPECT_EQ(Split(expected.form, expected.body, size), expected.values)
          << expected.body << " in pieces of " << size;
    }
  }
}

TEST(MessageSplitterTest, HoldsNoMoreThanTheValueThatHasNotEnded) {
  MessageSplitter splitter(Form::kLines);
  splitter.Add("{\"a\":1}\n{\"a\"");
  ASSERT_TRUE(splitter.Next().value().has_value());
  EXPECT_FALSE(splitter.Next().value().has_value());
  EXPECT_EQ(splitter.held(), 4u);
}

}  // namespace
}  // namespace triad::gateway
