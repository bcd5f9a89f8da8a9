// A small file that may change while the process runs: how a secret is rotated
// without a restart.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace triad {
class Metrics;
}

namespace triad::service {

struct FollowedFileOptions {
  std::string flag;  // that names it: "auth_token_file"
  std::string path;
  std::size_t max_bytes = 4096;
  // How often it is read. Reading it is all that is sure to see a change: a
  // Kubernetes volume swaps a link two directories up.
  absl::Duration interval = absl::Seconds(1);
};

// Follows the file, on a thread of its own, until it is destroyed.
class FollowedFile {
 public:
  // Told of the content at first and whenever it has changed. An error leaves
  // things as they were.
  using Take = std::function<absl::Status(const std::string& content)>;

  // The error of the first read, or of the first Take, with the flag's name.
  // Later ones are logged once and counted in triad_secret_reloads_total.
  static absl::StatusOr<std::unique_ptr<FollowedFile>> Start(FollowedFileOptions options,
                                                             Metrics& metrics, Take take);
  virtual ~FollowedFile() = default;
};

}  // namespace triad::service
