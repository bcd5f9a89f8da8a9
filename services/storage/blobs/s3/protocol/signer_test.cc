// Signatures against those that Amazon's documentation gives for its examples, and
// against ones computed from the same description by another program.
#include "services/storage/blobs/s3/protocol/signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/sha256.h"

namespace triad::storage::s3 {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Case {
  const char* name;
  Message message;
  const char* signature;
};

const Credentials kCredentials = {
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", absl::InfiniteFuture()};
const std::map<std::string, std::string> kHost = {{"host", "examplebucket.s3.amazonaws.com"}};

std::map<std::string, std::string> WithHost(std::map<std::string, std::string> headers) {
  headers.insert(kHost.begin(), kHost.end());
  return headers;
}

TEST(SignerTest, SignsAsAmazonsExamples) {
  std::string nothing = Sha256::Of("").hex();
  Case cases[] = {
      {"GET Object",
       {"GET", "/test.txt", {}, WithHost({{"range", "bytes=0-9"}}), nothing},
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"PUT Object",
       {"PUT",
        "/test$file.text",
        {},
        WithHost({{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                  {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}),
        Sha256::Of("Welcome to Amazon S3.").hex()},
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"GET Bucket Lifecycle",
       {"GET", "/", {{"lifecycle", ""}}, kHost, nothing},
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"List Objects",
       {"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, kHost, nothing},
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  for (const Case& c : cases) {
    Message message =
        Sign(c.message, kCredentials, {"us-east-1", "s3"}, absl::FromUnixSeconds(1369353600));
    EXPECT_THAT(message.headers.at("authorization"), EndsWith(c.signature)) << c.name;
  }
}

Message Awkward() {
  return {"PUT",
          "/bücket/a=b+(c) d",
          {{"uploadId", "a/b+c="}, {"partNumber", "10"}, {"partNumber", "2"}},
          {{"host", "127.0.0.1:7480"}},
          Sha256::Of(absl::string_view("\0\xff", 2)).hex()};
}

TEST(SignerTest, SignsWhatItSends) {
  Message message = Awkward();
  EXPECT_EQ(EncodedTarget(message),
            "/b%C3%BCcket/a%3Db%2B%28c%29%20d"
            "?partNumber=10&partNumber=2&uploadId=a%2Fb%2Bc%3D");
  Credentials credentials = kCredentials;
  credentials.session_token = "the/token==";
  message = Sign(message, credentials, {"eu-central-1", "s3"}, absl::FromUnixSeconds(1795264200));
  EXPECT_EQ(message.headers.at("x-amz-date"), "20261121T123000Z");
  EXPECT_EQ(message.headers.at("x-amz-security-token"), "the/token==");
  EXPECT_EQ(message.headers.at("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/eu-central-1/s3/aws4_request"
            ", SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, "
            "Signature=3a92f385ecb42518066fd06f537e33ab88925315252b1a2eb1679e030fe5e4df");
}

TEST(SignerTest, SignsEverythingThatIsSent) {
  auto signature_of = [](const Message& changed, absl::Time now) {
    return Sign(changed, kCredentials, {"us-east-1", "s3"}, now).headers.at("authorization");
  };
  absl::Time now = absl::FromUnixSeconds(1795264200);
  std::string signature = signature_of(Awkward(), now);
  EXPECT_THAT(signature, HasSubstr("20261121"));
  Message other = Awkward();
  other.method = "GET";
  EXPECT_NE(signature_of(other, now), signature);
  other = Awkward();
  other.path += "e";
  EXPECT_NE(signature_of(other, now), signature);
  other = Awkward();
  other.query.erase("uploadId");
  EXPECT_NE(signature_of(other, now), signature);
  other = Awkward();
  other.headers["range"] = "bytes=0-1";
  EXPECT_NE(signature_of(other, now), signature);
  other = Awkward();
  other.content_sha256 = Sha256::Of("").hex();
  EXPECT_NE(signature_of(other, now), signature);
  EXPECT_NE(signature_of(Awkward(), now + absl::Seconds(1)), signature);
}

}  // namespace
}  // namespace triad::storage::s3
