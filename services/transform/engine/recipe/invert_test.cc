#include "services/transform/engine/recipe/invert.h"

#include <gtest/gtest.h>

#include "services/transform/engine/recipe/language.h"

namespace triad::transform {
namespace {

std::string Inverted(absl::string_view text) {
  auto inverted = InvertRecipe(*ParseRecipe(text));
  if (!inverted.ok()) return std::string(inverted.status().message());
  return FormatRecipe(*inverted);
}

TEST(InvertTest, TurnsStepsAndTheirOrderAround) {
  EXPECT_EQ(Inverted("gzip(level=9) | to-base64(alphabet=url, line_length=76) | url-encode"),
            "url-decode | from-base64(alphabet=url) | gunzip");
  EXPECT_EQ(Inverted("aes-encrypt(key=hex:00, iv=${x}, mode=ctr)"),
            "steps[0].arguments.iv: has the variable 'x', which no earlier step keeps");
  EXPECT_EQ(Inverted("aes-encrypt(key=hex:00112233445566778899aabbccddeeff, mode=ecb)"),
            "aes-decrypt(key=hex:00112233445566778899aabbccddeeff, mode=ecb)");
}

TEST(InvertTest, LeavesOutWhatIsOff) { EXPECT_EQ(Inverted("off digest | to-hex"), "from-hex"); }

TEST(InvertTest, NamesTheStepThatHasNoInverse) {
  EXPECT_EQ(Inverted("to-hex | digest"), "steps[1]: digest has no inverse");
  EXPECT_EQ(Inverted("to-hex as h"), "steps[0]: a step with a variable has no inverse");
}

}  // namespace
}  // namespace triad::transform
