// Content as a whole, for recipes whose steps keep outputs.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/transport/client.h"
#include "runtime/base/status.h"

namespace triad::cli {

inline absl::StatusOr<std::string> ReadAllOf(const Content& content) {
  constexpr std::size_t kPieceBytes = 256 * 1024;
  std::string all;
  for (;;) {
    TRIAD_ASSIGN_OR_RETURN(std::string piece, content.read(kPieceBytes));
    if (piece.empty()) return all;
    all.append(piece);
  }
}

}  // namespace triad::cli
