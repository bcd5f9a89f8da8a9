// What a power cut would undo: a journal written by preload.cc inside the
// process under test, and played backwards by Restore after a kill -9.
//
// Each record is a Header, then `name_size` bytes of path, then `data_size`
// bytes. Only complete records count: a record is written before the operation
// it undoes, so an incomplete one undoes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace triad::testing {

enum class JournalRecord : std::uint32_t {
  kWrite,          // inode, offset, size before; data: the bytes that were there
  kSync,           // inode: its writes so far are durable
  kCreate,         // path: a name that was not there
  kRename,         // path: from; data: to. A replaced file is linked at `backup`
  kRemove,         // path: the file is linked at `backup`
  kSyncDirectory,  // path: names made, changed and removed in it are durable
};

struct JournalHeader {
  JournalRecord record;
  std::uint32_t name_size;
  std::uint64_t inode;
  std::uint64_t offset;
  std::uint64_t size;
  std::uint64_t data_size;
  std::uint64_t backup;  // 0: none; else the file "<journal>.<backup>"
};

// Whether syncs do what they say. kIgnored is what a program that does not sync
// looks like (SQLite's synchronous=OFF).
enum class Syncs { kHonoured, kIgnored };

// Environment of a process whose changes under `root` are journaled.
std::vector<std::string> PowerLossEnvironment(const std::string& journal, const std::string& root,
                                              Syncs syncs = Syncs::kHonoured);

// Puts the files under `root` into the state of the last syncs, and removes the
// journal. The process must be dead. Returns how many operations were undone.
int RestoreAfterPowerLoss(const std::string& journal, const std::string& root);

}  // namespace triad::testing
