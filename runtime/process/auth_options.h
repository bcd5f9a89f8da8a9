// --auth_token_file and --auth_reads, the same in every process that answers calls.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/process/followed_file.h"

namespace triad {

class AuthTokens;
class Metrics;
class OptionParser;

// Make it before the options are parsed; the rest is for after it. Not thread-safe.
class AuthOptions {
 public:
  // The two say for --help what needs a token: always, and with --auth_reads.
  void AddTo(OptionParser& parser, absl::string_view always, absl::string_view reads);

  // Whether writes need a token, and whether reads need one too.
  bool writes() const { return !token_file_.empty(); }
  bool reads() const { return reads_; }

  // Fills `tokens`, and fills them anew when the file has changed, for as long as the result
  // lives, which they must outlive. Null if there is no file. The errors of FollowedFile.
  absl::StatusOr<std::unique_ptr<FollowedFile>> Follow(AuthTokens& tokens, Metrics& metrics) const;

 private:
  std::string token_file_;
  bool reads_ = false;
};

}  // namespace triad
