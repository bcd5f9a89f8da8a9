#include "runtime/rpc/wire/metadata.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::rpc {
namespace {

bool LegalInName(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-' || c == '.';
}

bool LegalInValue(char c) { return c >= 0x20 && c <= 0x7e; }

}  // namespace

absl::Status CheckMetadata(absl::string_view name, absl::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), LegalInName)) {
    return absl::InvalidArgumentError("a metadata name consists of [a-z0-9_.-]");
  }
  if (absl::StartsWith(name, "grpc-")) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": names in 'grpc-' are gRPC's own"));
  }
  if (absl::EndsWith(name, "-bin")) return absl::OkStatus();
  if (!std::all_of(value.begin(), value.end(), LegalInValue)) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": must be printable ASCII"));
  }
  return absl::OkStatus();
}

}  // namespace triad::rpc
