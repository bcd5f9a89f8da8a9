// Files that are read from their beginning to their end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/io/posix.h"

namespace triad::cli {

// A regular file, or standard input. Errors name it. Not thread-safe.
class InputFile {
 public:
  // "-" is standard input. INVALID_ARGUMENT for a directory.
  static absl::StatusOr<InputFile> Open(const std::string& path);

  // As it was when the file was opened; nothing for what is no regular file.
  const std::optional<std::int64_t>& size() const { return size_; }

  // The next bytes, `count` of them but for the end; none at the end. Never more than size()
  // in all; ABORTED if the file has become shorter.
  absl::StatusOr<std::string> Read(std::size_t count);
  // The same, but what is there already is not kept waiting for the rest of `count`.
  absl::StatusOr<std::string> ReadSome(std::size_t count);

 private:
  InputFile(std::string path, Descriptor file, std::optional<std::int64_t> size);

  std::string path_;
  Descriptor file_;
  std::optional<std::int64_t> size_;
  std::int64_t taken_ = 0;
};

}  // namespace triad::cli
