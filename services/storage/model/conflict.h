// Refusals that say what is there now, so that whoever is refused need not ask: the facts of a
// google.rpc.ErrorInfo of the domain "storage.triad", beside its reason.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/storage/model/object.h"
#include "services/storage/model/upload.h"

namespace triad::storage {

// The reason of a condition that does not hold.
inline constexpr absl::string_view kConditionNotMet = "CONDITION_NOT_MET";

// nullopt stands for an object that is not there: its generation is 0 then.
absl::Status WithCurrent(const absl::Status& status, absl::string_view reason,
                         const ObjectName& name, const std::optional<Object>& current);
absl::Status WithCurrent(const absl::Status& status, absl::string_view reason,
                         const Bucket& current);
// nullopt stands for a part that is not there: its size is not told then.
absl::Status WithCurrent(const absl::Status& status, absl::string_view reason, std::int64_t part,
                         const std::optional<UploadPart>& current);

}  // namespace triad::storage
