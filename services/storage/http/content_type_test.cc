#include "services/storage/http/content_type.h"

#include <gtest/gtest.h>

#include <string>

namespace triad::storage {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kUnknown[] = "application/octet-stream";

TEST(DetectContentTypeTest, KnowsWhatContentBeginsWith) {
  struct Case {
    std::string bytes, type;
  };
  Case cases[] = {
      {"\x89PNG\r\n\x1A\n....", "image/png"},
      {"\xFF\xD8\xFF\xE0....", "image/jpeg"},
      {"GIF89a....", "image/gif"},
      {"GIF87a....", "image/gif"},
      {"RIFF....WEBPVP8 ", "image/webp"},
      {std::string("\0\0\0\x1C", 4) + "ftypavif", "image/avif"},
      {"%PDF-1.7\n", "application/pdf"},
      {"PK\x03\x04....", "application/zip"},
      {"PK\x05\x06....", "application/zip"},
      {"\x1F\x8B\x08....", "application/gzip"},
      {"\x28\xB5\x2F\xFD....", "application/zstd"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(DetectContentType(c.bytes, "x"), c.type);
    // The name decides nothing then, nor does half a signature.
    EXPECT_EQ(DetectContentType(c.bytes, "x.json"), c.type);
    EXPECT_NE(DetectContentType(c.bytes.substr(0, 1), "x"), c.type);
  }
}

TEST(DetectContentTypeTest, TellsTextFromBytes) {
  for (const char* text : {"hello\r\n\tworld", "Grüße, 世界", "\xEF\xBB\xBFwith a mark",
                           "{\"a\":1}", "\x1B[1mbold\x1B[0m", "RIFF", "PK", "%PDF", "GIF88a"}) {
    EXPECT_EQ(DetectContentType(text, "x"), kText) << text;
  }
  for (const std::string& bytes :
       {std::string(), std::string("a\0b", 3), std::string("\x7F"), std::string("caf\xE9 au lait"),
        std::string("\xED\xA0\x80"), std::string("\x01")}) {
    EXPECT_EQ(DetectContentType(bytes, "x"), kUnknown) << bytes;
    EXPECT_EQ(DetectContentType(bytes, "x.json"), kUnknown) << bytes;
  }
}

TEST(DetectContentTypeTest, TextMayBeCutWithinACharacter) {
  std::string text = "世界";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    EXPECT_EQ(DetectContentType(text.substr(0, size), "x"), kText) << size;
  }
  EXPECT_EQ(DetectContentType("\xE4\xB8 ", "x"), kUnknown) << "broken, not cut";
}

TEST(DetectContentTypeTest, LooksAtTheBeginningAlone) {
  std::string text(kMaxDetectionBytes, 'a');
  EXPECT_EQ(DetectContentType(text + std::string(1, '\0'), "x"), kText);
  text.back() = '\0';
  EXPECT_EQ(DetectContentType(text, "x"), kUnknown);
}

TEST(DetectContentTypeTest, TextIsWhatItsNameSaysIfThatIsHarmless) {
  EXPECT_EQ(DetectContentType("[1]", "a/b.json"), "application/json");
  EXPECT_EQ(DetectContentType("[1]", "a/b.JSON"), "application/json");
  EXPECT_EQ(DetectContentType("a,b", "b.csv"), "text/csv; charset=utf-8");
  EXPECT_EQ(DetectContentType("# a", "b.md"), "text/markdown; charset=utf-8");
  EXPECT_EQ(DetectContentType("[1]", "json"), kText);
}

TEST(DetectContentTypeTest, NothingBecomesWhatABrowserRuns) {
  for (const char* content :
       {"<!DOCTYPE html><script>alert(1)</script>", "<html>", "<?xml version=\"1.0\"?><svg/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "alert(1)", "@import url(x)"}) {
    for (const char* name :
         {"x", "x.html", "x.htm", "x.svg", "x.xml", "x.xhtml", "x.js", "x.css"}) {
      EXPECT_EQ(DetectContentType(content, name), kText) << content << " " << name;
    }
  }
}

}  // namespace
}  // namespace triad::storage
