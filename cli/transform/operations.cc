#include "cli/transform/operations.h"

#include "cli/transform/call.h"
#include "runtime/base/status.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/mapping/operation_mapping.h"

namespace triad::cli {

namespace v1 = transform::v1;

absl::StatusOr<std::vector<v1::Operation>> ListedOperations(Session& session) {
  std::vector<v1::Operation> all;
  if (session.flags().Has("local")) {
    for (const transform::Operation* one : transform::AllOperations()) {
      all.push_back(transform::ToProto(*one));
    }
    return all;
  }
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  v1::ListOperationsRequest request;
  request.set_page_size(kMaxPageSize);
  TRIAD_RETURN_IF_ERROR(ForEachPage<v1::ListOperationsResponse>(
      *client, TransformMethod("ListOperations"), request,
      [&](const v1::ListOperationsResponse& page) {
        all.insert(all.end(), page.operations().begin(), page.operations().end());
        return true;
      }));
  return all;
}

}  // namespace triad::cli
