#include "services/storage/http/download_headers.h"

#include <gtest/gtest.h>

namespace triad::storage {
namespace {

TEST(IsSafeInlineTest, OnlySafeTypesAreShownInPlace) {
  for (const char* safe : {"text/plain", "Text/Plain; charset=utf-8", "image/png", "video/mp4"}) {
    EXPECT_TRUE(IsSafeInline(safe)) << safe;
  }
  for (const char* unsafe : {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml",
                             "application/pdf", "application/octet-stream", "", ";text/plain"}) {
    EXPECT_FALSE(IsSafeInline(unsafe)) << unsafe;
  }
}

TEST(FormatAttachmentTest, NamesAttachments) {
  EXPECT_EQ(FormatAttachment("a/b.html"), "attachment; filename=\"b.html\"");
  EXPECT_EQ(FormatAttachment("a \"b\";.html"), "attachment; filename*=UTF-8''a%20%22b%22%3B.html");
  EXPECT_EQ(FormatAttachment("ü%.txt"), "attachment; filename*=UTF-8''%C3%BC%25.txt");
}

}  // namespace
}  // namespace triad::storage
