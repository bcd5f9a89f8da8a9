// The service over real gRPC: validation, statuses, HTTP facts.
#include "services/storage/service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/rpc/testing/contract.h"
#include "services/storage/testing/service_fixture.h"

namespace triad::storage {
namespace {

using google::api::HttpBody;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Headers;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using testing::Reply;
using ::testing::SizeIs;

class ServiceTest : public testing::StorageServiceTest {
 protected:
  grpc::StatusCode CreateBucket(const std::string& id) {
    grpc::ClientContext context;
    v1::CreateBucketRequest request;
    request.set_bucket_id(id);
    v1::Bucket bucket;
    grpc::Status status = stub_->CreateBucket(&context, request, &bucket);
    if (status.ok()) {
      EXPECT_EQ(bucket.name(), "buckets/" + id);
    }
    return status.error_code();
  }

  // The token of the next page of buckets; of an error, the field it names.
  std::string NextPage(const std::string& prefix, int size, const std::string& token) {
    grpc::ClientContext context;
    v1::ListBucketsRequest request;
    request.set_prefix(prefix);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListBucketsResponse response;
    grpc::Status status = stub_->ListBuckets(&context, request, &response);
    if (!status.ok()) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    }
    return status.ok() ? response.next_page_token() : FieldOf(status);
  }

  struct Upload {
    grpc::Status status;
    v1::UploadRandomResponse response;
  };
  Upload UploadRandom() {
    grpc::ClientContext context;
    Upload upload;
    upload.status = stub_->UploadRandom(&context, {}, &upload.response);
    return upload;
  }
};

constexpr char kName[] = "buckets/bucket/objects/a/b.txt";

TEST_F(ServiceTest, EveryMethodIsAdmittedAndHasAnHttpRule) {
  EXPECT_THAT(rpc::testing::CheckMethods("triad.storage.v1.StorageService",
                                         [this](rpc::Admission& admission) {
                                           return std::make_unique<StorageService>(
                                               admission, StoresOf(storage_), *executor_, draws_);
                                         }),
              IsEmpty());
}

TEST_F(ServiceTest, WritesAndReadsBack) {
  Reply put = Put(kName, {"hello", ", ", "world"}, {{"x-meta-owner", "me"}});
  ASSERT_TRUE(put.status.ok()) << put.status.error_message();
  EXPECT_EQ(put.object.name(), kName);
  EXPECT_EQ(put.object.size(), 12);
  EXPECT_EQ(put.object.sha256(), Sha256::Of("hello, world").hex());
  EXPECT_EQ(put.object.content_type(), "text/plain");
  EXPECT_EQ(put.object.metadata().at("owner"), "me");
  EXPECT_GT(put.object.create_time().seconds(), 0);

  Reply got = Get(kName);
  ASSERT_TRUE(got.status.ok()) << got.status.error_message();
  EXPECT_EQ(got.content, "hello, world");
  EXPECT_EQ(got.content_type, "text/plain");
  EXPECT_EQ(got.http,
            (Headers{{"etag", absl::StrCat("\"", put.object.etag(), "\"")},
                     {"last-modified", "Tue, 14 Nov 2023 22:13:20 GMT"},
                     {"accept-ranges", "bytes"},
                     {"repr-digest", "sha-256=:Ccp+TqpuiunH0mEWcSkYSINkTQffuny/vEyKLgg2DVs=:"},
                     {"cache-control", "private, no-cache"},
                     {"content-length", "12"},
                     {"x-content-type-options", "nosniff"},
                     {"content-security-policy", "sandbox"},
                     {"x-meta-owner", "me"}}));

  grpc::ClientContext context;
  v1::GetObjectRequest request;
  request.set_name(kName);
  v1::Object object;
  ASSERT_TRUE(stub_->GetObject(&context, request, &object).ok());
  EXPECT_EQ(object.SerializeAsString(), put.object.SerializeAsString());
}

TEST_F(ServiceTest, StreamsLargeContentInChunks) {
  std::string content;
  for (int i = 0; content.size() < 700'000; ++i) absl::StrAppend(&content, i, ",");
  ASSERT_TRUE(Put(kName, {content}).status.ok());
  EXPECT_EQ(Get(kName).content, content);
  EXPECT_EQ(messages_, 3);
}

TEST_F(ServiceTest, EmptyObjectsHaveAType) {
  ASSERT_TRUE(Put(kName, {""}, {{"http-header-content-length", "0"}}, "").status.ok());
  Reply got = Get(kName);
  EXPECT_TRUE(got.status.ok());
  EXPECT_EQ(got.content, "");
  EXPECT_EQ(got.content_type, "application/octet-stream");
  EXPECT_EQ(got.http["content-length"], "0");
}

TEST_F(ServiceTest, ServesRanges) {
  ASSERT_TRUE(Put(kName, {"0123456789"}).status.ok());
  Reply part = Get(kName, {{"range", "bytes=2-4"}});
  EXPECT_EQ(part.content, "234");
  EXPECT_EQ(part.http["status"], "206");
  EXPECT_EQ(part.http["content-range"], "bytes 2-4/10");
  EXPECT_EQ(part.http["content-length"], "3");

  Reply beyond = Get(kName, {{"range", "bytes=10-"}});
  EXPECT_EQ(beyond.status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(beyond.http, (Headers{{"status", "416"}, {"content-range", "bytes */10"}}));

  Reply changed = Get(kName, {{"range", "bytes=2-4"}, {"if-range", "\"other\""}});
  EXPECT_EQ(changed.content, "0123456789");
  EXPECT_EQ(changed.http.count("status"), 0u);
}

TEST_F(ServiceTest, ServesSeveralRangesInParts) {
  std::string content;
  for (int i = 0; content.size() < 700'000; ++i) absl::StrAppend(&content, i, ",");
  ASSERT_TRUE(Put(kName, {content}).status.ok());
  Reply parts = Get(kName, {{"range", "bytes=600000-600002,0-299999,-1"}});
  ASSERT_TRUE(parts.status.ok()) << parts.status.error_message();
  EXPECT_EQ(parts.http["status"], "206");
  EXPECT_EQ(parts.http.count("content-range"), 0u) << "each part has its own";
  EXPECT_EQ(parts.http["content-length"], absl::StrCat(parts.content.size()));
  constexpr absl::string_view kType = "multipart/byteranges; boundary=";
  ASSERT_EQ(parts.content_type.substr(0, kType.size()), kType);
  std::string boundary = parts.content_type.substr(kType.size());
  std::string end = absl::StrCat("/", content.size(), "\r\n\r\n");
  std::string head =
      absl::StrCat("--", boundary, "\r\nContent-Type: text/plain\r\nContent-Range: bytes ");
  EXPECT_TRUE(parts.content ==
              absl::StrCat(head, "600000-600002", end, content.substr(600000, 3), "\r\n", head,
                           "0-299999", end, content.substr(0, 300000), "\r\n", head,
                           content.size() - 1, "-", content.size() - 1, end,
                           content.substr(content.size() - 1), "\r\n--", boundary, "--\r\n"));

  Reply one = Get(kName, {{"range", "bytes=5-6,700100-"}});
  EXPECT_EQ(one.http["content-range"], absl::StrCat("bytes 5-6/", content.size()));
  EXPECT_EQ(one.content, content.substr(5, 2));
  EXPECT_EQ(Get(kName, {{"range", "bytes=700100-,700200-"}}).http["status"], "416");
}

TEST_F(ServiceTest, PartsOfAReplacedObjectAreOfOneVersion) {
  // No head has this letter.
  std::string content(600'000, 'Z');
  ASSERT_TRUE(Put(kName, {content}).status.ok());
  grpc::ClientContext context;
  context.AddMetadata("range", "bytes=0-299999,300001-599999");
  v1::ReadObjectRequest request;
  request.set_name(kName);
  auto reader = stub_->ReadObject(&context, request);
  HttpBody body;
  ASSERT_TRUE(reader->Read(&body));
  std::string parts = body.data();
  ASSERT_TRUE(Put(kName, {"new"}).status.ok());
  while (reader->Read(&body)) parts += body.data();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(std::count(parts.begin(), parts.end(), 'Z'), 599'999);
}

TEST_F(ServiceTest, AnswersConditionalReads) {
  std::string etag = absl::StrCat("\"", Put(kName, {"x"}).object.etag(), "\"");
  Reply same = Get(kName, {{"if-none-match", etag}});
  EXPECT_TRUE(same.status.ok());
  EXPECT_EQ(same.content, "");
  EXPECT_EQ(same.http["status"], "304");
  EXPECT_EQ(same.http["etag"], etag);
  EXPECT_EQ(same.http.count("content-length"), 0u);
  EXPECT_EQ(Get(kName, {{"if-modified-since", same.http["last-modified"]}}).http["status"], "304");

  Reply other = Get(kName, {{"if-match", "\"other\""}});
  EXPECT_EQ(other.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(other.http, (Headers{{"status", "412"}}));
}

TEST_F(ServiceTest, WritesOnCondition) {
  std::string etag = Put(kName, {"1"}, {{"if-none-match", "*"}}).object.etag();
  Reply exists = Put(kName, {"2"}, {{"if-none-match", "*"}});
  EXPECT_EQ(exists.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(exists.http["status"], "412");
  EXPECT_TRUE(Put(kName, {"3"}, {{"if-match", absl::StrCat("\"", etag, "\"")}}).status.ok());
  EXPECT_EQ(Put(kName, {"4"}, {{"if-match", absl::StrCat("\"", etag, "\"")}}).http["status"],
            "412");
  EXPECT_EQ(Get(kName).content, "3");
  EXPECT_EQ(FieldOf(Put(kName, {"5"}, {{"if-match", etag}}).status), "if-match") << "not quoted";
}

TEST_F(ServiceTest, LinesOfOneConditionAreOneList) {
  std::string etag = absl::StrCat("\"", Put(kName, {"1"}).object.etag(), "\"");
  EXPECT_EQ(Put(kName, {"2"}, {{"if-none-match", "\"x\""}, {"if-none-match", etag}}).http["status"],
            "412");
  EXPECT_EQ(Get(kName).content, "1");
  EXPECT_TRUE(Put(kName, {"3"}, {{"if-match", "\"x\""}, {"if-match", etag}}).status.ok());
}

TEST_F(ServiceTest, IsNotOverwrittenIfItWasModifiedSince) {
  constexpr char kLongAgo[] = "Sun, 06 Nov 1994 08:49:37 GMT";
  Put(kName, {"1"});
  Reply reply = Put(kName, {"2"}, {{"if-unmodified-since", kLongAgo}});
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(reply.http["status"], "412");
  Reply read = Get(kName, {{"if-unmodified-since", kLongAgo}});
  EXPECT_EQ(read.http["status"], "412");
  EXPECT_EQ(Get(kName).content, "1");
  std::string date = Get(kName).http["last-modified"];
  EXPECT_TRUE(Put(kName, {"2"}, {{"if-unmodified-since", date}}).status.ok());
  EXPECT_TRUE(
      Put(absl::StrCat(kName, "-new"), {"2"}, {{"if-unmodified-since", kLongAgo}}).status.ok())
      << "there is nothing that was modified";
}

TEST_F(ServiceTest, RefusesAPartAsTheWhole) {
  Put(kName, {"whole"});
  Reply part = Put(kName, {"56789"}, {{"content-range", "bytes 5-9/10"}});
  EXPECT_EQ(FieldOf(part.status), "content-range");
  EXPECT_EQ(Get(kName).content, "whole");
}

TEST_F(ServiceTest, KeepsAndServesWhatIsSaidOfTheContent) {
  Reply put = Put(kName, {"\x1f\x8b"},
                  {{"cache-control", "max-age=60"},
                   {"content-disposition", "attachment; filename=\"b.gz\""},
                   {"content-encoding", "gzip"},
                   {"content-language", "de"},
                   {"expires", "Tue, 01 Dec 2026 10:00:00 GMT"}});
  ASSERT_TRUE(put.status.ok()) << put.status.error_message();
  EXPECT_EQ(put.object.content_encoding(), "gzip");
  Headers got = Get(kName).http;
  EXPECT_EQ(got["cache-control"], "max-age=60");
  EXPECT_EQ(got["content-disposition"], "attachment; filename=\"b.gz\"");
  EXPECT_EQ(got["content-encoding"], "gzip");
  EXPECT_EQ(got["content-language"], "de");
  EXPECT_EQ(got["expires"], "Tue, 01 Dec 2026 10:00:00 GMT");
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {{"content-encoding", "a b"}}).status), "content-encoding");
  ASSERT_TRUE(Put(kName, {"x"}, {{"content-encoding", "Identity"}}).status.ok());
  EXPECT_EQ(Get(kName).http.count("content-encoding"), 0u) << "written anew, without";
}

TEST_F(ServiceTest, AnObjectWithoutCacheControlHasItsBuckets) {
  ASSERT_TRUE(storage_.buckets->Update("bucket", {.cache_control = "max-age=7"}, {}).ok());
  ASSERT_TRUE(Put(kName, {"x"}).status.ok());
  EXPECT_EQ(Get(kName).http["cache-control"], "max-age=7");
  ASSERT_TRUE(Put(kName, {"x"}, {{"cache-control", "no-store"}}).status.ok());
  EXPECT_EQ(Get(kName).http["cache-control"], "no-store");
}

TEST_F(ServiceTest, ChecksWhatTheContentIsSaidToHashTo) {
  Reply put = Put(
      kName, {"hel", "lo"},
      {{"content-md5", "XUFAKrxLKna5cZ2REBfFkg=="}, {"x-amz-checksum-crc64nvme", "M3eFcAZSQlc="}});
  ASSERT_TRUE(put.status.ok()) << put.status.error_message();
  EXPECT_EQ(put.object.checksums().at("md5"), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(put.object.checksums().at("crc64nvme"), "3377857006524257");
  for (const auto& [header, value] : std::map<std::string, std::string>{
           {"content-md5", "XUFAKrxLKna5cZ2REBfFkg=="},
           {"content-digest", "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"},
           {"x-amz-checksum-crc32c", "mnG7TA=="}}) {
    EXPECT_TRUE(Put(kName, {"hello"}, {{header, value}}).status.ok()) << header;
    EXPECT_EQ(FieldOf(Put(kName, {"other"}, {{header, value}}).status), header);
    EXPECT_EQ(FieldOf(Put(kName, {"other"}, {{header, "!"}}).status), header);
    EXPECT_EQ(Get(kName).content, "hello") << "nothing was stored";
  }
}

TEST_F(ServiceTest, ATypeThatNobodySaysIsToldByTheContent) {
  EXPECT_EQ(Put(kName, {"\x89PNG\r\n\x1a\n", "rest"}, {}, "").object.content_type(), "image/png");
  EXPECT_EQ(Put(kName, {"", "plain"}, {}, "").object.content_type(), "text/plain; charset=utf-8");
  EXPECT_EQ(Put(kName, {"<html><script>"}, {}, "").object.content_type(),
            "text/plain; charset=utf-8");
}

TEST_F(ServiceTest, RefusesTooMuchContent) {
  Reply announced = Put(kName, {"x"}, {{"http-header-content-length", absl::StrCat(kLimit + 1)}});
  EXPECT_EQ(announced.status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(announced.http["status"], "413");
  Reply sent = Put(kName, {std::string(kLimit, 'x'), "x"});
  EXPECT_EQ(sent.status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(sent.http["status"], "413");
  EXPECT_EQ(Get(kName).status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServiceTest, SaysWhenTheDiskIsFull) {
  storage_.files.FailNth(2, absl::ResourceExhaustedError("No space left on device"));
  Reply reply = Put(kName, {"x"});
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.http["status"], "507");
}

TEST_F(ServiceTest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(FieldOf(Put("buckets/bucket/objects/../x", {"x"}).status), "name");
  EXPECT_EQ(FieldOf(Put("", {"x"}).status), "name");
  EXPECT_EQ(FieldOf(Put(kName, {}).status), "name") << "a stream without a message";
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {}, "a\nb/c").status), "content.content_type");
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {{"http-header-content-length", "2"}}).status), "content");
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {{"http-header-content-length", "many"}}).status),
            "content-length");
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {{"x-meta-a", std::string(9000, 'a')}}).status), "x-meta-*");
  EXPECT_EQ(FieldOf(Put(kName, {"x"}, {{"x-meta-a-bin", "a"}}).status), "x-meta-a-bin");
  EXPECT_EQ(FieldOf(Get("buckets/bucket").status), "name");
  EXPECT_EQ(FieldOf(Get(kName, {{"if-none-match", "x"}}).status).substr(0, 4), "none")
      << "no such object yet";
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
}

TEST_F(ServiceTest, AWriteThatIsLeftChangesNothing) {
  ASSERT_TRUE(Put(kName, {"old"}).status.ok());
  {
    grpc::ClientContext context;
    v1::Object object;
    auto writer = stub_->WriteObject(&context, &object);
    v1::WriteObjectRequest request;
    request.set_name(kName);
    request.mutable_content()->set_data("new");
    ASSERT_TRUE(writer->Write(request));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // Another write is answered after the first is undone, or before; both are so
  // once the server has drained.
  EXPECT_EQ(server_.server->Drain(absl::Seconds(30)), absl::OkStatus());
  EXPECT_EQ(*storage_.Read("a/b.txt"), "old");
  EXPECT_THAT(storage_.files.Paths(), SizeIs(1));
}

TEST_F(ServiceTest, ADamagedObjectBreaksItsStream) {
  ASSERT_TRUE(Put(kName, {"0123456789"}).status.ok());
  std::string blob = storage_.BlobOf(*storage_.objects->Get({"bucket", "a/b.txt"}));
  std::string path = absl::StrCat("/data/blobs/", blob.substr(0, 2), "/", blob);
  ASSERT_TRUE(storage_.files.Remove(path).ok());
  auto shorter = storage_.files.Create(path);
  ASSERT_TRUE((*shorter)->Append("0123").ok());
  EXPECT_EQ(Get(kName).status.error_code(), grpc::StatusCode::DATA_LOSS);
}

TEST_F(ServiceTest, CreatesAndPagesThroughBuckets) {
  EXPECT_EQ(CreateBucket("one"), grpc::StatusCode::OK);
  EXPECT_EQ(CreateBucket("one"), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(CreateBucket("No"), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(CreateBucket("two"), grpc::StatusCode::OK);
  std::vector<std::string> names;
  v1::ListBucketsRequest request;
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    v1::ListBucketsResponse response;
    ASSERT_TRUE(stub_->ListBuckets(&context, request, &response).ok());
    EXPECT_LE(response.buckets_size(), 2);
    for (const v1::Bucket& bucket : response.buckets()) names.push_back(bucket.name());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names,
              ElementsAre("buckets/bucket", "buckets/one", "buckets/two", "buckets/uploads"));
}

TEST_F(ServiceTest, RefusesPagesThatAreNone) {
  std::string token = NextPage("", 1, "");
  EXPECT_EQ(NextPage("", 1, token), "") << "the second page is the last";
  EXPECT_EQ(NextPage("u", 1, token), "page_token") << "of another prefix";
  EXPECT_EQ(NextPage("", 1, token + "x"), "page_token");
  EXPECT_EQ(NextPage("", -1, ""), "page_size");
  EXPECT_EQ(NextPage("U", 1, ""), "prefix");
  EXPECT_EQ(NextPage("", 5000, ""), "");
}

TEST_F(ServiceTest, APageTokenIsOpaqueAndOfOnePrefix) {
  EXPECT_EQ(CreateBucket("bucket-two"), grpc::StatusCode::OK);
  std::string token = NextPage("bucket", 1, "");
  EXPECT_THAT(token, MatchesRegex("[A-Za-z0-9_-]+"));
  EXPECT_EQ(NextPage("bucket", 1, token), "") << "the second page is the last";
  EXPECT_EQ(NextPage("bucket", 2, token), "") << "of another size";
  for (const char* other : {"", "b", "buckets", "u"}) {
    EXPECT_EQ(NextPage(other, 1, token), "page_token") << other;
  }
}

TEST_F(ServiceTest, GetsABucket) {
  grpc::ClientContext context;
  v1::GetBucketRequest request;
  request.set_name("buckets/uploads");
  v1::Bucket bucket;
  ASSERT_TRUE(stub_->GetBucket(&context, request, &bucket).ok());
  EXPECT_EQ(bucket.name(), "buckets/uploads");
  grpc::ClientContext again;
  request.set_name("buckets/nothing");
  EXPECT_EQ(stub_->GetBucket(&again, request, &bucket).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServiceTest, UploadsRandomNumbers) {
  draws_.PushNumber(1234);
  Upload upload = UploadRandom();
  ASSERT_TRUE(upload.status.ok()) << upload.status.error_message();
  EXPECT_EQ(upload.response.uploaded(), "ok");
  EXPECT_EQ(upload.response.name(), "1234.txt");
  EXPECT_EQ(upload.response.size(), 4);
  EXPECT_EQ(upload.response.sha256(), Sha256::Of("1234").hex());
  Reply got = Get("buckets/uploads/objects/1234.txt");
  EXPECT_EQ(got.content, "1234");
  EXPECT_EQ(got.content_type, "text/plain");
}

TEST_F(ServiceTest, DrawsARandomNumberAgainWhenItIsTaken) {
  for (int i = 0; i < 20; ++i) draws_.PushNumber(7);
  draws_.PushNumber(9999);
  EXPECT_EQ(UploadRandom().response.name(), "7.txt");
  EXPECT_EQ(UploadRandom().response.name(), "9999.txt") << "after 19 collisions";
}

TEST_F(ServiceTest, GivesUpAfterTwentyRandomNumbers) {
  for (int i = 0; i < 21; ++i) draws_.PushNumber(7);
  ASSERT_TRUE(UploadRandom().status.ok());
  grpc::Status status = UploadRandom().status;
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_details(), HasSubstr("google.rpc.RetryInfo"));
}

TEST_F(ServiceTest, OtherErrorsOfARandomUploadAreNotCollisions) {
  storage_.files.FailNth(1, absl::ResourceExhaustedError("disk full"));
  EXPECT_EQ(UploadRandom().status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServiceTest, AnObjectIsNoScriptOfThePage) {
  ASSERT_TRUE(Put(kName, {"alert(1)"}, {}, "text/javascript").status.ok());
  for (const char* destination : {"audioworklet", "paintworklet", "script", "serviceworker",
                                  "sharedworker", "style", "worker", "xslt"}) {
    Reply reply = Get(kName, {{"sec-fetch-dest", destination}});
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << destination;
    EXPECT_EQ(reply.content, "");
  }
  for (const char* destination : {"document", "embed", "empty", "iframe", "image", "video"}) {
    EXPECT_EQ(Get(kName, {{"sec-fetch-dest", destination}}).content, "alert(1)") << destination;
  }
  Reply changed = Get(kName, {{"sec-fetch-dest", "script"}, {"if-none-match", "*"}});
  EXPECT_EQ(changed.http.count("status"), 0u) << "nor is it said that a copy is still good";
}

TEST_F(ServiceTest, PagesOfOthersComeAsAttachments) {
  ASSERT_TRUE(Put("buckets/bucket/objects/page.html", {"<script>"}, {}, "text/html").status.ok());
  Reply got = Get("buckets/bucket/objects/page.html");
  EXPECT_EQ(got.http["content-disposition"], "attachment; filename=\"page.html\"");
  EXPECT_EQ(got.http["x-content-type-options"], "nosniff");
  EXPECT_EQ(got.http["content-security-policy"], "sandbox");
}

}  // namespace
}  // namespace triad::storage
