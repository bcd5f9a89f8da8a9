#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "tests/support/power_loss/journal.h"
#include "tests/support/process.h"

namespace triad::testing {
namespace {

namespace fs = std::filesystem;

struct Entry {
  JournalHeader header;
  std::string name;
  std::string data;
};

std::vector<Entry> Load(const std::string& journal) {
  std::string bytes = ReadWholeFile(journal);
  std::vector<Entry> entries;
  std::size_t at = 0;
  while (at + sizeof(JournalHeader) <= bytes.size()) {
    Entry entry;
    std::memcpy(&entry.header, bytes.data() + at, sizeof(JournalHeader));
    const std::size_t end =
        at + sizeof(JournalHeader) + entry.header.name_size + entry.header.data_size;
    if (end > bytes.size()) break;
    entry.name = bytes.substr(at + sizeof(JournalHeader), entry.header.name_size);
    entry.data = bytes.substr(end - entry.header.data_size, entry.header.data_size);
    entries.push_back(std::move(entry));
    at = end;
  }
  return entries;
}

std::string Parent(const std::string& path) { return fs::path(path).parent_path().string(); }

// Undoes names that no directory sync made durable, newest first.
int UndoNames(const std::vector<Entry>& entries, const std::string& journal) {
  std::set<std::string> durable;
  int undone = 0;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const JournalHeader& header = entry->header;
    std::string kept = journal + "." + std::to_string(header.backup);
    if (header.record == JournalRecord::kSyncDirectory) durable.insert(entry->name);
    bool is_name = header.record == JournalRecord::kCreate ||
                   header.record == JournalRecord::kRename ||
                   header.record == JournalRecord::kRemove;
    const std::string& place = header.record == JournalRecord::kRename ? entry->data : entry->name;
    if (!is_name || durable.contains(Parent(place))) continue;
    ++undone;
    std::error_code ignored;  // the process may have died before the operation
    if (header.record == JournalRecord::kCreate) fs::remove(entry->name, ignored);
    if (header.record == JournalRecord::kRename) fs::rename(entry->data, entry->name, ignored);
    if (header.backup != 0) fs::rename(kept, place, ignored);
  }
  return undone;
}

std::map<std::uint64_t, std::string> FilesByInode(const std::string& root) {
  std::map<std::uint64_t, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    struct stat info;
    if (stat(entry.path().c_str(), &info) == 0) files[info.st_ino] = entry.path().string();
  }
  return files;
}

void UndoWrite(const std::string& path, const Entry& entry) {
  int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error("cannot restore " + path + ": " + strerror(errno));
  bool failed = (!entry.data.empty() && pwrite(fd, entry.data.data(), entry.data.size(),
                                               static_cast<off_t>(entry.header.offset)) !=
                                            static_cast<ssize_t>(entry.data.size())) ||
                ftruncate(fd, static_cast<off_t>(entry.header.size)) != 0;
  close(fd);
  if (failed) throw std::runtime_error("cannot restore " + path + ": " + strerror(errno));
}

// Undoes writes that no sync of their file made durable, newest first.
int UndoWrites(const std::vector<Entry>& entries, const std::string& root) {
  auto files = FilesByInode(root);
  std::set<std::uint64_t> durable;
  int undone = 0;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const JournalHeader& header = entry->header;
    if (header.record == JournalRecord::kSync) durable.insert(header.inode);
    if (header.record != JournalRecord::kWrite || durable.contains(header.inode)) continue;
    auto file = files.find(header.inode);
    if (file == files.end()) continue;
    UndoWrite(file->second, *entry);
    ++undone;
  }
  return undone;
}

}  // namespace

std::vector<std::string> PowerLossEnvironment(const std::string& journal, const std::string& root,
                                              Syncs syncs) {
  std::vector<std::string> environment = {
      std::string("LD_PRELOAD=") + TRIAD_POWER_LOSS_LIBRARY, "POWER_LOSS_JOURNAL=" + journal,
      "POWER_LOSS_ROOT=" + root,
      // The library comes before address sanitizer's runtime, which is harmless.
      "ASAN_OPTIONS=verify_asan_link_order=0"};
  if (syncs == Syncs::kIgnored) environment.push_back("POWER_LOSS_IGNORE_SYNC=1");
  return environment;
}

int RestoreAfterPowerLoss(const std::string& journal, const std::string& root) {
  std::vector<Entry> entries = Load(journal);
  int undone = UndoNames(entries, journal) + UndoWrites(entries, root);
  fs::path file(journal);
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    if (entry.path().filename().string().rfind(file.filename().string(), 0) == 0) {
      fs::remove(entry.path());
    }
  }
  return undone;
}

}  // namespace triad::testing
