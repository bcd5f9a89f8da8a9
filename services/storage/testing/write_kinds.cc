#include "services/storage/testing/write_kinds.h"

#include <utility>

#include "absl/strings/match.h"
#include "runtime/base/status.h"
#include "services/storage/compose/hash_completer.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/object_kinds.h"
#include "services/storage/testing/upload_kinds.h"

namespace triad::storage {
namespace {

constexpr char kRemovedPrefix[] = "bucket/old/";

WriteKind DeleteBucket(const std::string& bucket) {
  return {"delete the bucket " + bucket,
          [=](StorageFixture& storage) {
            return storage.buckets->Delete(bucket, {}, /*force=*/true).status();
          },
          [=](StoreState& state) {
            std::erase_if(state.objects, [&](const auto& object) {
              return absl::StartsWith(object.first, bucket + "/");
            });
            return true;
          }};
}

WriteKind RemovePrefix() {
  return {"delete by prefix",
          [](StorageFixture& storage) -> absl::Status {
            ObjectName prefix = NameOf(kRemovedPrefix);
            return storage.buckets->RemovePrefix(prefix.bucket, prefix.object).status();
          },
          [](StoreState& state) {
            state.removes = true;
            return true;
          }};
}

WriteKind Background(const std::string& name, std::function<absl::Status(StorageFixture&)> run) {
  return {name, std::move(run), [](StoreState&) { return true; }, true};
}

absl::Status RunHashes(StorageFixture& storage) {
  storage.clock.Advance(absl::Minutes(1));
  return HashCompleter(*storage.parts, *storage.objects).Run();
}

}  // namespace

std::vector<WriteKind> WriteKinds() {
  WriteKind removals =
      Background("removals", [](StorageFixture& storage) { return storage.remover->Run(); });
  removals.effect = [](StoreState& state) {
    FinishBackground(state);
    return true;
  };
  WriteKind garbage = Background("sweep garbage", [](StorageFixture& storage) {
    return storage.sweeper->SweepGarbage().status();
  });
  WriteKind orphans = Background("sweep orphans", [](StorageFixture& storage) {
    return storage.sweeper->SweepOrphans().status();
  });
  return {
      Put("versioned/a", "tiny"),
      Put("bucket/a", DistinctBytes(300, 1)),
      Put("versioned/b", DistinctBytes(300, 1)),  // equal
      Put("bucket/a", DistinctBytes(280, 2)),
      Put("versioned/a", DistinctBytes(30, 3)),
      PutIfAbsent("bucket/a", "never seen"),
      Abandon("bucket/never"),
      Put("bucket/empty", ""),
      Put("bucket/old/small", DistinctBytes(5, 4)),
      Copy("bucket/a", "versioned/copied"),
      Update("versioned/copied", "ann"),
      Compose({"bucket/a", "versioned/a", "bucket/old/small"}, "bucket/old/composed"),
      Copy("bucket/old/composed", "versioned/list"),
      Append("bucket/old/composed", "xy"),
      Append("bucket/old/composed", DistinctBytes(100, 5)),  // with which small pieces are joined
      Move("versioned/list", "bucket/moved"),
      garbage,
      Delete("bucket/moved"),
      Delete("versioned/a"),
      Undelete("versioned/a"),
      RemoveVersion("versioned/a"),
      BatchDelete({"bucket/empty", "bucket/none", "versioned/b"}),
      CreateUpload("bucket/uploaded"),
      PutPart("bucket/uploaded", 2, DistinctBytes(7, 6)),
      PutPart("bucket/uploaded", 1, DistinctBytes(200, 7)),
      PutPart("bucket/uploaded", 1, DistinctBytes(150, 8)),
      CompleteUpload("bucket/uploaded"),
      CreateUpload("bucket/aborted"),
      PutPart("bucket/aborted", 1, DistinctBytes(60, 9)),
      AbortUpload("bucket/aborted"),
      Background("hashes", RunHashes),
      Put("gone/large", DistinctBytes(40, 10)),
      Put("gone/small", "small"),
      DeleteBucket("gone"),
      RemovePrefix(),
      removals,
      garbage,
      orphans,
      Put("bucket/a", DistinctBytes(260, 11))};
}

absl::Status MakeBuckets(StorageFixture& storage) {
  BucketChanges versioned;
  versioned.versioning = Versioning::kOn;
  TRIAD_RETURN_IF_ERROR(storage.buckets->Create("versioned", versioned).status());
  return storage.buckets->Create("gone").status();
}

absl::Status FinishBackground(StorageFixture& storage) {
  TRIAD_RETURN_IF_ERROR(storage.remover->Run());
  TRIAD_RETURN_IF_ERROR(RunHashes(storage));
  storage.clock.Advance(absl::Hours(2));
  TRIAD_RETURN_IF_ERROR(storage.sweeper->SweepGarbage().status());
  return storage.sweeper->SweepOrphans().status();
}

void FinishBackground(StoreState& state) {
  if (!std::exchange(state.removes, false)) return;
  std::erase_if(state.objects,
                [](const auto& object) { return absl::StartsWith(object.first, kRemovedPrefix); });
}

}  // namespace triad::storage
