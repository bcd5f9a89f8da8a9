#include "runtime/export/sentry/scrub.h"

#include <gtest/gtest.h>

namespace triad::error_reports {
namespace {

struct Case {
  const char* text;
  const char* scrubbed;
};

TEST(ScrubTest, TakesSecretsOut) {
  for (const Case& c : {
           Case{"Authorization: Digest user=\"x\", y", "Authorization: [redacted]"},
           Case{"sent Bearer abc.DEF-1_2~3 there", "sent Bearer [redacted] there"},
           Case{"basic dXNlcjpwYXNz", "basic [redacted]"},
           Case{"postgresql://me:pw@db/x", "postgresql://[redacted]@db/x"},
           Case{"GET /api/x?token=1&y=2 failed", "GET /api/x?[redacted] failed"},
           Case{"https://host/a?X-Amz-Signature=ab", "https://host/a?[redacted]"},
           Case{"password=hunter2, user=me", "password=[redacted], user=me"},
           Case{"{\"api_key\": \"two words\"}", "{\"api_key\": [redacted]}"},
           Case{"DB_PASSWORD=x;SECRET_KEY: y", "DB_PASSWORD=[redacted];SECRET_KEY: [redacted]"},
           Case{"Set-Cookie: a=b; Path=/", "Set-Cookie: [redacted]"},
           Case{"aws_secret_access_key = abc/def", "aws_secret_access_key = [redacted]"},
       }) {
    EXPECT_EQ(Scrub(c.text), c.scrubbed);
  }
}

TEST(ScrubTest, LeavesTheRest) {
  for (const char* text :
       {"disk I/O error", "buckets/a/objects/b: its content is missing", "why? because", "a=b"}) {
    EXPECT_EQ(Scrub(text), text);
  }
  EXPECT_EQ(Scrub(std::string(10000, 'a')).size(), 4096u);
}

TEST(ScrubTest, NamesOfSecrets) {
  for (const char* name : {"token", "auth_token", "Authorization", "password", "db_passwd",
                           "client_secret", "api-key", "cookie", "sentry_dsn"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name : {"method", "error", "author", "monkey", "bucket"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

}  // namespace
}  // namespace triad::error_reports
