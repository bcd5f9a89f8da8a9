// Entries as a file says them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/config/model/entry.h"

namespace triad::config {

enum class FileFormat { kJson, kYaml, kEnv };

// A place in a file, both from 1; a column counts characters.
struct FilePosition {
  std::int32_t line = 1;
  std::int32_t column = 1;
};

// INVALID_ARGUMENT that names the field `content`, the place, and the key if there is one.
absl::Status RefusedAt(FilePosition at, absl::string_view key, absl::string_view what);

// One entry of a file.
struct FileEntry {
  // What few entries say.
  struct More {
    std::optional<std::string> description = {};
    std::optional<std::string> labels = {};  // as FormatLabels() writes them
    std::optional<absl::Time> expire_time = {};
  };

  std::string key;
  FilePosition at;
  // Absent of a secret that is masked, or that the file has no value of.
  std::optional<Value> value = {};
  bool secret = false;
  std::unique_ptr<More> more = {};

  // What it takes in memory.
  std::size_t bytes() const;
};

// In order of key, each once.
using FileEntries = std::vector<FileEntry>;

}  // namespace triad::config
