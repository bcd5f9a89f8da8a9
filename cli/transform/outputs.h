// Where the output of each input goes.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/files/new_file.h"
#include "cli/session.h"

namespace triad::cli {

// An input and what becomes of it. "-" is a pipe.
struct TransformJob {
  std::string input;
  std::string output = "-";
};

// Of the arguments from the second on, by --to and --in-place. Usage errors. Makes the directory
// that --to names.
absl::StatusOr<std::vector<TransformJob>> TransformJobs(const Session& session);

// Takes one output. Not thread-safe.
class TransformOutput {
 public:
  static absl::StatusOr<TransformOutput> Open(const Session& session, const TransformJob& job);

  absl::Status Append(absl::string_view bytes);
  // It is whole: a file is there from now on, with the permissions of the one that it replaces.
  absl::Status Commit();

 private:
  explicit TransformOutput(const Session& session) : session_(session) {}

  const Session& session_;
  std::string path_;
  std::optional<std::filesystem::perms> replaced_;  // of the file that is there already
  std::unique_ptr<NewFile> file_;                   // null: standard output
};

}  // namespace triad::cli
