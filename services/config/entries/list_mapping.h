// Turns ListEntries into a query of the domain, and its page into an answer.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/config/entries/list_page.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// INVALID_ARGUMENT, naming the field.
absl::StatusOr<ListQuery> QueryFromProto(const v1::ListEntriesRequest& request);

v1::ListEntriesResponse PageToProto(const v1::ListEntriesRequest& request, EntryPage page,
                                    Epoch epoch);

}  // namespace triad::config
