#include "runtime/process/auth_options.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/auth_tokens.h"
#include "runtime/base/options/options.h"

namespace triad {

void AuthOptions::AddTo(OptionParser& parser, absl::string_view always, absl::string_view reads) {
  parser.Add("auth_token_file", &token_file_,
             absl::StrCat("file with the bearer tokens of which ", always,
                          " need one, read again when it changes; empty: none is needed"));
  parser.Add("auth_reads", &reads_, absl::StrCat("whether ", reads, " need one of the tokens too"));
  parser.AddCheck("auth_reads", [this] {
    if (!reads_ || writes()) return absl::OkStatus();
    return absl::InvalidArgumentError("needs --auth_token_file");
  });
}

absl::StatusOr<std::unique_ptr<FollowedFile>> AuthOptions::Follow(AuthTokens& tokens,
                                                                  Metrics& metrics) const {
  if (token_file_.empty()) return nullptr;
  return FollowedFile::Start(
      {.flag = "auth_token_file", .path = token_file_}, metrics,
      [this, &tokens](const std::string& content) {
        if (tokens.Replace(content)) return absl::OkStatus();
        return absl::InvalidArgumentError(absl::StrCat(token_file_, " is empty"));
      });
}

}  // namespace triad
