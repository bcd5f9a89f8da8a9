#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/base64.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/families/crypto/operations.h"
#include "services/transform/engine/support/json_scanner.h"

namespace triad::transform {
namespace {

// A part as its text of JSON.
absl::StatusOr<std::string> JsonOf(absl::string_view part, absl::string_view name) {
  std::optional<std::string> json = DecodeBase64(part, Base64Alphabet::kUrl);
  if (!json || absl::StrContains(part, '=') || !IsValidUtf8(*json) ||
      !CheckJson(*json, kMaxJsonDepth).ok()) {
    return BadInput(absl::StrCat("must be a JWT, whose ", name, " is JSON in base64url"));
  }
  return *std::move(json);
}

absl::Status RunDecode(absl::string_view input, const Arguments&, Output& output) {
  std::vector<absl::string_view> parts = absl::StrSplit(absl::StripAsciiWhitespace(input), '.');
  if (parts.size() != 3) return BadInput("must be a JWT: three parts with dots between them");
  TRIAD_ASSIGN_OR_RETURN(std::string header, JsonOf(parts[0], "header"));
  TRIAD_ASSIGN_OR_RETURN(std::string payload, JsonOf(parts[1], "payload"));
  if (!DecodeBase64(parts[2], Base64Alphabet::kUrl)) {
    return BadInput("must be a JWT, whose signature is base64url");
  }
  output.Append(absl::StrCat("{\"header\":", header, ",\"payload\":", payload, "}"));
  return output.status();
}

}  // namespace

Operation JwtDecode() {
  return {.id = "jwt-decode",
          .name = "JWT decode",
          .aliases = {"JWT Decode"},
          .summary =
              "Shows header and payload of a JSON Web Token (RFC 7519) as JSON. It checks no "
              "signature: who sent it is not known.",
          .takes = Data::kText,
          .gives = Data::kText,
          .examples = {{"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", "jwt-decode",
                        R"({"header":{"alg":"none"},"payload":{"sub":"ann"}})"}},
          .scratch = 3,
          .run = RunDecode};
}

}  // namespace triad::transform
