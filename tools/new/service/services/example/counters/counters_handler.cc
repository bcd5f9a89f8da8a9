#include "services/example/counters/counters_handler.h"

#include <string>

#include "runtime/base/status.h"

namespace triad::example {

absl::StatusOr<v1::Counter> CountersHandler::Increment(rpc::Call&,
                                                       const v1::IncrementCounterRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseCounterName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Counter counter, counters_.Increment(id));
  v1::Counter answer;
  answer.set_name(FormatCounterName(counter.id));
  answer.set_value(counter.value);
  return answer;
}

}  // namespace triad::example
