// Lists, changes and deletions over real gRPC: fields, tokens, statuses.
#include "services/storage/objects/objects_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/service_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Stub;
using Code = grpc::StatusCode;

constexpr char kBucket[] = "buckets/bucket";

std::string NameOf(const std::string& object) { return absl::StrCat(kBucket, "/objects/", object); }

class ObjectsHandlerTest : public testing::StorageServiceTest {
 protected:
  void Make(const std::vector<std::string>& names) {
    for (const std::string& name : names) ASSERT_TRUE(storage_.Write(name, name).ok());
  }
};

TEST_F(ObjectsHandlerTest, PagesThroughNamesAndFolders) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b/1", "b/2", "c", "d/1"}));
  v1::ListObjectsRequest request;
  request.set_parent(kBucket);
  request.set_delimiter("/");
  request.set_page_size(2);
  request.set_count(true);
  std::vector<std::string> listed;
  std::vector<std::int64_t> positions;
  v1::ListObjectsResponse response;
  do {
    ASSERT_TRUE(Ask(&Stub::ListObjects, request, response).ok());
    for (const v1::Object& object : response.objects()) listed.push_back(object.name());
    for (const std::string& prefix : response.prefixes()) listed.push_back(prefix);
    positions.push_back(response.position());
    EXPECT_EQ(response.total_count(), 5);
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_THAT(listed, ElementsAre(NameOf("a"), "b/", NameOf("c"), "d/"));
  EXPECT_THAT(positions, ElementsAre(0, 3));
}

TEST_F(ObjectsHandlerTest, ATokenIsOfOneList) {
  ASSERT_NO_FATAL_FAILURE(Make({"a/1", "a/2", "b/1"}));
  v1::ListObjectsRequest request;
  request.set_parent(kBucket);
  request.set_prefix("a/");
  request.set_page_size(1);
  v1::ListObjectsResponse response;
  ASSERT_TRUE(Ask(&Stub::ListObjects, request, response).ok());
  std::string token = response.next_page_token();
  for (std::string wrong : {token + "x", token.substr(1), token.substr(0, token.size() - 1)}) {
    request.set_page_token(wrong);
    EXPECT_EQ(FieldOf(Ask(&Stub::ListObjects, request, response)), "page_token") << wrong;
  }
  request.set_page_token(token);
  request.set_prefix("b/");
  EXPECT_EQ(FieldOf(Ask(&Stub::ListObjects, request, response)), "page_token");
  request.set_prefix("a/");
  request.set_order(v1::ListObjectsRequest::ORDER_DESCENDING);
  EXPECT_EQ(FieldOf(Ask(&Stub::ListObjects, request, response)), "page_token");
}

TEST_F(ObjectsHandlerTest, NamesTheFieldOfAListThatIsWrong) {
  v1::ListObjectsResponse response;
  auto field = [&](auto change) {
    v1::ListObjectsRequest request;
    request.set_parent(kBucket);
    change(request);
    return FieldOf(Ask(&Stub::ListObjects, request, response));
  };
  EXPECT_EQ(field([](auto& request) { request.set_parent("bucket"); }), "parent");
  EXPECT_EQ(field([](auto& request) { request.set_prefix("a\n"); }), "prefix");
  EXPECT_EQ(field([](auto& request) { request.set_start_after(std::string(1025, 'a')); }),
            "start_after");
  EXPECT_EQ(field([](auto& request) { request.set_delimiter(std::string(1025, 'a')); }),
            "delimiter");
  EXPECT_EQ(field([](auto& request) { request.set_page_size(-1); }), "page_size");
  EXPECT_EQ(field([](auto& request) {
              request.set_order(static_cast<v1::ListObjectsRequest::Order>(9));
            }),
            "order");
}

TEST_F(ObjectsHandlerTest, ChangesWhatTheMaskNames) {
  ASSERT_NO_FATAL_FAILURE(Make({"a"}));
  v1::UpdateObjectRequest request;
  request.mutable_object()->set_name(NameOf("a"));
  (*request.mutable_object()->mutable_metadata())["owner"] = "me";
  request.mutable_object()->set_content_type("text/html");
  request.mutable_update_mask()->add_paths("metadata");
  v1::Object object;
  ASSERT_TRUE(Ask(&Stub::UpdateObject, request, object).ok());
  EXPECT_EQ(object.metadata().at("owner"), "me");
  EXPECT_EQ(object.content_type(), "text/plain");
  request.mutable_update_mask()->Clear();
  ASSERT_TRUE(Ask(&Stub::UpdateObject, request, object).ok());
  EXPECT_EQ(object.content_type(), "text/html");
  request.mutable_update_mask()->add_paths("size");
  request.mutable_object()->set_size(1000);
  request.mutable_object()->set_content_type("image/png");
  ASSERT_TRUE(Ask(&Stub::UpdateObject, request, object).ok()) << "what cannot change stays";
  EXPECT_NE(object.size(), 1000);
  EXPECT_EQ(object.content_type(), "text/html");
  request.mutable_update_mask()->add_paths("sizes");
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateObject, request, object)), "update_mask");
  request.mutable_update_mask()->Clear();
  (*request.mutable_object()->mutable_metadata())["Owner"] = "me";
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateObject, request, object)), "object.metadata.Owner");
  (*request.mutable_object()->mutable_metadata()).clear();
  request.mutable_object()->set_cache_control("max-age=60");
  request.mutable_object()->set_expires("tomorrow");
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateObject, request, object)), "object.expires");
  request.mutable_object()->clear_expires();
  ASSERT_TRUE(Ask(&Stub::UpdateObject, request, object).ok());
  EXPECT_EQ(object.cache_control(), "max-age=60");
  (*request.mutable_object()->mutable_tags())[""] = "x";
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateObject, request, object)), "object.tags");
}

TEST_F(ObjectsHandlerTest, HttpConditionsHoldForEveryVerb) {
  ASSERT_NO_FATAL_FAILURE(Make({"a"}));
  v1::Object object;
  v1::UpdateObjectRequest update;
  update.mutable_object()->set_name(NameOf("a"));
  EXPECT_EQ(Ask(&Stub::UpdateObject, update, object, {{"if-match", "\"x\""}}).error_code(),
            Code::FAILED_PRECONDITION);
  EXPECT_EQ(http_["status"], "412");
  v1::DeleteObjectRequest request;
  request.set_name(NameOf("a"));
  v1::DeleteObjectResponse response;
  EXPECT_EQ(Ask(&Stub::DeleteObject, request, response, {{"if-match", "\"x\""}}).error_code(),
            Code::FAILED_PRECONDITION);
  EXPECT_EQ(http_["status"], "412");
  EXPECT_EQ(FieldOf(Ask(&Stub::DeleteObject, request, response, {{"if-match", "x"}})), "if-match");
  request.mutable_condition()->set_etag("x");
  EXPECT_EQ(FieldOf(Ask(&Stub::DeleteObject, request, response, {{"if-match", "\"x\""}})),
            "condition.etag");
  request.mutable_condition()->set_etag(storage_.objects->Get({"bucket", "a"})->etag);
  EXPECT_TRUE(Ask(&Stub::DeleteObject, request, response).ok());
  EXPECT_EQ(response.object().name(), NameOf("a"));
  EXPECT_EQ(Ask(&Stub::DeleteObject, request, response).error_code(), Code::NOT_FOUND);
}

TEST_F(ObjectsHandlerTest, DeletesManyAndSaysWhatBecameOfEach) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b"}));
  v1::BatchDeleteObjectsRequest request;
  v1::BatchDeleteObjectsResponse response;
  request.set_parent(kBucket);
  EXPECT_EQ(FieldOf(Ask(&Stub::BatchDeleteObjects, request, response)), "requests");
  for (const char* name : {"a", "none", "b"}) request.add_requests()->set_name(NameOf(name));
  request.set_validate_only(true);
  ASSERT_TRUE(Ask(&Stub::BatchDeleteObjects, request, response).ok());
  EXPECT_EQ(response.deleted_count(), 2);
  request.set_validate_only(false);
  ASSERT_TRUE(Ask(&Stub::BatchDeleteObjects, request, response).ok());
  EXPECT_EQ(response.deleted_count(), 2);
  EXPECT_EQ(response.results(1).status().code(), static_cast<int>(Code::NOT_FOUND));
  EXPECT_THAT(response.results(1).status().message(), HasSubstr("does not exist"));
  request.add_requests()->set_name("buckets/other/objects/a");
  EXPECT_EQ(FieldOf(Ask(&Stub::BatchDeleteObjects, request, response)), "requests[3].name");
  for (int i = 0; i < 1000; ++i) request.add_requests()->set_name(NameOf("a"));
  EXPECT_EQ(FieldOf(Ask(&Stub::BatchDeleteObjects, request, response)), "requests");
}

TEST_F(ObjectsHandlerTest, CopiesMovesAndBringsBack) {
  ASSERT_NO_FATAL_FAILURE(Make({"a"}));
  v1::Object object;
  v1::CopyObjectRequest copy;
  copy.set_name(NameOf("a"));
  copy.set_destination("a");
  EXPECT_EQ(FieldOf(Ask(&Stub::CopyObject, copy, object)), "destination");
  copy.set_destination(NameOf("b"));
  copy.mutable_object()->set_content_type("text/html");
  copy.mutable_update_mask()->add_paths("content_type");
  copy.mutable_destination_condition()->set_if_generation_match(0);
  ASSERT_TRUE(Ask(&Stub::CopyObject, copy, object).ok());
  EXPECT_EQ(object.content_type(), "text/html");
  EXPECT_EQ(Ask(&Stub::CopyObject, copy, object).error_code(), Code::FAILED_PRECONDITION);
  v1::MoveObjectRequest move;
  move.set_name(NameOf("a"));
  move.set_destination(NameOf("c"));
  ASSERT_TRUE(Ask(&Stub::MoveObject, move, object).ok());
  EXPECT_EQ(Ask(&Stub::MoveObject, move, object).error_code(), Code::NOT_FOUND);
  v1::UndeleteObjectRequest undelete;
  undelete.set_name(NameOf("a"));
  EXPECT_EQ(Ask(&Stub::UndeleteObject, undelete, object).error_code(), Code::NOT_FOUND)
      << "without versions nothing is kept";
  undelete.set_generation(-1);
  EXPECT_EQ(FieldOf(Ask(&Stub::UndeleteObject, undelete, object)), "generation");
}

TEST_F(ObjectsHandlerTest, ListsAndReadsVersions) {
  v1::UpdateBucketRequest on;
  v1::Bucket bucket;
  on.mutable_bucket()->set_name(kBucket);
  on.mutable_bucket()->set_versioning(v1::Bucket::VERSIONING_ON);
  ASSERT_TRUE(Ask(&Stub::UpdateBucket, on, bucket).ok());
  EXPECT_EQ(bucket.versioning(), v1::Bucket::VERSIONING_ON);
  Object first = *storage_.Write("a", "1");
  ASSERT_TRUE(storage_.Write("a", "2").ok());
  v1::ListVersionsRequest list;
  v1::ListVersionsResponse versions;
  list.set_parent(kBucket);
  list.set_page_size(1);
  ASSERT_TRUE(Ask(&Stub::ListVersions, list, versions).ok());
  EXPECT_TRUE(versions.versions(0).current());
  list.set_page_token(versions.next_page_token());
  ASSERT_TRUE(Ask(&Stub::ListVersions, list, versions).ok());
  EXPECT_EQ(versions.versions(0).generation(), first.generation);
  EXPECT_FALSE(versions.versions(0).current());
  EXPECT_THAT(versions.next_page_token(), IsEmpty());
  list.set_object("a");
  EXPECT_EQ(FieldOf(Ask(&Stub::ListVersions, list, versions)), "page_token");
  list.set_prefix("a");
  EXPECT_EQ(FieldOf(Ask(&Stub::ListVersions, list, versions)), "prefix");
  v1::GetObjectRequest get;
  v1::Object object;
  get.set_name(NameOf("a"));
  get.set_generation(first.generation);
  ASSERT_TRUE(Ask(&Stub::GetObject, get, object).ok());
  EXPECT_EQ(object.etag(), first.etag);
}

TEST_F(ObjectsHandlerTest, ChangesAndDeletesBuckets) {
  v1::UpdateBucketRequest update;
  v1::Bucket bucket;
  update.mutable_bucket()->set_name(kBucket);
  update.mutable_bucket()->set_description("photos");
  update.mutable_bucket()->set_etag("stale");
  EXPECT_EQ(Ask(&Stub::UpdateBucket, update, bucket).error_code(), Code::ABORTED);
  update.mutable_bucket()->clear_etag();
  ASSERT_TRUE(Ask(&Stub::UpdateBucket, update, bucket).ok());
  EXPECT_EQ(bucket.description(), "photos");
  update.mutable_bucket()->set_cache_control("a\nb");
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateBucket, update, bucket)), "bucket.cache_control");
  update.mutable_update_mask()->add_paths("names");
  EXPECT_EQ(FieldOf(Ask(&Stub::UpdateBucket, update, bucket)), "update_mask");
  ASSERT_NO_FATAL_FAILURE(Make({"logs/1", "logs/2", "other"}));
  v1::DeletePrefixRequest prefix;
  v1::Removal removal;
  prefix.set_parent(kBucket);
  EXPECT_EQ(FieldOf(Ask(&Stub::DeletePrefix, prefix, removal)), "prefix");
  prefix.set_prefix("logs/");
  ASSERT_TRUE(Ask(&Stub::DeletePrefix, prefix, removal).ok());
  ASSERT_TRUE(storage_.remover->Run().ok());
  v1::GetRemovalRequest get;
  get.set_name(removal.name());
  ASSERT_TRUE(Ask(&Stub::GetRemoval, get, removal).ok());
  EXPECT_TRUE(removal.done());
  EXPECT_EQ(removal.removed_count(), 2);
  get.set_name("buckets/bucket/removals/x");
  EXPECT_EQ(FieldOf(Ask(&Stub::GetRemoval, get, removal)), "name");
  v1::DeleteBucketRequest remove;
  remove.set_name(kBucket);
  EXPECT_EQ(Ask(&Stub::DeleteBucket, remove, bucket).error_code(), Code::FAILED_PRECONDITION);
  remove.set_force(true);
  ASSERT_TRUE(Ask(&Stub::DeleteBucket, remove, bucket).ok());
  EXPECT_TRUE(bucket.deleting());
  EXPECT_EQ(bucket.object_count(), 1);
}

}  // namespace
}  // namespace triad::storage
