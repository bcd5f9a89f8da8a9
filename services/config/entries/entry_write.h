// What can be asked of an entry writer, and what became of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/resources/dry_run.h"
#include "runtime/base/resources/expectation.h"
#include "services/config/model/entry.h"

namespace triad::config {

class SchemaSet;

// When an entry is to be deleted: at a time, so long after the write, or never.
struct Expiration {
  std::optional<absl::Time> time = {};
  std::optional<absl::Duration> ttl = {};
};

// A secret that is drawn at random.
struct GeneratedSecret {
  std::int64_t length = 0;  // in characters
  std::string alphabet;     // each as likely
};

// One entry to write: to put, to delete, to bring back what was deleted, to copy from
// another, or to restore to an earlier version. With kDeletePrefix, all entries whose key
// starts with that of the name.
struct EntryWrite {
  enum class Kind { kPut, kDelete, kUndelete, kCopy, kRestore, kDeletePrefix };

  EntryName name;
  std::optional<Value> value = {};  // of a put; what the entry has, if it is not set
  bool secret = false;
  Expectation expects = {};
  Kind kind = Kind::kPut;
  EntryName source = {};  // of a copy
  // Of a put. What the entry has stays if they are not set.
  std::optional<std::string> description = {};
  std::optional<std::string> labels = {};  // as FormatLabels() writes them
  std::optional<Expiration> expiration = {};
  std::optional<GeneratedSecret> generated = {};  // in the place of a value
  bool must_exist = false;                        // of a put: an absent entry is not created
  std::int64_t restored_version = 0;              // of a restore
  // The schemas of its namespace that its value is known to fit.
  std::shared_ptr<const SchemaSet> fits = {};
};

// What became of one write.
struct WriteOutcome {
  absl::Status refused;          // OK if it was done
  std::optional<Entry> current;  // of one that was refused: the entry as it is, if it is
  // Its events among those of the change.
  std::size_t first_event = 0;
  std::size_t events = 0;
};

struct Applied {
  Change change;
  std::vector<WriteOutcome> outcomes;  // one for each write, up to an error
  bool refused = false;                // whether any was
  absl::Status error;                  // why the write behind the outcomes cannot be done at all
};

}  // namespace triad::config
