#include "services/storage/objects/object_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ObjectName Name(const std::string& object) { return StorageFixture::Name(object); }

ObjectCondition Generation(std::int64_t generation) {
  ObjectCondition condition;
  condition.if_generation_match = generation;
  return condition;
}

class ObjectEditorTest : public ::testing::Test {
 protected:
  Bucket TheBucket() { return *storage_.buckets->Get("bucket"); }

  StorageFixture storage_;
};

TEST_F(ObjectEditorTest, DeletesWithItsBytes) {
  Object object = *storage_.Write("a", "content");
  absl::StatusOr<Object> deleted = storage_.editor->Delete({.name = Name("a")});
  ASSERT_EQ(deleted.status(), absl::OkStatus());
  EXPECT_EQ(deleted->etag, object.etag);
  EXPECT_TRUE(absl::IsNotFound(storage_.Read("a").status()));
  EXPECT_EQ(storage_.editor->Delete({.name = Name("a")}).status(),
            absl::NotFoundError("buckets/bucket/objects/a does not exist"));
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
  EXPECT_EQ(TheBucket().objects, Totals());
}

TEST_F(ObjectEditorTest, DeletesOnCondition) {
  Object object = *storage_.Write("a", "content");
  absl::Status stale =
      storage_.editor->Delete({.name = Name("a"), .condition = Generation(7)}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(stale)) << stale;
  EXPECT_THAT(stale.message(), HasSubstr("if_generation_match says 7"));
  EXPECT_EQ(*storage_.Read("a"), "content");
  EXPECT_TRUE(
      storage_.editor->Delete({.name = Name("a"), .condition = Generation(object.generation)})
          .ok());
}

TEST_F(ObjectEditorTest, OnlyTriesADryRun) {
  ASSERT_TRUE(storage_.Write("a", "content").ok());
  EXPECT_TRUE(storage_.editor->Delete({.name = Name("a")}, DryRun::kYes).ok());
  EXPECT_TRUE(storage_.editor->Copy({.name = Name("a")}, Name("b"), {}, {}, DryRun::kYes).ok());
  EXPECT_TRUE(storage_.editor->Move({.name = Name("a")}, Name("b"), {}, DryRun::kYes).ok());
  EXPECT_EQ(*storage_.Read("a"), "content");
  EXPECT_TRUE(absl::IsNotFound(storage_.Read("b").status()));
  EXPECT_EQ(TheBucket().objects, (Totals{1, 7}));
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 0);
}

TEST_F(ObjectEditorTest, UpdatesWhatIsSaidAndNoMore) {
  NewObject made = StorageFixture::New("a");
  made.properties.metadata = {{"owner", "me"}};
  Object object = *storage_.Write(made, "content");
  storage_.clock.Advance(absl::Minutes(1));
  ObjectChanges changes;
  changes.tags = std::map<std::string, std::string>{{"env", "prod"}};
  absl::StatusOr<Object> updated = storage_.editor->Update({.name = Name("a")}, changes);
  ASSERT_EQ(updated.status(), absl::OkStatus());
  Object found = *storage_.objects->Get(Name("a"));
  EXPECT_EQ(found.etag, updated->etag);
  EXPECT_NE(found.etag, object.etag);
  EXPECT_EQ(found.generation, object.generation) << "the content is the same";
  EXPECT_EQ(found.properties.metadata, made.properties.metadata);
  EXPECT_EQ(found.properties.tags, *changes.tags);
  EXPECT_EQ(found.update_time, object.update_time + absl::Minutes(1));
  EXPECT_EQ(*storage_.Read("a"), "content");
}

TEST_F(ObjectEditorTest, CopiesWithoutBytes) {
  NewObject made = StorageFixture::New("a");
  made.properties.metadata = {{"owner", "me"}};
  Object source = *storage_.Write(made, "content");
  absl::StatusOr<Object> copy = storage_.editor->Copy({.name = Name("a")}, Name("b"), {});
  ASSERT_EQ(copy.status(), absl::OkStatus());
  EXPECT_EQ(copy->sha256, source.sha256);
  EXPECT_EQ(copy->properties, made.properties);
  EXPECT_NE(copy->etag, source.etag);
  EXPECT_GT(copy->generation, source.generation);
  EXPECT_THAT(storage_.files.Paths(), SizeIs(1));
  ASSERT_TRUE(storage_.editor->Delete({.name = Name("a")}).ok());
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 0);
  EXPECT_EQ(*storage_.Read("b"), "content");
  ASSERT_TRUE(storage_.editor->Delete({.name = Name("b")}).ok());
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
}

TEST_F(ObjectEditorTest, CopiesOntoItselfWithOtherProperties) {
  ASSERT_TRUE(storage_.Write("a", "content").ok());
  ObjectChanges changes;
  changes.content_type = "text/html";
  absl::StatusOr<Object> copy = storage_.editor->Copy({.name = Name("a")}, Name("a"), {}, changes);
  ASSERT_EQ(copy.status(), absl::OkStatus());
  EXPECT_EQ(copy->content_type, "text/html");
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 0);
  EXPECT_EQ(*storage_.Read("a"), "content");
  EXPECT_EQ(TheBucket().objects, (Totals{1, 7}));
}

TEST_F(ObjectEditorTest, MovesInOneStep) {
  Object source = *storage_.Write("a", "content");
  Object target = *storage_.Write("b", "other");
  absl::Status stale = storage_.editor
                           ->Move({.name = Name("a"), .condition = Generation(source.generation)},
                                  Name("b"), Generation(source.generation))
                           .status();
  EXPECT_TRUE(absl::IsFailedPrecondition(stale)) << stale;
  absl::StatusOr<Object> moved =
      storage_.editor->Move({.name = Name("a"), .condition = Generation(source.generation)},
                            Name("b"), Generation(target.generation));
  ASSERT_EQ(moved.status(), absl::OkStatus());
  EXPECT_EQ(*storage_.Read("b"), "content");
  EXPECT_TRUE(absl::IsNotFound(storage_.Read("a").status()));
  EXPECT_EQ(TheBucket().objects, (Totals{1, 7}));
  EXPECT_TRUE(
      absl::IsInvalidArgument(storage_.editor->Move({.name = Name("b")}, Name("b"), {}).status()));
}

TEST_F(ObjectEditorTest, OneThatCannotBeDeletedKeepsNoOther) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(storage_.Write(name, name).ok());
  absl::StatusOr<std::vector<DeleteOutcome>> results =
      storage_.editor->DeleteEach({{.name = Name("a")},
                                   {.name = Name("none")},
                                   {.name = Name("b"), .condition = Generation(1)},
                                   {.name = Name("c")},
                                   {.name = Name("a")}});
  ASSERT_EQ(results.status(), absl::OkStatus());
  std::vector<absl::StatusCode> codes;
  for (const DeleteOutcome& outcome : *results) {
    codes.push_back(outcome.deleted.status().code());
    EXPECT_EQ(outcome.current.has_value(), codes.back() == absl::StatusCode::kFailedPrecondition);
  }
  using Code = absl::StatusCode;
  EXPECT_EQ(codes, (std::vector<Code>{Code::kOk, Code::kNotFound, Code::kFailedPrecondition,
                                      Code::kOk, Code::kNotFound}));
  EXPECT_EQ(*storage_.Read("b"), "b");
  EXPECT_EQ(TheBucket().objects, (Totals{1, 1}));
}

}  // namespace
}  // namespace triad::storage
