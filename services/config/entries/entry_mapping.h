// Turns the messages of triad.config.v1 into values of the domain, and back.
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

// INVALID_ARGUMENT, naming the field, if `parent` is no namespace or `prefix` cannot be
// the start of a key.
absl::StatusOr<EntryFilter> FilterFromProto(const std::string& parent, const std::string& prefix);

// INVALID_ARGUMENT if the entry may not be written, naming the field: "entry.name".
absl::StatusOr<EntryWrite> WriteFromProto(const v1::Entry& entry, const ValueLimits& limits);

// A deletion has a delete_time and no value.
v1::Entry ToProto(Entry entry);

}  // namespace triad::config
