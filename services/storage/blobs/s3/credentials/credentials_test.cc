// Each place that credentials come from, over real files and sockets, and when
// they are fetched again.
#include "services/storage/blobs/s3/credentials/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/io/testing/fault_file_system.h"
#include "services/storage/blobs/s3/credentials/credential_sources.h"
#include "tests/support/scripted_server.h"

namespace triad::storage::s3 {
namespace {

using ::testing::HasSubstr;
using testing::Reply;
using testing::ScriptedRequest;
using testing::ScriptedServer;

constexpr char kJson[] =
    R"({"Code":"Success","AccessKeyId":"ID","SecretAccessKey":"SECRET","Token":"TOKEN",)"
    R"("Expiration":"2023-11-14T23:13:20Z"})";  // an hour after the clock

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() { variables_["AWS_EC2_METADATA_DISABLED"] = "true"; }

  void WriteFile(const std::string& path, const std::string& content) {
    files_.Remove(path).IgnoreError();
    auto file = files_.Create(path);
    ASSERT_EQ(file.status(), absl::OkStatus());
    ASSERT_EQ((*file)->Append(content), absl::OkStatus());
  }

  absl::StatusOr<Credentials> Get() { return CredentialCache(context_, clock_).Get(); }

  FakeClock clock_;
  FaultFileSystem files_{clock_};
  std::map<std::string, std::string> variables_;
  const Environment environment_ = [this](const std::string& name) { return variables_[name]; };
  const std::unique_ptr<http_client::HttpClient> http_ = http_client::HttpClient::Create({});
  const SourceContext context_ = {environment_, files_, *http_};
};

TEST_F(CredentialsTest, NoneAtAllSaysWhereTheyMayBe) {
  absl::Status status = Get().status();
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("set AWS_ACCESS_KEY_ID"));
}

TEST_F(CredentialsTest, FromTheEnvironmentBeforeAnythingElse) {
  variables_["AWS_ACCESS_KEY_ID"] = "ID";
  variables_["AWS_SECRET_ACCESS_KEY"] = "SECRET";
  variables_["AWS_SESSION_TOKEN"] = "TOKEN";
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "/missing";
  Credentials credentials = *Get();
  EXPECT_EQ(credentials.access_key_id, "ID");
  EXPECT_EQ(credentials.secret_access_key, "SECRET");
  EXPECT_EQ(credentials.session_token, "TOKEN");
  EXPECT_EQ(credentials.expires, absl::InfiniteFuture());
}

TEST_F(CredentialsTest, FromFilesThatTheEnvironmentNames) {
  WriteFile("/secret", "SECRET\n");
  variables_["AWS_ACCESS_KEY_ID"] = "ID";
  variables_["AWS_SECRET_ACCESS_KEY_FILE"] = "/secret";
  EXPECT_EQ(Get()->secret_access_key, "SECRET");
  variables_["AWS_SECRET_ACCESS_KEY_FILE"] = "/missing";
  absl::Status status = Get().status();
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("/missing"));
}

TEST_F(CredentialsTest, HalfOfAPairIsAnError) {
  variables_["AWS_ACCESS_KEY_ID"] = "ID";
  EXPECT_THAT(Get().status().message(), HasSubstr("only one of"));
}

TEST_F(CredentialsTest, FromTheSharedFilesProfile) {
  WriteFile("/credentials",
            "# comment\n[default]\naws_access_key_id = ID\naws_secret_access_key=SECRET\n\n"
            "[ other ]\nAWS_ACCESS_KEY_ID=OTHER\naws_secret_access_key = S=+/\n"
            "aws_session_token = TOKEN\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "/credentials";
  EXPECT_EQ(Get()->access_key_id, "ID");
  EXPECT_EQ(Get()->session_token, "");
  variables_["AWS_PROFILE"] = "other";
  EXPECT_EQ(Get()->access_key_id, "OTHER");
  EXPECT_EQ(Get()->secret_access_key, "S=+/");
  variables_["AWS_PROFILE"] = "missing";
  EXPECT_THAT(Get().status().message(), HasSubstr("/credentials [missing]"));
}

TEST_F(CredentialsTest, TheSharedFileIsLookedForAtHome) {
  ASSERT_EQ(MakeDirectories(files_, "/home/.aws"), absl::OkStatus());
  WriteFile("/home/.aws/credentials", "[default]\naws_access_key_id=ID\naws_secret_access_key=S\n");
  variables_["HOME"] = "/home";
  EXPECT_EQ(Get()->access_key_id, "ID");
}

TEST_F(CredentialsTest, FromWebIdentityWithTheTokenOfTheMoment) {
  ScriptedServer sts([](const ScriptedRequest& request) {
    bool right = request.method == "POST" &&
                 absl::StrContains(request.body, "Action=AssumeRoleWithWebIdentity") &&
                 absl::StrContains(request.body, "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr") &&
                 absl::StrContains(request.body, "WebIdentityToken=fresh") &&
                 request.headers.at("content-type") == "application/x-www-form-urlencoded";
    if (!right) {
      return Reply(400,
                   "<ErrorResponse><Error><Code>InvalidIdentityToken</Code>"
                   "<Message>no</Message></Error></ErrorResponse>");
    }
    return Reply(200,
                 "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                 "<AccessKeyId>ID</AccessKeyId><SecretAccessKey>SECRET</SecretAccessKey>"
                 "<SessionToken>TOKEN</SessionToken><Expiration>2023-11-14T23:13:20Z</Expiration>"
                 "</Credentials></AssumeRoleWithWebIdentityResult>"
                 "</AssumeRoleWithWebIdentityResponse>");
  });
  WriteFile("/token", "stale");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r";
  variables_["AWS_ENDPOINT_URL_STS"] = sts.url();
  EXPECT_THAT(Get().status().message(), HasSubstr("web identity: " + sts.url()));
  EXPECT_THAT(Get().status().message(), HasSubstr("InvalidIdentityToken"));
  WriteFile("/token", "fresh\n");
  Credentials credentials = *Get();
  EXPECT_EQ(credentials.session_token, "TOKEN");
  EXPECT_EQ(credentials.expires, clock_.Now() + absl::Hours(1));
}

TEST_F(CredentialsTest, FromTheContainersEndpoint) {
  ScriptedServer agent([](const ScriptedRequest& request) {
    auto token = request.headers.find("authorization");
    bool right = request.target == "/v1/credentials" && token != request.headers.end() &&
                 token->second == "pod-token";
    return right ? Reply(200, kJson) : Reply(401, "");
  });
  WriteFile("/token", "pod-token\n");
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url() + "/v1/credentials";
  EXPECT_THAT(Get().status().message(), HasSubstr("401"));
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
  EXPECT_EQ(Get()->access_key_id, "ID");
  EXPECT_EQ(Get()->expires, clock_.Now() + absl::Hours(1));
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "pod-token";
  EXPECT_EQ(Get()->session_token, "TOKEN");
}

TEST_F(CredentialsTest, TheContainersTokenGoesToNoStranger) {
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "pod-token";
  for (const char* url :
       {"http://example.com/v1", "http://169.254.170.2.example.com/", "nonsense"}) {
    variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_THAT(Get().status().message(), HasSubstr("plain HTTP is only for")) << url;
  }
}

TEST_F(CredentialsTest, FromAnInstanceWithItsSessionToken) {
  std::string role = "role\n";
  ScriptedServer metadata([&](const ScriptedRequest& request) {
    if (request.method == "PUT" && request.target == "/latest/api/token" &&
        request.headers.count("x-aws-ec2-metadata-token-ttl-seconds") == 1) {
      return Reply(200, "session");
    }
    auto token = request.headers.find("x-aws-ec2-metadata-token");
    if (token == request.headers.end() || token->second != "session") return Reply(401, "");
    std::string roles = "/latest/meta-data/iam/security-credentials/";
    if (request.target == roles && !role.empty()) return Reply(200, role);
    return request.target == roles + "role" ? Reply(200, kJson) : Reply(404, "");
  });
  variables_["AWS_EC2_METADATA_DISABLED"] = "";
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url();
  EXPECT_EQ(Get()->secret_access_key, "SECRET");
  role = "";
  EXPECT_THAT(Get().status().message(), HasSubstr("no credentials for S3")) << "no role";
}

TEST_F(CredentialsTest, WhereNoInstanceAnswersThereIsNone) {
  variables_["AWS_EC2_METADATA_DISABLED"] = "";
  {
    ScriptedServer gone([](const ScriptedRequest&) { return Reply(200, ""); });
    variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = gone.url();
  }
  EXPECT_THAT(Get().status().message(), HasSubstr("no credentials for S3"));
}

TEST_F(CredentialsTest, NonsenseIsNoCredentials) {
  for (const char* reply : {"", "[]", "{}", R"({"AccessKeyId":"ID"})", R"({"AccessKeyId":7})"}) {
    ScriptedServer agent([&](const ScriptedRequest&) { return Reply(200, reply); });
    variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url() + "/";
    EXPECT_THAT(Get().status().message(), HasSubstr("has no credentials")) << reply;
  }
}

// A source whose answer tests choose.
int fetches = 0;
absl::StatusOr<std::optional<Credentials>> next_fetch = std::nullopt;
constexpr CredentialSource kScripted[] = {{"a script", [](const SourceContext&) {
                                             ++fetches;
                                             return next_fetch;
                                           }}};

class CredentialCacheTest : public CredentialsTest {
 protected:
  void SetUp() override {
    fetches = 0;
    Give("first");
  }
  void Give(const std::string& id) {
    next_fetch = Credentials{id, "SECRET", "", clock_.Now() + absl::Hours(1)};
  }

  CredentialCache cache_{context_, clock_, kScripted};
};

TEST_F(CredentialCacheTest, FetchesBeforeTheyExpire) {
  EXPECT_EQ(cache_.Get()->access_key_id, "first");
  clock_.Advance(absl::Minutes(54));
  Give("second");
  EXPECT_EQ(cache_.Get()->access_key_id, "first");
  EXPECT_EQ(fetches, 1);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(cache_.Get()->access_key_id, "second");
  EXPECT_EQ(fetches, 2);
}

TEST_F(CredentialCacheTest, UsesTheOldWhileNoneNewCanBeHad) {
  ASSERT_TRUE(cache_.Get().ok());
  clock_.Advance(absl::Minutes(56));
  next_fetch = absl::UnavailableError("away");
  EXPECT_EQ(cache_.Get()->access_key_id, "first");
  EXPECT_EQ(cache_.Get()->access_key_id, "first");
  EXPECT_EQ(fetches, 2) << "not with every request";
  clock_.Advance(absl::Seconds(15));
  EXPECT_EQ(cache_.Get()->access_key_id, "first");
  EXPECT_EQ(fetches, 3);
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(cache_.Get().status(), absl::UnavailableError("S3 credentials from a script: away"));
  Give("second");
  EXPECT_EQ(cache_.Get()->access_key_id, "second");
}

TEST_F(CredentialCacheTest, TriesAgainInTimeThoughTheClockIsSetBack) {
  ASSERT_TRUE(cache_.Get().ok());
  clock_.Advance(absl::Minutes(56));
  next_fetch = absl::UnavailableError("away");
  ASSERT_TRUE(cache_.Get().ok());
  clock_.Set(clock_.Now() - absl::Minutes(1));
  clock_.Advance(absl::Seconds(15));
  Give("second");
  EXPECT_EQ(cache_.Get()->access_key_id, "second");
}

TEST_F(CredentialCacheTest, FetchesAnewWhatWasRefused) {
  Credentials first = *cache_.Get();
  Give("second");
  cache_.Discard(first);
  EXPECT_EQ(cache_.Get()->access_key_id, "second");
  cache_.Discard(first);
  EXPECT_EQ(cache_.Get()->access_key_id, "second");
  EXPECT_EQ(fetches, 2) << "another request had refreshed them";
}

}  // namespace
}  // namespace triad::storage::s3
