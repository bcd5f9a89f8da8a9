#include "services/storage/blobs/local/local_blob_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/blobs/held_blobs.h"

namespace triad::storage {
namespace {

constexpr int kShards = 256;

std::string ShardName(int shard) {
  return absl::BytesToHexString(std::string(1, static_cast<char>(shard)));
}

class FileReader final : public BlobReader {
 public:
  FileReader(std::unique_ptr<ReadableFile> file, const BlobRange& range)
      : file_(std::move(file)), next_(range.offset), end_(range.offset + range.length) {}

  absl::StatusOr<std::string> Read(std::size_t count) override {
    count = std::min(count, static_cast<std::size_t>(end_ - next_));
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, file_->Read(next_, count));
    next_ += static_cast<std::int64_t>(bytes.size());
    return bytes;
  }

 private:
  const std::unique_ptr<ReadableFile> file_;
  std::int64_t next_;
  const std::int64_t end_;
};

class LocalBlobStore final : public BlobStore {
 public:
  LocalBlobStore(std::string root, FileSystem& files, Random& random)
      : root_(std::move(root)), files_(files), random_(random) {}

  absl::Status Prepare();

  absl::StatusOr<std::unique_ptr<BlobWriter>> Create() override {
    return CreateAs(RandomId(random_));
  }
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateAs(const std::string& blob) override;
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override;
  absl::Status Remove(const std::string& blob) override;
  absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) override;
  // Nothing but a crash leaves anything, and Prepare removes that.
  absl::StatusOr<Removals> RemoveUnfinished(absl::Time) override { return Removals(); }
  // The directory is locked by the process that it belongs to.
  absl::Status CheckOwner() override { return absl::OkStatus(); }
  absl::Status CheckHealth(absl::Duration) override {
    return files_.List(TemporaryDirectory()).status();
  }

 private:
  class Writer;

  std::string TemporaryDirectory() const { return absl::StrCat(root_, "/tmp"); }
  std::string ShardDirectory(absl::string_view blob) const {
    return absl::StrCat(root_, "/", blob.substr(0, 2));
  }
  std::string PathOf(const std::string& blob) const {
    return absl::StrCat(ShardDirectory(blob), "/", blob);
  }

  const std::string root_;
  FileSystem& files_;
  Random& random_;
  HeldBlobs held_;  // by writers
};

class LocalBlobStore::Writer final : public BlobWriter {
 public:
  Writer(LocalBlobStore& store, std::string blob, std::string path,
         std::unique_ptr<WritableFile> file)
      : store_(store),
        hold_(store.held_, std::move(blob)),
        path_(std::move(path)),
        file_(std::move(file)) {}

  ~Writer() override {
    if (renamed_) return;
    file_.reset();
    absl::Status removed = store_.files_.Remove(path_);
    // What remains only takes space, until the next start.
    if (!removed.ok()) {
      log::Warning("unfinished blob not removed", {{"error", removed.message()}});
    }
  }

  const std::string& blob() const override { return hold_.blob(); }

  absl::Status Append(absl::string_view bytes) override { return file_->Append(bytes); }

  absl::Status Send(const std::string&) override {
    file_->BeginSync();
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<BlobWriter>> Next() override { return store_.Create(); }

  absl::Status MakeDurable() override {
    TRIAD_RETURN_IF_ERROR(file_->Sync());
    file_.reset();
    TRIAD_RETURN_IF_ERROR(store_.files_.Rename(path_, store_.PathOf(blob())));
    renamed_ = true;
    return store_.files_.SyncDirectory(store_.ShardDirectory(blob()));
  }

 private:
  LocalBlobStore& store_;
  const Hold hold_;
  const std::string path_;  // the temporary one
  std::unique_ptr<WritableFile> file_;
  bool renamed_ = false;
};

absl::Status LocalBlobStore::Prepare() {
  TRIAD_RETURN_IF_ERROR(MakeDirectories(files_, root_));
  TRIAD_RETURN_IF_ERROR(files_.MakeDirectory(TemporaryDirectory()));
  for (int shard = 0; shard < kShards; ++shard) {
    TRIAD_RETURN_IF_ERROR(files_.MakeDirectory(ShardDirectory(ShardName(shard))));
  }
  TRIAD_RETURN_IF_ERROR(files_.SyncDirectory(root_));
  TRIAD_ASSIGN_OR_RETURN(std::vector<FileInfo> unfinished, files_.List(TemporaryDirectory()));
  Removals removals;
  for (const FileInfo& file : unfinished) {
    removals.Count(files_.Remove(absl::StrCat(TemporaryDirectory(), "/", file.name)));
  }
  // What remains only takes space.
  if (removals.failed > 0) {
    log::Warning("unfinished blobs not removed",
                 {{"left", removals.failed}, {"error", removals.first_failure.message()}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<BlobWriter>> LocalBlobStore::CreateAs(const std::string& blob) {
  std::string path = absl::StrCat(TemporaryDirectory(), "/", blob);
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, files_.Create(path));
  return std::make_unique<Writer>(*this, blob, std::move(path), std::move(file));
}

absl::StatusOr<std::unique_ptr<BlobReader>> LocalBlobStore::Open(const std::string& blob,
                                                                 BlobRange range) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, files_.Open(PathOf(blob)));
  return std::make_unique<FileReader>(std::move(file), range);
}

absl::Status LocalBlobStore::Remove(const std::string& blob) {
  absl::Status removed = files_.Remove(PathOf(blob));
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

absl::StatusOr<std::vector<std::string>> LocalBlobStore::ListOlderThan(absl::Time time) {
  std::vector<std::string> blobs;
  for (int shard = 0; shard < kShards; ++shard) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<FileInfo> files,
                           files_.List(ShardDirectory(ShardName(shard))));
    for (FileInfo& file : files) {
      if (file.modified < time && !held_.Holds(file.name)) blobs.push_back(std::move(file.name));
    }
  }
  return blobs;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlobStore>> OpenLocalBlobStore(const std::string& root,
                                                              const BlobStoreParts& parts) {
  auto store = std::make_unique<LocalBlobStore>(root, parts.files, parts.random);
  TRIAD_RETURN_IF_ERROR(Annotate(store->Prepare(), "blobs: "));
  return store;
}

}  // namespace triad::storage
