#include "gateway/site/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gateway/site/rules.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() {
    std::string pattern = absl::StrCat(::testing::TempDir(), "/site_XXXXXX");
    directory_ = mkdtemp(pattern.data());
    Write("index.html", "<html>");
    Write("assets/app-1234.js", "long script");
    Write("assets/app-1234.js.gz", "gz");
    Write("favicon.svg", "<svg/>");
    Write("a b.txt", "spaces");
    Write("alone.gz", "data");
    Write(".hidden", "no");
    Write(".git/config", "no");
    Write("odd.xyz", "?");
  }
  ~SiteTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& body) {
    std::filesystem::path path = std::filesystem::path(directory_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << body;
  }
  // The answer to a request with one header, or without.
  static std::optional<http::Resource::Answer> Get(const Site& site, absl::string_view path,
                                                   const std::string& name = "",
                                                   const std::string& value = "") {
    http::Headers headers;
    if (!name.empty()) headers.Add(name, value);
    return site.Get(path, headers);
  }
  static std::string Header(const std::optional<http::Resource::Answer>& answer,
                            absl::string_view name) {
    return std::string(answer->head.headers.Find(name).value_or("none"));
  }

  std::string directory_;
};

TEST_F(SiteTest, ServesFilesWithTheirTypes) {
  auto site = *Site::Load(directory_);
  struct Case {
    const char* path;
    const char* body;
    const char* type;
    const char* cache;
  };
  const Case cases[] = {
      {"/", "<html>", "text/html; charset=utf-8", "no-cache"},
      {"/index.html", "<html>", "text/html; charset=utf-8", "no-cache"},
      {"/assets/app-1234.js", "long script", "text/javascript; charset=utf-8",
       "public, max-age=31536000, immutable"},
      {"/favicon.svg", "<svg/>", "image/svg+xml", "no-cache"},
      {"/a%20b.txt", "spaces", "text/plain; charset=utf-8", "no-cache"},
      {"/alone.gz", "data", "application/octet-stream", "no-cache"},
      {"/odd.xyz", "?", "application/octet-stream", "no-cache"},
  };
  for (const Case& c : cases) {
    auto answer = Get(*site, c.path);
    ASSERT_TRUE(answer.has_value()) << c.path;
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->body.view(), c.body);
    EXPECT_EQ(Header(answer, "content-type"), c.type);
    EXPECT_EQ(Header(answer, "cache-control"), c.cache);
    EXPECT_TRUE(site->Has(c.path));
  }
}

TEST_F(SiteTest, HasNothingElse) {
  auto site = *Site::Load(directory_);
  for (const char* path :
       {"", "/overview", "/assets", "/assets/", "/assets/app-1234.js.gz", "/.hidden",
        "/.git/config", "/../index.html", "/assets/../index.html", "/%2e%2e/index.html",
        "//index.html", "/%", "/index.html%00", "index.html"}) {
    EXPECT_FALSE(Get(*site, path).has_value()) << path;
    EXPECT_FALSE(site->Has(path)) << path;
  }
}

TEST_F(SiteTest, SendsGzipToThoseWhoAcceptIt) {
  auto site = *Site::Load(directory_);
  auto plain = Get(*site, "/assets/app-1234.js");
  auto gzip = Get(*site, "/assets/app-1234.js", "Accept-Encoding", "br, gzip");
  EXPECT_EQ(gzip->body.view(), "gz");
  EXPECT_EQ(Header(gzip, "content-encoding"), "gzip");
  EXPECT_EQ(Header(gzip, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(Header(gzip, "vary"), "Accept-Encoding");
  EXPECT_EQ(Header(plain, "vary"), "Accept-Encoding");
  EXPECT_EQ(Header(plain, "content-encoding"), "none");
  EXPECT_NE(Header(plain, "etag"), Header(gzip, "etag"));
  EXPECT_EQ(Header(Get(*site, "/favicon.svg", "Accept-Encoding", "gzip"), "content-encoding"),
            "none");
}

TEST_F(SiteTest, ReadsAcceptEncoding) {
  auto accepts = [](const std::string& value) {
    http::Headers headers;
    headers.Add("Accept-Encoding", value);
    return http::AcceptsGzip(headers);
  };
  for (const char* value : {"gzip", "GZIP", "br,gzip", "gzip;q=0.1", "gzip; q=1.0", "*",
                            "br, *;q=0.5", "*;q=0, gzip"}) {
    EXPECT_TRUE(accepts(value)) << value;
  }
  for (const char* value :
       {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0", "xgzip", "gzip;q=x"}) {
    EXPECT_FALSE(accepts(value)) << value;
  }
  EXPECT_FALSE(http::AcceptsGzip({}));
}

TEST_F(SiteTest, AnswersNotModified) {
  auto site = *Site::Load(directory_);
  std::string etag = Header(Get(*site, "/"), "etag");
  EXPECT_EQ(etag.size(), 66u);
  for (const std::string& value : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    auto answer = Get(*site, "/", "If-None-Match", value);
    EXPECT_EQ(answer->head.status, 304) << value;
    EXPECT_EQ(answer->body.size(), 0u);
    EXPECT_EQ(Header(answer, "etag"), etag);
    EXPECT_EQ(Header(answer, "cache-control"), "no-cache");
    EXPECT_EQ(Header(answer, "content-type"), "none");
  }
  EXPECT_EQ(Get(*site, "/", "If-None-Match", "\"x\"")->head.status, 200);
  EXPECT_EQ(Get(*site, "/", "If-None-Match", etag.substr(1, 64))->head.status, 200);
}

TEST_F(SiteTest, AllowsThePageLittle) {
  auto site = *Site::Load(directory_);
  for (const char* path : {"/", "/assets/app-1234.js"}) {
    auto answer = Get(*site, path);
    for (const auto& [name, value] : SecurityHeaders()) EXPECT_EQ(Header(answer, name), value);
    std::string policy = Header(answer, "content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(Header(answer, "x-content-type-options"), "nosniff");
    EXPECT_EQ(Header(answer, "referrer-policy"), "same-origin");
  }
}

TEST_F(SiteTest, RefusesWhatIsNoSite) {
  EXPECT_EQ(Site::Load(directory_ + "/nowhere").status().code(), absl::StatusCode::kNotFound);
  std::filesystem::remove(directory_ + "/index.html");
  auto site = Site::Load(directory_);
  EXPECT_EQ(site.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(site.status().message()), HasSubstr("index.html"));
}

}  // namespace
}  // namespace triad::gateway
