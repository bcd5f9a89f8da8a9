#include "services/storage/zip/object_zipper.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/versions/find_version.h"
#include "services/storage/zip/zip_paths.h"

namespace triad::storage {
namespace {

// Rows that are read at a time, because of what may be known about each.
constexpr std::int64_t kPage = 100;
// How often content may be taken away between its row and its hold.
constexpr int kMaxAttempts = 10;
// Bytes for a file beside its path, which is there twice while paths are made: the file, what
// holds its content, and nodes of maps.
constexpr std::size_t kFileBytes = sizeof(ZipFile) + 160;
constexpr absl::Duration kRetryDelay = absl::Seconds(5);
constexpr absl::string_view kThereAre = " bytes there are (--memory_budget_bytes)";

// Finds the files of an archive in one transaction.
class Collector {
 public:
  Collector(db::Session& session, ContentHolds& holds, MemoryBudget& memory, MemoryShare& share)
      : session_(session), holds_(holds), memory_(memory), share_(share) {}

  absl::StatusOr<std::vector<ZipFile>> Collect(const ZipSelection& selection) {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session_).Get(selection.bucket));
    for (const ObjectSelection& object : selection.objects) {
      TRIAD_ASSIGN_OR_RETURN(FoundVersion found,
                             FindVersion(session_, object.name, object.generation));
      TRIAD_RETURN_IF_ERROR(CheckHasContent(found.object));
      TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, found.object));
      TRIAD_RETURN_IF_ERROR(Add(std::move(found.object)));
    }
    for (const std::string& prefix : selection.prefixes) {
      TRIAD_RETURN_IF_ERROR(AddAll(bucket, prefix));
    }
    DropTheSame();
    return std::move(files_);
  }

 private:
  absl::Status AddAll(const Bucket& bucket, const std::string& prefix) {
    ObjectRows rows(session_, bucket);
    NameRange range{prefix, EndOfNames(prefix), /*descending=*/false, kPage};
    for (;;) {
      TRIAD_ASSIGN_OR_RETURN(std::vector<Object> objects, rows.List(range));
      if (objects.empty()) return absl::OkStatus();
      range.from = BehindName(objects.back().name.object);
      for (Object& object : objects) TRIAD_RETURN_IF_ERROR(Add(std::move(object)));
    }
  }

  absl::Status Add(Object object) {
    if (files_.size() == ObjectZipper::kMaxFiles) {
      return absl::OutOfRangeError(
          absl::StrCat("more than ", ObjectZipper::kMaxFiles, " objects are selected"));
    }
    TRIAD_RETURN_IF_ERROR(TakeMemory(kFileBytes + 2 * object.name.object.size()));
    ZipFile file;
    file.entry.path = std::move(object.name.object);
    file.entry.size = object.size;
    file.entry.time = object.update_time;
    file.generation = object.generation;
    file.content = object.content;
    if (file.content.piece.has_value()) file.hold = holds_.TryHold(*file.content.piece);
    if (file.content.list.has_value()) file.hold = holds_.TryHold(*file.content.list);
    if (!file.hold.has_value() && file.content != Content()) {
      return absl::AbortedError(absl::StrCat(file.entry.path, " is being removed"));
    }
    files_.push_back(std::move(file));
    return absl::OkStatus();
  }

  absl::Status TakeMemory(std::size_t bytes) {
    taken_ += bytes;
    if (share_.Grow(bytes)) return absl::OkStatus();
    if (taken_ > memory_.size()) {
      return absl::OutOfRangeError(absl::StrCat("the names of what is selected take more than the ",
                                                memory_.size(), kThereAre));
    }
    return WithRetryDelay(
        absl::UnavailableError(absl::StrCat("archives on their way hold the ", memory_.size(),
                                            kThereAre, "; try again")),
        kRetryDelay);
  }

  void DropTheSame() {
    // The newest first, so that it is the one that keeps its name.
    std::sort(files_.begin(), files_.end(), [](const ZipFile& a, const ZipFile& b) {
      return std::tie(a.entry.path, b.generation) < std::tie(b.entry.path, a.generation);
    });
    auto same = [](const ZipFile& a, const ZipFile& b) {
      return a.entry.path == b.entry.path && a.generation == b.generation;
    };
    files_.erase(std::unique(files_.begin(), files_.end(), same), files_.end());
  }

  db::Session& session_;
  ContentHolds& holds_;
  MemoryBudget& memory_;
  MemoryShare& share_;
  std::size_t taken_ = 0;
  std::vector<ZipFile> files_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ZipArchive>> ObjectZipper::Open(const ZipSelection& selection) {
  absl::StatusOr<std::vector<ZipFile>> files;
  std::unique_ptr<MemoryShare> share;
  for (int i = 0; i < kMaxAttempts; ++i) {
    share = std::make_unique<MemoryShare>(&memory_, "", [] {});
    files = db::Read(parts_.database, [&](db::Session& session) {
      share->Reset();
      return Collector(session, parts_.holds, memory_, *share).Collect(selection);
    });
    if (!absl::IsAborted(files.status())) break;
  }
  if (absl::IsAborted(files.status())) {
    return absl::UnavailableError(absl::StrCat(files.status().message(), ": try again"));
  }
  TRIAD_RETURN_IF_ERROR(files.status());
  if (files->empty()) {
    return absl::NotFoundError(
        absl::StrCat(FormatBucketName(selection.bucket), " has no object that is selected"));
  }
  return std::make_unique<ZipArchive>(parts_.content(), *std::move(files), std::move(share));
}

ZipArchive::ZipArchive(const ContentParts& parts, std::vector<ZipFile> files,
                       std::unique_ptr<MemoryShare> share)
    : parts_(parts), files_(std::move(files)), share_(std::move(share)) {
  std::vector<ZipEntry*> entries;
  for (ZipFile& file : files_) entries.push_back(&file.entry);
  MakePaths(std::move(entries));
  LayOut();
}

void ZipArchive::LayOut() {
  auto length = [](const std::string& text) { return static_cast<std::int64_t>(text.size()); };
  for (ZipFile& file : files_) {
    ZipEntry& entry = file.entry;
    entry.offset = directory_;
    directory_ += length(ZipFileHeader(entry)) + ZipContentBytes(entry.size) +
                  length(ZipDataDescriptor(entry));
  }
  std::int64_t end = directory_;
  for (const ZipFile& file : files_) end += length(ZipDirectoryHeader(file.entry));
  end_ = ZipEnd(static_cast<std::int64_t>(files_.size()), end - directory_, directory_);
  size_ = end + length(end_);
}

absl::StatusOr<std::string> ZipArchive::Read(std::size_t count) {
  if (share_->ended()) {
    return absl::ResourceExhaustedError(
        "the archive was read too slowly while others needed the memory it held "
        "(--memory_budget_bytes)");
  }
  std::string archive;
  while (archive.size() < count && !ended_) {
    TRIAD_RETURN_IF_ERROR(Append(count - archive.size(), archive));
  }
  share_->Moved(archive.size());
  return archive;
}

absl::Status ZipArchive::Append(std::size_t count, std::string& archive) {
  if (content_ != nullptr) return AppendContent(count, archive);
  if (next_ < files_.size()) return BeginFile(archive);
  if (listed_ < files_.size()) {
    archive += ZipDirectoryHeader(files_[listed_++].entry);
    return absl::OkStatus();
  }
  archive += end_;
  ended_ = true;
  return absl::OkStatus();
}

absl::Status ZipArchive::BeginFile(std::string& archive) {
  const ZipFile& file = files_[next_];
  archive += ZipFileHeader(file.entry);
  left_ = file.entry.size;
  if (left_ > 0) {
    auto opened = ContentReader::Open(parts_, file.content, {0, left_});
    if (!opened.ok()) return Annotate(opened.status(), absl::StrCat(file.entry.path, ": "));
    content_ = *std::move(opened);
    return absl::OkStatus();
  }
  AppendZipContent("", /*is_last=*/true, archive);
  EndFile(archive);
  return absl::OkStatus();
}

absl::Status ZipArchive::AppendContent(std::size_t count, std::string& archive) {
  ZipEntry& entry = files_[next_].entry;
  std::int64_t blocks =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(count) / kZipBlockBytes);
  std::int64_t wanted = std::min(left_, blocks * kZipBlockBytes);
  absl::StatusOr<std::string> bytes = content_->Read(static_cast<std::size_t>(wanted));
  if (!bytes.ok()) return Annotate(bytes.status(), absl::StrCat(entry.path, ": "));
  if (static_cast<std::int64_t>(bytes->size()) != wanted) {
    return absl::DataLossError(absl::StrCat(entry.path, ": its content is cut short"));
  }
  left_ -= wanted;
  entry.crc.Extend(*bytes);
  AppendZipContent(*bytes, /*is_last=*/left_ == 0, archive);
  if (left_ == 0) EndFile(archive);
  return absl::OkStatus();
}

void ZipArchive::EndFile(std::string& archive) {
  ZipFile& file = files_[next_++];
  archive += ZipDataDescriptor(file.entry);
  content_ = nullptr;
  file.hold.reset();
}

}  // namespace triad::storage
