#include "runtime/grpc_client/metadata.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/base64.h"

namespace triad::grpc_client {
namespace {

bool LegalNameCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
}

}  // namespace

bool IsBinaryName(absl::string_view name) { return absl::EndsWith(name, "-bin"); }

std::optional<std::string> ParseBinaryValue(absl::string_view text) {
  std::string bytes;
  for (absl::string_view piece : absl::StrSplit(text, ',')) {
    std::optional<std::string> part = DecodeBase64(piece);
    if (!part.has_value()) return std::nullopt;
    bytes += *part;
  }
  return bytes;
}

absl::Status CheckMetadata(absl::string_view name, absl::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), LegalNameCharacter)) {
    return absl::InvalidArgumentError(
        absl::StrCat("header '", absl::CHexEscape(name), "': the name must be of [a-z0-9_.-]"));
  }
  if (absl::StartsWith(name, "grpc-")) {
    return absl::InvalidArgumentError(
        absl::StrCat("header '", name, "': names that start with grpc- are gRPC's own"));
  }
  auto printable = [](char c) { return c >= 0x20 && c <= 0x7e; };
  if (!IsBinaryName(name) && !std::all_of(value.begin(), value.end(), printable)) {
    return absl::InvalidArgumentError(
        absl::StrCat("header '", name, "': the value must be printable ASCII"));
  }
  return absl::OkStatus();
}

}  // namespace triad::grpc_client
