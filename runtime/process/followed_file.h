// A file that may change while the process runs: how a secret is rotated, and what is configured
// changed, without a restart.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace triad {

class Metrics;

// What was seen of a file at one look.
struct FileLook {
  std::string content;
  // Which file it was and when it was written, so that one that is written again with
  // the same content is another.
  std::string version;
  // Whether it was written a moment ago, so that its writer may not be done.
  bool fresh = false;
};

// The regular file at `path`, of which at most `max_bytes` are read. It is fresh for a
// second after it was written.
absl::StatusOr<FileLook> LookAtFile(const std::string& path, std::size_t max_bytes);
// The same without reading it: the content is the version. For large files that are read by who
// is told of the change.
absl::StatusOr<FileLook> LookAtVersion(const std::string& path, std::size_t max_bytes);

struct FollowedFileOptions {
  std::string flag;  // that names it: "auth_token_file"
  std::string path;
  std::size_t max_bytes = 4096;
  // How often it is read. Reading it is all that is sure to see a change: a
  // Kubernetes volume swaps a link two directories up.
  absl::Duration interval = absl::Seconds(1);
  std::function<absl::StatusOr<FileLook>(const std::string& path, std::size_t max_bytes)> look =
      LookAtFile;
  // Of the changes that were taken, and of those that could not be, by flag and result.
  std::string counter = "triad_secret_reloads_total";
  std::string counter_help = "Changes of a file with a secret that were taken, or could not be.";
};

// Follows the file, on a thread of its own, until it is destroyed. A file that is being
// written is not taken for its content: what is new is taken once two looks, an interval
// apart, have seen the same.
class FollowedFile {
 public:
  // Told of the content at first and whenever it has changed. An error leaves
  // things as they were.
  using Take = std::function<absl::Status(const std::string& content)>;

  // The error of the first read, or of the first Take, with the flag's name. Takes a
  // tenth of a second longer if the file was written a moment ago; FAILED_PRECONDITION if
  // it does not come to rest.
  // Later ones are logged once and counted; see FollowedFileOptions::counter.
  static absl::StatusOr<std::unique_ptr<FollowedFile>> Start(FollowedFileOptions options,
                                                             Metrics& metrics, Take take);
  virtual ~FollowedFile() = default;
};

}  // namespace triad
