#include "services/storage/testing/sabotage.h"

#include <utility>

#include "runtime/base/mutex.h"

namespace triad::storage {
namespace {

class SabotagedFiles final : public FileSystem {
 public:
  SabotagedFiles(FileSystem& files, Sabotage sabotage) : files_(files), sabotage_(sabotage) {}

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path,
                                                       unsigned mode) override;
  absl::StatusOr<std::unique_ptr<ReadableFile>> Open(const std::string& path) override {
    return files_.Open(path);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    return files_.Rename(from, to);
  }
  absl::Status Remove(const std::string& path) override { return files_.Remove(path); }
  absl::Status MakeDirectory(const std::string& path) override {
    return files_.MakeDirectory(path);
  }
  absl::Status SyncDirectory(const std::string& path) override {
    if (sabotage_ == Sabotage::kIgnoreDirectorySync) return absl::OkStatus();
    return files_.SyncDirectory(path);
  }
  absl::StatusOr<std::vector<FileInfo>> List(const std::string& path) override {
    return files_.List(path);
  }

 private:
  class File;

  FileSystem& files_;
  const Sabotage sabotage_;
  Mutex mutex_;
  // Whose Sync is put off. Shared with the wrapper that was asked to sync.
  std::vector<std::shared_ptr<WritableFile>> late_ ABSL_GUARDED_BY(mutex_);
};

class SabotagedFiles::File final : public WritableFile {
 public:
  File(SabotagedFiles& owner, std::unique_ptr<WritableFile> file)
      : owner_(owner), file_(std::move(file)) {}

  absl::Status Append(absl::string_view bytes) override { return file_->Append(bytes); }
  absl::Status Sync() override {
    if (owner_.sabotage_ == Sabotage::kIgnoreDirectorySync) return file_->Sync();
    if (owner_.sabotage_ == Sabotage::kRenameBeforeSync) {
      MutexLock lock(owner_.mutex_);
      owner_.late_.push_back(file_);
    }
    return absl::OkStatus();
  }

 private:
  SabotagedFiles& owner_;
  const std::shared_ptr<WritableFile> file_;
};

absl::StatusOr<std::unique_ptr<WritableFile>> SabotagedFiles::Create(const std::string& path,
                                                                     unsigned mode) {
  std::vector<std::shared_ptr<WritableFile>> late;
  {
    MutexLock lock(mutex_);
    late.swap(late_);
  }
  // Too late to tell anybody how it went.
  for (const auto& file : late) file->Sync().IgnoreError();
  absl::StatusOr<std::unique_ptr<WritableFile>> file = files_.Create(path, mode);
  if (!file.ok()) return file;
  return std::make_unique<File>(*this, *std::move(file));
}

}  // namespace

std::unique_ptr<FileSystem> Sabotaged(FileSystem& files, Sabotage sabotage) {
  return std::make_unique<SabotagedFiles>(files, sabotage);
}

}  // namespace triad::storage
