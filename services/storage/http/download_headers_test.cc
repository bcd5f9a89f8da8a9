#include "services/storage/http/download_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/storage/http/http_date.h"

namespace triad::storage {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

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

std::string DispositionOf(const std::string& written, absl::string_view type) {
  for (const auto& [name, value] : ContentFieldsOf({.content_disposition = written}, type, "a/b")) {
    if (name == "content-disposition") return value;
  }
  return "";
}

TEST(ContentFieldsOfTest, ServesWhatTheWriterSays) {
  ContentHeaders kept = {"public, max-age=60", "inline; filename=x.png", "gzip", "de",
                         "Sun, 06 Nov 1994 08:49:37 GMT"};
  EXPECT_THAT(ContentFieldsOf(kept, "image/png", "x"),
              ElementsAre(Pair("cache-control", "public, max-age=60"),
                          Pair("content-disposition", "inline; filename=x.png"),
                          Pair("content-encoding", "gzip"), Pair("content-language", "de"),
                          Pair("expires", "Sun, 06 Nov 1994 08:49:37 GMT")));
}

TEST(ContentFieldsOfTest, CachesAskEachTimeUnlessTheWriterSaysMore) {
  EXPECT_THAT(ContentFieldsOf({}, "image/png", "x"),
              ElementsAre(Pair("cache-control", "private, no-cache")));
  EXPECT_THAT(ContentFieldsOf({.cache_control = "no-store"}, "image/png", "x"),
              ElementsAre(Pair("cache-control", "no-store")));
  EXPECT_THAT(ContentFieldsOf({.expires = "0"}, "image/png", "x"),
              ElementsAre(Pair("expires", "0")));
}

TEST(ContentFieldsOfTest, WhatIsNotSafeNeverBecomesInline) {
  EXPECT_EQ(DispositionOf("", "text/plain"), "");
  EXPECT_EQ(DispositionOf("inline", "text/plain"), "inline");
  EXPECT_EQ(DispositionOf("attachment; filename=c", "text/plain"), "attachment; filename=c");
  EXPECT_EQ(DispositionOf("", "text/html"), "attachment; filename=\"b\"");
  EXPECT_EQ(DispositionOf("inline", "text/html"), "attachment");
  EXPECT_EQ(DispositionOf("INLINE ; filename=c", "text/html"), "attachment; filename=c");
  EXPECT_EQ(DispositionOf("attachment; filename=c", "image/svg+xml"), "attachment; filename=c");
  EXPECT_EQ(DispositionOf("form-data; name=c", "text/html"), "attachment; name=c");
}

TEST(DownloadHeadOfTest, HasTheFieldsOfTheContentOnlyBesideContent) {
  Object object;
  object.name = {"bucket", "a/b.html"};
  object.etag = "tag";
  object.content_type = "text/html";
  object.update_time = *ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
  HeaderFields whole = DownloadHeadOf(object, {ReadPlan::Answer::kWhole, 0, 0}).headers;
  EXPECT_THAT(whole, Contains(Pair("content-disposition", "attachment; filename=\"b.html\"")));
  EXPECT_THAT(whole, Contains(Pair("cache-control", "private, no-cache")));
  EXPECT_THAT(DownloadHeadOf(object, {ReadPlan::Answer::kUnsatisfiable, 0, 0}).headers,
              ElementsAre(Pair("content-range", "bytes */0")));
}

}  // namespace
}  // namespace triad::storage
