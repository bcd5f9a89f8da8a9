#include "services/transform/operations_handler.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/mapping/operation_mapping.h"

namespace triad::transform {

absl::StatusOr<v1::ListOperationsResponse> OperationsHandler::List(
    rpc::Call&, const v1::ListOperationsRequest& request) const {
  TRIAD_ASSIGN_OR_RETURN(std::int32_t page_size, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken({}, request.page_token()));
  // The token of a page is how many operations stand before it.
  std::size_t begin = 0;
  const auto& all = AllOperations();
  if (!place.empty() && (!absl::SimpleAtoi(place, &begin) || begin > all.size())) {
    return InvalidField("page_token", "must be next_page_token of an answer of this list");
  }
  std::size_t end = std::min(all.size(), begin + static_cast<std::size_t>(page_size));
  v1::ListOperationsResponse response;
  for (std::size_t i = begin; i < end; ++i) *response.add_operations() = ToProto(*all[i]);
  if (end < all.size()) response.set_next_page_token(rpc::MakePageToken({}, absl::StrCat(end)));
  return response;
}

}  // namespace triad::transform
