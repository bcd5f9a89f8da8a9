// Lists that are read page by page, as AIP-158 has it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::rpc {

// How many items a page has, given the `page_size` of its request: 100 for 0,
// and never more than 1,000. INVALID_ARGUMENT, naming page_size, if it is
// negative.
absl::StatusOr<std::int32_t> PageSize(std::int32_t page_size);

// A token for the next page: letters, digits, '-' and '_' only. `query` is
// everything in the request that chooses and orders the items: parent, prefix,
// filter. `place` says where to go on and is not empty; usually it is the key of
// the last item of this page.
//
// A token is not signed: it holds nothing but its place, and opens nothing that
// the query itself would not.
std::string MakePageToken(absl::Span<const absl::string_view> query, absl::string_view place);

// The place that MakePageToken was given; empty, which is the start of the list,
// for an empty token. INVALID_ARGUMENT, naming page_token, for a token of another
// query and for what is no token.
absl::StatusOr<std::string> ParsePageToken(absl::Span<const absl::string_view> query,
                                           absl::string_view token);

}  // namespace triad::rpc
