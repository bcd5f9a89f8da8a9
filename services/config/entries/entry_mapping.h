// Between the messages of triad.config.v1 and the domain.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/model/entry.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

struct ValueLimits {
  // Bytes of a string or a JSON text.
  std::int64_t max_value_bytes = 1 << 20;
};

// INVALID_ARGUMENT, naming parent or prefix, if it is no such thing.
absl::StatusOr<EntryFilter> FilterFromProto(const std::string& parent, const std::string& prefix);

// INVALID_ARGUMENT, naming the field from `entry.` on, for what may not be
// written.
absl::StatusOr<EntryWrite> WriteFromProto(const v1::Entry& entry, const ValueLimits& limits);

v1::Entry ToProto(Entry entry);
v1::WatchEntriesResponse ToProto(const Change& change);

}  // namespace triad::config
