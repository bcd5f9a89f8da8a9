#include "runtime/http/coding/coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/http/coding/compress.h"
#include "runtime/http/coding/decompress.h"

namespace triad::http {
namespace {

constexpr Coding kAll[] = {Coding::kZstd, Coding::kBrotli, Coding::kGzip};

Coding Chosen(const std::string& accepted) {
  Headers headers;
  headers.Add("Accept-Encoding", accepted);
  return ChooseCoding(headers, kAll);
}

std::string SomeText() {
  std::string text;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, "{\"number\":", i, "},");
  return text;
}

TEST(CodingTest, TakesWhatTheClientLikesBest) {
  EXPECT_EQ(Chosen("gzip, deflate, br, zstd"), Coding::kZstd);
  EXPECT_EQ(Chosen("gzip, br"), Coding::kBrotli);
  EXPECT_EQ(Chosen("gzip;q=1.0, br;q=0.5, zstd;q=0"), Coding::kGzip);
  EXPECT_EQ(Chosen("GZIP"), Coding::kGzip);
  EXPECT_EQ(Chosen("*"), Coding::kZstd);
  EXPECT_EQ(Chosen("*;q=0, gzip"), Coding::kGzip);
  EXPECT_EQ(Chosen("gzip;q=0"), Coding::kIdentity);
  EXPECT_EQ(Chosen("deflate, identity"), Coding::kIdentity);
  EXPECT_EQ(Chosen(""), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(Headers(), kAll), Coding::kIdentity);
}

TEST(CodingTest, TagsSayTheCoding) {
  EXPECT_EQ(TagWith("\"x\"", Coding::kGzip), "\"x;gzip\"");
  EXPECT_EQ(TagWith("W/\"x\"", Coding::kGzip), "W/\"x\"");
  EXPECT_EQ(TagWith("x", Coding::kGzip), "x");
  EXPECT_EQ(TagWith("\"x\"", Coding::kIdentity), "\"x\"");
  OriginTags tags = WithoutCodings("\"a;gzip\", W/\"b\", \"c;zstd\"");
  EXPECT_EQ(tags.value, "\"a\", W/\"b\", \"c\"");
  EXPECT_EQ(WithoutCodings("\"a;br\"").coding, Coding::kBrotli);
  EXPECT_EQ(WithoutCodings("*").value, "*");
  EXPECT_EQ(WithoutCodings("\"gzip\"").value, "\"gzip\"");
}

TEST(CodingTest, WhatIsCompressedComesBack) {
  for (const std::string& text : {SomeText(), std::string(), std::string("x")}) {
    for (Coding coding : kAll) {
      for (Effort effort : {Effort::kFast, Effort::kBest}) {
        absl::StatusOr<std::string> packed = Compress(coding, text, effort);
        ASSERT_TRUE(packed.ok());
        if (text.size() > 1000) {
          EXPECT_LT(packed->size(), text.size() / 3);
        }
        EXPECT_EQ(*Decompress(coding, *packed, text.size()), text) << NameOf(coding);
      }
    }
  }
}

TEST(CodingTest, RefusesWhatIsCutOrGoesOnOrIsSomethingElse) {
  std::string text = SomeText();
  for (Coding coding : kAll) {
    std::string packed = *Compress(coding, text);
    for (std::size_t size :
         {std::size_t{0}, std::size_t{1}, packed.size() / 2, packed.size() - 1}) {
      EXPECT_EQ(Decompress(coding, packed.substr(0, size), text.size()).status().code(),
                absl::StatusCode::kInvalidArgument)
          << NameOf(coding) << " of " << size;
    }
    EXPECT_FALSE(Decompress(coding, packed + "x", text.size()).ok()) << NameOf(coding);
    EXPECT_FALSE(Decompress(coding, "no such coding", text.size()).ok());
  }
  EXPECT_EQ(
      *Decompress(Coding::kGzip, *Compress(Coding::kGzip, "a") + *Compress(Coding::kGzip, "b"), 10),
      "ab");
}

TEST(CodingTest, ABombStopsAtTheLimit) {
  std::string zeros(20'000'000, '\0');
  for (Coding coding : kAll) {
    std::string packed = *Compress(coding, zeros);
    EXPECT_LT(packed.size(), 200'000u);
    EXPECT_EQ(Decompress(coding, packed, 100'000).status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_TRUE(Decompress(coding, packed, zeros.size()).ok());
  }
}

TEST(GzipStreamTest, EachFlushIsReadable) {
  for (auto window : {GzipStream::Window::kSmall, GzipStream::Window::kLarge}) {
    auto stream = GzipStream::Create(window);
    std::string packed = stream->Write("one ", true);
    EXPECT_FALSE(packed.empty());
    packed += stream->Write(SomeText(), false);
    packed += stream->Write("two", true);
    packed += stream->Finish();
    EXPECT_EQ(*Decompress(Coding::kGzip, packed, 1'000'000),
              absl::StrCat("one ", SomeText(), "two"));
  }
}

}  // namespace
}  // namespace triad::http
