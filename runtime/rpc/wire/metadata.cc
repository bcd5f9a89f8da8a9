#include "runtime/rpc/wire/metadata.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::rpc {
namespace {

grpc_slice SliceOf(absl::string_view text) {
  return grpc_slice_from_static_buffer(text.data(), text.size());
}

}  // namespace

absl::Status CheckMetadata(absl::string_view name, absl::string_view value) {
  if (!grpc_header_key_is_legal(SliceOf(name))) {
    return absl::InvalidArgumentError("a metadata name consists of [a-z0-9_.-]");
  }
  if (absl::StartsWith(name, "grpc-")) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": names in 'grpc-' are gRPC's own"));
  }
  if (absl::EndsWith(name, "-bin")) return absl::OkStatus();
  if (!grpc_header_nonbin_value_is_legal(SliceOf(value))) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": must be printable ASCII"));
  }
  return absl::OkStatus();
}

}  // namespace triad::rpc
