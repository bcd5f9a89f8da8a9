// The mirror's vectors, from the URL's bytes to the JSON answer.
#include <gtest/gtest.h>

#include "tests/support/http.h"
#include "tests/support/target.h"

namespace triad::testing {
namespace {

struct Vector {
  const char* name;
  const char* word;  // percent-encoded
  const char* transformed;
};

const Vector kVectors[] = {
    {"Letters and digits", "fOoBar25", "47RAbOoF"},
    {"sharp s becomes SS", "a%C3%9F", "SSA"},
    {"digraph dz with caron", "%C7%86", "\u01c4"},
    {"a flag stays whole", "a%F0%9F%87%A9%F0%9F%87%AA",
     "\U0001F1E9\U0001F1EA"
     "A"},
    {"a family joined by ZWJ stays whole",
     "x%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
     "\U0001F468\u200D\U0001F469\u200D\U0001F467"
     "X"},
    {"a combining accent stays on its letter", "ae%CC%81", "E\u0301A"},
    {"CRLF inside is one cluster", "a%0D%0Ab", "B\r\nA"},
    {"CRLF at the ends is white space", "%0D%0Aa%0D%0A", "A"},
    {"no-break and ideographic space are white space", "%C2%A0a%E3%80%80", "A"},
    {"Arabic digits are not ASCII digits", "%D9%A1%D9%A2", "\u0662\u0661"},
    {"plus is a space", "a+b", "B A"},
    {"empty", "", ""},
};

TEST(MirrorTest, Vectors) {
  Target target;
  for (const Vector& vector : kVectors) {
    HttpResponse reply = Get(target.Url(std::string("/api/mirror?word=") + vector.word));
    ASSERT_EQ(reply.status, 200) << vector.name << reply.body;
    EXPECT_EQ(reply.json(), (nlohmann::json{{"transformed", vector.transformed}})) << vector.name;
  }
  for (const char* refused : {"", "?word=%FF", "?word=%C3", "?word=%ED%A0%80"}) {
    HttpResponse reply = Get(target.Url(std::string("/api/mirror") + refused));
    EXPECT_EQ(reply.status, 400) << refused;
    EXPECT_NE(reply.body.find("word"), std::string::npos) << refused << reply.body;
  }
}

}  // namespace
}  // namespace triad::testing
