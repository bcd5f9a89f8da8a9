#include "runtime/io/testing/fault_file_system.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"

namespace triad {

struct FaultFileSystem::Node {
  bool directory = false;
  // Of a file.
  std::string bytes;
  std::size_t synced = 0;  // how many of them are durable
  bool lost = false;       // a Sync failed: no more of them ever become durable
  absl::Time modified;
  // Of a directory.
  std::map<std::string, NodePtr> entries;
  std::map<std::string, NodePtr> synced_entries;
};

struct FaultFileSystem::Place {
  NodePtr directory;
  std::string name;
};

namespace {

absl::Status NotFound(const std::string& path) {
  return absl::NotFoundError(path + ": No such file or directory");
}

}  // namespace

class FaultFileSystem::Writer final : public WritableFile {
 public:
  Writer(FaultFileSystem& files, NodePtr node, int crashes)
      : files_(files), node_(std::move(node)), crashes_(crashes) {}

  absl::Status Append(absl::string_view bytes) override {
    MutexLock lock(files_.mutex_);
    TRIAD_RETURN_IF_ERROR(files_.CheckOpen(crashes_));
    absl::Status begun = files_.Begin();
    // Nothing at all arrives once the process is dead.
    if (files_.Stopped()) return begun;
    if (!begun.ok()) bytes = bytes.substr(0, bytes.size() / 2);
    node_->bytes.append(bytes.data(), bytes.size());
    node_->modified = files_.clock_.Now();
    return begun;
  }

  absl::Status Sync() override { return files_.Sync(*node_, crashes_); }

 private:
  FaultFileSystem& files_;
  const NodePtr node_;
  const int crashes_;
};

class FaultFileSystem::Reader final : public ReadableFile {
 public:
  Reader(FaultFileSystem& files, NodePtr node, int crashes)
      : files_(files), node_(std::move(node)), crashes_(crashes) {}

  absl::StatusOr<std::string> Read(std::uint64_t offset, std::size_t count) const override {
    MutexLock lock(files_.mutex_);
    TRIAD_RETURN_IF_ERROR(files_.CheckOpen(crashes_));
    TRIAD_RETURN_IF_ERROR(files_.Begin());
    if (offset >= node_->bytes.size()) return std::string();
    return node_->bytes.substr(offset, count);
  }

  absl::StatusOr<std::uint64_t> Size() const override {
    MutexLock lock(files_.mutex_);
    TRIAD_RETURN_IF_ERROR(files_.CheckOpen(crashes_));
    TRIAD_RETURN_IF_ERROR(files_.Begin());
    return node_->bytes.size();
  }

  absl::Status Sync() const override { return files_.Sync(*node_, crashes_); }

 private:
  FaultFileSystem& files_;
  const NodePtr node_;
  const int crashes_;
};

FaultFileSystem::FaultFileSystem(const Clock& clock)
    : clock_(clock), root_(std::make_shared<Node>()) {
  root_->directory = true;
}

FaultFileSystem::~FaultFileSystem() = default;

absl::Status FaultFileSystem::Sync(Node& node, int crashes) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(CheckOpen(crashes));
  absl::Status begun = Begin();
  if (!begun.ok()) {
    node.lost = true;
    return begun;
  }
  if (!node.lost) node.synced = node.bytes.size();
  return absl::OkStatus();
}

void FaultFileSystem::FailNth(int n, absl::Status error) {
  MutexLock lock(mutex_);
  faults_[calls_ + n] = std::move(error);
}

void FaultFileSystem::StopAfter(int n) {
  MutexLock lock(mutex_);
  stop_at_ = calls_ + n;
}

bool FaultFileSystem::stopped() const {
  MutexLock lock(mutex_);
  return Stopped();
}

bool FaultFileSystem::Stopped() const { return stop_at_ >= 0 && calls_ > stop_at_; }

void FaultFileSystem::Crash(Loss loss) {
  MutexLock lock(mutex_);
  CrashNode(*root_, loss);
  ++crashes_;
  faults_.clear();
  stop_at_ = -1;
}

void FaultFileSystem::CrashNode(Node& node, Loss loss) {
  std::size_t unsynced = node.bytes.size() - node.synced;
  std::size_t kept = loss == Loss::kHalfOfBytes ? unsynced / 2 : 0;
  node.bytes.resize(node.synced + kept);
  node.synced = node.bytes.size();
  node.lost = false;
  if (loss == Loss::kEverything) node.entries = node.synced_entries;
  node.synced_entries = node.entries;
  for (auto& [name, child] : node.entries) CrashNode(*child, loss);
}

int FaultFileSystem::calls() const {
  MutexLock lock(mutex_);
  return calls_;
}

std::vector<std::string> FaultFileSystem::Paths() const {
  MutexLock lock(mutex_);
  std::vector<std::string> paths;
  std::vector<std::pair<std::string, NodePtr>> pending = {{"", root_}};
  while (!pending.empty()) {
    auto [path, node] = std::move(pending.back());
    pending.pop_back();
    if (!node->directory) paths.push_back(path);
    for (const auto& [name, child] : node->entries) {
      pending.emplace_back(absl::StrCat(path, "/", name), child);
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status FaultFileSystem::CheckOpen(int crashes) const {
  if (crashes == crashes_) return absl::OkStatus();
  return absl::UnavailableError("the file was open across a crash");
}

absl::Status FaultFileSystem::Begin() {
  ++calls_;
  if (Stopped()) return absl::UnavailableError("killed here");
  auto fault = faults_.find(calls_);
  if (fault == faults_.end()) return absl::OkStatus();
  absl::Status error = std::move(fault->second);
  faults_.erase(fault);
  return error;
}

absl::StatusOr<FaultFileSystem::NodePtr> FaultFileSystem::FindDirectory(
    const std::string& path) const {
  NodePtr node = root_;
  for (absl::string_view segment : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (segment == ".") continue;
    auto entry = node->entries.find(std::string(segment));
    if (entry == node->entries.end()) return NotFound(path);
    if (!entry->second->directory) return absl::InternalError(path + ": Not a directory");
    node = entry->second;
  }
  return node;
}

absl::StatusOr<FaultFileSystem::Place> FaultFileSystem::Find(const std::string& path) const {
  std::string trimmed = path.substr(0, path.find_last_not_of('/') + 1);
  std::size_t slash = trimmed.find_last_of('/');
  std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  TRIAD_ASSIGN_OR_RETURN(NodePtr directory, FindDirectory(trimmed.substr(0, name)));
  return Place{std::move(directory), trimmed.substr(name)};
}

absl::StatusOr<std::unique_ptr<WritableFile>> FaultFileSystem::Create(const std::string& path,
                                                                      unsigned) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(Place place, Find(path));
  auto [entry, added] = place.directory->entries.try_emplace(place.name);
  if (!added) return absl::AlreadyExistsError(path + ": File exists");
  entry->second = std::make_shared<Node>();
  entry->second->modified = clock_.Now();
  return std::make_unique<Writer>(*this, entry->second, crashes_);
}

absl::StatusOr<std::unique_ptr<ReadableFile>> FaultFileSystem::Open(const std::string& path) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(Place place, Find(path));
  auto entry = place.directory->entries.find(place.name);
  if (entry == place.directory->entries.end()) return NotFound(path);
  if (entry->second->directory) return absl::InternalError(path + ": Is a directory");
  return std::make_unique<Reader>(*this, entry->second, crashes_);
}

absl::Status FaultFileSystem::Rename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(Place source, Find(from));
  TRIAD_ASSIGN_OR_RETURN(Place target, Find(to));
  auto entry = source.directory->entries.find(source.name);
  if (entry == source.directory->entries.end()) return NotFound(from);
  NodePtr node = entry->second;
  source.directory->entries.erase(entry);
  target.directory->entries[target.name] = std::move(node);
  return absl::OkStatus();
}

absl::Status FaultFileSystem::Remove(const std::string& path) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(Place place, Find(path));
  if (place.directory->entries.erase(place.name) == 0) return NotFound(path);
  return absl::OkStatus();
}

absl::Status FaultFileSystem::MakeDirectory(const std::string& path) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(Place place, Find(path));
  if (place.name.empty() || place.name == ".") return absl::OkStatus();
  auto [entry, added] = place.directory->entries.try_emplace(place.name);
  if (!added) {
    return entry->second->directory ? absl::OkStatus()
                                    : absl::AlreadyExistsError(path + ": File exists");
  }
  entry->second = std::make_shared<Node>();
  entry->second->directory = true;
  return absl::OkStatus();
}

absl::Status FaultFileSystem::SyncDirectory(const std::string& path) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(NodePtr node, FindDirectory(path));
  node->synced_entries = node->entries;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FileInfo>> FaultFileSystem::List(const std::string& path) {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(Begin());
  TRIAD_ASSIGN_OR_RETURN(NodePtr node, FindDirectory(path));
  std::vector<FileInfo> files;
  for (const auto& [name, child] : node->entries) {
    if (!child->directory) files.push_back({name, child->bytes.size(), child->modified});
  }
  return files;
}

}  // namespace triad
