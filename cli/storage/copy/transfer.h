// One object or file, made like another.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/storage/copy/places.h"
#include "cli/transport/client.h"

namespace triad::cli {

struct TransferOptions {
  bool if_absent = false;         // ALREADY_EXISTS or FAILED_PRECONDITION for what is there
  std::string content_type = {};  // of what is uploaded; empty: told by the content
};

// Hears of bytes that have been moved.
using OnBytes = std::function<void(std::int64_t bytes)>;

// Makes `copy.to` like `copy.from`, of which one is in storage, and says how many bytes it has.
// Bytes move only if the other one is not; what moved is checked on its way, DATA_LOSS if it is
// not what it was. A file is there whole or not at all, and so is an object; directories that a
// file lacks are made.
absl::StatusOr<std::int64_t> TransferOne(Client& client, const Copying& copy,
                                         const TransferOptions& options, const OnBytes& on_bytes);

// Gives the object `copy.from` the name of `copy.to`, and says how many bytes it has.
absl::StatusOr<std::int64_t> MoveOne(Client& client, const Copying& copy,
                                     const TransferOptions& options);

}  // namespace triad::cli
