// Turns the messages of triad.config.v1 into values of the domain, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/entry.h"
#include "services/config/model/value_limits.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// A write whose request has no more bytes waits for its commit without a thread. Larger ones
// keep a thread of the executor meanwhile, which bounds what they hold together.
inline constexpr std::size_t kShortWrite = 4 << 10;

// INVALID_ARGUMENT, naming the field, if `parent` is no namespace or `prefix` cannot be
// the start of a key.
absl::StatusOr<EntryFilter> FilterFromProto(const std::string& parent, const std::string& prefix);

// INVALID_ARGUMENT if the entry, which is the field `field` of its request, may not be
// written; it names the field within: "entry.name".
absl::StatusOr<EntryWrite> WriteFromProto(const std::string& field, const v1::Entry& entry,
                                          const ValueLimits& limits);

// What an update is to change. INVALID_ARGUMENT, naming the field, as above, and if the mask
// names something that cannot be changed.
absl::StatusOr<EntryWrite> UpdateFromProto(const v1::UpdateEntryRequest& request,
                                           const ValueLimits& limits);

// `field` is the path of `value`.
absl::StatusOr<Value> ValueFromProto(const std::string& field, const v1::Value& value,
                                     const ValueLimits& limits);

// Says to HTTP what the error of a write is, where there is a better status than that of
// the code.
void SetHttpStatusOf(rpc::Call& call, const absl::Status& status);

// A deletion has a delete_time and no value.
v1::Entry ToProto(Entry entry);
// The same, without a value of more than 4 KiB.
v1::Entry ToProtoWithoutLargeValue(Entry entry);
// As it was written, if its value is held.
v1::Entry ToProto(EntryEvent event);

}  // namespace triad::config
