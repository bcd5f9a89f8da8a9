#include "services/storage/uploads/upload_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/recount.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class UploadStoreTest : public ::testing::Test {
 protected:
  UploadName Create(const std::string& object) {
    Upload upload;
    upload.name = StorageFixture::Name(object);
    upload.properties.metadata = {{"owner", "me"}};
    return {upload.name, storage_.uploads->Create(upload)->id};
  }
  absl::StatusOr<UploadPart> Put(const UploadName& upload, std::int64_t number,
                                 const std::string& bytes) {
    absl::StatusOr<std::unique_ptr<PartWrite>> write = storage_.uploads->BeginPart(upload, number);
    if (!write.ok()) return write.status();
    absl::Status appended = (*write)->Append(bytes);
    if (!appended.ok()) return appended;
    return (*write)->Finish();
  }
  std::string Content(const std::string& object) {
    return *storage_.objects->Open(StorageFixture::Name(object))->content->Read(256 << 20);
  }

  StorageFixture storage_;
};

TEST_F(UploadStoreTest, JoinsTheChosenPartsInOrder) {
  UploadName upload = Create("a");
  ASSERT_TRUE(Put(upload, 7, "third").ok());
  ASSERT_TRUE(Put(upload, 1, "first,").ok());
  ASSERT_TRUE(Put(upload, 3, "second,").ok());
  ASSERT_TRUE(Put(upload, 9, "left out").ok());
  EXPECT_TRUE(absl::IsNotFound(storage_.Read("a").status())) << "it is no object yet";
  absl::StatusOr<Object> object =
      storage_.uploads->Complete(upload, {{1, ""}, {3, ""}, {7, ""}}, {});
  ASSERT_EQ(object.status(), absl::OkStatus());
  EXPECT_EQ(Content("a"), "first,second,third");
  EXPECT_EQ(object->crc32c, Crc32c::Of("first,second,third"));
  EXPECT_EQ(object->content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(object->properties.metadata.at("owner"), "me");
  EXPECT_EQ(
      storage_.uploads->Complete(upload, {{1, ""}}, {}).status(),
      absl::NotFoundError(absl::StrCat("buckets/bucket/objects/a has no upload ", upload.id)));
  ASSERT_TRUE(storage_.editor->Delete({.name = StorageFixture::Name("a")}).ok());
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_THAT(storage_.files.Paths(), IsEmpty()) << "parts that were left out are gone, too";
}

TEST_F(UploadStoreTest, APartMayBeWrittenAgain) {
  UploadName upload = Create("a");
  UploadPart first = *Put(upload, 2, "old");
  UploadPart second = *Put(upload, 2, "new");
  EXPECT_NE(first.etag, second.etag);
  absl::Status stale = storage_.uploads->Complete(upload, {{2, first.etag}}, {}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(stale));
  EXPECT_THAT(stale.message(), HasSubstr("parts[0].etag"));
  EXPECT_TRUE(storage_.uploads->Complete(upload, {{2, second.etag}}, {}).ok());
  EXPECT_EQ(*storage_.Read("a"), "new") << "of one part the hash is known";
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
}

TEST_F(UploadStoreTest, APartThatIsWrittenAgainAfterItsCommitKeepsItsContent) {
  UploadName upload = Create("a");
  storage_.database.repeat_commits = true;
  EXPECT_EQ(Put(upload, 1, "first").status(), absl::OkStatus());
  EXPECT_EQ(Put(upload, 1, "second").status(), absl::OkStatus());
  EXPECT_EQ(storage_.uploads->Complete(upload, {{1, ""}}, {}).status(), absl::OkStatus());
  EXPECT_EQ(*storage_.Read("a"), "second");
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  EXPECT_THAT(LeftProblems(storage_), IsEmpty());
}

TEST_F(UploadStoreTest, RefusesPartsThatAreNoneOrNotInOrder) {
  UploadName upload = Create("a");
  ASSERT_TRUE(Put(upload, 1, "1").ok());
  ASSERT_TRUE(Put(upload, 2, "2").ok());
  for (const std::vector<ChosenPart>& chosen : std::vector<std::vector<ChosenPart>>{
           {{1, ""}, {1, ""}}, {{2, ""}, {1, ""}}, {{1, ""}, {3, ""}}}) {
    absl::Status status = storage_.uploads->Complete(upload, chosen, {}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr("parts[1].number"));
  }
  ObjectCondition condition;
  condition.if_generation_match = 5;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage_.uploads->Complete(upload, {{1, ""}}, condition).status()));
  EXPECT_TRUE(storage_.uploads->Complete(upload, {{1, ""}, {2, ""}}, {}).ok());
  EXPECT_EQ(Content("a"), "12");
}

TEST_F(UploadStoreTest, WhatIsGivenUpIsGoneWithItsBytes) {
  UploadName upload = Create("a");
  ASSERT_TRUE(Put(upload, 1, "1").ok());
  auto late = *storage_.uploads->BeginPart(upload, 2);
  ASSERT_TRUE(late->Append("late").ok());
  EXPECT_EQ(storage_.uploads->Abort(upload), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(storage_.uploads->Abort(upload)));
  EXPECT_TRUE(absl::IsNotFound(late->Finish().status()));
  late.reset();
  EXPECT_TRUE(absl::IsNotFound(Put(upload, 3, "3").status()));
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
}

TEST_F(UploadStoreTest, PagesThroughUploadsAndParts) {
  std::vector<std::string> made;
  for (const char* object : {"b", "a", "a", "c/1", "c/2"}) made.push_back(Create(object).id);
  for (std::int64_t limit : {1, 2, 10}) {
    UploadQuery query{.bucket = "bucket", .limit = limit};
    std::vector<std::string> names;
    bool more = true;
    while (more) {
      UploadPage page = *storage_.uploads->List(query);
      for (const Upload& upload : page.uploads) {
        names.push_back(upload.name.object);
        query.after = UploadName{upload.name, upload.id};
      }
      more = page.more;
    }
    EXPECT_THAT(names, ElementsAre("a", "a", "b", "c/1", "c/2")) << limit;
  }
  EXPECT_THAT(storage_.uploads->List({.bucket = "bucket", .prefix = "c/", .limit = 10})->uploads,
              SizeIs(2));
  UploadName upload = Create("parts");
  for (int number : {4, 2, 9}) ASSERT_TRUE(Put(upload, number, "x").ok());
  PartPage page = *storage_.uploads->ListParts(upload, 0, 2);
  EXPECT_TRUE(page.more);
  EXPECT_EQ(page.parts[1].number, 4);
  page = *storage_.uploads->ListParts(upload, 4, 2);
  EXPECT_FALSE(page.more);
  EXPECT_THAT(page.parts, SizeIs(1));
}

TEST_F(UploadStoreTest, ABucketWithUploadsIsDeletedByForceAlone) {
  ASSERT_TRUE(Put(Create("a"), 1, "1").ok());
  ASSERT_TRUE(Put(Create("b"), 1, "2").ok());
  absl::Status refused = storage_.buckets->Delete("bucket", {}, /*force=*/false).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(refused.message(), HasSubstr("some uploads"));
  ASSERT_TRUE(storage_.buckets->Delete("bucket", {}, /*force=*/true).ok());
  ASSERT_TRUE(storage_.remover->Run().ok());
  EXPECT_TRUE(absl::IsNotFound(storage_.buckets->Get("bucket").status()));
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
}

TEST_F(UploadStoreTest, APartsKnownBytesTakeNoRoom) {
  ASSERT_TRUE(storage_.Write("there", "same bytes").ok());
  UploadName upload = Create("a");
  ASSERT_TRUE(Put(upload, 1, "same bytes").ok());
  ASSERT_TRUE(Put(upload, 2, "same bytes").ok());
  EXPECT_THAT(storage_.files.Paths(), SizeIs(1));
  ASSERT_TRUE(storage_.uploads->Complete(upload, {{1, ""}, {2, ""}}, {}).ok());
  EXPECT_EQ(Content("a"), "same bytessame bytes");
}

}  // namespace
}  // namespace triad::storage
