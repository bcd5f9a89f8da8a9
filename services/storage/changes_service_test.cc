// What holds for every change over gRPC: conditions in headers, what a refusal tells, changes that
// are only tried; and archives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/service_fixture.h"

namespace triad::storage {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Pair;
using ::testing::StartsWith;
using testing::Stub;
using Code = grpc::StatusCode;
using Headers = std::multimap<std::string, std::string>;

constexpr char kBucket[] = "buckets/bucket";

std::string NameOf(const std::string& object) { return absl::StrCat(kBucket, "/objects/", object); }

class ChangesServiceTest : public testing::StorageServiceTest {
 protected:
  // One of the changes of the object "k", with these headers.
  struct Change {
    std::string name;
    std::function<grpc::Status(const Headers& headers, bool validate_only)> send;
  };

  void SetUp() override {
    auto written = storage_.Write("k", "content");
    ASSERT_TRUE(written.ok()) << written.status();
    written_ = *written;
  }

  template <typename Request, typename Response>
  Change Unary(const std::string& name,
               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               Request request) {
    return {name, [=, this](const Headers& headers, bool validate_only) {
              Request sent = request;
              sent.set_validate_only(validate_only);
              Response response;
              return Ask(method, sent, response, headers);
            }};
  }

  template <typename Request>
  grpc::Status Stream(std::unique_ptr<grpc::ClientWriter<Request>> (Stub::*method)(
                          grpc::ClientContext*, v1::Object*),
                      const Request& request, const Headers& headers) {
    grpc::ClientContext context;
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    v1::Object object;
    auto writer = (stub_.get()->*method)(&context, &object);
    writer->Write(request);
    writer->WritesDone();
    grpc::Status status = writer->Finish();
    http_ = FactsOf(context);
    return status;
  }

  std::vector<Change> Changes() {
    v1::UpdateObjectRequest update;
    update.mutable_object()->set_name(NameOf("k"));
    (*update.mutable_object()->mutable_tags())["a"] = "b";
    v1::DeleteObjectRequest remove;
    remove.set_name(NameOf("k"));
    v1::CopyObjectRequest copy;
    copy.set_name(NameOf("k"));
    copy.set_destination(NameOf("copy"));
    v1::MoveObjectRequest move;
    move.set_name(NameOf("k"));
    move.set_destination(NameOf("moved"));
    v1::ComposeObjectRequest compose;
    compose.set_name(NameOf("k"));
    compose.add_sources()->set_name(NameOf("k"));
    v1::UndeleteObjectRequest undelete;
    undelete.set_name(NameOf("k"));
    undelete.set_generation(written_.generation);
    return {Unary("update", &Stub::UpdateObject, update),
            Unary("delete", &Stub::DeleteObject, remove),
            Unary("copy", &Stub::CopyObject, copy),
            Unary("move", &Stub::MoveObject, move),
            Unary("compose", &Stub::ComposeObject, compose),
            Unary("undelete", &Stub::UndeleteObject, undelete),
            Unary("complete", &Stub::CompleteUpload, Begun()),
            {"write",
             [this](const Headers& headers, bool validate_only) {
               v1::WriteObjectRequest request;
               request.set_name(NameOf("k"));
               request.set_validate_only(validate_only);
               request.mutable_content()->set_data("other");
               return Stream(&Stub::WriteObject, request, headers);
             }},
            {"append", [this](const Headers& headers, bool validate_only) {
               v1::AppendObjectRequest request;
               request.set_name(NameOf("k"));
               request.set_expected_size(7);
               request.set_validate_only(validate_only);
               request.mutable_content()->set_data("more");
               return Stream(&Stub::AppendObject, request, headers);
             }}};
  }

  // What completes an upload of one part.
  v1::CompleteUploadRequest Begun() {
    Upload begun;
    begun.name = StorageFixture::Name("k");
    absl::StatusOr<Upload> upload = storage_.uploads->Create(begun);
    EXPECT_TRUE(upload.ok()) << upload.status();
    auto part = storage_.uploads->BeginPart({upload->name, upload->id}, 1);
    EXPECT_TRUE((*part)->Append("part").ok());
    EXPECT_TRUE((*part)->Finish().ok());
    v1::CompleteUploadRequest complete;
    complete.set_name(NameOf("k"));
    complete.set_upload_id(upload->id);
    complete.add_parts()->set_number(1);
    return complete;
  }

  // What the ErrorInfo of an error says, by name.
  static std::map<std::string, std::string> FactsIn(const grpc::Status& status) {
    auto info = DetailOf<google::rpc::ErrorInfo>(status);
    std::map<std::string, std::string> facts(info.metadata().begin(), info.metadata().end());
    facts["reason"] = info.reason();
    return facts;
  }

  // Everything that a change could have changed.
  std::string State() {
    v1::ListVersionsRequest versions;
    versions.set_parent(kBucket);
    v1::ListVersionsResponse listed;
    EXPECT_TRUE(Ask(&Stub::ListVersions, versions, listed).ok());
    v1::ListUploadsRequest uploads;
    uploads.set_parent(kBucket);
    v1::ListUploadsResponse begun;
    EXPECT_TRUE(Ask(&Stub::ListUploads, uploads, begun).ok());
    std::vector<std::string> blobs = *storage_.blobs->ListOlderThan(absl::InfiniteFuture());
    return absl::StrCat(listed.ShortDebugString(), begun.ShortDebugString(), blobs.size(), " ",
                        *storage_.audit->NewestId());
  }

  Object written_;
};

TEST_F(ChangesServiceTest, ARefusalTellsWhatIsThere) {
  for (const Change& change : Changes()) {
    for (const Headers& headers :
         {Headers{{"if-match", "\"stale\""}}, Headers{{"if-none-match", "*"}},
          Headers{{"if-unmodified-since", "Tue, 14 Nov 2000 22:13:20 GMT"}}}) {
      grpc::Status status = change.send(headers, /*validate_only=*/false);
      EXPECT_EQ(status.error_code(), Code::FAILED_PRECONDITION) << change.name;
      EXPECT_EQ(http_["status"], "412") << change.name;
      EXPECT_THAT(
          FactsIn(status),
          AllOf(Contains(Pair("reason", "CONDITION_NOT_MET")), Contains(Pair("name", NameOf("k"))),
                Contains(Pair("etag", written_.etag)), Contains(Pair("size", "7")),
                Contains(Pair("generation", absl::StrCat(written_.generation))),
                Contains(Pair("sha256", written_.sha256))))
          << change.name;
    }
  }
}

TEST_F(ChangesServiceTest, WhatIsOnlyTriedChangesNothing) {
  std::vector<Change> changes = Changes();
  std::string state = State();
  for (const Change& change : changes) {
    grpc::Status tried = change.send({}, /*validate_only=*/true);
    EXPECT_TRUE(tried.ok()) << change.name << ": " << tried.error_message();
    EXPECT_EQ(State(), state) << change.name;
    EXPECT_EQ(change.send({{"if-match", "\"stale\""}}, true).error_code(),
              Code::FAILED_PRECONDITION)
        << change.name;
  }
}

TEST_F(ChangesServiceTest, UploadsAreTriedToo) {
  v1::CompleteUploadRequest begun = Begun();
  std::string state = State();
  v1::CreateUploadRequest create;
  create.set_name(NameOf("k"));
  create.set_validate_only(true);
  v1::Upload upload;
  ASSERT_TRUE(Ask(&Stub::CreateUpload, create, upload).ok());
  EXPECT_EQ(upload.upload_id(), "");
  v1::AbortUploadRequest abort;
  abort.set_name(NameOf("k"));
  abort.set_upload_id(begun.upload_id());
  abort.set_validate_only(true);
  v1::AbortUploadResponse aborted;
  ASSERT_TRUE(Ask(&Stub::AbortUpload, abort, aborted).ok());
  grpc::ClientContext context;
  v1::UploadPart part;
  auto writer = stub_->WritePart(&context, &part);
  v1::WritePartRequest write;
  write.set_name(NameOf("k"));
  write.set_upload_id(begun.upload_id());
  write.set_number(1);
  write.set_validate_only(true);
  write.mutable_content()->set_data("another");
  writer->Write(write);
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(part.size(), 7);
  EXPECT_EQ(State(), state);
  v1::Object object;
  ASSERT_TRUE(Ask(&Stub::CompleteUpload, begun, object).ok());
  EXPECT_EQ(object.size(), 4) << "the part is the one before";
}

TEST_F(ChangesServiceTest, ABucketsRefusalTellsWhatIsThere) {
  v1::GetBucketRequest get;
  get.set_name(kBucket);
  v1::Bucket bucket;
  ASSERT_TRUE(Ask(&Stub::GetBucket, get, bucket).ok());
  v1::UpdateBucketRequest update;
  update.mutable_bucket()->set_name(kBucket);
  update.mutable_bucket()->set_description("x");
  v1::Bucket answer;
  grpc::Status header = Ask(&Stub::UpdateBucket, update, answer, {{"if-match", "\"stale\""}});
  EXPECT_EQ(header.error_code(), Code::FAILED_PRECONDITION);
  EXPECT_EQ(http_["status"], "412");
  EXPECT_THAT(FactsIn(header), Contains(Pair("etag", bucket.etag())));
  update.mutable_bucket()->set_etag("stale");
  grpc::Status field = Ask(&Stub::UpdateBucket, update, answer);
  EXPECT_EQ(field.error_code(), Code::ABORTED);
  EXPECT_THAT(FactsIn(field), Contains(Pair("etag", bucket.etag())));
  v1::DeleteBucketRequest remove;
  remove.set_name(kBucket);
  grpc::Status full = Ask(&Stub::DeleteBucket, remove, answer,
                          {{"if-match", absl::StrCat("\"", bucket.etag(), "\"")}});
  EXPECT_THAT(FactsIn(full), AllOf(Contains(Pair("reason", "BUCKET_NOT_EMPTY")),
                                   Contains(Pair("objectCount", "1"))));
  EXPECT_EQ(http_.count("status"), 0u) << "its condition did hold";
}

TEST_F(ChangesServiceTest, ABatchTellsOfEach) {
  v1::BatchDeleteObjectsRequest request;
  request.set_parent(kBucket);
  for (const char* etag : {"stale", ""}) {
    v1::DeleteObjectRequest& one = *request.add_requests();
    one.set_name(NameOf("k"));
    one.mutable_condition()->set_etag(etag);
  }
  v1::BatchDeleteObjectsResponse response;
  ASSERT_TRUE(Ask(&Stub::BatchDeleteObjects, request, response).ok());
  EXPECT_EQ(response.results(0).status().code(), Code::FAILED_PRECONDITION);
  EXPECT_EQ(response.results(0).current().etag(), written_.etag);
  EXPECT_FALSE(response.results(1).has_current());
  EXPECT_EQ(response.results(1).status().code(), 0);
}

TEST_F(ChangesServiceTest, AnArchiveComesAsAnAttachmentOfKnownLength) {
  v1::ZipObjectsRequest request;
  request.set_parent(kBucket);
  request.add_objects("k");
  grpc::ClientContext context;
  auto reader = stub_->ZipObjects(&context, request);
  google::api::HttpBody body;
  std::string archive, type;
  while (reader->Read(&body)) {
    type += body.content_type();
    archive += body.data();
  }
  ASSERT_TRUE(reader->Finish().ok());
  testing::Headers facts = FactsOf(context);
  EXPECT_EQ(type, "application/zip");
  EXPECT_THAT(archive, StartsWith("PK\x03\x04"));
  EXPECT_EQ(facts["content-length"], absl::StrCat(archive.size()));
  EXPECT_EQ(facts["content-disposition"], "attachment; filename=\"bucket.zip\"");
  EXPECT_EQ(facts["x-content-type-options"], "nosniff");
}

}  // namespace
}  // namespace triad::storage
