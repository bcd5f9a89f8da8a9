#include "services/transform/engine/unicode/utf8_gate.h"

#include <gtest/gtest.h>

#include "services/transform/engine/problem.h"

namespace triad::transform {
namespace {

struct Passed {
  std::string text;
  absl::Status status;
};

Passed Pass(absl::string_view bytes, std::size_t cut, InvalidText invalid) {
  Passed passed;
  Utf8Gate gate(invalid, [&](absl::string_view text) {
    passed.text.append(text.data(), text.size());
    return absl::OkStatus();
  });
  passed.status = gate.Take(bytes.substr(0, cut));
  if (passed.status.ok()) passed.status = gate.Take(bytes.substr(cut));
  if (passed.status.ok()) passed.status = gate.Finish();
  return passed;
}

TEST(Utf8GateTest, PassesTextHoweverItIsCut) {
  std::string text = "aé€😀z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Passed passed = Pass(text, cut, InvalidText::kError);
    EXPECT_TRUE(passed.status.ok()) << cut;
    EXPECT_EQ(passed.text, text) << cut;
  }
}

TEST(Utf8GateTest, NamesTheFirstByteThatIsNoText) {
  struct {
    std::string bytes;
    std::size_t byte;
  } cases[] = {
      {"ab\xff", 2}, {"é\x80z", 2}, {"a\xe2\x82", 1}, {"a\xe2\x82z", 1}, {"\xed\xa0\x80", 0}};
  for (const auto& each : cases) {
    for (std::size_t cut = 0; cut <= each.bytes.size(); ++cut) {
      Passed passed = Pass(each.bytes, cut, InvalidText::kError);
      EXPECT_EQ(ByteOf(passed.status), each.byte) << cut;
    }
  }
}

// Unicode 15, table 3-8 and its neighbours.
TEST(Utf8GateTest, ReplacesEachMaximalPart) {
  struct {
    std::string bytes;
    std::string text;
  } cases[] = {
      {"a\xff"
       "b",
       "a\ufffdb"},
      {"\xe2\x82z", "\ufffdz"},
      {"\xc0\xaf", "\ufffd\ufffd"},
      {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "\ufffd\ufffd\ufffd\ufffdA"},
      {"a\xf0\x9f", "a\ufffd"},
  };
  for (const auto& each : cases) {
    for (std::size_t cut = 0; cut <= each.bytes.size(); ++cut) {
      EXPECT_EQ(Pass(each.bytes, cut, InvalidText::kReplace).text, each.text) << cut;
    }
  }
}

}  // namespace
}  // namespace triad::transform
