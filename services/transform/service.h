// triad.transform.v1.TransformService.
#pragma once

#include "runtime/rpc/bound_service.h"
#include "services/transform/operations_handler.h"
#include "services/transform/pipeline_handler.h"
#include "services/transform/running_bytes.h"
#include "services/transform/text/text_handler.h"

namespace triad::transform {

class TransformService final : public rpc::BoundService {
 public:
  // `admission` must outlive the server.
  TransformService(rpc::Admission& admission, const Limits& limits);

 private:
  RunningBytes running_;
  TextHandler text_;
  PipelineHandler pipeline_;
  OperationsHandler operations_;
};

}  // namespace triad::transform
