#include "runtime/base/base64.h"

#include <gtest/gtest.h>

namespace triad {
namespace {

TEST(DecodeBase64Test, TakesWhatTheRfcDoes) {
  for (const char* text : {"VHJpYWRz", "VHJp\nYWRz", " VHJpYWRz "}) {
    EXPECT_EQ(DecodeBase64(text), "Triads") << text;
  }
  EXPECT_EQ(DecodeBase64("/w=="), "\xff");
  EXPECT_EQ(DecodeBase64("/w"), "\xff");
  EXPECT_EQ(DecodeBase64("_w", Base64Alphabet::kUrl), "\xff");
  EXPECT_EQ(DecodeBase64(""), "");
}

TEST(DecodeBase64Test, RefusesAnythingElse) {
  for (const char* text : {"VHJpYWQ.", "QQ..", "QQ.=", ".", "_w==", "Q", "QQ=", "!", "QQ==QQ=="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
  EXPECT_EQ(DecodeBase64("/w==", Base64Alphabet::kUrl), std::nullopt);
  EXPECT_EQ(DecodeBase64("_w..", Base64Alphabet::kUrl), std::nullopt);
}

}  // namespace
}  // namespace triad
